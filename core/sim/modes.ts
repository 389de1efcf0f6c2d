/**
 * What modes and loops do, in numbers alone: the value a latch takes, how far it is from changing, when a straight line makes
 * it change, one solution of a loop. Shared by every engine, exported code included; it knows no expressions.
 */
import { findIndex } from "../expr/evaluate.ts";
import { solveLoop } from "../math/newton.ts";
import type { LoopSolution } from "../math/newton.ts";

export type LatchTest = "above" | "atLeast" | "floor" | "find" | "sample";

/** The value that a mode takes from its argument. */
export function modeValue(test: LatchTest, arg: number, series: Float64Array): number {
  switch (test) {
    case "above":
      return arg > 0 ? 1 : 0;
    case "atLeast":
      return arg >= 0 ? 1 : 0;
    case "floor":
      return Math.floor(arg);
    case "find":
      return findIndex(series, arg);
    case "sample":
      return arg;
  }
}

/** Negative (the smallest number at least) where the held value no longer holds. */
export function distanceToChange(test: LatchTest, held: number, arg: number, series: Float64Array): number {
  const below = -Number.MIN_VALUE;
  switch (test) {
    case "above":
      if (held !== 0) return arg === 0 ? below : arg;
      return -arg;
    case "atLeast":
      if (held !== 0) return arg;
      return arg === 0 ? below : -arg;
    case "floor":
      return arg === held + 1 ? below : Math.min(arg - held, held + 1 - arg);
    case "find": {
      const low = held > 0 ? arg - series[held]! : Number.POSITIVE_INFINITY;
      const high = held < series.length - 2 ? series[held + 1]! - arg : Number.POSITIVE_INFINITY;
      return high === 0 ? below : Math.min(low, high);
    }
    case "sample":
      return Number.POSITIVE_INFINITY;
  }
}

/** A mode whose argument is slope*t + offset, and the value it holds. */
export interface ModeLine {
  readonly test: LatchTest;
  readonly slope: number;
  readonly offset: number;
  readonly held: number;
  readonly series: Float64Array;
}

/**
 * The smallest time after t at which the mode changes; Infinity for never. Where `argAt` gives the argument at any time, the
 * answer is the very double at which the mode's own test flips, so that a run that lands there sees the change.
 */
export function nextChange(line: ModeLine, t: number, argAt: ((t: number) => number) | undefined): number {
  const estimate = crossing(line);
  if (!Number.isFinite(estimate)) return Number.POSITIVE_INFINITY;
  if (!argAt) return estimate > t ? estimate : t + spacing(t);
  return firstChange(estimate, t, (at) => modeValue(line.test, argAt(at), line.series) !== line.held);
}

/** Where the line leaves the range in which the held value holds. */
function crossing({ test, slope, offset, held, series }: ModeLine): number {
  let level = 0;
  if (slope === 0 || Number.isNaN(slope)) return Number.POSITIVE_INFINITY;
  switch (test) {
    case "above":
    case "atLeast":
      if ((held !== 0) === slope > 0) return Number.POSITIVE_INFINITY;
      break;
    case "floor":
      level = slope > 0 ? held + 1 : held;
      break;
    case "find":
      if (slope > 0 ? held >= series.length - 2 : held <= 0) return Number.POSITIVE_INFINITY;
      level = slope > 0 ? series[held + 1]! : series[held]!;
      break;
    case "sample":
      return Number.POSITIVE_INFINITY;
  }
  return (level - offset) / slope;
}

/** Distance to the next double. */
function spacing(t: number): number {
  return Math.max(Math.abs(t) * 2.220446049250313e-16, Number.MIN_VALUE);
}

/** The smallest double after t where `changed`, near the estimate, by widening and halving. */
function firstChange(estimate: number, t: number, changed: (at: number) => boolean): number {
  let high = Math.max(estimate, t + spacing(t));
  let low = high;
  let width = spacing(high);
  if (changed(high)) {
    for (let i = 0; i < 60 && changed(low) && low > t; i++, width *= 2) {
      high = low;
      low = Math.max(t, low - width);
    }
  } else {
    // Near 0 doubles are far closer together than what the argument's own rounding can tell apart.
    for (let i = 0; (i < 60 || Math.abs(high) < 1e-15) && !changed(high); i++, width *= 2) {
      low = high;
      high += width;
    }
  }
  for (let i = 0; i < 64; i++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (changed(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** to = M from, over one memory; M is row-major from cell `matrix` on. */
export function multiplyInMemory(
  r: Float64Array,
  matrix: number,
  rows: number,
  cols: number,
  from: readonly number[],
  to: readonly number[],
): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += r[matrix + i * cols + j]! * r[from[j]!]!;
    r[to[i]!] = sum;
  }
}

/** An algebraic loop over one memory: the slots solved for, and the cells of the solution that iterations start from. */
export interface LoopCells {
  readonly unknowns: readonly number[];
  readonly kept: readonly number[];
}

/**
 * Solves a loop over one memory. `equations` evaluates residual and Jacobian at the memory as it stands. Iterations start from the
 * solution that was kept last, so that trial steps and looks between two points leave no trace: where a loop has several
 * solutions, which one is found depends on the point alone. A failure leaves NaN in the unknowns for everyone to see.
 */
export function solveInMemory(
  r: Float64Array,
  { unknowns, kept }: LoopCells,
  linear: boolean,
  equations: (residual: Float64Array, jacobian: Float64Array) => void,
): LoopSolution {
  const n = unknowns.length;
  const z = new Float64Array(n);
  kept.forEach((cell, i) => (z[i] = r[cell]!));
  const outcome = solveLoop(n, linear, z, (at, residual, jacobian) => {
    for (let i = 0; i < n; i++) r[unknowns[i]!] = at[i]!;
    equations(residual, jacobian);
  });
  for (let i = 0; i < n; i++) r[unknowns[i]!] = outcome.solved ? z[i]! : Number.NaN;
  return outcome;
}

/** From now on loops are solved from what memory holds; a failure is no start. */
export function keepLoops(r: Float64Array, loops: readonly LoopCells[]): void {
  for (const { unknowns, kept } of loops)
    if (unknowns.every((slot) => Number.isFinite(r[slot])))
      for (let i = 0; i < kept.length; i++) r[kept[i]!] = r[unknowns[i]!]!;
}
