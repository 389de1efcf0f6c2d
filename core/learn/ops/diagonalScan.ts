/**
 * x[t] = a x[t-1] + v[t] with a constant complex diagonal a, by one of three ways that agree: step after step, in chunks that can be computed
 * side by side (sums of each, carries, then the rest), or by Fourier transforms.
 */
import { fourier, powerOfTwo } from "../../math/fft.ts";
import type { Tape, Tensor } from "../tape.ts";

/** How a recurrence is computed. */
export type ScanMode = "convolution" | "parallel" | "serial";

const chunk = 64;

/** a [2, p], v [batch, length, 2p] -> x of v's shape; `initial` [batch, 2p] is x before the first step, 0 where left out. */
export function diagonalScan(tape: Tape, a: Tensor, v: Tensor, mode: ScanMode = "serial", initial?: Tensor): Tensor {
  const [batch = 0, length = 0, double = 0] = v.shape;
  const p = double / 2;
  const start = initial?.data ?? new Float64Array(batch * double);
  const before = (x: Float64Array, b: number, t: number, j: number) =>
    t > 0 ? x[(b * length + t - 1) * double + j]! : start[b * double + j]!;
  return tape.record(
    v.shape,
    initial ? [a, v, initial] : [a, v],
    (x) => recur(x, v.data, a.data, start, { batch, length, p, mode, backwards: false }),
    (g, x) => {
      const adjoint = new Float64Array(g.length);
      const conjugate = a.data.map((value, i) => (i < p ? value : -value));
      recur(adjoint, g, conjugate, new Float64Array(batch * double), { batch, length, p, mode, backwards: true });
      if (v.grad) for (let i = 0; i < g.length; i++) v.grad[i]! += adjoint[i]!;
      for (let b = 0; b < batch; b++) {
        for (let j = 0; j < p; j++) {
          let [sumRe, sumIm] = [0, 0];
          for (let t = 0; t < length; t++) {
            const at = (b * length + t) * double + j;
            const [gRe, gIm, xRe, xIm] = [adjoint[at]!, adjoint[at + p]!, before(x, b, t, j), before(x, b, t, p + j)];
            sumRe += gRe * xRe + gIm * xIm;
            sumIm += gIm * xRe - gRe * xIm;
          }
          if (a.grad) {
            a.grad[j]! += sumRe;
            a.grad[p + j]! += sumIm;
          }
          if (!initial?.grad) continue;
          const [gRe, gIm] = [adjoint[b * length * double + j]!, adjoint[b * length * double + p + j]!];
          initial.grad[b * double + j]! += conjugate[j]! * gRe - conjugate[p + j]! * gIm;
          initial.grad[b * double + p + j]! += conjugate[j]! * gIm + conjugate[p + j]! * gRe;
        }
      }
    },
  );
}

interface Extent {
  readonly batch: number;
  readonly length: number;
  readonly p: number;
  readonly mode: ScanMode;
  /** From the last step to the first. */
  readonly backwards: boolean;
}

function recur(x: Float64Array, v: Float64Array, a: Float64Array, start: Float64Array, extent: Extent): void {
  const { batch, length, p, mode, backwards } = extent;
  const stride = (backwards ? -2 : 2) * p;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < p; j++) {
      const first = (b * length + (backwards ? length - 1 : 0)) * 2 * p + j;
      const [aRe, aIm] = [a[j]!, a[p + j]!];
      const [sRe, sIm] = [start[b * 2 * p + j]!, start[b * 2 * p + p + j]!];
      if (mode === "convolution") {
        convolve(x, v, first, stride, length, p, aRe, aIm, sRe, sIm);
      } else if (mode === "serial") {
        run(x, v, first, stride, length, p, aRe, aIm, sRe, sIm);
      } else {
        // Each chunk from nothing, its last state; carries over chunks; each chunk again from what it is carried.
        const chunks = Math.ceil(length / chunk);
        const size = (c: number) => Math.min(chunk, length - c * chunk);
        const lasts = Array.from({ length: chunks }, (_, c) =>
          run(x, v, first + c * chunk * stride, stride, size(c), p, aRe, aIm, 0, 0),
        );
        let [carryRe, carryIm] = [sRe, sIm];
        for (let c = 0; c < chunks; c++) {
          run(x, v, first + c * chunk * stride, stride, size(c), p, aRe, aIm, carryRe, carryIm);
          const [dRe, dIm] = power(aRe, aIm, size(c));
          const [re, im] = [carryRe * dRe - carryIm * dIm, carryRe * dIm + carryIm * dRe];
          [carryRe, carryIm] = [re + lasts[c]![0], im + lasts[c]![1]];
        }
      }
    }
  }
}

/** One channel; its last state. */
function run(
  x: Float64Array,
  v: Float64Array,
  first: number,
  stride: number,
  length: number,
  p: number,
  aRe: number,
  aIm: number,
  startRe: number,
  startIm: number,
): readonly [number, number] {
  let [re, im] = [startRe, startIm];
  for (let t = 0, at = first; t < length; t++, at += stride) {
    const next = aRe * re - aIm * im + v[at]!;
    im = aRe * im + aIm * re + v[at + p]!;
    re = next;
    x[at] = re;
    x[at + p] = im;
  }
  return [re, im];
}

function convolve(
  x: Float64Array,
  v: Float64Array,
  first: number,
  stride: number,
  length: number,
  p: number,
  aRe: number,
  aIm: number,
  startRe: number,
  startIm: number,
): void {
  const plan = fourier(powerOfTwo(2 * length));
  const [vRe, vIm, kRe, kIm] = Array.from({ length: 4 }, () => new Float64Array(plan.n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let t = 0, at = first, re = 1, im = 0; t < length; t++, at += stride) {
    vRe[t] = v[at]!;
    vIm[t] = v[at + p]!;
    kRe[t] = re;
    kIm[t] = im;
    [re, im] = [re * aRe - im * aIm, re * aIm + im * aRe];
  }
  const powers = [kRe.slice(0, length), kIm.slice(0, length)] as const;
  plan.transform(vRe, vIm);
  plan.transform(kRe, kIm);
  for (let k = 0; k < plan.n; k++) {
    const re = vRe[k]! * kRe[k]! - vIm[k]! * kIm[k]!;
    vIm[k] = vRe[k]! * kIm[k]! + vIm[k]! * kRe[k]!;
    vRe[k] = re;
  }
  plan.transform(vRe, vIm, true);
  const [fRe, fIm] = [aRe * startRe - aIm * startIm, aRe * startIm + aIm * startRe];
  for (let t = 0, at = first; t < length; t++, at += stride) {
    const [re, im] = [powers[0][t]!, powers[1][t]!];
    x[at] = vRe[t]! / plan.n + re * fRe - im * fIm;
    x[at + p] = vIm[t]! / plan.n + re * fIm + im * fRe;
  }
}

function power(re: number, im: number, n: number): readonly [number, number] {
  let [pRe, pIm] = [1, 0];
  let [bRe, bIm] = [re, im];
  for (let k = n; k > 0; k >>= 1) {
    if (k & 1) [pRe, pIm] = [pRe * bRe - pIm * bIm, pRe * bIm + pIm * bRe];
    [bRe, bIm] = [bRe * bRe - bIm * bIm, 2 * bRe * bIm];
  }
  return [pRe, pIm];
}
