/** Bans hold only if breaking them is seen: oxlint, with the project's configuration, is shown one of each. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../build/setup.mjs";

const folder = mkdtempSync(join(tmpdir(), "lazo-lint-"));
let found = "";

beforeAll(() => {
  for (const room of ["core", "renderer"]) mkdirSync(join(folder, room));
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  const core = `
export const a = () => Math.random() + Date.now();
export const b = () => console.log(process.pid);
export const c = (s: string) => eval(s);
export const d = (s: string) => new Function(s);
`;
  const renderer = `
import { spawn } from "node:child_process";
export const e = (at: HTMLElement) => { at.innerHTML = "x"; spawn("x"); };
export const f = () => <div dangerouslySetInnerHTML={{ __html: "x" }} />;
`;
  writeFileSync(join(folder, "core", "planted.ts"), core);
  writeFileSync(join(folder, "renderer", "planted.tsx"), renderer);
  const oxlint = join(root, "node_modules", "oxlint", "bin", "oxlint");
  const done = spawnSync(process.execPath, [oxlint, "--format=unix", "."], { cwd: folder, encoding: "utf8" });
  found = done.stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["Math.random", "'Math.random' is restricted"],
  ["Date", "The core has no clock"],
  ["console", "Return a Problem"],
  ["process", "The core knows no platform"],
  ["eval", "no-eval"],
  ["new Function", "no-new-func"],
  ["child processes", "'node:child_process' import is restricted"],
  ["innerHTML", "'innerHTML' is restricted"],
  ["dangerouslySetInnerHTML", "no-danger"],
])("%s is seen", (_, message) => {
  expect(found).toContain(message);
});
