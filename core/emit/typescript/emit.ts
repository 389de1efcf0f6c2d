/**
 * A model as one TypeScript file without imports: its names, its matrices, its equations, the very solver of core/sim, and
 * golden vectors to test itself with. Names reach the file as quoted literals only; every identifier is made from numbers.
 */
import type { Ir, Model } from "../../ir/ir.ts";
import type { Linearization } from "../../linearize/linearization.ts";
import type { SimSettings } from "../../sim/result.ts";
import { interpret } from "../../sim/interpret.ts";
import { undriven } from "../../ir/undriven.ts";
import { commentText, numberText, textLiteral, wrapped } from "../literals.ts";
import { cells } from "../matrices.ts";
import { printEngine } from "./engine.ts";
import type { ModelDescription, Terminal } from "./exportedModel.ts";
import { runtime } from "./runtime.generated.ts";
import { recordGolden, type Golden } from "./selfTest.ts";

export interface TypescriptOptions {
  readonly name: string;
  readonly settings: SimSettings;
  readonly linearization?: Linearization;
}

export function emitTypescript(model: Model, options: TypescriptOptions): string {
  const { ir } = model;
  const description = describe(ir, options.settings);
  const free = undriven(model);
  const golden = recordGolden((driven) => interpret(driven ? model : free), description);
  const exact = options.linearization?.exact === true;
  return `${header(options.name, description)}

export const name = ${textLiteral(options.name)};

/** What the model takes, gives and remembers, in the order of all vectors. */
export const inputs: readonly string[] = ${names(description.inputs)};
export const outputs: readonly string[] = ${names(description.outputs)};
export const states: readonly string[] = ${names(description.states)};

${matrices(options.linearization)}

/** The model, ready to be stepped by hand or simulated as drawn${exact ? "; it is linear, so the matrices above say the same" : ""}. */
export function createModel(): ExportedModel {
  return modelOf(createEngine, description);
}

/** Replays the golden vectors below: whether this file still computes here what it computed when it was exported. */
export function selfTest(): SelfTest {
  return replay(createModel(), golden);
}

const description: ModelDescription = {
  inputs: ${terminals(description.inputs)},
  outputs: ${terminals(description.outputs)},
  states: ${terminals(description.states)},
  records: [${description.records
    .map(
      (r) =>
        `\n    { slot: ${r.slot}, path: ${textLiteral(r.path)}, label: ${textLiteral(r.label)}, sampled: ${r.sampled} },`,
    )
    .join("")}
  ],
  settings: ${settingsText(description.settings)},
  stepSize: ${numberText(description.stepSize)},
};

// The equations, over one memory of numbers.

${printEngine(model)}

// What the model computed when it was exported.

${goldenText(golden)}

// The solver: the same text as in the program that exported this file.

${runtime}
`;
}

function header(name: string, { inputs, outputs, states, stepSize }: ModelDescription): string {
  return `// ${commentText(name) || "Model"}
// Exported by Lazo. One file, no imports. const model = createModel();
//   model.step(u)     one step of ${numberText(stepSize)} s: takes ${counted(inputs.length, "input")}, gives ${counted(outputs.length, "output")}
//   model.simulate()  a run as drawn; ${counted(states.length, "state")}
//   selfTest()        replays recorded vectors`;
}

const counted = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? "" : "s"}`;

/** Labels of several outputs or states may be as short as they are in the diagram; paths tell where they live. */
function names(list: readonly Terminal[]): string {
  return `[${list.map(({ label }) => textLiteral(label)).join(", ")}]`;
}

function terminals(list: readonly Terminal[]): string {
  const items = list.map(
    ({ slot, path, label }) => `\n    { slot: ${slot}, path: ${textLiteral(path)}, label: ${textLiteral(label)} },`,
  );
  return items.length === 0 ? "[]" : `[${items.join("")}\n  ]`;
}

export function describe(ir: Ir, settings: SimSettings): ModelDescription {
  const terminal = (slot: number): Terminal => ({ slot, path: ir.slots[slot]!.path, label: ir.slots[slot]!.label });
  const periods = ir.tasks.filter(({ updates }) => updates.length > 0).map(({ every }) => every);
  return {
    inputs: ir.inputs.map(terminal),
    outputs: ir.outputs.map(({ slot, path, label }) => ({ slot, path, label })),
    states: [...ir.flow, ...ir.tasks.flatMap(({ updates }) => updates)].map(({ slot }) => terminal(slot)),
    records: ir.records,
    settings,
    stepSize: ir.flow.length === 0 && periods.length > 0 ? Math.min(...periods) : settings.step,
  };
}

function settingsText(s: SimSettings): string {
  return `{ start: ${numberText(s.start)}, stop: ${numberText(s.stop)}, step: ${numberText(s.step)}, solver: ${textLiteral(s.solver)}, rtol: ${numberText(s.rtol)}, atol: ${numberText(s.atol)}, maxStep: ${numberText(s.maxStep)}, events: ${s.events} }`;
}

function matrices(linearization: Linearization | undefined): string {
  const type = `export interface Matrices {
  /** True: these are the model itself. False: they hold near \`at\` only. */
  readonly exact: boolean;
  readonly at: { readonly t: number; readonly x: readonly number[]; readonly u: readonly number[] };
  /** The sample period in s where there is one. */
  readonly time: { readonly kind: "continuous" } | { readonly kind: "discrete"; readonly period: number };
  readonly A: readonly (readonly number[])[];
  readonly B: readonly (readonly number[])[];
  readonly C: readonly (readonly number[])[];
  readonly D: readonly (readonly number[])[];
}`;
  if (!linearization)
    return `${type}\n\n/** The model has no single A, B, C, D. */\nexport const matrices: Matrices | undefined = undefined;`;
  const { system: s, at, exact } = linearization;
  const vector = (values: readonly number[]): string => `[${values.map(numberText).join(", ")}]`;
  const rows = (matrix: typeof s.A, height: number, width: number): string => {
    const lines = cells(matrix, height, width, numberText).map((row) => `\n    [${row.join(", ")}],`);
    return lines.length === 0 ? "[]" : `[${lines.join("")}\n  ]`;
  };
  const [n, m, p] = [s.x.length, s.u.length, s.y.length];
  const meaning =
    s.time.kind === "continuous" ? "x' = A x + B u, y = C x + D u" : "x[k+1] = A x[k] + B u[k], y[k] = C x[k] + D u[k]";
  return `${type}

/** ${exact ? meaning : `${meaning} of deviations from the operating point \`at\``}. */
export const matrices: Matrices | undefined = {
  exact: ${exact},
  at: { t: ${numberText(at.t)}, x: ${vector(at.x)}, u: ${vector(at.u)} },
  time: ${s.time.kind === "continuous" ? '{ kind: "continuous" }' : `{ kind: "discrete", period: ${numberText(s.time.period)} }`},
  A: ${rows(s.A, n, n)},
  B: ${rows(s.B, n, m)},
  C: ${rows(s.C, p, n)},
  D: ${rows(s.D, p, m)},
};`;
}

function goldenText(golden: Golden): string {
  const row = (numbers: readonly number[]): string => {
    const lines = wrapped(numbers.map(numberText), "      ");
    return lines.length > 1 ? `    [\n${lines.join("\n")}\n    ],` : `    [${numbers.map(numberText).join(", ")}],`;
  };
  const rows = (list: readonly (readonly number[])[]): string =>
    list.length === 0 ? "[]" : `[\n${list.map(row).join("\n")}\n  ]`;
  return `const golden: Golden = {
  u: ${rows(golden.u)},
  y: ${rows(golden.y)},
  stop: ${numberText(golden.stop)},
  t: [
${wrapped(golden.t.map(numberText), "    ").join("\n")}
  ],
  signals: ${rows(golden.signals)},
  tolerance: ${numberText(golden.tolerance)},
};`;
}
