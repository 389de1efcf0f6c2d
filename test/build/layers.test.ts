/** The arrows between rooms hold only if a broken one is seen: each rule is shown a violation. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkLayers } from "../../build/layers.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lazo-layers-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const value = "export const x = 1;\nexport type X = number;\n";
const imports = (path: string) => `import { x } from "${path}";\nexport const y = x;\n`;
const name = (path: string) => `import type { X } from "${path}";\nexport type Y = X;\n`;

test("arrows that the design draws are let through", async () => {
  plant({
    "core/math/dense.ts": value,
    "core/expr/expr.ts": value,
    "core/ir/ir.ts": imports("../expr/expr.ts"),
    "core/sim/run.ts": imports("../math/dense.ts"),
    "core/diagram/check.ts": name("../ir/ir.ts"),
    "renderer/plots/plot.ts": name("../../core/sim/run.ts"),
    "renderer/host/host.ts": value,
    "electron/main.ts": name("../renderer/host/host.ts"),
  });
  const { violations, cruised, present } = await checkLayers(folder);
  expect(violations).toEqual([]);
  expect(cruised).toBe(present);
});

test.each([
  ["core-expr", "core/expr/a.ts", imports("../blocks/b.ts"), "core/blocks/b.ts"],
  ["core-sim", "core/sim/a.ts", imports("../blocks/b.ts"), "core/blocks/b.ts"],
  ["core-sim", "core/sim/a.ts", name("../blocks/b.ts"), "core/blocks/b.ts"],
  ["core-emit", "core/emit/ts/a.ts", imports("../../diagram/b.ts"), "core/diagram/b.ts"],
  ["core-diagram-types", "core/diagram/a.ts", imports("../ir/ir.ts"), "core/ir/ir.ts"],
  ["core-index", "core/compile/a.ts", imports("../index.ts"), "core/index.ts"],
  ["core-math", "core/math/a.ts", imports("../../renderer/ui/b.ts"), "renderer/ui/b.ts"],
  ["renderer-canvas", "renderer/canvas/a.ts", imports("../plots/b.ts"), "renderer/plots/b.ts"],
  ["renderer-plots-types", "renderer/plots/a.ts", imports("../../core/sim/b.ts"), "core/sim/b.ts"],
  ["renderer-ui", "renderer/ui/a.ts", imports("../store/b.ts"), "renderer/store/b.ts"],
  ["electron", "electron/a.ts", imports("../core/ir/b.ts"), "core/ir/b.ts"],
  ["cli", "cli/a.ts", imports("../core/ir/b.ts"), "core/ir/b.ts"],
])("%s sees %s", async (rule, path, text, target) => {
  plant({ [path]: text, [target]: value });
  const { violations } = await checkLayers(folder);
  expect(violations.map((line) => line.split(":")[0])).toContain(rule);
});

test("Node in the core, a cycle, and a missing file are seen", async () => {
  plant({
    "core/math/a.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
    "core/math/b.ts": 'import { c } from "./c.ts";\nexport const b = () => c;\n',
    "core/math/c.ts": 'import { b } from "./b.ts";\nexport const c = () => b;\n',
    "core/math/d.ts": 'import { e } from "./absent.ts";\nexport const d = e;\n',
  });
  const rules = (await checkLayers(folder)).violations.map((line) => line.split(":")[0]);
  expect(rules).toContain("no-node");
  expect(rules).toContain("no-cycle");
  expect(rules).toContain("resolvable");
});
