/** Linear equations of parameter expressions: LU with partial pivoting, refusing what is singular to working precision. */
import { ExpressionError } from "./arithmetic.ts";

interface Factors { readonly lu: Float64Array; readonly order: Int32Array; readonly sign: number; readonly singular: boolean }

function factor(a: readonly number[], n: number): Factors {
  const lu = Float64Array.from(a);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  let singular = false;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]!) > Math.abs(lu[p * n + k]!)) p = i;
    if (p !== k) {
      for (let j = 0; j < n; j++) {
        const held = lu[k * n + j]!;
        lu[k * n + j] = lu[p * n + j]!;
        lu[p * n + j] = held;
      }
      const held = order[k]!;
      order[k] = order[p]!;
      order[p] = held;
      sign = -sign;
    }
    const pivot = lu[k * n + k]!;
    if (pivot === 0) {
      singular = true;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = (lu[i * n + k] = lu[i * n + k]! / pivot);
      if (factor !== 0) for (let j = k + 1; j < n; j++) lu[i * n + j] = lu[i * n + j]! - factor * lu[k * n + j]!;
    }
  }
  return { lu, order, sign, singular };
}

export function determinant(a: readonly number[], n: number): number {
  const { lu, sign } = factor(a, n);
  let product = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i]!;
  return product;
}

/** Largest column sum of magnitudes. */
function norm1(a: ArrayLike<number>, n: number): number {
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]!);
    if (!(sum <= largest)) largest = sum;
  }
  return largest;
}

/** The inverse, with the exact reciprocal condition number in the 1-norm: matrices typed in by hand are small. */
export function inverse(a: readonly number[], n: number): number[] {
  const { lu, order, singular } = factor(a, n);
  const x = new Array<number>(n * n).fill(0);
  if (!singular) {
    for (let c = 0; c < n; c++) {
      for (let i = 0; i < n; i++) {
        let sum = order[i] === c ? 1 : 0;
        for (let k = 0; k < i; k++) sum -= lu[i * n + k]! * x[k * n + c]!;
        x[i * n + c] = sum;
      }
      for (let i = n - 1; i >= 0; i--) {
        let sum = x[i * n + c]!;
        for (let k = i + 1; k < n; k++) sum -= lu[i * n + k]! * x[k * n + c]!;
        x[i * n + c] = sum / lu[i * n + i]!;
      }
    }
  }
  const rcond = singular ? 0 : 1 / (norm1(a, n) * norm1(x, n));
  if (!(rcond > Number.EPSILON)) {
    throw new ExpressionError(
      "EXPR_SINGULAR",
      `This matrix is singular to working precision (rcond ${Number.isNaN(rcond) ? "unknown" : rcond.toPrecision(2)}).`,
      "Its rows depend on each other, so it has no inverse.",
      { rcond },
    );
  }
  return x;
}
