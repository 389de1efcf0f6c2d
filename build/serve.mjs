/**
 * Serves the built renderer on this machine only, with the headers that the desktop app sends (electron/headers.json), on
 * every response: a worker obeys the policy of its own. `node build/serve.mjs [port]` serves until it is stopped.
 */
import { createReadStream, readFileSync, realpathSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./setup.mjs";

/**
 * @param {{ port?: number, folder?: string }} [options] the port that is tried first; any free one when it is taken
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ port = 0, folder = join(root, "dist", "renderer") } = {}) {
  const base = realpathSync(folder);
  const shared = (/** @type {string} */ name) => JSON.parse(readFileSync(join(root, "electron", name), "utf8"));
  const headers = shared("headers.json");
  const mime = shared("mime.json");
  const server = createServer((request, response) => {
    const send = /** @param {number} status @param {Record<string, string | number>} more */ (status, more) =>
      response.writeHead(status, { ...headers, "Cache-Control": "no-cache", ...more });
    if (request.method !== "GET" && request.method !== "HEAD") {
      send(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const file = fileOf(request.url ?? "/", base);
    if (file === undefined) {
      send(404, { "Content-Type": "text/plain" }).end("Not found\n");
      return;
    }
    send(200, {
      "Content-Type": mime[extname(file)] ?? "application/octet-stream",
      "Content-Length": statSync(file).size,
    });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(file)
        .on("error", () => response.destroy())
        .pipe(response);
  });
  await listen(server, port).catch(() => listen(server, 0));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {import("node:http").Server} server
 * @param {number} port
 * @returns {Promise<void>}
 */
function listen(server, port) {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", fail);
      done();
    });
  });
}

/**
 * The file that a request means, when it is a plain file inside the folder, links followed.
 * @param {string} url
 * @param {string} base real path
 * @returns {string | undefined}
 */
export function fileOf(url, base) {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "");
    if (path.includes("\0")) return undefined;
    const real = realpathSync(resolve(base, `.${sep}${path.endsWith("/") ? `${path}index.html` : path}`));
    const inside = relative(base, real);
    if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
    return statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { url } = await serve({ port: Number(process.argv[2] ?? 0) });
  console.log(url);
}
