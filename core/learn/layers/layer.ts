/** What a layer is: its weights, what it does to a whole sequence on a tape, and the same as a machine that goes step by step. */
import type { Numbers } from "../numbers.ts";
import type { ScanMode } from "../ops/diagonalScan.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** How a weight is trained: `ssm` at the rate of state spaces, `plain` with decay, `free` without. */
type Group = "ssm" | "plain" | "free";

export interface Weight {
  readonly shape: readonly number[];
  readonly group: Group;
  readonly data: Float64Array;
}

export type Weights = Readonly<Record<string, Weight>>;
export type Tensors = (name: string) => Tensor;
export type Values = (name: string) => Float64Array;

export interface Layer {
  /** First values. */
  weights(random: Numbers): Weights;
  /** u [batch, length, inputs] -> [batch, length, outputs]. Modes that a layer has not are answered by the nearest that it has. */
  apply(tape: Tape, weight: Tensors, u: Tensor, mode: ScanMode): Tensor;
  /** With the weights as they are now. */
  machine(weight: Values): Machine;
  /** What `machine` steps with, as numbers; of a layer alone, not of a stack. */
  recurrence?(weight: Values): Recurrence;
}

/** x[t] = a x[t-1] + B u[t], y = factor Re(C x) + D u. Complex vectors are [2, ..]: real parts, then imaginary parts. */
export interface Diagonal {
  readonly inputs: number;
  readonly outputs: number;
  /** [2, p]. */
  readonly a: Float64Array;
  /** [2, p, inputs]. */
  readonly B: Float64Array;
  /** [2, outputs, p]. */
  readonly C: Float64Array;
  /** [outputs, inputs]. */
  readonly D: Float64Array;
  readonly factor: 1 | 2;
}

/** Heads that do not see one another: a, b and c are [2, h n], D [h]. */
export interface Heads {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly D: Float64Array;
  readonly factor: 1 | 2;
}

/** Full matrices: A [states, states], B [states, inputs], C [states, outputs], D [inputs, outputs]. */
export interface Dense {
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: Float64Array;
  readonly D: Float64Array;
}

/**
 * S4's heads by the bilinear rule, without a matrix: z = d (e x - P 2 Re(conj(P) x) + 2 B u), then x' = z - d P 2 Re(conj(P) z) / bottom.
 * Vectors are [2, h n], bottom and D [h]; y = 2 Re(C x') + D u.
 */
export interface LowRank {
  readonly P: Float64Array;
  readonly B: Float64Array;
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly bottom: Float64Array;
  readonly C: Float64Array;
  readonly D: Float64Array;
}

/** Mamba's weights, of `states` states a channel and steps made of `rank` numbers; A [channels, states] is negative. */
export interface Selective {
  readonly states: number;
  readonly rank: number;
  readonly taps: number;
  readonly A: Float64Array;
  readonly weight: Values;
}

export type Recurrence =
  | ({ readonly kind: "diagonal" } & Diagonal)
  | ({ readonly kind: "heads" } & Heads)
  | ({ readonly kind: "dense" } & Dense)
  | ({ readonly kind: "lowRank" } & LowRank)
  | ({ readonly kind: "selective" } & Selective);

/** One step after another; `state` is the caller's, 0 at the beginning. */
export interface Machine {
  readonly states: number;
  step(state: Float64Array, u: Float64Array, y: Float64Array): void;
}

export function weight(group: Group, shape: readonly number[], value: (i: number) => number): Weight {
  const size = shape.reduce((product, n) => product * n, 1);
  return { group, shape, data: Float64Array.from({ length: size }, (_, i) => value(i)) };
}

/** Where steps begin, least and largest: published layers take 0.001 to 0.1. */
export type StepRange = readonly [least: number, largest: number];

/** A step, evenly in its logarithm. */
export function logStep(random: Numbers, [least, largest]: StepRange = [0.001, 0.1]): number {
  return random.between(Math.log(least), Math.log(largest));
}
