/**
 * Principal logarithm of a real matrix: square roots until it is near I (Denman & Beavers' iteration in product form, scaled by
 * determinants), then a Pade approximant in partial fractions. Higham, "Functions of Matrices" (2008), 6.3 and 11.5. Dense,
 * row-major, flat.
 */
import { identity, plus } from "./dense.ts";
import { luByBlocks, solveByBlocks } from "./blockLu.ts";
import { norm1 } from "./lu.ts";
import { product } from "./product.ts";

/** Nodes and weights of Gauss-Legendre quadrature on [0, 1] with 8 points: the [8/8] Pade approximant of log(1 + x). */
const NODES = [
  0.019855071751231884, 0.10166676129318664, 0.2372337950418355, 0.4082826787521751, 0.591717321247825,
  0.7627662049581645, 0.8983332387068134, 0.9801449282487681,
] as const;
const WEIGHTS = [
  0.05061426814518813, 0.11119051722668724, 0.15685332293894363, 0.181341891689181, 0.181341891689181,
  0.15685332293894363, 0.11119051722668724, 0.05061426814518813,
] as const;
/** The approximant is exact to double precision up to this norm of X - I (Higham 2008, table 11.1). */
const NEAR = 0.34;

/**
 * log(a), n x n, or undefined where the square roots do not settle: an eigenvalue at 0 or on the negative real axis, for which
 * the caller looks first.
 */
export function logm(a: Float64Array, n: number): Float64Array | undefined {
  let x = a;
  let roots = 0;
  while (norm1(lessOne(x, n), n, n) > NEAR) {
    const next = roots < 60 ? squareRoot(x, n) : undefined;
    if (!next) return undefined;
    x = next;
    roots++;
  }
  const e = lessOne(x, n);
  const sum = new Float64Array(n * n);
  NODES.forEach((node, k) => {
    // weight (I + node E)^-1 E
    const shifted = e.map((v) => node * v);
    for (let i = 0; i < n; i++) shifted[i * n + i]! += 1;
    const term = e.slice();
    solveByBlocks(luByBlocks(shifted, n), term, n);
    for (let i = 0; i < n * n; i++) sum[i]! += WEIGHTS[k]! * term[i]!;
  });
  return sum.map((v) => v * Math.pow(2, roots));
}

function squareRoot(a: Float64Array, n: number): Float64Array | undefined {
  let m: Float64Array = a.slice();
  let x: Float64Array = a.slice();
  let scaling = true;
  for (let pass = 0; pass < 40; pass++) {
    const lu = luByBlocks(m, n);
    if (lu.singular) return undefined;
    let scale = 1;
    if (scaling) {
      let size = 0;
      for (let i = 0; i < n; i++) size += Math.log(Math.abs(lu.factors[i * n + i]!));
      scale = Math.exp(-size / (2 * n));
    }
    const inverse = identity(n);
    solveByBlocks(lu, inverse, n);
    const [s2, back] = [scale * scale, 1 / (scale * scale)];
    // X <- scale X (I + back M^-1) / 2, M <- (I + (s2 M + back M^-1) / 2) / 2.
    const factor = inverse.map((v) => (scale * back * v) / 2);
    for (let i = 0; i < n; i++) factor[i * n + i]! += scale / 2;
    x = product(x, factor, n, n, n);
    m = m.map((v, i) => (s2 * v + back * inverse[i]!) / 4);
    for (let i = 0; i < n; i++) m[i * n + i]! += 0.5;
    const off = norm1(lessOne(m, n), n, n);
    if (!Number.isFinite(off)) return undefined;
    if (off < 1e-2) scaling = false;
    if (off <= n * 2.220446049250313e-16) return x;
    // Rounding may leave it just above: near enough once the next step would square it away.
    if (off < 1e-13 && pass > 2 && !scaling) return x;
  }
  return undefined;
}

function lessOne(a: Float64Array, n: number): Float64Array {
  return plus(a, identity(n), -1);
}
