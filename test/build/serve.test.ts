/** The small server sends the policy on every response and never leaves its folder. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import headers from "../../electron/headers.json" with { type: "json" };
import { fileOf, serve } from "../../build/serve.mjs";

const outer = realpathSync(mkdtempSync(join(tmpdir(), "lazo-serve-")));
const folder = join(outer, "site");
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(outer, "secret.txt"), "secret");
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "assets", "worker.js"), "1;");
  symlinkSync(join(outer, "secret.txt"), join(folder, "link.txt"));
  server = await serve({ folder });
});
afterAll(async () => {
  await server.close();
  rmSync(outer, { recursive: true });
});

test.each(["/", "/assets/worker.js", "/absent"])("%s carries the policy", async (path) => {
  const response = await fetch(server.url + path);
  for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
});

test("files have their type, what is absent is 404, and nothing can be sent", async () => {
  const script = await fetch(`${server.url}/assets/worker.js?x=1`);
  expect([script.status, script.headers.get("content-type"), await script.text()]).toEqual([
    200,
    "text/javascript; charset=utf-8",
    "1;",
  ]);
  expect((await fetch(`${server.url}/absent`)).status).toBe(404);
  expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
});

test.each([
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/assets/../../secret.txt",
  "/link.txt",
  "/index.html%00.js",
  "/%",
  "//etc/passwd",
  "/assets",
])("%s leads nowhere", (url) => {
  expect(fileOf(url, folder)).toBeUndefined();
});
