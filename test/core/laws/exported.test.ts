/** Random diagrams as exported TypeScript: compiled by tsc --strict in one go, run, and equal to the interpreter. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { emitTypescript } from "../../../core/emit/typescript/emit.ts";
import type { Model } from "../../../core/ir/ir.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import type { SimResult, SimSettings } from "../../../core/sim/result.ts";
import { simulate, simulateInSlices } from "../../../core/sim/simulate.ts";
import { randomDiagram } from "../randomDiagram.ts";

interface Exported {
  createModel(): { simulate(options?: { events?: boolean }): SimResult };
  selfTest(): { readonly ok: boolean };
}

/** A diagram that goes on switching is not worth more than some hundred slices of about a millisecond. */
function isShort(model: Model, settings: SimSettings): boolean {
  const slices = simulateInSlices(interpret(model), model.ir, settings);
  for (let k = 0; k < 200; k++) if (slices.next().done) return true;
  return false;
}

const soak = Number(process.env["SOAK"] ?? 0);
// Every exported file carries the simulator, which tsc reads each time: a few in the usual checks.
const models = fc.sample(randomDiagram(), soak > 0 ? Math.ceil(soak / 10) : 30).flatMap(({ document }, i) => {
  const compiled = compile(document);
  const { settings } = runSettings(document, false);
  return compiled.ok && isShort(compiled.model, settings)
    ? [{ file: `random${i}`, document, settings, model: compiled.model }]
    : [];
});
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lazo-random-"));
  for (const { file, settings, model } of models)
    writeFileSync(join(folder, `${file}.ts`), emitTypescript(model, { name: file, settings }));
  writeFileSync(join(folder, "package.json"), `{"type": "module"}`);
  const compilerOptions = { strict: true, target: "es2022", module: "esnext", types: [], outDir: "js" };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const tsc = spawnSync(process.execPath, ["node_modules/@typescript/native/bin/tsc", "-p", folder], {
    encoding: "utf8",
  });
  expect(tsc.stdout + tsc.stderr).toBe("");
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a model that goes on switching under constant inputs, or loses a state, is exported all the same", () => {
  // Found by drawing many: under golden vectors of their own these never came to an end.
  for (const seed of [100_008, 100_071, 100_265, 101_129]) {
    const { document } = fc.sample(randomDiagram(), { numRuns: 1, seed })[0]!;
    const compiled = compile(document);
    if (!compiled.ok) continue;
    const { settings } = runSettings(document, false);
    if (isShort(compiled.model, settings))
      expect(emitTypescript(compiled.model, { name: "restless", settings })).toContain("selfTest");
  }
});

test("there are some", () => expect(models.length).toBeGreaterThan(10));

test.each(models)("$file", async ({ file, document, settings, model }) => {
  const exported = (await import(/* @vite-ignore */ pathToFileURL(join(folder, "js", `${file}.js`)).href)) as Exported;
  const here = simulate(interpret(model), model.ir, settings);
  const there = exported.createModel().simulate();
  const drawn = JSON.stringify(document);
  expect(there.status, drawn).toBe(here.status);
  expect(Array.from(there.t), drawn).toEqual(Array.from(here.t));
  here.traces.forEach(({ path, values }, i) => {
    const other = there.traces[i]!;
    expect(other.path).toBe(path);
    const size = values.reduce((top, v) => (Number.isFinite(v) ? Math.max(top, Math.abs(v)) : top), 1);
    const off = values.findIndex(
      (v, k) => !(Math.abs(other.values[k]! - v) <= 1e-12 * size) && !Object.is(other.values[k], v),
    );
    expect(off, `${path} at t = ${here.t[off]} of ${drawn}`).toBe(-1);
  });
});
