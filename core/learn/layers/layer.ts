/** What a layer is: its weights, what it does to a whole sequence on a tape, and the same as a machine that goes step by step. */
import type { Numbers } from "../numbers.ts";
import type { ScanMode } from "../ops/diagonalScan.ts";
import type { Tape, Tensor } from "../tape.ts";

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
}

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
