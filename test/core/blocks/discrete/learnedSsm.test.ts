/** The Learned SSM block against the machine it was written after, in a diagram; and what a user may do wrong with its file. */
import { describe, expect, it, test } from "vitest";
import { blockOf } from "../../../../core/blocks/index.ts";
import { attachedTo } from "../../../../core/diagram/attached.ts";
import { bindBlock } from "../../../../core/diagram/bind.ts";
import { compile } from "../../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { runSettings } from "../../../../core/diagram/runSettings.ts";
import { answer } from "../../../../core/learn/task.ts";
import type { NetworkSpec } from "../../../../core/learn/network.ts";
import { writeWeights } from "../../../../core/learn/weightFile.ts";
import { accelerate } from "../../../../core/emit/wasm/accelerate.ts";
import { linearize } from "../../../../core/linearize/linearize.ts";
import { interpret } from "../../../../core/sim/interpret.ts";
import { simulate } from "../../../../core/sim/simulate.ts";
import { learnedFiles, learnedOf, learnedSpecs } from "../learnedFiles.ts";

const signal = "[sin(3*t) + 0.4; cos(2*t) * t]";
const u = (t: number) => [Math.sin(3 * t) + 0.4, Math.cos(2 * t) * t];

function drawn(params: { readonly [name: string]: string }, data = learnedFiles, outs = ["y"]): LazoDocument {
  const at = { x: 0, y: 0 };
  const plain = (id: string, type: string, own: { readonly [name: string]: string }) => ({ id, name: id, type, version: 1, params: own, at }); // prettier-ignore
  return {
    format: "lazo",
    version: 1,
    name: "learned",
    variables: [],
    root: {
      blocks: [
        plain("u", "input", { signal }),
        plain("net", "learned-ssm", { period: "0.1", ...params }),
        ...outs.map((out) => plain(`out ${out}`, "output", {})),
      ],
      wires: [
        { id: "a", from: { block: "u", port: "u" }, to: { block: "net", port: "u" } },
        ...outs.map((out) => ({ id: `w-${out}`, from: { block: "net", port: out }, to: { block: `out ${out}`, port: "y" } })), // prettier-ignore
      ],
      notes: [],
    },
    run: { stop: "4", step: "0.1", solver: "auto" },
    data,
  };
}

function modelOf(document: LazoDocument) {
  const compiled = compile(document);
  expect(compiled.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!compiled.ok) throw new Error("did not compile");
  return compiled.model;
}

function valuesOf(document: LazoDocument) {
  const model = modelOf(document);
  const { settings } = runSettings(document, false);
  const result = simulate(interpret(model), { records: model.ir.records }, settings);
  expect(result.status).toBe("finished");
  return result;
}

describe.each(Object.entries(learnedSpecs))("%s", (file, spec) => {
  it("answers as the machine of core/learn does", () => {
    const { t, traces } = valuesOf(drawn({ weights: file }));
    const inputs = [0, 1].map((k) => Float64Array.from(t, (at) => u(at)[k]!));
    const wanted = answer(learnedOf(spec), inputs)[0]!;
    const got = traces.find(({ path }) => path.startsWith("out y"))!.values;
    expect(got.length).toBe(41);
    expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(1e-3);
    for (let k = 0; k < got.length; k++) expect(Math.abs(got[k]! - wanted[k]!)).toBeLessThan(1e-10);
  });

  it("answers the same as WebAssembly", () => {
    const document = drawn({ weights: file });
    const here = valuesOf(document);
    const model = modelOf(document);
    const { engine, kind } = accelerate(model);
    expect(kind).toBe("wasm");
    const there = simulate(engine, { records: model.ir.records }, runSettings(document, false).settings);
    here.traces.forEach(({ values }, i) =>
      values.forEach((v, k) => expect(Math.abs(there.traces[i]!.values[k]! - v)).toBeLessThan(1e-12)),
    );
  });
});

const sizes = { inputs: "2", outputs: "1", width: "3", size: "4", layers: "2", begin: "5" };
test.each([
  [{ kind: "S5" }, { kind: "s5" }],
  [
    { kind: "S4D", modes: "HiPPO" },
    { kind: "s4d", init: "legs" },
  ],
  [
    { kind: "S4D", modes: "real", size: "3" },
    { kind: "s4d", init: "real", states: 3 },
  ],
  [{ kind: "S4" }, { kind: "s4", init: "legs" }],
  [
    { kind: "S4", matrix: "random" },
    { kind: "s4", init: "random" },
  ],
  [{ kind: "DSS" }, { kind: "dss" }],
  [{ kind: "linear" }, { kind: "linear", init: "legs" }],
  [{ kind: "Mamba" }, { kind: "mamba" }],
] as const)("without a file %o runs as it begins", (params, own) => {
  const { traces } = valuesOf(drawn({ ...sizes, ...params }, {}));
  const got = traces.find(({ path }) => path.startsWith("out y"))!.values;
  // Of modes 8 / 128 at least: nothing outlasts the sequences that it will be trained on.
  const spec: NetworkSpec = {
    ...{ form: "network", inputs: 2, outputs: 1, width: 3, states: 4, layers: 2, length: 128 },
    ...{ stepRange: [0.0625, 0.3], ...own },
  };
  const { weights } = learnedOf(spec, 5);
  const one = { mean: [0, 0], scale: [1, 1] };
  const inputs = [0, 1].map((k) => Float64Array.from(got, (_, i) => u(i * 0.1)[k]!));
  const wanted = answer({ ...learnedOf(spec), weights, from: one, to: { mean: [0], scale: [1] } }, inputs)[0]!;
  expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(1e-3);
  for (let k = 0; k < got.length; k++) expect(Math.abs(got[k]! - wanted[k]!)).toBeLessThan(1e-10);
  const other = valuesOf(drawn({ ...sizes, ...params, begin: "6" }, {})).traces.find(({ path }) => path.startsWith("out y"))!.values; // prettier-ignore
  expect(Math.max(...got.map((v, k) => Math.abs(v - other[k]!)))).toBeGreaterThan(1e-3);
});

test("an attached file decides kind and sizes in place of what is typed, be that wrong", () => {
  const block = { ...drawn({ weights: "mamba.json", kind: "S4", size: "nothing", width: "7" }).root.blocks[1]! };
  const bound = bindBlock(block, blockOf("learned-ssm")!, new Map(), attachedTo(learnedFiles));
  expect(bound.problems).toEqual([]);
  expect(bound.settled).toEqual({
    ...{ kind: "Mamba", inputs: "2", outputs: "1", width: "3", size: "3", layers: "2" },
    ...{ modes: null, matrix: null, begin: null },
  });
  expect(bound.ports.in?.["u"]?.width).toBe(2);
  const free = bindBlock({ ...block, params: { kind: "S4" } }, blockOf("learned-ssm")!, new Map(), attachedTo({}));
  expect(free.settled).toEqual({ inside: null, layer: null });
});

test("what Mamba chooses is asked of Mamba alone, and counts for no other kind, be it asked for", () => {
  const of = (params: { readonly [name: string]: string }) =>
    bindBlock(drawn(params).root.blocks[1]!, blockOf("learned-ssm")!, new Map(), attachedTo(learnedFiles));
  const asked = { inside: "shown", layer: "9" };
  const others: readonly Parameters<typeof of>[0][] = [{ kind: "S5" }, { weights: "s5.json", kind: "Mamba" }];
  for (const other of others) {
    expect(of({ ...other, ...asked })).toMatchObject({ problems: [], settled: { inside: null, layer: null } });
    expect(Object.keys(of({ ...other, ...asked }).ports.out ?? {})).toEqual(["y"]);
  }
  const mambas: readonly Parameters<typeof of>[0][] = [{ kind: "Mamba" }, { weights: "mamba.json" }];
  for (const mamba of mambas) {
    expect(of(mamba).settled).not.toHaveProperty("inside");
    expect(Object.keys(of({ ...mamba, inside: "shown" }).ports.out ?? {})).toEqual(["y", "step", "poles", "B"]);
  }
});

test("a network that says how sure it is has the deviation as an output", () => {
  const { traces } = valuesOf(drawn({ weights: "s4d.json" }, learnedFiles, ["y", "deviation"]));
  const deviation = traces.find(({ path }) => path.startsWith("out deviation"))!.values;
  expect(deviation.every((v) => v > 0)).toBe(true);
});

test("Mamba shows the step, the poles and B that it chose, and the poles are those of its linearization", () => {
  const ports = ["y", "step", "poles", "B"];
  const document = drawn({ weights: "mamba.json", inside: "shown", layer: "1" }, learnedFiles, ports);
  const model = modelOf(document);
  const engine = interpret(model);
  engine.memory[0] = 0.7;
  engine.refresh(new Uint8Array(engine.tasks.length).fill(1));
  const poles = model.ir.outputs.flatMap(({ slot, block }) => (block === "out poles" ? [engine.memory[slot]!] : []));
  expect(poles).toHaveLength(6 * 3);
  expect(poles.every((pole) => pole > 0 && pole < 1)).toBe(true);
  const made = linearize(model, Float64Array.from(engine.memory));
  if (!made.ok) throw new Error("not linearized");
  const { A, D } = made.linearization.system;
  // States: three inputs of the convolution in each of six channels, then the states proper.
  poles.forEach((pole, i) => expect(A.get(18 + i, 18 + i)).toBeCloseTo(pole, 12));
  // The step depends on the input at once: A and B are functions of u.
  const steps = model.ir.outputs.flatMap(({ block }, row) => (block === "out step" ? [row] : []));
  expect(Math.max(...steps.map((row) => Math.abs(D.get(row, 0))))).toBeGreaterThan(1e-6);
});

test("it runs beside a continuous plant and holds its answer in between", () => {
  const sampled = drawn({ weights: "s5.json" });
  const plant = {
    id: "lag",
    name: "lag",
    type: "first-order",
    version: 1,
    params: { time: "0.3" },
    at: { x: 0, y: 0 },
  };
  const mixed: LazoDocument = {
    ...sampled,
    root: {
      ...sampled.root,
      blocks: [...sampled.root.blocks, plant, { ...plant, id: "z", name: "z", type: "output", params: {} }],
      wires: [
        ...sampled.root.wires,
        { id: "b", from: { block: "net", port: "y" }, to: { block: "lag", port: "in" } },
        { id: "c", from: { block: "lag", port: "out" }, to: { block: "z", port: "y" } },
      ],
    },
    run: { stop: "4", step: "0.02", solver: "auto" },
  };
  const alone = valuesOf(sampled);
  const { t, traces } = valuesOf(mixed);
  const [of, whole] = [alone, { t, traces }].map(
    (result) => result.traces.find(({ path }) => path.startsWith("out y"))!.values,
  );
  for (let k = 0; k < t.length; k++) {
    const before = Math.floor(t[k]! / 0.1 + 1e-6);
    expect(Math.abs(whole![k]! - of![before]!)).toBeLessThan(1e-12);
  }
});

test("new numbers in a file of the same sizes are no new structure", () => {
  const first = compile(drawn({ weights: "s5.json" }));
  const other = { ...learnedFiles, "s5.json": writeWeights(learnedOf(learnedSpecs["s5.json"]!, 6)) };
  const second = compile(drawn({ weights: "s5.json" }, other), first);
  expect(second.structure).toBe(first.structure);
  expect(second.ok && first.ok && second.model.values).not.toEqual(first.ok && first.model.values);
});

const s5 = learnedOf(learnedSpecs["s5.json"]!);
const truncated = writeWeights(s5).replace(/"0\.gate"/, '"0.gone"');
test.each([
  [{ kind: "S4D", size: "5" }, "BLOCK_CHECK", /even, not 5/],
  [{ width: "256", size: "256", layers: "16" }, "BLOCK_CHECK", /too large/],
  [{ width: "128", layers: "12" }, "BLOCK_CHECK", /200000 numbers/],
  [{ width: "0" }, "PARAM_RANGE", /at least 1/],
  [{ weights: "gone.json" }, "WEIGHTS_NOT_THERE", /"gone.json"/],
  [{ weights: "noise.json" }, "NOT_JSON", /"noise.json"/],
  [{ weights: "csv.json" }, "NOT_WEIGHTS", /no weights/],
  [{ weights: "cut.json" }, "WEIGHTS_INVALID", /weights.0.gate/],
  [{ weights: "timed.json" }, "BLOCK_CHECK", /0.05 s, and this is 0.1 s/],
  [{ weights: "symbols.json" }, "BLOCK_CHECK", /symbols/],
  [{ weights: "s5.json", initial: "[1; 2]" }, "BLOCK_CHECK", /8 states/],
  [{ weights: "mamba.json", inside: "shown", layer: "3" }, "BLOCK_CHECK", /no layer 3/],
  [{ weights: "huge.json" }, "BLOCK_CHECK", /4096 states/],
] as const)("%o is refused with its place", (params, code, says) => {
  const data = {
    ...learnedFiles,
    ...{ "noise.json": "nothing", "csv.json": '{"t": 1}', "cut.json": truncated },
    "timed.json": writeWeights({ ...s5, period: 0.05 }),
    "symbols.json": writeWeights(
      learnedOf({ kind: "s5", form: "network", inputs: 1, outputs: 1, width: 3, states: 4, layers: 1, symbols: 4 }),
    ),
    "huge.json": writeWeights(
      learnedOf({ kind: "s4d", form: "network", inputs: 2, outputs: 1, width: 100, states: 64, layers: 1 }),
    ),
  };
  const compiled = compile(drawn({ ...params }, data));
  const problem = compiled.problems.find(({ path, severity }) => path === "net" && severity === "error");
  expect(problem).toMatchObject({ code });
  expect(`${problem?.message} ${problem?.hint ?? ""}`).toMatch(says);
});
