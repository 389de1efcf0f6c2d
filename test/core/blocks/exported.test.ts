/** Every registered block as exported TypeScript: compiled by tsc --strict in one go, run, and equal to the interpreter. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { emitTypescript } from "../../../core/emit/typescript/emit.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import type { SimResult } from "../../../core/sim/result.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { between, everyBlock, modelOf } from "./everyBlock.ts";

interface Exported {
  createModel(): { simulate(options?: { events?: boolean }): SimResult };
  selfTest(): { readonly ok: boolean };
}

let folder = "";
const models = everyBlock.map(({ name, definition, params }, i) => {
  const { settings } = runSettings(between(definition, params), false);
  return { name, file: `block${i}`, settings, model: modelOf(definition, params) };
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lazo-blocks-"));
  for (const { name, file, settings, model } of models) {
    writeFileSync(join(folder, `${file}.ts`), emitTypescript(model, { name, settings }));
  }
  writeFileSync(join(folder, "package.json"), `{"type": "module"}`);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, target: "es2022", module: "esnext", types: [], outDir: "js" },
      include: ["*.ts"],
    }),
  );
  const tsc = spawnSync(process.execPath, ["node_modules/@typescript/native/bin/tsc", "-p", folder], {
    encoding: "utf8",
  });
  expect(tsc.stdout + tsc.stderr).toBe("");
}, 400_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(models)("$name", async ({ name, file, settings, model }) => {
  const exported = (await import(/* @vite-ignore */ pathToFileURL(join(folder, "js", `${file}.js`)).href)) as Exported;
  expect(exported.selfTest()).toMatchObject({ ok: true });
  const records = model.ir.records;
  const here = simulate(interpret(model), { records }, settings);
  const there = exported.createModel().simulate();
  expect(["finished", ...(name.startsWith("stop ") ? ["stopped"] : [])]).toContain(here.status);
  expect(there.status).toBe(here.status);
  expect(Array.from(there.t)).toEqual(Array.from(here.t));
  here.traces.forEach(({ path, values }, i) => {
    expect(there.traces[i]!.path).toBe(path);
    const size = Math.max(1, ...values.map(Math.abs));
    values.forEach((v, k) => expect(Math.abs(there.traces[i]!.values[k]! - v)).toBeLessThanOrEqual(1e-12 * size));
  });
});
