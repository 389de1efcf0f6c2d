/** A matrix with its eigenvalues drawn into a circle, in its Schur form, where each is moved by itself. */
import { frobenius, plus, transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { realSchur } from "../math/schur.ts";

export interface Stabilized {
  readonly A: Float64Array;
  /** Frobenius norm of the change, relative to that of the matrix: 0 where nothing was to be done. */
  readonly change: number;
  /** How many eigenvalues were moved. */
  readonly moved: number;
  /** Modulus of the largest eigenvalue before. */
  readonly before: number;
}

/** The n x n matrix a with eigenvalues beyond `limit` brought back to it along their rays. */
export function stabilized(a: Float64Array, n: number, limit: number): Stabilized {
  const schur = realSchur(a, n);
  const { Z, re, im } = schur;
  const before = re.reduce((most, v, i) => Math.max(most, Math.hypot(v, im[i]!)), 0);
  if (!schur.converged || !Z || before <= limit) return { A: a, change: 0, moved: 0, before };
  const T = schur.T.slice();
  let moved = 0;
  for (let i = 0; i < n;) {
    const size = im[i] === 0 ? 1 : 2;
    const modulus = Math.hypot(re[i]!, im[i]!);
    if (modulus > limit) {
      // All of the block by one factor: its eigenvalues go with it.
      for (let r = i; r < i + size; r++) for (let c = i; c < i + size; c++) T[r * n + c]! *= limit / modulus;
      moved += size;
    }
    i += size;
  }
  const A = product(product(Z, T, n, n, n), transpose(Z, n, n), n, n, n);
  return { A, change: frobenius(plus(A, a, -1)) / frobenius(a), moved, before };
}
