/** What an estimator refers to: found wherever it moves, refused by name where it does not fit. */
import { expect, test } from "vitest";
import { compile } from "../../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { copyFragment, paste, readFragment } from "../../../../core/diagram/fragment.ts";
import { renameBlock, setParam } from "../../../../core/diagram/edit.ts";
import { group } from "../../../../core/diagram/group.ts";
import { plantChoices } from "../../../../core/diagram/plantChoices.ts";
import { linearize } from "../../../../core/linearize/linearize.ts";
import { type Drawn, draw } from "../../drawing.ts";

type Params = { readonly [name: string]: string };

/** An estimator (b4) of the plant (b1), of which the output is measured. */
function watched(plant: Drawn[string], params: Params = {}, type = "extended-kalman-filter"): LazoDocument {
  return draw(
    { Plant: plant, u: ["input", { signal: "sin(t)" }], seen: ["scope"], Filter: [type, { plant: "b1", ...params }] },
    ["u -> Plant", "u -> Filter.u", "Plant -> Filter.y", "Filter.x -> seen"],
  );
}
const errorsOf = (document: LazoDocument) => compile(document).problems.filter(({ severity }) => severity === "error");
const spring: Drawn[string] = ["second-order", { frequency: "2", damping: "0.1" }];
const within = (drawing: LazoDocument): Drawn[string] => ["subsystem", {}, { drawing }];
const chain = (...types: readonly Drawn[string][]): LazoDocument => {
  const names = types.map((_, i) => `n${i}`);
  return draw(
    { in: ["in"], ...Object.fromEntries(types.map((type, i) => [names[i]!, type])), out: ["out"] },
    ["in", ...names].map((from, i) => `${from} -> ${[...names, "out"][i]!}`),
  );
};

test("is found by its id: renamed, grouped with or without its estimator, copied", () => {
  const document = watched(spring);
  expect(errorsOf(document)).toEqual([]);
  const widths = (d: LazoDocument, path: string) => compile(d).widths.get(`${path}.x`);
  expect(widths(document, "Filter")).toBe(2);
  expect(errorsOf(renameBlock(document, "b1", "Spring"))).toEqual([]);
  const alone = group(document, { blocks: new Set(["b1"]) }, "Body");
  expect(errorsOf(alone)).toEqual([]);
  const both = group(document, { blocks: new Set(["b1", "b4"]) }, "Watched");
  expect(errorsOf(both)).toEqual([]);
  expect(widths(both, "Watched/Filter")).toBe(2);

  const fragment = readFragment(
    copyFragment(both, { blocks: new Set([both.root.blocks.find(({ name }) => name === "Watched")!.id]) }),
  )!;
  const copied = paste(both, fragment, { x: 0, y: 400 });
  const copy = copied.root.blocks.at(-1)!;
  const inside = (name: string) => copy.sheet!.blocks.find((block) => block.name === name)!;
  expect(inside("Filter").params["plant"]).toBe(inside("Plant").id);
  expect(inside("Plant").id).not.toBe("b1");
  expect(plantChoices(document, "b4")).toEqual([{ id: "b1", path: "Plant" }]);
});

test("has the numbers of the subsystem around it, and noise in it at its mean", () => {
  const inside = (disturbance: Drawn[string]) =>
    draw(
      { in: ["in"], w: disturbance, sum: ["sum", { signs: "++" }], x: ["first-order", { time: "tau" }], out: ["out"] },
      ["in -> sum.in1", "w -> sum.in2", "sum -> x", "x -> out"],
    );
  const plant = (disturbance: Drawn[string]): Drawn[string] => [
    "subsystem",
    { tau: "0.5" },
    { drawing: inside(disturbance), mask: { tau: "9" } },
  ];
  const matrices = (disturbance: Drawn[string]) => {
    const { model } = compile(watched(plant(disturbance), {}, "kalman-filter"));
    const of = (name: string) => model!.values[model!.ir.slots.findIndex(({ path }) => path === `Filter#${name}[1]`)]!;
    return ["Phi", "Gamma", "drift"].map(of);
  };
  const decay = Math.exp(-0.2);
  for (const noise of [
    ["noise", { mean: "3" }],
    ["uniform-noise", { lower: "1", upper: "5" }],
    ["constant", { value: "3" }],
  ] as const) {
    const [Phi, Gamma, drift] = matrices(noise);
    expect(Phi).toBeCloseTo(decay, 12);
    expect(Gamma).toBeCloseTo(1 - decay, 12);
    expect(drift).toBeCloseTo(3 * (1 - decay), 12);
  }
  expect(matrices(["band-limited-noise"])[2]).toBe(0);
});

const refused: readonly (readonly [code: string, field: string, hint: RegExp, document: LazoDocument])[] = [
  ["PLANT_NOT_CHOSEN", "plant", /Choose the block/, watched(spring, { plant: "" })],
  ["PLANT_MISSING", "plant", /another block/, watched(spring, { plant: "b77" })],
  ["PLANT_SELF", "plant", /without estimators/, watched(spring, { plant: "b4" })],
  ["PLANT_NO_OUTPUT", "plant", /an output/, watched(spring, { plant: "b3" })],
  ["PLANT_STATELESS", "plant", /integrates/, watched(["gain"])],
  ["PLANT_BROKEN", "plant", /Mend it/, watched(within(draw({ in: ["in"], far: ["from", { tag: "T" }], s: ["sum"], i: ["integrator"], out: ["out"] }, ["in -> s.in1", "far -> s.in2", "s -> i", "i -> out"])))],
  ["PLANT_DELAY", "plant", /transfer function/, watched(within(chain(["transport-delay"], ["integrator"])))],
  ["PLANT_MEMORY", "plant", /Leave it out/, watched(within(chain(["relay"], ["integrator"])))],
  ["PLANT_NONLINEAR", "plant", /extended/, watched(within(chain(["integrator"], ["function", { formula: "u^3" }])), {}, "kalman-filter")],
  ["PLANT_STATES", "plant", /reduce/, watched(["integrator", { initial: "zeros(25, 1)" }], {}, "kalman-filter")],
  ["PLANT_MIXED", "plant", /Leave what is sampled/, watched(within(chain(["zero-order-hold", { period: "0.1" }], ["saturation", { upper: "1" }], ["unit-delay", { period: "0.1" }], ["integrator"])))],
  ["PLANT_SAMPLES", "period", /multiple/, watched(["unit-delay", { period: "0.3" }])],
  ["PLANT_LOOP", "plant", /Break the loop/, watched(within(draw({ in: ["in"], s: ["sum", { signs: "+-" }], f: ["function", { formula: "u^3" }], i: ["integrator"], out: ["out"] }, ["in -> s.in1", "s -> f", "f -> s.in2", "s -> i", "i -> out"])))],
  ["PLANT_NAME", "measured", /It has out/, watched(spring, { measured: "speed" })],
  ["PLANT_NAME", "inputs", /It has in/, watched(spring, { inputs: "wind" })],
]; // prettier-ignore

test.each(refused)("%s at %s", (code, field, hint, document) => {
  const problem = errorsOf(document).find((one) => one.code === code);
  expect(problem).toMatchObject({ path: "Filter", field });
  expect(problem!.hint).toMatch(hint);
});

test.each([
  ["Q", "[1, 2, 3]", "Q must be a number, 2 numbers or 2 × 2, and is 1 × 3.", /diagonal/],
  ["Q", "[1, 2; 0, 1]", "Q must be symmetric.", /both sides/],
  ["P0", "[1, 2; 2, 1]", "P₀ must have no negative eigenvalue.", /0 or more/],
  ["R", "0", "R must be positive definite.", /some noise/],
  ["R", "-1", "R must be positive definite.", /some noise/],
  ["x0", "[1, 2, 3]", "There are 2 states, but 3 initial values.", /^$/],
  ["angles", "phi", 'There is no measurement "phi".', /There are out/],
])("a wrong %s, at its field with its cure: %s", (param, value, message, hint) => {
  const [problem, ...more] = errorsOf(setParam(watched(spring), new Set(["b4"]), param, value));
  expect(problem).toMatchObject({ code: "BLOCK_CHECK", path: "Filter", field: param, message });
  expect(problem!.hint ?? "").toMatch(hint);
  expect(more).toEqual([]);
});

test("the spread of sigma points and the lag of a smoother have their bounds", () => {
  expect(errorsOf(watched(spring, { kappa: "-2" }, "unscented-kalman-filter"))).toMatchObject([
    { code: "BLOCK_CHECK", message: "The parameter κ must be above −2." },
  ]);
  const many = errorsOf(watched(["integrator", { initial: "zeros(6, 1)" }], { lag: "60" }, "fixed-lag-smoother"));
  expect(many.map(({ message }) => message)).toContain("With 6 states the lag can be 27 samples at most.");
});

test("names of inputs and outputs choose and order them", () => {
  const plant: Drawn[string] = ["state-space", { A: "-1", B: "[1, 2]", C: "[1; 3]", D: "0" }];
  const document = watched(plant, { inputs: "u[2]", measured: "y[2]" }, "kalman-filter");
  const ends = {
    ...document,
    root: { ...document.root, wires: document.root.wires.map((wire) => {
      const gain = wire.to.block === "b1" ? "[1; 1]" : wire.to.port === "y" ? "[0, 1]" : undefined;
      return gain === undefined ? wire : { ...wire, gain };
    }) },
  }; // prettier-ignore
  expect(errorsOf(ends)).toEqual([]);
  const { model } = compile(ends);
  const of = (name: string) => model!.values[model!.ir.slots.findIndex(({ path }) => path === `Filter#${name}[1]`)]!;
  expect(of("Gamma")).toBeCloseTo(2 * (1 - Math.exp(-0.1)), 12);
  expect(of("H")).toBe(3);
});

test("an estimator that nothing reads is no part of the system, one in the loop is", () => {
  const parts: Drawn = {
    u: ["input"],
    P: spring,
    F: ["kalman-filter", { plant: "b2" }],
    look: ["scope"],
    y: ["output"],
  };
  const wires = ["u -> P", "u -> F.u", "P -> F.y", "F.x -> look"];
  const statesOf = (document: LazoDocument) => {
    const { model } = compile(document);
    const made = linearize(model!);
    return made.ok ? made.linearization.system.x : [];
  };
  expect(statesOf(draw(parts, [...wires, "P -> y"]))).toHaveLength(2);
  expect(statesOf(draw(parts, [...wires, "F.x -> y"])).filter((name) => name.includes("predicted"))).toHaveLength(2);
});

test("what a scope shows of an estimator is known with its deviation and its true state", () => {
  const document = watched(within(chain(["first-order", { time: "0.5" }])), { lag: "3" }, "fixed-lag-smoother");
  const { ir } = compile(document).model!;
  const paths = ir.estimates!.map(({ estimate, deviation, truth, late }) => [
    ...[estimate, deviation, truth!].map((record) => ir.records[record]!.path),
    late,
  ]);
  expect(paths).toEqual([["Filter.n0", "Filter.σ n0", "Plant/n0", 0.1 * 3]]);
});
