/**
 * What the Hamiltonian matrix [A, -G; -Q, -A'] says of A'X + X A - X G X + Q = 0, A, G and Q n x n: scales of the states under which
 * its entries are alike, the stabilizing solution as its stable invariant subspace (Laub 1979), eigenvalues next to the axis.
 */
import { transpose } from "./dense.ts";
import { luByBlocks, solveByBlocks } from "./blockLu.ts";
import { luRcond } from "./lu.ts";
import type { Triple } from "./doubling.ts";
import { orderSchur } from "./orderSchur.ts";
import { realSchur } from "./schur.ts";

export function hamiltonian({ a, g, h }: Triple, n: number): Float64Array {
  const m = new Float64Array(4 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      m[i * 2 * n + j] = a[i * n + j]!;
      m[i * 2 * n + n + j] = -g[i * n + j]!;
      m[(n + i) * 2 * n + j] = -h[i * n + j]!;
      m[(n + i) * 2 * n + n + j] = -a[j * n + i]!;
    }
  }
  return m;
}

/** X = U2 / U1 where [U1; U2] spans the stable subspace of the 2n x 2n matrix m; undefined where that is not of order n. */
export function stableSubspace(m: Float64Array, n: number): Float64Array | undefined {
  const schur = realSchur(m, 2 * n);
  if (!schur.converged || orderSchur(schur, (re) => re < 0) !== n) return undefined;
  const u1 = new Float64Array(n * n);
  const u2 = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      u1[i * n + j] = schur.Z![i * 2 * n + j]!;
      u2[i * n + j] = schur.Z![(n + i) * 2 * n + j]!;
    }
  }
  // U1' X = U2', X being symmetric.
  const lu = luByBlocks(transpose(u1, n, n), n);
  if (!(luRcond(lu) > 1e-16)) return undefined;
  const x = transpose(u2, n, n);
  solveByBlocks(lu, x, n);
  return x;
}

/**
 * Powers of 2, d, that make |D^-1 A D|, |D^-1 G D^-1| and |D Q D| of like size row by row, by Parlett & Reinsch's rule under the
 * restriction that the matrix stays Hamiltonian: Benner, "Symplectic balancing of Hamiltonian matrices" (2001).
 */
export function stateScales({ a, g, h }: Triple, n: number): Float64Array {
  const d = new Float64Array(n).fill(1);
  for (let pass = 0, changed = true; changed && pass < 100; pass++) {
    changed = false;
    for (let i = 0; i < n; i++) {
      const own = d[i]!;
      // Sums of what grows with d[i], and of what falls with it; the diagonals go with its square.
      let up = 0;
      let down = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        up += (Math.abs(a[j * n + i]!) / d[j]! + Math.abs(h[j * n + i]!) * d[j]!) * own;
        down += (Math.abs(a[i * n + j]!) * d[j]! + Math.abs(g[i * n + j]!) / d[j]!) / own;
      }
      const upSquare = Math.abs(h[i * n + i]!) * own * own;
      const downSquare = Math.abs(g[i * n + i]!) / own / own;
      const size = (f: number): number => up * f + down / f + upSquare * f * f + downSquare / f / f;
      let factor = 1;
      for (const step of [2, 0.5]) while (size(factor * step) < 0.95 * size(factor)) factor *= step;
      if (factor === 1 || !(own * factor > 1e-100 && own * factor < 1e100)) continue;
      changed = true;
      d[i] = own * factor;
    }
  }
  return d;
}
