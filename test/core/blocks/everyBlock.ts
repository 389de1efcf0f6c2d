/**
 * Every registered block with parameters that reach its branches, alone between Inputs and Outputs: what the tests of all
 * blocks run. A new block is here as soon as it exists.
 */
import { expect } from "vitest";
import type { BlockDefinition } from "../../../core/blocks/block.ts";
import { blocks } from "../../../core/blocks/index.ts";
import { compile } from "../../../core/compile/compile.ts";
import { bindBlock } from "../../../core/diagram/bind.ts";
import { attachedTo } from "../../../core/diagram/attached.ts";
import type { Block, LazoDocument, Wire } from "../../../core/diagram/document.ts";
import type { Model } from "../../../core/ir/ir.ts";
import { learnedFiles } from "./learnedFiles.ts";

const data = "# recorded\nt,a,b\n0,1,10\n1,3,20\n2.5,2,50\n";
const files = { "data.csv": data, ...learnedFiles };
/** Of an estimator: its more ports. */
const told = { R: "[2, 0.5; 0.5, 1]", missing: "by port valid", show: "estimate and innovation" };
/** Parameters beside the defaults, to reach every branch: matrices, both kinds of time, both kinds of choice. */
const variants: { readonly [type: string]: readonly { readonly [name: string]: string }[] } = {
  input: [{ names: "a, b", signal: "[sin(t); 2]" }],
  state: [
    { names: "a, b", initial: "[1; 2]" },
    { initial: "1", period: "0.5" },
  ],
  output: [{ names: "a, b" }],
  feedthrough: [{ D: "[1, 2; 3, 4; 5, 6]" }],
  step: [{ time: "1", after: "[2; -3]" }],
  pulse: [{ period: "0.7", duty: "0.3", delay: "[0.1; 0.3]", bias: "[1; 2]" }],
  chirp: [{ sweep: "exponential", start: "0.2", phase: "1" }],
  clock: [{ period: "0.2" }],
  noise: [{ mean: "[1; 2]", deviation: "0.5", period: "[0.2, 0.05]" }],
  "uniform-noise": [{ lower: "[-1; 2]", upper: "3" }],
  "band-limited-noise": [{ density: "[0.1; 0.2]" }],
  prbs: [{ amplitude: "[1; 2]", bias: "0.5", order: "3", seed: "5" }],
  "repeating-sequence": [{ times: "[0, 0.4, 0.5]", values: "[1, 3, -2]", between: "hold" }],
  "piecewise-linear": [{ ends: "extrapolate" }, { times: "[0.5, 1, 2]", values: "[3, 1, 2]", ends: "zero" }],
  "from-csv": [
    { file: "data.csv" },
    { file: "data.csv", values: "b", between: "linear" },
    { file: "data.csv", values: "b", timing: "sample time", every: "0.4" },
    { file: "data.csv", values: "a", timing: "sample time", every: "0.4", between: "linear" },
  ],
  gain: [{ gain: "[1, 2; 3, 4; 5, 6]" }, { gain: "[2, 3]", multiply: "elements" }],
  power: [{ exponent: "[3; -0.5]" }, { from: "input" }],
  "min-max": [{ function: "max", count: "3" }, { count: "1" }],
  trigonometry: ["cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"].map((name) => ({
    function: name,
  })),
  "exp-log": ["ln", "log10", "log2", "10^u", "2^u"].map((name) => ({ function: name })),
  "square-root": [{ function: "signed sqrt" }, { function: "1/sqrt" }],
  relational: ["<", "<=", ">", "==", "!="].map((operator) => ({ operator })),
  logical: ["or", "xor", "nand", "nor", "xnor", "not"].map((operator) => ({ operator, count: "3" })),
  switch: [{ criterion: "control is not 0" }, { criterion: "control > threshold", threshold: "5" }],
  "multiport-switch": [{ count: "2" }],
  rounding: ["floor", "ceil", "fix"].map((name) => ({ function: name })),
  modulo: [{ function: "rem", divisor: "[0.4; 3]" }, { from: "input" }],
  sum: [{ signs: "+--" }],
  product: [{ operations: "*/" }],
  function: [{ formula: "u .^ 2 * sin(t) - exp(-u)" }, { formula: "[u[1] * 2; t]" }],
  integrator: [
    { initial: "[1; 2]" },
    { limits: "hold", upper: "1.5", lower: "[-1; -2]" },
    { reset: "either", begins: "port", limits: "hold" },
  ],
  derivative: [{ N: "[5; 20]", initial: "1" }],
  "first-order": [{ gain: "[2; 3]", time: "0.5", initial: "1" }],
  "lead-lag": [{ gain: "2", lead: "[0.2; 0]" }],
  "second-order": [{ frequency: "[3; 5]", damping: "0.1", rate: "1" }],
  "transport-delay": [{ time: "0.15" }],
  "zero-pole": [
    { zeros: "[-3, -4]", polePairs: "[-1, 2]", gain: "2" },
    { zeros: "-3", polePairs: "[-1, 2; -2, 5]", zeroPairs: "[0, 3]", poles: "[]" },
    { zeroPairs: "[-1, 2]", poles: "[-1, -2, 0]" },
    { poles: "[]", gain: "3" },
  ],
  pid: [
    { terms: "PI", limits: "clamping", upper: "0.2" },
    { form: "ideal", inputs: "r and y", limits: "back-calculation" },
    { terms: "PD", limits: "no anti-windup", upper: "inf" },
    { manual: "ports", P: "2", N: "20" },
    { terms: "P" },
  ],
  "discrete-pid": [
    { limits: "clamping", upper: "0.2", integralMethod: "trapezoidal" },
    { form: "ideal", inputs: "r and y", limits: "back-calculation", filterMethod: "trapezoidal" },
    { terms: "PI", manual: "ports", integralMethod: "backward Euler" },
  ],
  "discrete-integrator": [
    { method: "backward Euler", limits: "hold", upper: "0.3" },
    { method: "trapezoidal", gain: "[1; 2]" },
  ],
  "discrete-transfer-function": [{ num: "[2, 1, 0]", den: "[3, 0.4, 0.5]" }],
  "discrete-state-space": [{ A: "[0.5, 0.1; 0, 0.5]", B: "[0; 1]", C: "[1, 0]", D: "2" }],
  "discrete-zero-pole": [{ zeros: "[0.1, 0.2]", polePairs: "[0.5, 0.3]" }],
  "learned-ssm": [
    { weights: "s5.json" },
    { weights: "s4d.json" },
    { weights: "s4.json" },
    { weights: "mamba.json", inside: "shown", layer: "2" },
  ],
  delay: [{ samples: "3", initial: "[1; 2]" }],
  fir: [{ coefficients: "[1, -1]", initial: "2" }],
  "first-order-hold": [{ line: "one sample late" }],
  "rate-transition": [{ period: "[0.3, 0.1]" }],
  "unit-delay": [{ period: "0.5", initial: "[1; 2]" }],
  "transfer-function": [
    { num: "[2, 1]", den: "[3, 4, 5]" },
    { num: "[2, 1, 7]", den: "[3, 4, 5]" },
    { num: "[2, 1, 0]", den: "[3, 0.4, 0.5]", period: "0.5" },
    { num: "5", den: "2" },
  ],
  "state-space": [
    { A: "[0, 1; -2, -3]", B: "[1, 0; 0, 1]", C: "[1, 0; 0, 1; 1, 1]" },
    { A: "[0.5, 0.1; 0, 0.5]", B: "[0; 1]", C: "[1, 0]", D: "2", period: "0.5" },
  ],
  saturation: [{ lower: "[-1; -2]", upper: "[0.1; 0.2]" }, { upper: "inf" }],
  "dead-zone": [{ lower: "[-1; -2]", upper: "0.1" }],
  relay: [{ initial: "on", high: "[5; 6]" }],
  backlash: [{ width: "[0.1; 0.2]", initial: "3" }],
  "hit-crossing": [{ direction: "falling", level: "0.2" }],
  "rate-limiter": [{ rising: "[1; 2]", begins: "value", initial: "-1" }, { period: "0.2" }],
  "lookup-1d": [
    { points: "[0, 0.5, 2, 3]", values: "[1, 3, 2, 5]", between: "spline", beyond: "straight" },
    { points: "[0, 0.5, 2, 3]", values: "[1, 3, 2, 5]", between: "monotone" },
    { between: "nearest" },
    { between: "previous", points: "[-1, 0.1, 1]" },
    { between: "linear", beyond: "straight" },
  ],
  "lookup-2d": [
    { rows: "[0, 1, 2]", values: "[0, 1; 1, 3; 7, 2]", between: "spline", beyond: "straight" },
    { between: "monotone" },
    { between: "nearest" },
    { beyond: "straight" },
  ],
  "kalman-filter": [{ plant: "beside", Q: "[2, 0.5; 0.5, 1]", noise: "per sample", ...told }],
  "extended-kalman-filter": [
    { plant: "beside", x0: "[0.5, 1]", angles: "y[1]", ...told },
    { plant: "discrete-integrator", period: "0.2", Q: "[1, 2]" },
    { plant: "beside", measured: "y[2], y[1]", inputs: "u" },
  ],
  "unscented-kalman-filter": [
    { plant: "beside", P0: "[1, 0.2; 0.2, 3]", kappa: "1", ...told },
    { plant: "discrete-integrator", period: "0.2", alpha: "0.9" },
  ],
  "fixed-lag-smoother": [{ plant: "discrete-integrator", period: "0.2", lag: "2", ...told }],
  wrap: [{ lower: "0", upper: "[0.25; 0.5]" }],
  mux: [{ count: "3" }],
  demux: [{ widths: "2, 1" }],
  selector: [{ indices: "2, 1:2, 2" }],
  "bus-creator": [{ names: "a, b, c" }],
  "bus-selector": [{ names: "b, a" }],
  scope: [{ count: "2" }],
  "to-csv": [{ count: "2" }],
  stop: [{ when: "crosses 0" }, { when: "rises through 0" }, { when: "falls through 0" }],
};

/** What stands alone here has no sampled block before it to inherit from. */
const alone = (definition: BlockDefinition, params: { readonly [name: string]: string }) => {
  // An estimator has the companion for its plant.
  if (definition.params["plant"]) return { plant: "beside", ...params };
  const inherits = definition.params["period"]?.default === "inherited" && !("period" in params);
  return inherits ? { ...params, period: "0.2" } : params;
};

const cases = [...blocks.values()].flatMap((definition) =>
  [{}, ...(variants[definition.type] ?? [])].map((given) => {
    const params = alone(definition, given);
    return { name: `${definition.type} ${JSON.stringify(params)}`, definition, params };
  }),
);

/** A sampled plant of two inputs, two states, two outputs: linear, or with limits. */
const plantOf = (kind = ""): Companion => {
  const limits = { method: "trapezoidal", limits: "hold", upper: "[1.5; 2]", lower: "-1", initial: "[0.2; 0.3]" };
  if (kind === "discrete-integrator") return { type: kind, params: { ...limits, period: "0.2" } };
  const matrices = { A: "[0.5, 0.2; -0.1, 0.8]", B: "[1, 0; 0, 1]", C: "[1, 0.5; 0, 1]", D: "[0, 0.1; 0, 0]" };
  return { type: "discrete-state-space", params: { ...matrices, period: "0.1" } };
};
const estimator = ({ plant }: { readonly [name: string]: string }): Companion => plantOf(plant);

interface Companion {
  readonly type: string;
  readonly params: { readonly [name: string]: string };
  readonly wired?: { readonly from: string; readonly to: string };
}

/** What a block needs beside it: the Goto of a From, the creator of the bus that a selector is wired to. */
const companions: {
  readonly [type: string]: (params: { readonly [name: string]: string }) => Companion;
} = {
  "kalman-filter": estimator,
  "extended-kalman-filter": estimator,
  "unscented-kalman-filter": estimator,
  "fixed-lag-smoother": estimator,
  from: () => ({ type: "goto", params: {} }),
  "bus-selector": ({ names = "a" }) => ({
    type: "bus-creator",
    params: { names: `first, ${names}` },
    wired: { from: "out", to: "bus" },
  }),
};

/** The block between an Input for every in port and an Output for every out port. Inputs stand on variables: v1, v2, ... */
export function between(definition: BlockDefinition, params: { readonly [name: string]: string }): LazoDocument {
  const list: Block[] = [];
  const wires: Wire[] = [];
  const variables: { name: string; value: string }[] = [];
  /** The block, with an Input at every in port but those that are fed otherwise. */
  function placed(id: string, of: BlockDefinition, own: { readonly [name: string]: string }, fed?: string) {
    const block: Block = { id, name: id, type: of.type, version: of.version, params: own, at: { x: 0, y: 0 } };
    list.push(block);
    const { ports } = bindBlock(block, of, new Map(), attachedTo(files));
    for (const [port, { width, hidden }] of Object.entries(ports.in ?? {})) {
      if (hidden || port === fed) continue;
      const n = typeof width === "number" ? width : 2;
      const values = Array.from({ length: n }, () => {
        const name = `v${variables.length + 1}`;
        variables.push({ name, value: String(0.3 + 0.45 * variables.length) });
        return name;
      });
      list.push({
        id: `u-${id}-${port}`,
        name: `u ${id} ${port}`,
        type: "input",
        version: 1,
        params: { signal: `[${values.join("; ")}]` },
        at: { x: -200, y: 0 },
      });
      wires.push({ id: `in-${id}-${port}`, from: { block: `u-${id}-${port}`, port: "u" }, to: { block: id, port } });
    }
    return ports;
  }
  const beside = companions[definition.type]?.(params);
  const name = params["plant"] ?? "beside";
  const ports = placed("it", definition, params, beside?.wired?.to);
  if (beside) {
    placed(name, blocks.get(beside.type)!, beside.params);
    if (beside.wired)
      wires.push({
        id: "from-beside",
        from: { block: "beside", port: beside.wired.from },
        to: { block: "it", port: beside.wired.to },
      });
  }
  for (const [port, { hidden }] of Object.entries(ports.out ?? {})) {
    if (hidden) continue;
    list.push({ id: `y-${port}`, name: `y ${port}`, type: "output", version: 1, params: {}, at: { x: 200, y: 0 } });
    wires.push({ id: `out-${port}`, from: { block: "it", port }, to: { block: `y-${port}`, port: "y" } });
  }
  return {
    format: "lazo",
    version: 1,
    name: definition.type,
    variables,
    root: { blocks: list, wires, notes: [] },
    run: { stop: "3", step: "0.1", solver: "auto" },
    data: files,
  };
}

export function modelOf(definition: BlockDefinition, params: { readonly [name: string]: string }): Model {
  const compiled = compile(between(definition, params));
  expect(compiled.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!compiled.ok) throw new Error("did not compile");
  return compiled.model;
}

/** Without a file From CSV is an error, and says so; ports of a subsystem stand in none here (structure has tests of its own). */
export const everyBlock = cases.filter(
  ({ definition: { type }, params }) =>
    (type !== "from-csv" || "file" in params) && !["in", "out", "enable", "trigger"].includes(type),
);
