/**
 * Newton's method for the small systems that algebraic loops are: residual(z) = 0 with a given Jacobian. Says what went
 * wrong (singular, not converged) and leaves the telling to others.
 */
import { luFactor, luRcond, luSolve } from "./lu.ts";

export interface LoopSolution {
  readonly solved: boolean;
  /** Of the last Jacobian. */
  readonly rcond: number;
  /** Largest |residual| at the last z. */
  readonly residual: number;
  /** Evaluations of the equations: what solving cost. */
  readonly tries: number;
}

/** Writes residual(z) and d residual / d z (row-major). */
export type LoopEquations = (z: Float64Array, residual: Float64Array, jacobian: Float64Array) => void;

/**
 * Solves from z on, in place. A linear loop is solved from 0 in one step, so that its solution does not depend on what came
 * before; others iterate to about 1e-13 relative, or to where rounding stops all progress, in at most 50 steps.
 */
export function solveLoop(n: number, linear: boolean, z: Float64Array, equations: LoopEquations): LoopSolution {
  const residual = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  const largest = (v: Float64Array): number => v.reduce((m, c) => (Math.abs(c) <= m ? m : Math.abs(c)), 0);
  if (linear || !Number.isFinite(largest(z))) z.fill(0);
  let tries = 1;
  equations(z, residual, jacobian);
  let size = largest(residual);
  let last = Number.POSITIVE_INFINITY;
  let rcond = 1;
  for (let iteration = 0; iteration < 50; iteration++) {
    const lu = luFactor(jacobian, n);
    rcond = luRcond(lu);
    if (!Number.isFinite(size) || !(rcond > 1.1102230246251565e-16))
      return { solved: false, rcond, residual: size, tries };
    const move = residual.slice();
    luSolve(lu, move);
    // Full steps converge fastest; after half of them in vain, or off the domain, shorter ones that reduce the residual.
    let fraction = 1;
    const from = z.slice();
    for (let halving = 0; halving < 30; halving++) {
      for (let i = 0; i < n; i++) z[i] = from[i]! - fraction * move[i]!;
      if (linear) return { solved: Number.isFinite(largest(z)), rcond, residual: 0, tries };
      tries++;
      equations(z, residual, jacobian);
      const next = largest(residual);
      if (Number.isFinite(next) && (iteration < 25 || next < size || next === 0)) break;
      fraction /= 2;
    }
    size = largest(residual);
    const moved = fraction * largest(move);
    const scale = largest(z);
    const floor = moved <= 1e-9 * scale && moved >= 0.5 * last;
    if (size === 0 || moved <= 1e-13 * scale || floor)
      return { solved: Number.isFinite(size), rcond, residual: size, tries };
    last = moved;
  }
  return { solved: false, rcond, residual: size, tries };
}
