/** An example as the gallery opens it: its document with its data beside it, compiled and run. */
import { readFileSync, readdirSync } from "node:fs";
import { compile } from "../../core/compile/compile.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { readDocument } from "../../core/diagram/schema.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import type { Model } from "../../core/ir/ir.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import { interpret } from "../../core/sim/interpret.ts";
import type { SimResult } from "../../core/sim/result.ts";
import { simulate } from "../../core/sim/simulate.ts";

const folder = new URL("../../examples/", import.meta.url);

export const exampleIds: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".lazo"))
  .map((name) => name.replace(/\.lazo$/, ""));

export const exampleText = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** Every data file is attached; variables may be changed. */
export function example(id: string, variables: { readonly [name: string]: string } = {}): LazoDocument {
  const read = readDocument(exampleText(`${id}.lazo`));
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  const files = new Set(read.document.root.blocks.flatMap((block) => block.params["file"] ?? []));
  for (const name of Object.keys(variables)) {
    if (!read.document.variables.some((variable) => variable.name === name))
      throw new Error(`${id} has no variable ${name}`);
  }
  return {
    ...read.document,
    variables: read.document.variables.map((variable) => ({
      ...variable,
      value: variables[variable.name] ?? variable.value,
    })),
    data: Object.fromEntries([...files].map((file) => [file, exampleText(file)])),
  };
}

export function modelOf(document: LazoDocument): Model {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return compiled.model;
}

export function matricesOf(document: LazoDocument) {
  const made = linearize(modelOf(document));
  if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join("\n"));
  const { A, B, C, D, ...rest } = made.linearization.system;
  return {
    A: A.to2DArray(),
    B: B.to2DArray(),
    C: C.to2DArray(),
    D: D.to2DArray(),
    ...rest,
    exact: made.linearization.exact,
  };
}

export interface Run extends SimResult {
  /** Values of a signal, by its path. */
  of(path: string): Float64Array;
}

export function run(document: LazoDocument): Run {
  const model = modelOf(document);
  const { settings, problems } = runSettings(document, false);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  const records = model.ir.records;
  const result = simulate(interpret(model), { records }, settings);
  return {
    ...result,
    of(path) {
      const trace = result.traces.find((t) => t.path === path);
      if (!trace) throw new Error(`no trace ${path} among ${result.traces.map((t) => t.path).join(", ")}`);
      return trace.values;
    },
  };
}

/** Largest difference over time from a closed form, relative to the largest value of it. */
export function error(result: Run, path: string, exact: (t: number) => number): number {
  const values = result.of(path);
  let [worst, size] = [0, 0];
  result.t.forEach((t, i) => {
    worst = Math.max(worst, Math.abs(values[i]! - exact(t)));
    size = Math.max(size, Math.abs(exact(t)));
  });
  return worst / size;
}
