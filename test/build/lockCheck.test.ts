import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockProblems } from "../../build/lockCheck.mjs";

function problemsOf(manifest: object, packages: object): string[] {
  const folder = mkdtempSync(join(tmpdir(), "lazo-lock-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
    return lockProblems(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const wanted = { devDependencies: { tool: "1.2.3" } };

test("a whole lock file has no problems", () => {
  const packages = {
    "": wanted,
    "node_modules/tool": { optionalDependencies: { "@tool/linux": "1.2.3" } },
    "node_modules/@tool/linux": {},
  };
  expect(problemsOf(wanted, packages)).toEqual([]);
});

test("a platform binary that was dropped from the lock file is named", () => {
  const packages = { "": wanted, "node_modules/tool": { optionalDependencies: { "@tool/mac": "1.2.3" } } };
  expect(problemsOf(wanted, packages)).toEqual(["node_modules/tool names @tool/mac, which the lock file lacks"]);
});

test("a version range, and a manifest that went its own way, are named", () => {
  const loose = { devDependencies: { tool: "^1.2.3" } };
  expect(problemsOf(loose, { "": loose })).toHaveLength(1);
  expect(problemsOf(wanted, { "": loose })).toHaveLength(1);
});
