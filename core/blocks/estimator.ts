/**
 * What the blocks that estimate a plant's states share: their parameters, ports, states and numbers, and the measurement update of the
 * extended filter. Bar-Shalom, Li & Kirubarajan, "Estimation with Applications to Tracking and Navigation" (2001), ch. 5 and 10.
 */
import { ldl as pivots } from "../math/ldl.ts";
import type { Objection, Params, PlantNumbers, PlantShape, Ports, Rate } from "./block.ts";
import { each } from "./elements.ts";

/** All but the plant, whose demands differ. */
export const estimatorFields = {
  inputs: {
    kind: "names",
    all: true,
    label: "Known inputs",
    default: "",
    help: "Inputs of the plant that port u brings, in order; the others count as 0. Empty: all of them.",
  },
  measured: {
    kind: "names",
    all: true,
    label: "Measured outputs",
    default: "",
    help: "Outputs of the plant that port y brings, in order. Empty: all of them.",
  },
  Q: {
    kind: "matrix",
    label: "Process noise Q",
    default: "0.01",
    help: "What disturbs the states: a number or a vector stands for a diagonal matrix.",
  },
  noise: {
    kind: "choice",
    label: "Q is",
    default: "per second",
    of: ["per second", "per sample"],
    help: "Intensity of white noise, or covariance added from one sample to the next; a sampled plant takes it per sample in any case.",
  },
  R: {
    kind: "matrix",
    label: "Measurement noise R",
    default: "0.01",
    help: "Covariance of what is added to the measurements: a number or a vector stands for a diagonal matrix.",
  },
  x0: {
    kind: "vector",
    label: "Initial x̂₀",
    default: "[]",
    empty: true,
    help: "One value serves every state. []: where the plant begins.",
  },
  P0: {
    kind: "matrix",
    label: "Initial covariance P₀",
    default: "1",
    help: "How far off the initial state may be: a number or a vector stands for a diagonal matrix.",
  },
  period: { kind: "period", label: "Sample time", default: "0.1", optional: false, help: "In s." },
} as const satisfies Params;

export const writtenOut = {
  substeps: {
    kind: "count",
    label: "Substeps",
    default: "2",
    min: 1,
    max: 50,
    help: "Runge-Kutta steps from one sample to the next; a linear plant needs none.",
  },
} as const satisfies Params;

export const moreFields = {
  angles: {
    kind: "names",
    label: "Angles",
    default: "",
    help: "Measurements in radians that come round: their differences are taken between −π and π.",
  },
  missing: {
    kind: "choice",
    label: "Measurements",
    default: "always there",
    of: ["always there", "by port valid"],
    help: "By port valid: a measurement counts only while its element of valid is not 0.",
  },
  show: { kind: "choice", label: "Gives", default: "estimate", of: ["estimate", "estimate and innovation"] },
} as const satisfies Params;

interface ShapesOf {
  readonly plant: PlantShape | undefined;
  readonly missing: string;
  readonly show: string;
}

export function estimatorPorts({ plant, missing, show }: ShapesOf): Ports {
  const n = plant?.states.length ?? "n";
  const p = plant?.outputs.length ?? "p";
  // A plant without inputs has no use for the port, which then takes anything.
  const m = plant && plant.inputs.length > 0 ? plant.inputs.length : "m";
  return {
    in: {
      u: { width: m, optional: true },
      y: { width: p },
      ...(missing === "by port valid" && { valid: { width: p } }),
    },
    out: {
      x: { width: n },
      sigma: { width: n },
      ...(show !== "estimate" && { innovation: { width: p }, nis: { width: 1 } }),
    },
  };
}

interface SampledState {
  readonly width: number;
  readonly initial: { readonly derived: string };
  readonly every: "period";
}

/** The prediction and the lower half of its covariance. */
export function estimatorStates({ plant }: Pick<ShapesOf, "plant">): {
  readonly [name: string]: SampledState;
} {
  const n = plant?.states.length ?? 1;
  return {
    prediction: { width: n, initial: { derived: "begin" }, every: "period" },
    covariance: { width: (n * (n + 1)) / 2, initial: { derived: "spread" }, every: "period" },
  };
}

export function estimatorLabels({ plant }: Pick<ShapesOf, "plant">): { readonly [name: string]: readonly string[] } {
  if (!plant) return {};
  const { states, outputs } = plant;
  return {
    x: states,
    sigma: states.map((name) => `σ ${name}`),
    innovation: outputs.map((name) => `e ${name}`),
    nis: ["NIS"],
    prediction: states.map((name) => `${name} predicted`),
    covariance: states.flatMap((name, i) => states.slice(0, i + 1).map((other) => `P ${name}, ${other}`)),
  };
}

type Matrix = readonly (readonly number[])[];
interface ValuesOf {
  readonly plant: PlantNumbers | undefined;
  readonly Q: Matrix;
  readonly noise: string;
  readonly R: Matrix;
  readonly x0: readonly number[];
  readonly P0: Matrix;
  readonly period: Rate | null | "inherited";
  readonly angles: readonly string[];
}

/** n x n, row by row, of a number, n numbers or a whole matrix; undefined for any other shape. */
function square(given: Matrix, n: number): Float64Array | undefined {
  const flat = given.flat();
  const cols = given[0]?.length ?? 0;
  const full = new Float64Array(n * n);
  if (given.length === n && cols === n) full.set(flat);
  else if (flat.length === 1 || (flat.length === n && (given.length === 1 || cols === 1)))
    for (let i = 0; i < n; i++) full[i * n + i] = flat[flat.length === 1 ? 0 : i]!;
  else return undefined;
  return full;
}

/** The least pivot; NaN where it is not symmetric. */
function least(full: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (full[i * n + j] !== full[j * n + i]) return Number.NaN;
  const d = new Float64Array(n);
  const worst = pivots(full, 0, n, new Float64Array(n * n), d);
  return worst < 0 ? worst : Math.min(...d);
}

/** What keeps a matrix, of `size` states or measurements, from being the covariance that is called so; R leaves no measurement without noise. */
export function covarianceObjection(
  name: "Q" | "P₀" | "R",
  given: Matrix,
  size: number,
): { readonly says: string; readonly hint: string } | undefined {
  const full = square(given, size);
  if (!full) {
    const is = `${given.length} × ${given[0]?.length ?? 0}`;
    return {
      says: `${name} must be a number, ${size} numbers or ${size} × ${size}, and is ${is}`,
      hint: "One number holds for all alike, several are the diagonal.",
    };
  }
  const worst = least(full, size);
  if (Number.isNaN(worst))
    return { says: `${name} must be symmetric`, hint: "Write the same on both sides of the diagonal." };
  if (worst < 0 && name !== "R")
    return { says: `${name} must have no negative eigenvalue`, hint: "Variances are 0 or more." };
  if (worst <= 0 && name === "R")
    return { says: `${name} must be positive definite`, hint: "Give every measurement some noise." };
  return undefined;
}

export function estimatorCheck({ plant, Q, R, x0, P0, angles }: ValuesOf): Objection | undefined {
  if (!plant) return undefined;
  const n = plant.states.length;
  const p = plant.outputs.length;
  for (const [field, name, given, size] of [
    ["Q", "Q", Q, n],
    ["P0", "P₀", P0, n],
    ["R", "R", R, p],
  ] as const) {
    const objection = covarianceObjection(name, given, size);
    if (objection) return { field, ...objection };
  }
  if (x0.length > 1 && x0.length !== n)
    return { field: "x0", says: `there are ${n} states, but ${x0.length} initial values` };
  const stranger = angles.find((name) => !plant.outputs.includes(name));
  return stranger === undefined
    ? undefined
    : {
        field: "angles",
        says: `there is no measurement "${stranger}"`,
        hint: `There are ${plant.outputs.join(", ")}.`,
      };
}

/** Numbers in the plant's size; where it is exact its matrices too, and Q as what one sample adds. */
export function estimatorNumbers({ plant, Q, noise, R, x0, P0, period }: ValuesOf): {
  readonly [name: string]: readonly number[];
} {
  if (!plant) return {};
  const n = plant.states.length;
  const every = typeof period === "object" && period ? period.every : 1;
  const given = (matrix: Matrix, size: number): Float64Array => square(matrix, size) ?? new Float64Array(size * size);
  const P = given(P0, n);
  const shared = {
    begin: each(n, (i) => (x0.length === 0 ? plant.start[i]! : x0[x0.length === 1 ? 0 : i]!)),
    spread: each(n, (i) => [...P.subarray(i * n, i * n + i + 1)]).flat(),
    R: [...given(R, plant.outputs.length)],
  };
  if (!plant.exact) return { ...shared, Q: [...given(Q, n)] };
  const matrices = plant.matrices(every);
  const lists = Object.fromEntries(Object.entries(matrices).map(([name, flat]) => [name, [...(flat as Float64Array)]]));
  const whole = given(Q, n);
  const added = noise === "per second" && !plant.sampled ? plant.spread(whole, every) : whole;
  return { ...shared, ...lists, Q: [...added] };
}

/** All that the blocks have in common beside parameters and equations. */
export const estimator = {
  version: 1,
  category: "estimation",
  check: estimatorCheck,
  ports: estimatorPorts,
  states: estimatorStates,
  labels: estimatorLabels,
  derived: estimatorNumbers,
  estimates: { port: "x", deviation: "sigma" },
} as const;
