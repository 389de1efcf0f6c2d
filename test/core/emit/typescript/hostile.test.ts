/** Names from a stranger's document: the exported file must have the same syntax tree as for harmless names, and run no word of them. */
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { emitJson } from "../../../../core/emit/json/emit.ts";
import { printMatrices } from "../../../../core/emit/matrices.ts";
import { emitTypescript } from "../../../../core/emit/typescript/emit.ts";
import type { Model } from "../../../../core/ir/ir.ts";
import { linearize } from "../../../../core/linearize/linearize.ts";
import type { SimSettings } from "../../../../core/sim/result.ts";
import { compile } from "../../../../core/compile/compile.ts";
import { draw } from "../../drawing.ts";
import { hostileNames } from "../hostileNames.ts";
import { compileAndRun } from "./exported.ts";

const settings: SimSettings = {
  start: 0,
  stop: 1,
  step: 0.1,
  solver: "auto",
  rtol: 1e-6,
  atol: 1e-9,
  maxStep: Infinity,
  events: false,
};

/** A model with every kind of thing that has a name: inputs, states, modes, samples, a loop, a series, tasks, outputs. */
const compiled = compile(
  draw(
    {
      p: ["pulse"],
      u: ["input"],
      d: ["from-csv", { file: "d.csv" }],
      s: ["sum", { signs: "+-" }],
      k: ["gain", { gain: "2" }],
      l: ["saturation"],
      x: ["integrator"],
      z: ["unit-delay"],
      y: ["output"],
    },
    ["p -> u.drive", "u -> s.in1", "s -> k", "k -> s.in2", "k -> l", "l -> x", "d -> x", "x -> z", "x -> y", "z -> y"],
    { data: { "d.csv": "t,v\n0,1\n1,2\n" } },
  ),
);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const benign = compiled.model;

/** The same model with every name replaced, none of them unique on purpose. */
function renamed(model: Model, name: (i: number) => string): Model {
  const { ir } = model;
  const block = new Map([...new Set(ir.slots.map((slot) => slot.block))].map((b, i) => [b, name(i)]));
  return {
    values: model.values,
    ir: {
      ...ir,
      key: name(1),
      slots: ir.slots.map((slot, i) => ({
        ...slot,
        path: name(i),
        label: name(i + 1),
        block: block.get(slot.block)!,
        unit: name(i + 2),
      })),
      series: ir.series.map((series, i) => ({ ...series, name: name(i) })),
      algebra: ir.algebra.map((step) => ({
        ...step,
        block: block.get(step.block) ?? name(0),
        ...(step.do === "solve" ? { loop: step.loop.map((_, i) => name(i)) } : {}),
      })),
      outputs: ir.outputs.map((output, i) => ({ ...output, label: name(i + 3), path: name(i + 4), block: name(i) })),
      records: ir.records.map((record, i) => ({ ...record, path: name(i + 5) })),
    },
  };
}

function exportOf(model: Model, name: string): string {
  const linearized = linearize(model);
  return emitTypescript(model, {
    name,
    settings,
    ...(linearized.ok ? { linearization: linearized.linearization } : {}),
  });
}

/** Kinds of all nodes in order; literals and identifiers by their kind, identifiers by their text too. */
function shape(text: string): string {
  const source = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, false);
  const kinds: string[] = [];
  const visit = (node: ts.Node): void => {
    kinds.push(
      ts.isIdentifier(node)
        ? `${node.kind}:${node.text}`
        : ts.isNumericLiteral(node)
          ? `${node.kind}=${node.text}`
          : String(node.kind),
    );
    ts.forEachChild(node, visit);
  };
  visit(source);
  return kinds.join(" ");
}

const names = fc.array(fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: "binary", maxLength: 20 })), {
  minLength: 1,
  maxLength: 8,
});

describe("names from a document", () => {
  it("leave the syntax tree as it is for harmless names", () => {
    // Blocks that share a name are one literal fewer: harmless names are given in the same pattern.
    fc.assert(
      fc.property(names, (list) => {
        const distinct = [...new Set(list)];
        const nameOf = (i: number): string => list[i % list.length]!;
        const harmless = (i: number): string => `name${distinct.indexOf(nameOf(i))}`;
        expect(shape(exportOf(renamed(benign, nameOf), nameOf(0)))).toBe(
          shape(exportOf(renamed(benign, harmless), "name")),
        );
      }),
      { numRuns: 12 },
    );
    const plain = shape(
      exportOf(
        renamed(benign, () => "name"),
        "name",
      ),
    );
    for (const name of hostileNames)
      expect(
        shape(
          exportOf(
            renamed(benign, () => name),
            name,
          ),
        ),
        name,
      ).toBe(plain);
  });

  it("never run, and read back as they were", () => {
    const files = new Map(
      hostileNames.map((name, i) => [
        `m${i}`,
        exportOf(
          renamed(benign, () => name),
          name,
        ),
      ]),
    );
    const script = `
      const read = [];
      for (const file of ${JSON.stringify([...files.keys()])}) {
        const { name, inputs, outputs, createModel, selfTest } = await import("./" + file + ".js");
        const run = createModel().simulate();
        read.push({ name, input: inputs[0], output: outputs[0], path: run.traces[0].path, ok: selfTest().ok, canary: globalThis.canary ?? null, polluted: Object.keys(Object.prototype).length });
      }
      console.log(JSON.stringify(read));`;
    const { complaints, printed } = compileAndRun(files, script);
    expect(complaints).toBe("");
    expect(printed).toEqual(
      hostileNames.map((name) => ({
        name,
        input: name,
        output: name,
        path: name,
        ok: true,
        canary: null,
        polluted: 0,
      })),
    );
  }, 60_000);

  it("stay inside their strings in JSON and in printed matrices", () => {
    for (const name of hostileNames) {
      const model = renamed(benign, () => name);
      const json = emitJson(model, { name, settings });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toMatchObject({
        name,
        outputs: [{ label: name }, { label: name }].slice(0, model.ir.outputs.length),
      });
      const linearized = linearize(model);
      if (linearized.ok)
        expect(JSON.parse(printMatrices(linearized.linearization.system, "json")).states).toContain(name);
    }
  });
});
