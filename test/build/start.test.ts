/** The commands as a newcomer runs them: `npm start` where there is no display, and the command line's clean stdout. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../build/setup.mjs";

test.skipIf(process.platform !== "linux")(
  "without a display the renderer is served, one line says why, and SIGTERM ends it",
  async () => {
    const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
    const child = spawn(process.execPath, [join(root, "build", "start.mjs")], { env });
    let told = "";
    child.stderr.on("data", (text) => (told += String(text)));
    try {
      const url = await new Promise<string>((done, fail) => {
        child.stdout.once("data", (text) => done(String(text).trim()));
        child.on("exit", (code) => fail(new Error(`ended with ${code}: ${told}`)));
      });
      expect(url).toMatch(/^http:\/\/localhost:\d+$/);
      const page = await fetch(url);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await page.text()).toContain('id="app"');
      expect(told.split("\n").filter((line) => line.includes(url))).toEqual([
        `There is no display for a window: Lazo is served at ${url} instead (Ctrl+C ends it).`,
      ]);
    } finally {
      const ended = new Promise((done) => child.removeAllListeners("exit").on("exit", done));
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    }
  },
);

test("the command line: its own words on stdout, its own exit code", () => {
  const lazo = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "build", "lazo.mjs"), ...args], { cwd: root, encoding: "utf8" });
  const matrices = lazo("matrices", "examples/island.lazo", "--format", "json");
  expect(JSON.parse(matrices.stdout)).toMatchObject({
    A: [
      [0.5, -4],
      [0.1, -0.05],
    ],
    B: [[0.3], [0]],
  });
  expect(matrices.status).toBe(0);
  expect(lazo("check", "examples/absent.lazo").status).toBe(1);
});
