/**
 * Dead time in linear models: at inputs, at outputs, and inside, where each delayed signal is an output of the system that comes back
 * as an input. Exact in frequency response and in sampled form; as states by Pade's approximation where it is asked for.
 */
import { Matrix } from "ml-matrix";
import { blockDiagonal, matrixOf, slice } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import { exponential } from "../math/complex.ts";
import { type ComplexMatrix, solveComplex, timesComplex } from "../math/complexMatrix.ts";
import { type MatrixLike, toMatrix } from "../math/dense.ts";
import { padeDelay } from "../math/pade.ts";
import { append, chosen, interconnect, type Joined } from "./interconnect.ts";
import { gain, type Names, system } from "./model.ts";
import { type Lti, ss } from "./ss.ts";
import type { StateSpace } from "./stateSpace.ts";

/** All times in s. */
export interface Delayed {
  /** Its last inputs are its last outputs, as many as `internal` has entries, each later by that time. */
  readonly system: StateSpace;
  /** One for each of the other inputs and outputs. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly internal: readonly number[];
}

/** The model behind delays, one time for all signals or one each. Throws a RangeError for a negative time. */
export function delayed(
  model: Lti,
  {
    input = 0,
    output = 0,
  }: { readonly input?: number | readonly number[]; readonly output?: number | readonly number[] },
): Delayed {
  const given = ss(model);
  const each = (times: number | readonly number[], count: number): readonly number[] => {
    const list = typeof times === "number" ? Array.from({ length: count }, () => times) : times;
    if (list.length !== count) throw new RangeError(`${list.length} delays for ${count} signals`);
    if (list.some((t) => !(t >= 0) || !Number.isFinite(t))) throw new RangeError("A delay is not negative");
    return list;
  };
  return { system: given, input: each(input, given.u.length), output: each(output, given.y.length), internal: [] };
}

export type JoinedDelayed =
  { readonly ok: true; readonly model: Delayed; readonly rcond: number } | Extract<Joined, { readonly ok: false }>;

/** Models side by side with u = K y + Kr r and z = L y, delays kept as they are. */
export function interconnectDelayed(
  parts: readonly (Lti | Delayed)[],
  K: MatrixLike,
  Kr: MatrixLike,
  L: MatrixLike,
  names: Pick<Names, "u" | "y"> = {},
): JoinedDelayed {
  const inner = parts.map((part) => inside("internal" in part ? part : delayed(part, {})));
  const internal = inner.flatMap((part) => part.internal);
  const both = append(...inner.map((part) => part.system));
  // Channels of delays go last.
  const places = (count: (part: Delayed) => number): number[] => {
    let at = 0;
    const [own, late]: [number[], number[]] = [[], []];
    for (const part of inner) {
      const all = count(part);
      for (let i = 0; i < all; i++) (i < all - part.internal.length ? own : late).push(at + i);
      at += all;
    }
    return [...own, ...late];
  };
  const into = chosen(
    both.u.length,
    places((part) => part.system.u.length),
  );
  const from = chosen(
    both.y.length,
    places((part) => part.system.y.length),
  ).transpose();
  const still = Matrix.eye(internal.length);
  const [p, m] = [both.y.length - internal.length, both.u.length - internal.length];
  const [k, r, l] = [matrixOf(K, p), matrixOf(Kr), matrixOf(L, p)];
  if (k.rows !== m || k.columns !== p || r.rows !== m || l.columns !== p)
    throw new RangeError("The gains between outputs and inputs do not fit the systems");
  const closed = interconnect(
    both,
    into.mmul(blockDiagonal([k, Matrix.zeros(internal.length, internal.length)])).mmul(from),
    into.mmul(blockDiagonal([r, still])),
    blockDiagonal([l, still]).mmul(from),
  );
  if (!closed.ok) return closed;
  const { A, B, C, D, time, x, u, y } = closed.system;
  const named = {
    x,
    u: [...(names.u ?? u.slice(0, r.columns)), ...u.slice(r.columns)],
    y: [...(names.y ?? y.slice(0, l.rows)), ...y.slice(l.rows)],
  };
  const none = (count: number): number[] => Array.from({ length: count }, () => 0);
  const model = { system: system(A, B, C, D, time, named), input: none(r.columns), output: none(l.rows), internal };
  return { ok: true, model, rcond: closed.rcond };
}

/** The same with Pade approximations of this order, 1 to 10 (a delay of 0 is none). Continuous models only. */
export function pade(model: Delayed, order = 2): Joined {
  if (model.system.time.kind === "discrete") throw new RangeError("Delays of a sampled system are exact: absorbDelay");
  if (!Number.isInteger(order) || order < 1 || order > 10) throw new RangeError("Orders are 1 to 10");
  return replaced(model, (delay) => {
    if (delay === 0) return gain(Matrix.eye(1));
    const { a, b, c, d } = padeDelay(order, delay);
    const [A, B, C] = [toMatrix(a, order, order), toMatrix(b, order, 1), toMatrix(c, 1, order)];
    return system(A, B, C, new Matrix([[d]]), { kind: "continuous" });
  });
}

/** The same with the delays of a sampled model as states, exactly. Throws a RangeError where one is not a whole number of samples. */
export function absorbDelay(model: Delayed): Joined {
  const { time } = model.system;
  if (time.kind !== "discrete") throw new RangeError("The model is continuous: pade");
  return replaced(model, (delay) => {
    const samples = wholeSamples(delay, time.period);
    if (samples === undefined) throw new RangeError(`${delay} s are no whole number of samples of ${time.period} s`);
    return shift(samples, time);
  });
}

/** undefined where the delay ends between samples, by more than rounding. */
export function wholeSamples(delay: number, period: number): number | undefined {
  const count = Math.round(delay / period);
  return Math.abs(delay / period - count) <= 1e-9 * Math.max(1, count) ? count : undefined;
}

/** y[k] = u[k - samples]. */
export function shift(samples: number, time: StateSpace["time"]): StateSpace {
  if (samples === 0) return gain(Matrix.eye(1), time);
  const A = Matrix.zeros(samples, samples);
  for (let i = 1; i < samples; i++) A.set(i, i - 1, 1);
  return system(A, chosen(samples, [0]), chosen(samples, [samples - 1]).transpose(), Matrix.zeros(1, 1), time);
}

function replaced(model: Delayed, of: (delay: number) => StateSpace): Joined {
  const { system: inner, internal } = inside(model);
  const count = internal.length;
  const [m, p] = [inner.u.length - count, inner.y.length - count];
  const K = Matrix.zeros(m + 2 * count, p + 2 * count);
  for (let i = 0; i < count; i++) {
    K.set(m + i, p + count + i, 1);
    K.set(m + count + i, p + i, 1);
  }
  const first = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const Kr = chosen(m + 2 * count, first(m));
  const L = chosen(p + 2 * count, first(p)).transpose();
  const names = { u: inner.u.slice(0, m), y: inner.y.slice(0, p) };
  return interconnect(append(inner, ...internal.map(of)), K, Kr, L, names);
}

/** Delays at inputs and outputs as delays inside. */
function inside(model: Delayed): Delayed {
  const { system: given, input, output, internal } = model;
  const { A, B, C, D, time, u, x, y } = given;
  const [m, p] = [input.length, output.length];
  const late = input.flatMap((t, j) => (t > 0 ? [j] : []));
  const later = output.flatMap((t, i) => (t > 0 ? [i] : []));
  const times = [...internal, ...late.map((j) => input[j]!), ...later.map((i) => output[i]!)];
  const all = times.length;
  if (all === internal.length) return model;
  // From the outside: an input is what goes into its delay, an output what comes out of its own.
  const feed = Matrix.zeros(m + internal.length, m + all);
  const show = Matrix.zeros(p + all, p + internal.length);
  const direct = Matrix.zeros(p + all, m + all);
  for (let j = 0; j < m; j++) if (!late.includes(j)) feed.set(j, j, 1);
  for (let i = 0; i < p; i++) if (!later.includes(i)) show.set(i, i, 1);
  for (let k = 0; k < internal.length; k++) {
    feed.set(m + k, m + k, 1);
    show.set(p + k, p + k, 1);
  }
  late.forEach((j, k) => {
    const at = internal.length + k;
    feed.set(j, m + at, 1);
    direct.set(p + at, j, 1);
  });
  later.forEach((i, k) => {
    const at = internal.length + late.length + k;
    show.set(p + at, i, 1);
    direct.set(i, m + at, 1);
  });
  const names = {
    u: [...u.slice(0, m), ...times.map((_, k) => `delayed${k + 1}`)],
    x,
    y: [...y.slice(0, p), ...times.map((_, k) => `before${k + 1}`)],
  };
  const whole = Matrix.add(show.mmul(D).mmul(feed), direct);
  const none = (count: number): number[] => Array.from({ length: count }, () => 0);
  return {
    system: system(A, B.mmul(feed), show.mmul(C), whole, time, names),
    input: none(m),
    output: none(p),
    internal: times,
  };
}

/** H11 + H12 E (I - H22 E)^-1 H21 of the response H of the model's system, E the delays inside; then those at both ends. */
export function delayedResponse(model: Delayed, s: Complex, whole: ComplexMatrix): ComplexMatrix {
  const { input, output, internal } = model;
  const [m, p, n] = [input.length, output.length, internal.length];
  const { time } = model.system;
  const late = (t: number): Complex => {
    if (time.kind === "continuous") return exponential([-s[0] * t, -s[1] * t]);
    // z^-k with k not whole only where the delay is not.
    const [size, angle] = [Math.hypot(...s), Math.atan2(s[1], s[0])];
    const k = -t / time.period;
    return [size ** k * Math.cos(k * angle), size ** k * Math.sin(k * angle)];
  };
  const diagonal = (times: readonly number[]): ComplexMatrix => {
    const values = times.map(late);
    const of = (c: 0 | 1): Matrix => blockDiagonal(values.map((v) => new Matrix([[v[c]]])));
    return { re: of(0), im: of(1), rcond: 1 };
  };
  const part = (r0: number, r1: number, c0: number, c1: number): ComplexMatrix => ({
    re: slice(whole.re, r0, r1, c0, c1),
    im: slice(whole.im, r0, r1, c0, c1),
    rcond: whole.rcond,
  });
  let H = part(0, p, 0, m);
  if (n > 0) {
    const E = diagonal(internal);
    const loop = timesComplex(part(p, p + n, m, m + n), E);
    const back = part(p, p + n, 0, m);
    const inner = solveComplex(Matrix.sub(Matrix.eye(n), loop.re), Matrix.mul(loop.im, -1), back.re, back.im);
    const through = timesComplex(timesComplex(part(0, p, m, m + n), E), inner);
    H = { re: Matrix.add(H.re, through.re), im: Matrix.add(H.im, through.im), rcond: Math.min(H.rcond, through.rcond) };
  }
  return timesComplex(timesComplex(diagonal(output), H), diagonal(input));
}
