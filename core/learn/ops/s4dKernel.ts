/** The kernel of diagonal state spaces, one of each head: sums of powers. Gu, Gupta, Goel & Re, arXiv 2206.11893. */
import type { Tape, Tensor } from "../tape.ts";

/** K[h, l] = factor Re(sum over n of w[h, n] a[h, n]^l): w and a [2, h n] -> [h, length]. */
export function s4dKernel(tape: Tape, w: Tensor, a: Tensor, h: number, length: number, factor: 1 | 2): Tensor {
  const p = a.data.length / 2;
  const n = p / h;
  return tape.record(
    [h, length],
    [w, a],
    (y) => {
      y.fill(0);
      for (let j = 0; j < p; j++) {
        const from = Math.floor(j / n) * length;
        const [aRe, aIm] = [a.data[j]!, a.data[p + j]!];
        let [re, im] = [factor * w.data[j]!, factor * w.data[p + j]!];
        for (let l = 0; l < length; l++) {
          y[from + l]! += re;
          const next = re * aRe - im * aIm;
          im = re * aIm + im * aRe;
          re = next;
        }
      }
    },
    (g) => {
      for (let j = 0; j < p; j++) {
        const from = Math.floor(j / n) * length;
        const [aRe, aIm] = [a.data[j]!, a.data[p + j]!];
        // By Horner's rule from the end: sum of g[l] a^l, and its derivative with respect to a.
        let [sRe, sIm, dRe, dIm] = [0, 0, 0, 0];
        for (let l = length - 1; l >= 0; l--) {
          const nextRe = dRe * aRe - dIm * aIm + sRe;
          dIm = dRe * aIm + dIm * aRe + sIm;
          dRe = nextRe;
          const sum = sRe * aRe - sIm * aIm + factor * g[from + l]!;
          sIm = sRe * aIm + sIm * aRe;
          sRe = sum;
        }
        // y = Re(w f(a)): its adjoints are conj(f) and conj(w f').
        if (w.grad) {
          w.grad[j]! += sRe;
          w.grad[p + j]! -= sIm;
        }
        if (a.grad) {
          const [wRe, wIm] = [w.data[j]!, w.data[p + j]!];
          a.grad[j]! += wRe * dRe - wIm * dIm;
          a.grad[p + j]! -= wRe * dIm + wIm * dRe;
        }
      }
    },
  );
}
