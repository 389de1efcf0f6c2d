/**
 * A X = B to nearly full accuracy though A be ill-conditioned: LU factors, then corrections from residuals summed as if in twice the
 * precision. Moler (1967); sums by Ogita, Rump & Oishi, "Accurate sum and dot product" (2005), algorithm Dot2.
 */
import { luByBlocks, solveByBlocks } from "./blockLu.ts";
import { luRcond } from "./lu.ts";
import type { Lu } from "./lu.ts";

/** Overwrites b (n x cols) with the solution; gives back the factors, whose `singular` says that there is none. */
export function solveAccurately(a: Float64Array, n: number, b: Float64Array, cols: number): Lu {
  const lu = luByBlocks(a, n);
  if (lu.singular) return lu;
  // Twenty digits lost of fifty-two leave nothing to gain that the rest of a computation would notice.
  const wanted = luRcond(lu) < 1e-6;
  const given = wanted ? b.slice() : b;
  solveByBlocks(lu, b, cols);
  for (let pass = 0; wanted && pass < 3; pass++) {
    const left = residual(a, n, b, given, cols);
    solveByBlocks(lu, left, cols);
    for (let i = 0; i < n * cols; i++) b[i]! += left[i]!;
  }
  return lu;
}

function residual(a: Float64Array, n: number, x: Float64Array, b: Float64Array, cols: number): Float64Array {
  const left = new Float64Array(n * cols);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < cols; c++) {
      let high = b[i * cols + c]!;
      let low = 0;
      for (let k = 0; k < n; k++) {
        const p = -a[i * n + k]!;
        const q = x[k * cols + c]!;
        const product = p * q;
        // The error of the product (Dekker, Veltkamp), then of the sum (Knuth).
        const ps = 134217729 * p;
        const ph = ps - (ps - p);
        const qs = 134217729 * q;
        const qh = qs - (qs - q);
        low += (p - ph) * (q - qh) - (product - ph * qh - (p - ph) * qh - ph * (q - qh));
        const sum = high + product;
        const part = sum - high;
        low += high - (sum - part) + (product - part);
        high = sum;
      }
      left[i * cols + c] = high + low;
    }
  }
  return left;
}
