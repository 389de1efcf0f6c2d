/**
 * Broken models, as users break them: each is answered by the right code at the right block, with a cure, in both languages.
 * And none of the examples sets off a false alarm.
 */
import i18next from "i18next";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../../core/compile/compile.ts";
import { checkDocument } from "../../core/diagram/check.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { accelerate } from "../../core/emit/wasm/accelerate.ts";
import type { Model, Problem } from "../../core/ir/ir.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import { trim } from "../../core/linearize/trim.ts";
import { simulate } from "../../core/sim/simulate.ts";
import { problemText } from "../../renderer/store/problemText.ts";
import { draw } from "./drawing.ts";

type Broken = readonly [code: string, path: string, document: LazoDocument];

const sub = (drawing: LazoDocument): ["subsystem", Record<string, string>, { drawing: LazoDocument }] => [
  "subsystem",
  {},
  { drawing },
];
const within = (inside: LazoDocument, wires: string[] = []): LazoDocument =>
  draw({ u: ["sine"], S: sub(inside), y: ["scope"] }, wires);
const run = (settings: Partial<LazoDocument["run"]>): { run: LazoDocument["run"] } => ({
  run: { stop: "1", step: "0.01", solver: "auto", ...settings },
});

/** Said before a run: by the check, or by what follows it. */
const drawn: readonly Broken[] = [
  ["PORT_UNCONNECTED", "G", draw({ G: ["gain"], y: ["scope"] }, ["G -> y"])],
  [
    "PORT_UNCONNECTED",
    "+",
    draw({ u: ["step"], "+": ["sum", { signs: "+-" }], y: ["scope"] }, ["u -> +.in1", "+ -> y"]),
  ],
  ["PORT_UNCONNECTED", "S/G", within(draw({ G: ["gain"], out: ["out"] }, ["G -> out"]), ["S -> y"])],
  ["BLOCK_ISOLATED", "k", draw({ u: ["step"], y: ["scope"], k: ["constant"] }, ["u -> y"])],
  ["EXPR_UNKNOWN_NAME", "G", draw({ u: ["step"], G: ["gain", { gain: "kk" }], y: ["scope"] }, ["u -> G", "G -> y"])],
  ["EXPR_UNKNOWN_NAME", "wire:w1", draw({ u: ["step"], y: ["scope"] }, [["u -> y", "nobody"]])],
  ["EXPR_NOT_FINITE", "G", draw({ u: ["step"], G: ["gain", { gain: "1/0" }], y: ["scope"] }, ["u -> G", "G -> y"])],
  ["EXPR_SYNTAX", "F", draw({ u: ["step"], F: ["function", { formula: "u +" }], y: ["scope"] }, ["u -> F", "F -> y"])],
  [
    "EXPR_SINGULAR",
    "G",
    draw({ u: ["step"], G: ["gain", { gain: "inv([1, 2; 2, 4])" }], y: ["scope"] }, ["u -> G", "G -> y"]),
  ],
  [
    "PARAM_CHOICE",
    "I",
    draw({ u: ["step"], I: ["integrator", { limits: "soft" }], y: ["scope"] }, ["u -> I", "I -> y"]),
  ],
  ["PARAM_SHAPE", "P", draw({ u: ["step"], P: ["pid", { P: "[1, 2; 3, 4]" }], y: ["scope"] }, ["u -> P", "P -> y"])],
  ["PARAM_PERIOD", "z", draw({ u: ["step"], z: ["unit-delay", { period: "0" }], y: ["scope"] }, ["u -> z", "z -> y"])],
  [
    "PARAM_NAMES",
    "b",
    draw({ u: ["step"], b: ["bus-creator", { names: "a, a" }], y: ["scope"] }, ["u -> b.in1", "b.out -> y"]),
  ],
  [
    "BLOCK_CHECK",
    "I",
    draw({ u: ["step"], I: ["integrator", { limits: "hold", lower: "1", upper: "-1" }], y: ["scope"] }, [
      "u -> I",
      "I -> y",
    ]),
  ],
  ["BLOCK_CHECK", "A", draw({ u: ["step"], A: ["state-space", { A: "[1, 2]" }], y: ["scope"] }, ["u -> A", "A -> y"])],
  [
    "BLOCK_CHECK",
    "T",
    draw({ u: ["step"], T: ["lookup-1d", { points: "[0, 2, 1]", values: "[0, 1, 2]" }], y: ["scope"] }, [
      "u -> T",
      "T -> y",
    ]),
  ],
  [
    "BLOCK_CHECK",
    "D",
    draw({ u: ["step"], D: ["transport-delay", { time: "0" }], y: ["scope"] }, ["u -> D", "D -> y"]),
  ],
  [
    "BLOCK_CHECK",
    "H",
    draw({ u: ["step"], H: ["transfer-function", { num: "[1, 0, 0]", den: "[1, 1]" }], y: ["scope"] }, [
      "u -> H",
      "H -> y",
    ]),
  ],
  ["DATA_NOT_THERE", "F", draw({ F: ["from-csv", { file: "gone.csv" }], y: ["scope"] }, ["F -> y"])],
  ["DATA_NOT_CHOSEN", "F", draw({ F: ["from-csv"], y: ["scope"] }, ["F -> y"])],
  ["VAR_CYCLE", "variable:a", draw({ u: ["step"], y: ["scope"] }, ["u -> y"], { variables: { a: "b", b: "a" } })],
  ["VAR_NAME", "variable:2x", draw({ u: ["step"], y: ["scope"] }, ["u -> y"], { variables: { "2x": "1" } })],
  [
    "WIDTH_MISMATCH",
    "wire:w2",
    draw({ u: ["constant", { value: "[1, 2]" }], G: ["gain", { gain: "[1, 2, 3]" }], y: ["scope"] }, [
      "G -> y",
      "u -> G",
    ]),
  ],
  [
    "WIDTH_GAIN",
    "wire:w1",
    draw({ u: ["constant", { value: "[1, 2]" }], y: ["state", { initial: "[0, 0]" }] }, [["u -> y", "[1, 2, 3]"]]),
  ],
  [
    "WIDTH_SUM",
    "s",
    draw({ u: ["constant", { value: "[1, 2]" }], s: ["selector", { indices: "5" }], y: ["scope"] }, [
      "u -> s",
      "s -> y",
    ]),
  ],
  [
    "WIDTH_SUM",
    "q",
    draw({ u: ["constant", { value: "[1, 2]" }], m: ["mux"], q: ["selector", { indices: "1:7" }], y: ["scope"] }, [
      "u -> m.in1",
      "u -> m.in2",
      "m -> q",
      "q -> y",
    ]),
  ],
  [
    "LOOP_SINGULAR",
    "+",
    draw({ u: ["step"], "+": ["sum", { signs: "++" }], y: ["scope"] }, ["u -> +.in1", "+ -> +.in2", "+ -> y"]),
  ],
  [
    "LOOP_SAMPLED",
    "a",
    draw(
      {
        u: ["step"],
        "+": ["sum", { signs: "+-" }],
        a: ["zero-order-hold", { period: "0.1" }],
        b: ["zero-order-hold", { period: "0.2" }],
        y: ["scope"],
      },
      ["u -> +.in1", "+ -> a", "a -> b", "b -> +.in2", "b -> y"],
    ),
  ],
  ["RATE_INHERIT", "z", draw({ u: ["sine"], z: ["delay"], y: ["scope"] }, ["u -> z", "z -> y"])],
  [
    "RATE_TRANSITION",
    "b",
    draw(
      { u: ["sine"], a: ["zero-order-hold", { period: "0.2" }], b: ["unit-delay", { period: "0.3" }], y: ["scope"] },
      ["u -> a", "a -> b", "b -> y"],
    ),
  ],
  ["TAG_UNKNOWN", "f", draw({ f: ["from", { tag: "T" }], y: ["scope"] }, ["f -> y"])],
  [
    "TAG_TWICE",
    "h",
    draw(
      { u: ["step"], g: ["goto", { tag: "T" }], h: ["goto", { tag: "T" }], f: ["from", { tag: "T" }], y: ["scope"] },
      ["u -> g", "u -> h", "f -> y"],
    ),
  ],
  [
    "BUS_ELEMENT",
    "s",
    draw({ u: ["step"], b: ["bus-creator", { names: "p, q" }], s: ["bus-selector", { names: "r" }], y: ["scope"] }, [
      "u -> b.in1",
      "u -> b.in2",
      "b.out -> s",
      "s -> y",
    ]),
  ],
  ["BUS_UNKNOWN", "s", draw({ u: ["step"], s: ["bus-selector", { names: "r" }], y: ["scope"] }, ["u -> s", "s -> y"])],
  ["PORT_AT_ROOT", "in", draw({ in: ["in"], y: ["scope"] }, ["in -> y"])],
  ["PORT_AT_ROOT", "E", draw({ u: ["step"], y: ["scope"], E: ["enable"] }, ["u -> y"])],
  [
    "PORT_TWICE",
    "S/E2",
    within(draw({ E1: ["enable"], E2: ["enable"], k: ["constant"], out: ["out"] }, ["k -> out"]), ["S -> y"]),
  ],
  [
    "TRIGGERED_CONTINUOUS",
    "S/x",
    within(draw({ T: ["trigger"], k: ["constant"], x: ["integrator"], out: ["out"] }, ["k -> x", "x -> out"]), [
      "u -> S.T",
      "S -> y",
    ]),
  ],
  [
    "TRIGGERED_RATE",
    "S/z",
    within(
      draw({ T: ["trigger"], k: ["constant"], z: ["unit-delay", { period: "0.1" }], out: ["out"] }, [
        "k -> z",
        "z -> out",
      ]),
      ["u -> S.T", "S -> y"],
    ),
  ],
];

/** Said by a run. */
const ran: readonly Broken[] = [
  [
    "NONFINITE",
    "q",
    draw(
      { t: ["clock"], q: ["function", { formula: "1/(u - 0.5)" }], y: ["scope"] },
      ["t -> q", "q -> y"],
      run({ step: "0.25" }),
    ),
  ],
  [
    "NONFINITE",
    "r",
    draw(
      {
        t: ["clock"],
        "-": ["gain", { gain: "-1" }],
        r: ["function", { formula: "log(u - 1)" }],
        x: ["integrator"],
        y: ["scope"],
      },
      ["t -> -", "- -> r", "r -> x", "x -> y"],
      run({}),
    ),
  ],
  [
    "DIVERGED",
    "x",
    draw({ x: ["state", { initial: "1" }], y: ["scope"] }, [["x -> x", "1000"], "x -> y"], run({ stop: "10" })),
  ],
  [
    "HMIN",
    "x",
    draw(
      { x: ["integrator", { initial: "1" }], f: ["function", { formula: "u^2" }], y: ["scope"] },
      ["x -> f", "f -> x", "x -> y"],
      run({ stop: "2" }),
    ),
  ],
  [
    "ZENO",
    "s",
    draw(
      { x: ["integrator", { initial: "0.1" }], s: ["sign"], y: ["scope"] },
      [["x -> s", "-1"], "s -> x", "x -> y"],
      run({ stop: "1" }),
    ),
  ],
  [
    "CHATTER",
    "x",
    draw(
      {
        k: ["constant"],
        x: ["integrator", { begins: "port", reset: "either" }],
        c: ["relational"],
        "0": ["constant", { value: "0" }],
        f: ["function", { formula: "1 - 2*u" }],
        y: ["scope"],
      },
      ["k -> x.in", "x -> c.in1", "0 -> c.in2", "c -> f", "f -> x.x0", "x -> x.reset", "x -> y"],
      run({ stop: "3" }),
    ),
  ],
  [
    "LOOP_NOT_CONVERGED",
    "R",
    draw(
      { u: ["step"], R: ["relay", { on: "0", off: "0", low: "-1" }], y: ["scope"] },
      ["u -> R", ["R -> R", "-2"], "R -> y"],
      run({}),
    ),
  ],
  [
    "LOOP_SINGULAR",
    "f",
    draw(
      { u: ["clock"], f: ["function", { formula: "u^2 + 1" }], y: ["scope"] },
      ["u -> f", "f -> f", "f -> y"],
      run({}),
    ),
  ],
  [
    "WORK",
    "run.stop",
    draw(
      { x: ["integrator", { initial: "1" }], y: ["scope"] },
      [["x -> x", "-1"], "x -> y"],
      run({ stop: "1e9", step: "1e6", maxStep: "1e-3", solver: "dopri5" }),
    ),
  ],
  [
    "NOT_LTI",
    "run.solver",
    draw(
      { x: ["integrator", { initial: "1" }], f: ["function", { formula: "-u^3" }], y: ["scope"] },
      ["x -> f", "f -> x", "x -> y"],
      run({ solver: "exact" }),
    ),
  ],
  [
    "STIFF",
    "run.solver",
    draw(
      { x: ["integrator", { initial: "2" }], f: ["function", { formula: "-1e6*(u - cos(t))" }], y: ["scope"] },
      ["x -> f", "f -> x", "x -> y"],
      run({ solver: "dopri5" }),
    ),
  ],
];

function model(document: LazoDocument): Model {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("\n"));
  return compiled.model;
}

const found = (document: LazoDocument): readonly Problem[] => {
  const checked = checkDocument(document);
  const compiled = compile(document);
  return [...checked, ...compiled.problems];
};

function expectSaid(problems: readonly Problem[], code: string, path: string): void {
  const said = problems.map((problem) => `${problem.code} ${problem.path}`);
  expect(said).toContain(`${code} ${path}`);
  const problem = problems.find((one) => one.code === code && one.path === path)!;
  expect(problem.message).toMatch(/^\S.*\.$/s);
  // The cure: in the hint, or in saying what has to be.
  if (problem.hint === undefined) expect(problem.message).toMatch(/ must | none of | is needed/);
  else expect(problem.hint).toMatch(/^\S.*\.$/s);
}

async function expectSpanish(problems: readonly Problem[]): Promise<void> {
  await i18next.changeLanguage("es");
  for (const problem of problems) {
    const text = problemText(problem);
    expect(text.message).not.toBe(problem.message);
    if (problem.hint !== undefined) expect(text.hint).not.toBe(problem.hint);
  }
  await i18next.changeLanguage("en");
}
afterAll(() => i18next.changeLanguage("en"));

describe("a broken drawing", () => {
  test.each(drawn)("%s at %s", async (code, path, document) => {
    const problems = found(document);
    expectSaid(problems, code, path);
    await expectSpanish(problems);
  });
});

describe("linearizing and trimming", () => {
  test("say what is too large and what is not finite", async () => {
    const root = draw({ x: ["integrator"], f: ["function", { formula: "sqrt(u)" }], y: ["output"], u: ["input"] }, [
      "u -> x",
      "x -> f",
      "f -> y",
    ]);
    const wide = draw({ u: ["input"], x: ["integrator", { initial: "zeros(1600, 1)" }], y: ["output"] }, [
      ["u -> x", "ones(1600, 1)"],
      ["x -> y", "ones(1, 1600)"],
    ]);
    const steep = linearize(model(root));
    if (!steep.ok) throw new Error("refused");
    expectSaid(steep.linearization.problems, "LINEARIZE_NOT_FINITE", "f");
    const large = trim(model(wide), {});
    const problems = [...steep.linearization.problems, ...(large.ok ? [] : large.problems)];
    expectSaid(problems, "TRIM_TOO_LARGE", "");
    await expectSpanish(problems);
  });
});

describe("a run that goes wrong", () => {
  test.each(ran)("%s at %s", async (code, path, document) => {
    const { settings, problems } = runSettings(document, true);
    const whole = model(document);
    const result = simulate(accelerate(whole, settings).engine, whole.ir, settings);
    expectSaid([...problems, ...result.problems], code, path);
    await expectSpanish(result.problems);
  });
});
