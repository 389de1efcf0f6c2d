/**
 * x[t] = a x[t-1] + v[t] with a constant complex diagonal a, by one of three ways that agree: step after step, in chunks that can be computed
 * side by side (sums of each, carries, then the rest), or by Fourier transforms.
 */
import { fourier, powerOfTwo } from "../../math/fft.ts";
import type { Cell, Cells, Launcher } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

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
    (gpu, y) => {
      const extent = { batch, length, p };
      recurOnGpu(gpu, extent, gpu.data(v), gpu.data(a), y, initial && gpu.data(initial), false);
      return (g) => {
        const [toA, toV, toStart] = [gpu.grad(a), gpu.grad(v), initial && gpu.grad(initial)];
        const adjoint = gpu.cell(v.size);
        recurOnGpu(gpu, extent, g, gpu.data(a), adjoint, undefined, true);
        if (toV) gpu.each("scan: by v", v.size, { adjoint }, { toV }, `toV[i] ${gpu.plus(toV)} adjoint[i];`);
        const first: Cells = initial ? { start: gpu.data(initial) } : {};
        const past = (part: string) =>
          initial
            ? `select(start[b * ${double}u + ${part}], y[max(at, ${double}u) - ${double}u + ${part}], t > 0u)`
            : `select(0.0, y[max(at, ${double}u) - ${double}u + ${part}], t > 0u)`;
        if (toA)
          gpu.sums(
            "scan: by a",
            { outputs: double, terms: batch * length },
            { adjoint, y, ...first },
            toA,
            `let j = o % ${p}u;
    let t = r % ${length}u; let b = r / ${length}u; let at = r * ${double}u;
    let s = vec2f(adjoint[at + j], adjoint[at + ${p}u + j]);
    let x = vec2f(${past("j")}, ${past(`${p}u + j`)});
    let w = times(s, conj(x));
    sum += select(w.x, w.y, o >= ${p}u);`,
          );
        if (toStart) {
          const op = gpu.plus(toStart);
          gpu.each(
            "scan: by start",
            batch * p,
            { adjoint, a: gpu.data(a) },
            { toStart },
            `let j = i % ${p}u; let b = i / ${p}u;
    let at = b * ${length * double}u + j;
    let w = times(conj(vec2f(a[j], a[${p}u + j])), vec2f(adjoint[at], adjoint[at + ${p}u]));
    toStart[b * ${double}u + j] ${op} w.x; toStart[b * ${double}u + ${p}u + j] ${op} w.y;`,
          );
        }
      };
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

/** A thread a channel and chunk: each from nothing, its last state; the states that chunks begin from; then each chunk again. */
function recurOnGpu(
  gpu: Launcher,
  { batch, length, p }: { readonly batch: number; readonly length: number; readonly p: number },
  v: Cell,
  a: Cell,
  out: Cell,
  start: Cell | undefined,
  backwards: boolean,
): void {
  // Where channels alone keep a large card busy, chunks only cost a second pass.
  const size = batch * p >= 16_384 ? length : Math.min(chunk, length);
  const chunks = Math.ceil(length / size);
  const decay = `let A = vec2f(a[j], ${backwards ? "-" : ""}a[${p}u + j]);`;
  const walk = (store: string) => `let j = i % ${p}u; let c = (i / ${p}u) % ${chunks}u; let b = i / ${p * chunks}u;
${decay}
for (var k = c * ${size}u; k < min(${length}u, (c + 1u) * ${size}u); k++) {
  let at = (b * ${length}u + ${backwards ? `${length - 1}u - k` : "k"}) * ${2 * p}u + j;
  x = times(A, x) + vec2f(v[at], v[at + ${p}u]);
  ${store}
}`;
  const store = `out[at] = x.x; out[at + ${p}u] = x.y;`;
  const count = batch * chunks * p;
  const begins = chunks > 1 ? gpu.cell(2 * count) : start;
  if (chunks > 1) {
    const ends = gpu.cell(2 * count);
    gpu.each(
      "scan: ends of chunks",
      count,
      { v, a },
      { ends },
      `var x = vec2f();
${walk("")}
ends[2u * i] = x.x; ends[2u * i + 1u] = x.y;`,
    );
    gpu.each(
      "scan: beginnings of chunks",
      batch * p,
      { ends, a, ...(start ? { start } : {}) },
      { begins: begins! },
      `let j = i % ${p}u; let b = i / ${p}u;
${decay}
let past = power(A, ${size}u);
var x = ${start ? `vec2f(start[b * ${2 * p}u + j], start[b * ${2 * p}u + ${p}u + j])` : "vec2f()"};
for (var c = 0u; c < ${chunks}u; c++) {
  let at = 2u * ((b * ${chunks}u + c) * ${p}u + j);
  begins[at] = x.x; begins[at + 1u] = x.y;
  x = times(past, x) + vec2f(ends[at], ends[at + 1u]);
}`,
    );
  }
  const from =
    chunks > 1
      ? "vec2f(begins[2u * i], begins[2u * i + 1u])"
      : start
        ? `vec2f(begins[(i / ${p}u) * ${2 * p}u + i % ${p}u], begins[(i / ${p}u) * ${2 * p}u + ${p}u + i % ${p}u])`
        : "vec2f()";
  gpu.each(
    "scan",
    count,
    { v, a, ...(begins ? { begins } : {}) },
    { out },
    `var x = ${from};
${walk(store)}`,
  );
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
