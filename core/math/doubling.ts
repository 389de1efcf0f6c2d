/**
 * The structure-preserving doubling algorithm for Riccati equations: three n x n matrices stand for the symplectic pencil, and each step
 * squares its spectrum, so that H grows to the stabilizing solution. Products and one factorization only, several times as fast
 * as an invariant subspace of order 2n. Chu, Fan, Lin & Wang (2004) for X = A'X (I + G X)^-1 A + H; the continuous equation comes
 * here by Cayley's transform, Chu, Fan & Lin (2005).
 */
import { frobenius, identity, multiple, plus, transpose } from "./dense.ts";
import { luByBlocks, solveByBlocks } from "./blockLu.ts";
import { product, symmetricProduct } from "./product.ts";

/** A, G = G' and H = H', all n x n. */
export interface Triple {
  readonly a: Float64Array;
  readonly g: Float64Array;
  readonly h: Float64Array;
}

/** X with X = A'X (I + G X)^-1 A + H; undefined where the iteration breaks down, diverges or has not ended after 60 doublings. */
export function doubling({ a, g, h }: Triple, n: number): Float64Array | undefined {
  for (let step = 0; step < 60; step++) {
    const w = product(g, h, n, n, n);
    for (let i = 0; i < n; i++) w[i * n + i]! += 1;
    const lu = luByBlocks(w, n);
    if (lu.singular) return undefined;
    // (I + G H)^-1 [A, G]
    const solved = sideBySide(a, g, n);
    solveByBlocks(lu, solved, 2 * n);
    const [wa, wg] = halves(solved, n);
    const at = transpose(a, n, n);
    const grown = symmetricProduct(at, product(h, wa, n, n, n), n, n);
    h = plus(h, grown);
    const size = frobenius(h);
    if (!Number.isFinite(size)) return undefined;
    // The next step would add about the square of this, which is left to whoever refines.
    if (frobenius(grown) <= 1e-4 * size) return h;
    g = plus(g, symmetricProduct(product(a, wg, n, n, n), at, n, n));
    a = product(a, wa, n, n, n);
  }
  return undefined;
}

/**
 * The same X as the stabilizing solution of A'X + X A - X G X + H = 0, for gamma > 0 not an eigenvalue of the Hamiltonian matrix;
 * undefined where it is one to rounding. Eigenvalues s become (s + gamma) / (s - gamma).
 */
export function cayley({ a, g, h }: Triple, n: number, gamma: number): Triple | undefined {
  const shifted = a.slice();
  for (let i = 0; i < n; i++) shifted[i * n + i]! -= gamma;
  const lu = luByBlocks(shifted, n);
  if (lu.singular) return undefined;
  const ag = g.slice();
  solveByBlocks(lu, ag, n);
  // W' = (A - gamma) + G (A - gamma)^-T H, made from its transpose.
  const w = plus(transpose(shifted, n, n), product(h, ag, n, n, n));
  const wlu = luByBlocks(transpose(w, n, n), n);
  if (wlu.singular) return undefined;
  // A1 = I + 2 gamma W^-T, G1 = 2 gamma (A - gamma)^-1 G W^-1, H1 = 2 gamma W^-1 H (A - gamma)^-1
  const inverse = identity(n);
  solveByBlocks(wlu, inverse, n);
  const inverseT = transpose(inverse, n, n);
  const ah = identity(n);
  solveByBlocks(lu, ah, n);
  const twice = 2 * gamma;
  const a1 = multiple(inverse, twice);
  for (let i = 0; i < n; i++) a1[i * n + i]! += 1;
  const g1 = multiple(symmetricProduct(ag, inverseT, n, n), twice);
  const h1 = multiple(symmetricProduct(product(inverseT, h, n, n, n), ah, n, n), twice);
  return { a: a1, g: g1, h: h1 };
}

function sideBySide(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const both = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    both.set(a.subarray(i * n, i * n + n), 2 * i * n);
    both.set(b.subarray(i * n, i * n + n), 2 * i * n + n);
  }
  return both;
}

function halves(both: Float64Array, n: number): [Float64Array, Float64Array] {
  const a = new Float64Array(n * n);
  const b = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    a.set(both.subarray(2 * i * n, 2 * i * n + n), i * n);
    b.set(both.subarray(2 * i * n + n, 2 * i * n + 2 * n), i * n);
  }
  return [a, b];
}
