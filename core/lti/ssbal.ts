/**
 * Balancing: states measured in other units (powers of 2, so that no digit is lost) until rows and columns are of like size.
 * Parlett & Reinsch (1969), over [A B; C 0] for a model as in Petkov, Christov & Konstantinov (1991).
 */
import { Matrix } from "ml-matrix";
import { matrixOf } from "../math/blocks.ts";
import { type MatrixLike } from "../math/dense.ts";
import { withStates } from "./model.ts";
import type { StateSpace } from "./stateSpace.ts";

/** diag(scale)^-1 A diag(scale) of a square A. */
export function balance(A: MatrixLike): { readonly A: Matrix; readonly scale: readonly number[] } {
  const a = matrixOf(A);
  const scale = scales(a, Matrix.zeros(a.rows, 0), Matrix.zeros(0, a.rows));
  return { A: scaled(a, scale, scale), scale };
}

/** The model with x = diag(scale) times the new states, which keep their names. */
export function ssbal(given: StateSpace): { readonly system: StateSpace; readonly scale: readonly number[] } {
  const { A, B, C } = given;
  const scale = scales(A, B, C);
  const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
  const [b, c] = [scaled(B, scale, ones(B.columns)), scaled(C, ones(C.rows), scale)];
  return { system: { ...withStates(given, scaled(A, scale, scale), b, c), x: given.x }, scale };
}

function scaled(m: Matrix, rows: readonly number[], columns: readonly number[]): Matrix {
  const out = m.clone();
  for (let i = 0; i < m.rows; i++)
    for (let j = 0; j < m.columns; j++) out.set(i, j, (m.get(i, j) * columns[j]!) / rows[i]!);
  return out;
}

function scales(A: Matrix, B: Matrix, C: Matrix): number[] {
  const n = A.rows;
  const scale = Array.from({ length: n }, () => 1);
  for (let pass = 0, changed = true; changed && pass < 100; pass++) {
    changed = false;
    for (let i = 0; i < n; i++) {
      let column = 0;
      let row = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        column += (Math.abs(A.get(j, i)) * scale[i]!) / scale[j]!;
        row += (Math.abs(A.get(i, j)) * scale[j]!) / scale[i]!;
      }
      for (let j = 0; j < B.columns; j++) row += Math.abs(B.get(i, j)) / scale[i]!;
      for (let j = 0; j < C.rows; j++) column += Math.abs(C.get(j, i)) * scale[i]!;
      if (column === 0 || row === 0) continue;
      const factor = Math.pow(2, Math.round(Math.log2(row / column) / 2));
      if (!Number.isFinite(factor) || factor === 0 || !(column * factor + row / factor < 0.95 * (column + row)))
        continue;
      changed = true;
      scale[i]! *= factor;
    }
  }
  return scale;
}
