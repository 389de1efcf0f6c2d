/**
 * Small nonlinear least squares within bounds: Levenberg-Marquardt on scaled columns (Moré 1978), variables at a bound that the
 * step would leave through it held there (projected), full Gauss-Newton steps of least length where they do. Dense, by singular
 * values, so that what is undetermined and what is contradictory both come out. Knows no models.
 */
import { Matrix, SingularValueDecomposition } from "ml-matrix";

export interface LeastSquares {
  readonly start: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Residuals at p, or undefined where they cannot be computed. */
  residual(p: Float64Array): Float64Array | undefined;
  /** Row-major, at the p of the last call of `residual`. */
  jacobian(): Float64Array;
}

export interface LeastSquaresResult {
  readonly p: Float64Array;
  readonly residual: Float64Array;
  /** Of the last point, row-major, unscaled. */
  readonly jacobian: Float64Array;
  /** -1 and 1: held at its lower or upper bound, where the sum of squares would still fall beyond. */
  readonly held: Int8Array;
  readonly iterations: number;
  /** Singular values of the scaled Jacobian, falling, and the right singular vectors as columns. */
  readonly singular: readonly number[];
  readonly directions: Matrix;
}

const mostIterations = 200;

export function leastSquares(problem: LeastSquares): LeastSquaresResult | undefined {
  const { lower, upper } = problem;
  const n = problem.start.length;
  const clip = (v: number, j: number): number => Math.min(Math.max(v, lower[j]!), upper[j]!);
  let p = problem.start.map(clip);
  const first = problem.residual(p);
  if (!first) return undefined;
  let r = first;
  const m = r.length;
  let jacobian = problem.jacobian();
  let damping = 0;
  let iterations = 0;
  let stalled = 0;
  while (iterations < mostIterations) {
    iterations++;
    const weights = termSizes(jacobian, p, m, n).map((size) => 1 / size);
    const cost = squares(r, weights);
    const held = atBounds(p, r, jacobian, weights, lower, upper);
    const free = Array.from({ length: n }, (_, j) => j).filter((j) => held[j] === 0);
    if (free.length === 0 || cost === 0) break;
    const { columns, svd } = decompose(jacobian, weights, n, free);
    let better = false;
    let tiny = false;
    for (let attempt = 0; attempt < 40 && !better; attempt++) {
      const step = solve(svd, weights, columns, r, damping);
      const next = p.slice();
      free.forEach((j, k) => (next[j] = clip(p[j]! + step[k]!, j)));
      const moved = largest(next.map((v, j) => (v - p[j]!) / Math.max(Math.abs(p[j]!), 1e-8)));
      tiny = moved <= 4e-16;
      if (tiny) break;
      const at = problem.residual(next);
      const now = at ? squares(at, weights) : Number.NaN;
      if (at && now < cost) {
        stalled = now > 0.999999 * cost || moved < 1e-13 ? stalled + 1 : 0;
        p = next;
        r = at;
        better = true;
        damping = damping < 1e-12 ? 0 : damping / 10;
      } else {
        // At the edge of rounding nothing gets better: one undamped step in vain is enough to know.
        if (moved <= 1e-12 && attempt > 2) break;
        damping = damping === 0 ? 1e-6 : damping * 10;
      }
    }
    if (!better) {
      problem.residual(p);
      break;
    }
    jacobian = problem.jacobian();
    if (stalled >= 3) break;
  }
  const weights = termSizes(jacobian, p, m, n).map((size) => 1 / size);
  const held = atBounds(p, r, jacobian, weights, lower, upper);
  const free = Array.from({ length: n }, (_, j) => j).filter((j) => held[j] === 0);
  const all = decompose(jacobian, weights, n, free);
  return {
    p,
    residual: r,
    jacobian,
    held,
    iterations,
    singular: all.svd ? all.svd.diagonal : [],
    directions: all.svd ? all.svd.rightSingularVectors : Matrix.zeros(0, 0),
  };
}

/** Variables at a bound beyond which the sum of squares falls. */
function atBounds(
  p: Float64Array,
  r: Float64Array,
  jacobian: Float64Array,
  weights: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): Int8Array {
  const n = p.length;
  return Int8Array.from(p, (v, j) => {
    if (lower[j] === upper[j]) return -1;
    let slope = 0;
    let size = 0;
    for (let i = 0; i < r.length; i++) {
      const part = jacobian[i * n + j]! * r[i]! * weights[i]! ** 2;
      slope += part;
      size += Math.abs(part);
    }
    if (Math.abs(slope) <= 1e-12 * size) return 0;
    return v <= lower[j]! && slope > 0 ? -1 : v >= upper[j]! && slope < 0 ? 1 : 0;
  });
}

/** The Jacobian of the free variables, rows weighed, columns divided by their length; rows of zeros show all that is left open. */
function decompose(jacobian: Float64Array, weights: Float64Array, n: number, free: readonly number[]) {
  const m = weights.length;
  const columns = Float64Array.from(free, (j) => {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += (weights[i]! * jacobian[i * n + j]!) ** 2;
    return sum > 0 ? 1 / Math.sqrt(sum) : 1;
  });
  if (m === 0 || free.length === 0) return { columns, svd: undefined };
  const scaled = Matrix.zeros(Math.max(m, free.length), free.length);
  for (let i = 0; i < m; i++)
    free.forEach((j, k) => scaled.set(i, k, weights[i]! * jacobian[i * n + j]! * columns[k]!));
  return { columns, svd: new SingularValueDecomposition(scaled) };
}

/** What an equation's terms weigh: its derivatives times the variables, at least of size 1 each. */
export function termSizes(jacobian: Float64Array, p: Float64Array, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m }, (_, i) => {
    let size = 0;
    for (let j = 0; j < n; j++) size += Math.abs(jacobian[i * n + j]!) * Math.max(1, Math.abs(p[j]!));
    return size > 0 && Number.isFinite(size) ? size : 1;
  });
}

function solve(
  svd: SingularValueDecomposition | undefined,
  rows: Float64Array,
  columns: Float64Array,
  r: Float64Array,
  damping: number,
): Float64Array {
  const step = new Float64Array(columns.length);
  if (!svd) return step;
  const { leftSingularVectors: u, rightSingularVectors: v, diagonal } = svd;
  const most = diagonal[0] ?? 0;
  diagonal.forEach((s, k) => {
    if (!(s > 1e-10 * most)) return;
    let along = 0;
    for (let i = 0; i < r.length; i++) along += u.get(i, k) * rows[i]! * r[i]!;
    const factor = (-along * s) / (s * s + damping * most * most);
    for (let j = 0; j < step.length; j++) step[j]! += factor * v.get(j, k) * columns[j]!;
  });
  return step;
}

function squares(r: Float64Array, weights: Float64Array): number {
  return r.reduce((sum, v, i) => sum + (v * weights[i]!) ** 2, 0);
}

function largest(v: Float64Array): number {
  return v.reduce((top, c) => Math.max(top, Math.abs(c)), 0);
}
