/** Answers app:// addresses from the built renderer, with the policy on every response: a worker obeys the policy of its own. */
import { readFile } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { extname } from "node:path";
import headers from "./headers.json" with { type: "json" };
import { resolveAppUrl } from "./policies.ts";

const MIME: { readonly [ending: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".wasm": "application/wasm",
};

export function bundleServer(folder: string): (request: { method: string; url: string }) => Promise<Response> {
  return async ({ method, url }) => {
    const file = method === "GET" ? resolveAppUrl(url, folder, realpathSync) : undefined;
    const type = file === undefined ? undefined : MIME[extname(file)];
    // Only what the renderer is made of: a kind of file that is not in the table is not ours.
    if (file === undefined || type === undefined) return new Response("Not found", { status: 404, headers });
    try {
      return new Response(await readFile(file), { headers: { ...headers, "Content-Type": type } });
    } catch {
      return new Response("Not found", { status: 404, headers });
    }
  };
}
