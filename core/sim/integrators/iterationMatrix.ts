/**
 * What implicit methods solve with: (shift I - J), J the Jacobian of the flow: the engine's own, or differences where it has
 * none. Dense for few states or crowded matrices, else sparse LU.
 */
import { luFactorInPlace, luSolveInPlace } from "../../math/lu.ts";
import { createSparseLu, type SparseLu } from "../../math/sparseLu.ts";
import type { Engine } from "../engine.ts";
import type { Field } from "./field.ts";

export interface IterationMatrix {
  /** J and d(flow)/dt at a time and states, f the flow there; memory is left there. False where they are not finite. */
  evaluate(time: number, x: Float64Array, f: Float64Array): boolean;
  /** d(flow)/dt of the last evaluation. */
  readonly byTime: Float64Array;
  /** into = J v. */
  multiply(v: Float64Array, into: Float64Array): void;
  /** Factors (shift I - J); false when that is singular. */
  factor(shift: number): boolean;
  /** Solves with the factors, in place. */
  solve(b: Float64Array): void;
  /** About how many operations a solution takes. */
  readonly cost: number;
}

/** Whether dense factors serve better, with so many entries. Up to 16 states they are as fast even where the matrix is sparse (measured). */
export function isCrowded(n: number, entries: number): boolean {
  return n <= 16 || (n <= 300 && entries > 0.2 * n * n);
}

/** About how many operations a solution takes. */
export function costOfSolution(n: number, entries: number): number {
  return isCrowded(n, entries) ? n * n : 6 * (n + entries);
}

export function createIterationMatrix(engine: Engine, field: Field): IterationMatrix {
  const { n } = field;
  const own = engine.jacobian?.();
  const byTime = new Float64Array(n);
  const rows = own ? [...own.rows] : everyPlace(n, (i) => i);
  const columns = own ? [...own.columns] : everyPlace(n, (_, j) => j);
  const values = new Float64Array(rows.length);
  /** The entries of J proper, and those of the column of time. */
  const inside = Int32Array.from(rows.flatMap((_, e) => (columns[e]! < n ? [e] : [])));
  const beside = Int32Array.from(rows.flatMap((_, e) => (columns[e]! < n ? [] : [e])));
  const row = Int32Array.from(inside, (e) => rows[e]!);
  const column = Int32Array.from(inside, (e) => columns[e]!);
  const probe = new Float64Array(n);
  const moved = new Float64Array(n);

  /** Forward differences, a column at a time. */
  function differences(time: number, x: Float64Array, f: Float64Array): boolean {
    probe.set(x);
    let finite = true;
    for (let j = 0; j < n && finite; j++) {
      const step = Math.sqrt(2.220446049250313e-16 * Math.max(1e-5, Math.abs(x[j]!)));
      probe[j] = x[j]! + step;
      const actual = probe[j]! - x[j]!;
      finite = field.evaluate(time, probe, moved);
      for (let i = 0; i < n; i++) values[i * n + j] = (moved[i]! - f[i]!) / actual;
      probe[j] = x[j]!;
    }
    const later = time + Math.sqrt(2.220446049250313e-16 * Math.max(1e-5, Math.abs(time)));
    finite &&= field.evaluate(later, x, moved);
    for (let i = 0; i < n; i++) byTime[i] = (moved[i]! - f[i]!) / (later - time);
    field.put(time, x);
    return finite;
  }

  const crowded = isCrowded(n, inside.length);
  let factors: Factors | undefined;
  return {
    byTime,
    cost: costOfSolution(n, inside.length),
    evaluate(time, x, f) {
      if (!own) return differences(time, x, f);
      own.evaluate(values);
      let trouble = 0;
      for (let e = 0; e < values.length; e++) trouble += values[e]! - values[e]!;
      byTime.fill(0);
      for (let e = 0; e < beside.length; e++) byTime[rows[beside[e]!]!]! += values[beside[e]!]!;
      return trouble === 0;
    },
    multiply(v, into) {
      into.fill(0);
      for (let e = 0; e < inside.length; e++) into[row[e]!]! += values[inside[e]!]! * v[column[e]!]!;
    },
    factor(shift) {
      factors ??= crowded ? denseFactors(n, row, column) : sparseFactors(n, row, column);
      return factors.factor(shift, values, inside);
    },
    solve: (b) => factors?.solve(b),
  };
}

function everyPlace(n: number, of: (i: number, j: number) => number): number[] {
  return Array.from({ length: n * n }, (_, e) => of(Math.floor(e / n), e % n));
}

interface Factors {
  factor(shift: number, values: Float64Array, inside: Int32Array): boolean;
  solve(b: Float64Array): void;
}

function denseFactors(n: number, row: Int32Array, column: Int32Array): Factors {
  const f = new Float64Array(n * n);
  const pivots = new Int32Array(n);
  const at = Int32Array.from(row, (i, e) => i * n + column[e]!);
  return {
    factor(shift, values, inside) {
      f.fill(0);
      for (let e = 0; e < at.length; e++) f[at[e]!]! -= values[inside[e]!]!;
      for (let i = 0; i < n; i++) f[i * n + i]! += shift;
      return luFactorInPlace(f, n, pivots);
    },
    solve: (b) => luSolveInPlace(f, n, pivots, b),
  };
}

/** `factor` takes the entries of J, the diagonal's shift stands behind them. */
export function sparseFactors(
  n: number,
  row: ArrayLike<number>,
  column: ArrayLike<number>,
): Factors & { readonly lu: SparseLu } {
  const count = row.length;
  const withDiagonal = (places: ArrayLike<number>): Int32Array => {
    const all = Int32Array.from({ length: count + n }, (_, e) => e - count);
    all.set(places);
    return all;
  };
  const lu = createSparseLu(n, withDiagonal(row), withDiagonal(column));
  const all = new Float64Array(count + n);
  return {
    lu,
    factor(shift, values, inside) {
      for (let e = 0; e < count; e++) all[e] = -values[inside[e]!]!;
      all.fill(shift, count);
      return lu.factor(all);
    },
    solve: (b) => lu.solve(b),
  };
}
