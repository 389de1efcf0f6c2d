/** Stable random systems with n states and n / 2 measurements, and records of them, by the generator of the programs beside ours. */
import { Matrix } from "ml-matrix";
import { factorOf } from "../core/estimate/squareRoot.ts";
import { eigenvalues } from "../core/math/eigenvalues.ts";

export interface KalmanSystem {
  readonly model: Record<"A" | "C" | "Q" | "R" | "P0", Matrix>;
  readonly m: number;
  /** samples x m. */
  readonly y: { readonly rows: number; readonly cols: number; readonly data: Float64Array };
}

/** `drawn` uniform numbers make a normal one: twelve as in the programs beside ours, fewer where there are many samples. */
export function kalmanSystem(n: number, samples: number, drawn = 12): KalmanSystem {
  const m = n / 2;
  let seed = 2000 + n;
  const next = (): number => {
    seed = (Math.imul(1664525, seed) + 1013904223) >>> 0;
    return seed / 4294967296 - 0.5;
  };
  const matrix = (rows: number, cols: number): Matrix =>
    new Matrix(Array.from({ length: rows }, () => Array.from({ length: cols }, next)));
  const raw = matrix(n, n);
  const radius = Math.max(...eigenvalues(raw).values.map(([re, im]) => Math.hypot(re, im)));
  const A = raw.mul(0.95 / radius);
  const C = matrix(m, n);
  const square = (L: Matrix, added: number) => Matrix.add(L.mmul(L.transpose()), Matrix.eye(L.rows).mul(added));
  const Q = square(matrix(n, n), 0.1).mul(0.1);
  const R = square(matrix(m, m), 0.2);
  const flat = (a: Matrix) => Float64Array.from(a.to1DArray());
  // The transposed root: row k is what the noise number k does.
  const [rootQ, rootR] = [factorOf(flat(Q), 0, n)!, factorOf(flat(R), 0, m)!];
  const [a, c] = [flat(A), flat(C)];
  const scale = Math.sqrt(12 / drawn);
  const normal = (): number => {
    let sum = 0;
    for (let k = 0; k < drawn; k++) sum += next();
    return scale * sum;
  };
  const times = (M: Float64Array, rows: number, v: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let k = 0; k < v.length; k++) sum += M[i * v.length + k]! * v[k]!;
      out[i] = sum;
    }
  };
  const noise = (root: Float64Array, independent: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < independent.length; k++) independent[k] = normal();
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let k = 0; k < independent.length; k++) sum += root[k * out.length + i]! * independent[k]!;
      out[i]! += sum;
    }
  };
  let [x, ahead] = [new Float64Array(n), new Float64Array(n)];
  const [w, v] = [new Float64Array(n), new Float64Array(m)];
  const data = new Float64Array(samples * m);
  for (let k = 0; k < samples; k++) {
    times(a, n, x, ahead);
    noise(rootQ, w, ahead);
    [x, ahead] = [ahead, x];
    const row = data.subarray(k * m, (k + 1) * m);
    times(c, m, x, row);
    noise(rootR, v, row);
  }
  return { model: { A, C, Q, R, P0: Matrix.eye(n) }, m, y: { rows: samples, cols: m, data } };
}
