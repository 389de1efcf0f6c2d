/** Answers app:// addresses from the built renderer, with the policy on every response: a worker obeys the policy of its own. */
import { readFile } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { extname } from "node:path";
import headers from "./headers.json" with { type: "json" };
import mime from "./mime.json" with { type: "json" };
import { resolveAppUrl } from "./policies.ts";

const kinds: { readonly [ending: string]: string } = mime;

export function bundleServer(folder: string): (request: { method: string; url: string }) => Promise<Response> {
  return async ({ method, url }) => {
    const file = method === "GET" ? resolveAppUrl(url, folder, realpathSync) : undefined;
    const type = file === undefined ? undefined : kinds[extname(file)];
    // Only what the renderer is made of: a kind of file that is not in the table is not ours.
    if (file === undefined || type === undefined) return new Response("Not found", { status: 404, headers });
    try {
      return new Response(await readFile(file), { headers: { ...headers, "Content-Type": type } });
    } catch {
      return new Response("Not found", { status: 404, headers });
    }
  };
}
