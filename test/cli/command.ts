/** The command line for tests that use it as scripts do: the bundle that ships, run as a child process. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { buildWhatIsStale, root } from "../../build/setup.mjs";

/** The test's own folder, gone afterwards. */
export let folder = "";
export let bundle = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lazo-cli-"));
  await buildWhatIsStale(["cli"]);
  // Beside nothing: what the command line finds there, the test has put there.
  bundle = join(folder, "lazo.mjs");
  copyFileSync(join(root, "dist", "cli", "lazo.mjs"), bundle);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function lazo(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { code: status, out: stdout, err: stderr };
}

/** A file in the test's own folder. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export const island = "examples/island.lazo";

/** Figures of the first line that is a problem: `severity code path: message (hint)`. */
export const problem = /^(error|warning) (\S+) (.+?): (.+)$/m;
