/**
 * A transfer matrix at many frequencies: A to Hessenberg form once, then elimination with two neighbouring rows a pivot, n^2 work a
 * frequency. Laub, "Efficient multivariable frequency response computations" (1981). A large model whose states hang together along a
 * line (delays, rods, transmission lines, and loops around them) is eliminated within its band instead, n work a frequency.
 */
import { type Band, bandedSystem, narrowBand } from "../math/bandedSolve.ts";
import { flat } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import { toMatrix, transpose } from "../math/dense.ts";
import { hessenberg } from "../math/hessenberg.ts";
import { multiply } from "../math/multiply.ts";
import { type Delayed, delayedResponse } from "../lti/delay.ts";
import { ssbal } from "../lti/ssbal.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace, TimeBase } from "../lti/stateSpace.ts";

export interface Responder {
  readonly time: TimeBase;
  readonly outputs: number;
  readonly inputs: number;
  /** Writes H(jw), or H(e^(jwT)), row by row; NaN where w is a pole. */
  readonly at: (frequency: number, re: Float64Array, im: Float64Array) => void;
}

export function responder(model: Lti | Delayed): Responder {
  if (!("internal" in model)) return plain(ss(model));
  const { system, input, output } = model;
  const whole = plain(system);
  const [p, m] = [whole.outputs, whole.inputs];
  const re = new Float64Array(p * m);
  const im = new Float64Array(p * m);
  return {
    time: system.time,
    outputs: output.length,
    inputs: input.length,
    at: (frequency, outRe, outIm) => {
      whole.at(frequency, re, im);
      const H = { re: toMatrix(re, p, m), im: toMatrix(im, p, m), rcond: 1 };
      const late = delayedResponse(model, pointAt(frequency, system.time), H);
      outRe.set(flat(late.re));
      outIm.set(flat(late.im));
    },
  };
}

/** s = jw or z = e^(jwT), which at the Nyquist frequency is -1 to the last bit. */
export function pointAt(frequency: number, time: TimeBase): Complex {
  if (time.kind === "continuous") return [0, frequency];
  if (frequency === nyquistFrequency(time)) return [-1, 0];
  return [Math.cos(frequency * time.period), Math.sin(frequency * time.period)];
}

/** Infinity of a continuous system. */
export function nyquistFrequency(time: TimeBase): number {
  return time.kind === "continuous" ? Number.POSITIVE_INFINITY : Math.PI / time.period;
}

/** Fewer states are not worth another way. */
const leastBanded = 32;

function plain(given: StateSpace): Responder {
  const { system, scale } = ssbal(given);
  const n = scale.length;
  if (n >= leastBanded) {
    const band = narrowBand(flat(system.A), n);
    if (band.below * (band.below + band.above + system.u.length) < n) return banded(system, band);
  }
  const [p, m] = [system.y.length, system.u.length];
  const { H, Q } = hessenberg(flat(system.A), n, true);
  const B = multiply(transpose(Q!, n, n), flat(system.B), n, n, m);
  const C = multiply(flat(system.C), Q!, p, n, n);
  const D = flat(system.D);
  const w = n + m;
  const ur = new Float64Array(n * w);
  const ui = new Float64Array(n * w);
  return {
    time: given.time,
    outputs: p,
    inputs: m,
    at: (frequency, re, im) => {
      const [sRe, sIm] = pointAt(frequency, given.time);
      for (let i = 0; i < n; i++) {
        const row = i * w;
        for (let j = Math.max(0, i - 1); j < n; j++) {
          ur[row + j] = -H[i * n + j]!;
          ui[row + j] = 0;
        }
        for (let j = 0; j < m; j++) {
          ur[row + n + j] = B[i * m + j]!;
          ui[row + n + j] = 0;
        }
        ur[row + i]! += sRe;
        ui[row + i] = sIm;
      }
      eliminate(ur, ui, n, w);
      substitute(ur, ui, n, w);
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < m; j++) {
          let sumRe = D[i * m + j]!;
          let sumIm = 0;
          for (let k = 0, at = n + j; k < n; k++, at += w) {
            sumRe += C[i * n + k]! * ur[at]!;
            sumIm += C[i * n + k]! * ui[at]!;
          }
          re[i * m + j] = sumRe;
          im[i * m + j] = sumIm;
        }
      }
    },
  };
}

function banded({ A, B, C, D, time, u, y }: StateSpace, { order, below, above }: Band): Responder {
  const n = order.length;
  const m = u.length;
  const { re: sr, im: si, width, solve } = bandedSystem(n, below, above, m);
  const stride = width + m;
  // -A and B as they stand in memory.
  const rest = new Float64Array(sr.length);
  order.forEach((state, i) => {
    for (let j = Math.max(0, i - below); j <= Math.min(n - 1, i + above); j++)
      rest[i * stride + j - i + below] = -A.get(state, order[j]!);
    for (let j = 0; j < m; j++) rest[i * stride + width + j] = B.get(state, j);
  });
  const rows = y.map((_, i) => Float64Array.from(order, (state) => C.get(i, state)));
  return {
    time,
    outputs: y.length,
    inputs: m,
    at: (frequency, re, im) => {
      const [sRe, sIm] = pointAt(frequency, time);
      sr.set(rest);
      si.fill(0);
      for (let i = 0, at = below; i < n; i++, at += stride) {
        sr[at]! += sRe;
        si[at] = sIm;
      }
      solve();
      rows.forEach((row, i) => {
        for (let j = 0; j < m; j++) {
          let sumRe = D.get(i, j);
          let sumIm = 0;
          for (let k = 0, at = width + j; k < n; k++, at += stride) {
            if (row[k] === 0) continue;
            sumRe += row[k]! * sr[at]!;
            sumIm += row[k]! * si[at]!;
          }
          re[i * m + j] = sumRe;
          im[i * m + j] = sumIm;
        }
      });
    },
  };
}

function eliminate(ur: Float64Array, ui: Float64Array, n: number, w: number): void {
  for (let k = 0; k + 1 < n; k++) {
    const p = k * w;
    const q = p + w;
    if (ur[q + k] === 0 && ui[q + k] === 0) continue;
    if (Math.abs(ur[q + k]!) + Math.abs(ui[q + k]!) > Math.abs(ur[p + k]!) + Math.abs(ui[p + k]!)) {
      for (let j = k; j < w; j++) {
        const [a, b] = [ur[p + j]!, ui[p + j]!];
        ur[p + j] = ur[q + j]!;
        ui[p + j] = ui[q + j]!;
        ur[q + j] = a;
        ui[q + j] = b;
      }
    }
    const c = ur[p + k]!;
    const d = ui[p + k]!;
    const size = c * c + d * d;
    const re = (ur[q + k]! * c + ui[q + k]! * d) / size;
    const im = (ui[q + k]! * c - ur[q + k]! * d) / size;
    for (let j = k + 1; j < w; j++) {
      const a = ur[p + j]!;
      const b = ui[p + j]!;
      ur[q + j]! -= re * a - im * b;
      ui[q + j]! -= re * b + im * a;
    }
  }
}

/** The solution in place of the right-hand sides. */
function substitute(ur: Float64Array, ui: Float64Array, n: number, w: number): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * w;
    const c = ur[row + i]!;
    const d = ui[row + i]!;
    const size = c * c + d * d;
    for (let t = n; t < w; t++) {
      let a = ur[row + t]!;
      let b = ui[row + t]!;
      for (let j = i + 1, at = j * w + t; j < n; j++, at += w) {
        a -= ur[row + j]! * ur[at]! - ui[row + j]! * ui[at]!;
        b -= ur[row + j]! * ui[at]! + ui[row + j]! * ur[at]!;
      }
      ur[row + t] = (a * c + b * d) / size;
      ui[row + t] = (b * c - a * d) / size;
    }
  }
}
