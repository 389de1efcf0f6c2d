import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { stale } from "../../build/generate.mjs";
import { files } from "../../build/generate/blocks.mjs";

function indexOf(paths: string[]): string {
  const root = mkdtempSync(join(tmpdir(), "lazo-generate-"));
  try {
    for (const path of ["block.ts", ...paths].map((name) => join(root, "core", "blocks", name))) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "export default {};\n");
    }
    return files(root)[0]!.text;
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("every file of a category is a block, in the order of their names", () => {
  const imports = [...indexOf(["math/sum.ts", "math/gain.ts", "continuous/integrator.ts"]).matchAll(/from "(.+)"/g)];
  expect(imports.map(([, path]) => path)).toEqual([
    "./block.ts",
    "./continuous/integrator.ts",
    "./math/gain.ts",
    "./math/sum.ts",
  ]);
});

test("two files of one name are refused", () => {
  expect(() => indexOf(["math/gain.ts", "discrete/gain.ts"])).toThrow("rename one");
});

test("what is committed is what would be generated", async () => {
  expect((await stale()).map(({ path }) => path)).toEqual([]);
});
