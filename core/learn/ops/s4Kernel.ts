/**
 * The kernel of S4: A = diag(lambda) - P P*, bilinear, by its generating function at the roots of unity (Gu, Goel & Re, arXiv 2111.00396),
 * in a form without the pole at Nyquist: r_ab = step sum of a b / (2 (1 - w) - step lambda (1 + w)) over both halves of the conjugate
 * pairs, q = 1 + w, k = 2 (r_CB - q r_CP r_QB / (1 + q r_QP)), Q = conj(P).
 */
import { fourier } from "../../math/fft.ts";
import { s4KernelOnGpu } from "./s4KernelOnGpu.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** lambda, P, B and C [2, h n], C standing for C (I - A^length); logStep [h]. Gives [h, length]; length is a power of two. */
export function s4Kernel(
  tape: Tape,
  { lambda, P, B, C, logStep }: { lambda: Tensor; P: Tensor; B: Tensor; C: Tensor; logStep: Tensor },
  length: number,
): Tensor {
  const h = logStep.size;
  const p = lambda.size / 2;
  const n = p / h;
  const plan = fourier(length);
  const half = length / 2;
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  /** The four sums of each head at each root, CB, CP, QB, QP: real and imaginary parts, kept for the way back. */
  const kept = new Float64Array(h * (half + 1) * 8);
  const v = new Float64Array(8 * n);
  const gv = new Float64Array(8 * n);

  /** Numerators of a head: C B, C P, conj(P) B, |P|^2. */
  const numerators = (head: number) => {
    for (let i = 0, j = head * n; i < n; i++, j++) {
      const [cRe, cIm, bRe, bIm] = [C.data[j]!, C.data[p + j]!, B.data[j]!, B.data[p + j]!];
      const [pRe, pIm] = [P.data[j]!, P.data[p + j]!];
      v[8 * i] = cRe * bRe - cIm * bIm;
      v[8 * i + 1] = cRe * bIm + cIm * bRe;
      v[8 * i + 2] = cRe * pRe - cIm * pIm;
      v[8 * i + 3] = cRe * pIm + cIm * pRe;
      v[8 * i + 4] = pRe * bRe + pIm * bIm;
      v[8 * i + 5] = pRe * bIm - pIm * bRe;
      v[8 * i + 6] = pRe * pRe + pIm * pIm;
      v[8 * i + 7] = 0;
    }
  };

  return tape.record(
    [h, length],
    [lambda, P, B, C, logStep],
    (y) => {
      for (let head = 0; head < h; head++) {
        const step = Math.exp(logStep.data[head]!);
        numerators(head);
        for (let k = 0; k <= half; k++) {
          const angle = (-2 * Math.PI * k) / length;
          const [wRe, wIm] = [Math.cos(angle), Math.sin(angle)];
          const [qRe, qIm] = [1 + wRe, wIm];
          const at = (head * (half + 1) + k) * 8;
          kept.fill(0, at, at + 8);
          for (let i = 0, j = head * n; i < n; i++, j++) {
            // The mode, and its conjugate.
            for (let sign = 1; sign >= -1; sign -= 2) {
              const [lRe, lIm] = [lambda.data[j]!, sign * lambda.data[p + j]!];
              const eRe = 2 - 2 * wRe - step * (lRe * qRe - lIm * qIm);
              const eIm = -2 * wIm - step * (lRe * qIm + lIm * qRe);
              const size = step / (eRe * eRe + eIm * eIm);
              const [dRe, dIm] = [eRe * size, -eIm * size];
              for (let a = 0; a < 8; a += 2) {
                const [vRe, vIm] = [v[8 * i + a]!, sign * v[8 * i + a + 1]!];
                kept[at + a]! += vRe * dRe - vIm * dIm;
                kept[at + a + 1]! += vRe * dIm + vIm * dRe;
              }
            }
          }
          const { tRe, tIm } = ratio(kept, at, qRe, qIm);
          // CB - t CP QB with t = q / (1 + q QP).
          const [aRe, aIm, bRe, bIm] = [kept[at + 2]!, kept[at + 3]!, kept[at + 4]!, kept[at + 5]!];
          const [xRe, xIm] = [aRe * bRe - aIm * bIm, aRe * bIm + aIm * bRe];
          re[k] = 2 * (kept[at]! - (tRe * xRe - tIm * xIm));
          im[k] = 2 * (kept[at + 1]! - (tRe * xIm + tIm * xRe));
          if (k > 0 && k < half) {
            re[length - k] = re[k]!;
            im[length - k] = -im[k]!;
          }
        }
        plan.transform(re, im, true);
        for (let l = 0; l < length; l++) y[head * length + l] = re[l]! / length;
      }
    },
    (g) => {
      const gs = new Float64Array(8);
      for (let head = 0; head < h; head++) {
        const step = Math.exp(logStep.data[head]!);
        numerators(head);
        gv.fill(0);
        re.set(g.subarray(head * length, (head + 1) * length));
        im.fill(0);
        plan.transform(re, im);
        let gLogStep = 0;
        for (let k = 0; k <= half; k++) {
          const angle = (-2 * Math.PI * k) / length;
          const [wRe, wIm] = [Math.cos(angle), Math.sin(angle)];
          const [qRe, qIm] = [1 + wRe, wIm];
          const at = (head * (half + 1) + k) * 8;
          // The adjoint of the inverse transform; what stands for two conjugate entries counts twice.
          const share = ((k > 0 && k < half ? 2 : 1) * 2) / length;
          adjointSums(gs, kept, at, qRe, qIm, share * re[k]!, share * im[k]!);
          for (let i = 0, j = head * n; i < n; i++, j++) {
            for (let sign = 1; sign >= -1; sign -= 2) {
              const [lRe, lIm] = [lambda.data[j]!, sign * lambda.data[p + j]!];
              const [lqRe, lqIm] = [step * (lRe * qRe - lIm * qIm), step * (lRe * qIm + lIm * qRe)];
              const [eRe, eIm] = [2 - 2 * wRe - lqRe, -2 * wIm - lqIm];
              const size = 1 / (eRe * eRe + eIm * eIm);
              const [dRe, dIm] = [step * eRe * size, -step * eIm * size];
              let [gdRe, gdIm] = [0, 0];
              for (let a = 0; a < 8; a += 2) {
                const [gRe, gIm] = [gs[a]!, gs[a + 1]!];
                const [vRe, vIm] = [v[8 * i + a]!, sign * v[8 * i + a + 1]!];
                gdRe += vRe * gRe + vIm * gIm;
                gdIm += vRe * gIm - vIm * gRe;
                gv[8 * i + a]! += dRe * gRe + dIm * gIm;
                gv[8 * i + a + 1]! += sign * (dRe * gIm - dIm * gRe);
              }
              // d = step / e, e = 2 (1 - w) - step lambda q: by log step d (1 + step lambda q / e), by lambda d^2 q.
              const [bRe, bIm] = [1 + (lqRe * eRe + lqIm * eIm) * size, (lqIm * eRe - lqRe * eIm) * size];
              gLogStep += (dRe * bRe - dIm * bIm) * gdRe + (dRe * bIm + dIm * bRe) * gdIm;
              if (!lambda.grad) continue;
              const [sRe, sIm] = [dRe * dRe - dIm * dIm, 2 * dRe * dIm];
              const [mRe, mIm] = [sRe * qRe - sIm * qIm, sRe * qIm + sIm * qRe];
              lambda.grad[j]! += mRe * gdRe + mIm * gdIm;
              lambda.grad[p + j]! += sign * (mRe * gdIm - mIm * gdRe);
            }
          }
        }
        if (logStep.grad) logStep.grad[head]! += gLogStep;
        spreadNumerators(head);
      }
    },
    s4KernelOnGpu({ lambda, P, B, C, logStep }, length),
  );

  /** From the adjoints of C B, C P, conj(P) B and |P|^2 to those of C, B and P. */
  function spreadNumerators(head: number): void {
    for (let i = 0, j = head * n; i < n; i++, j++) {
      const [cRe, cIm, bRe, bIm] = [C.data[j]!, C.data[p + j]!, B.data[j]!, B.data[p + j]!];
      const [pRe, pIm] = [P.data[j]!, P.data[p + j]!];
      const [cbRe, cbIm, cpRe, cpIm] = [gv[8 * i]!, gv[8 * i + 1]!, gv[8 * i + 2]!, gv[8 * i + 3]!];
      const [qbRe, qbIm, qp] = [gv[8 * i + 4]!, gv[8 * i + 5]!, gv[8 * i + 6]!];
      if (C.grad) {
        C.grad[j]! += bRe * cbRe + bIm * cbIm + pRe * cpRe + pIm * cpIm;
        C.grad[p + j]! += bRe * cbIm - bIm * cbRe + pRe * cpIm - pIm * cpRe;
      }
      if (B.grad) {
        B.grad[j]! += cRe * cbRe + cIm * cbIm + pRe * qbRe - pIm * qbIm;
        B.grad[p + j]! += cRe * cbIm - cIm * cbRe + pRe * qbIm + pIm * qbRe;
      }
      if (P.grad) {
        P.grad[j]! += cRe * cpRe + cIm * cpIm + bRe * qbRe + bIm * qbIm + 2 * qp * pRe;
        P.grad[p + j]! += cRe * cpIm - cIm * cpRe - (bRe * qbIm - bIm * qbRe) + 2 * qp * pIm;
      }
    }
  }
}

/** t = q / (1 + q QP) of the sums at `at`. */
function ratio(
  sums: Float64Array,
  at: number,
  qRe: number,
  qIm: number,
): { readonly tRe: number; readonly tIm: number } {
  const [rRe, rIm] = [sums[at + 6]!, sums[at + 7]!];
  const [bRe, bIm] = [1 + qRe * rRe - qIm * rIm, qRe * rIm + qIm * rRe];
  const size = bRe * bRe + bIm * bIm;
  return { tRe: (qRe * bRe + qIm * bIm) / size, tIm: (qIm * bRe - qRe * bIm) / size };
}

/** Of g = the adjoint of CB - t CP QB, those of the four sums: by CP -t QB, by QB -t CP, by QP t^2 CP QB. */
function adjointSums(
  into: Float64Array,
  sums: Float64Array,
  at: number,
  qRe: number,
  qIm: number,
  gRe: number,
  gIm: number,
): void {
  const { tRe, tIm } = ratio(sums, at, qRe, qIm);
  const [aRe, aIm, bRe, bIm] = [sums[at + 2]!, sums[at + 3]!, sums[at + 4]!, sums[at + 5]!];
  const slopes = [
    -(tRe * bRe - tIm * bIm),
    -(tRe * bIm + tIm * bRe),
    -(tRe * aRe - tIm * aIm),
    -(tRe * aIm + tIm * aRe),
  ];
  const [xRe, xIm] = [tRe * aRe - tIm * aIm, tRe * aIm + tIm * aRe];
  const [zRe, zIm] = [tRe * bRe - tIm * bIm, tRe * bIm + tIm * bRe];
  slopes.push(xRe * zRe - xIm * zIm, xRe * zIm + xIm * zRe);
  into[0] = gRe;
  into[1] = gIm;
  for (let k = 0; k < 3; k++) {
    const [sRe, sIm] = [slopes[2 * k]!, slopes[2 * k + 1]!];
    into[2 * k + 2] = sRe * gRe + sIm * gIm;
    into[2 * k + 3] = sRe * gIm - sIm * gRe;
  }
}
