/**
 * x' = A x + f(t) with constant A, exactly (to rounding) while f is constant or a straight line over the step: one matrix
 * exponential augmented by f. Van Loan, "Computing integrals involving the matrix exponential" (1978); Al-Mohy & Higham
 * (2011) for the scaling of the augmented columns. Whether a model is of this kind is for the engine to say.
 */
import { expm } from "../../math/expm.ts";
import { norm1 } from "../../math/lu.ts";
import type { Engine } from "../engine.ts";
import { countedBeats } from "./hold.ts";
import type { Integrator, Propagator, StepOutcome } from "./integrator.ts";

export function createExact(engine: Engine, a: Float64Array, gridStep: number, maxStep: number): Integrator {
  const { memory, states } = engine;
  const n = states.length;
  const straight = engine.forcing === "linear";
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  let t = 0;
  let x = new Float64Array(n);
  /** The last step began here, with this forcing and this one at its end. */
  let from = 0;
  let before = new Float64Array(n);
  const f0 = new Float64Array(n);
  const f1 = new Float64Array(n);
  /** f1 holds the forcing at t. */
  let fresh = false;
  /** States with a forcing that was ever not 0: the augmented columns. */
  const driven: number[] = [];
  const isDriven = new Uint8Array(n);
  const propagators = new Map<number, Propagator>();
  /** How often a length without a propagator has come. */
  const seen = new Map<number, number>();
  const size = sizeOf(a, n);

  function put(time: number, v: Float64Array): void {
    memory[0] = time;
    for (let i = 0; i < n; i++) memory[states[i]!] = v[i]!;
  }

  /** With x = 0 the flow is f itself: no cancellation. */
  function forcing(time: number, f: Float64Array): boolean {
    memory[0] = time;
    for (let i = 0; i < n; i++) memory[states[i]!] = 0;
    engine.flow(f);
    counts.evaluations++;
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(f[i])) return false;
      if (f[i] !== 0 && isDriven[i] === 0) {
        isDriven[i] = 1;
        driven.push(i);
        propagators.clear();
      }
    }
    return true;
  }

  /** Over the states that f drives, each by itself. */
  function propagator(h: number): Propagator {
    const columns = driven.map((state) => {
      const unit = new Float64Array(n);
      unit[state] = 1;
      return unit;
    });
    return propagatorOf(a, n, columns, straight, h);
  }

  /** One step of a length that may never come again: augmented by f itself, two columns however many states it drives. */
  function once(h: number, start: Float64Array, end: Float64Array, out: Float64Array): void {
    const width = n + 2;
    const w = new Float64Array(width * width);
    let [first, change] = [0, 0];
    for (let i = 0; i < n; i++) {
      first += Math.abs(start[i]!);
      change += Math.abs(end[i]! - start[i]!);
    }
    const ramp = rampOf(h * size);
    const scale = powerAbove(Math.max(first, change / ramp) / size);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) w[i * width + j] = h * a[i * n + j]!;
      w[i * width + n] = (h * (end[i]! - start[i]!)) / (scale * ramp);
      w[i * width + n + 1] = (h * start[i]!) / scale;
    }
    w[n * width + n + 1] = ramp;
    const all = expm(w, width);
    for (let i = 0; i < n; i++) {
      let sum = scale * all[i * width + n + 1]!;
      for (let j = 0; j < n; j++) sum += all[i * width + j]! * before[j]!;
      out[i] = sum;
    }
  }

  /** The step of the grid, or a quarter, a half or three of four of it (where pasts are kept), but for the rounding of times. */
  function nominal(h: number, end: number): number {
    for (let quarters = 4; quarters > 0; quarters--) {
      const length = (quarters / 4) * gridStep;
      if (Math.abs(h - length) <= 8.9e-16 * Math.max(Math.abs(end - h), Math.abs(end))) return length;
    }
    return h;
  }

  /** From `before`, with the forcing at its end; a length that has cost as much without is worth its propagator. */
  function advance(h: number, f1: Float64Array, out: Float64Array): void {
    let known = propagators.get(h);
    const times = seen.get(h) ?? 0;
    const columns = n + (straight ? 2 : 1) * driven.length;
    if (!known && times > 0 && times >= (columns / (n + 2)) ** 3) {
      if (propagators.size >= 64) propagators.clear();
      propagators.set(h, (known = propagator(h)));
    }
    if (!known) {
      if (seen.size >= 10000) seen.clear();
      seen.set(h, times + 1);
      once(h, f0, f1, out);
      return;
    }
    const m = driven.length;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += known.e[i * n + j]! * before[j]!;
      for (let j = 0; j < m; j++) {
        const d = driven[j]!;
        sum += known.p[i * m + j]! * f0[d]! + known.q[i * m + j]! * (f1[d]! - f0[d]!);
      }
      out[i] = sum;
    }
  }

  const beats =
    maxStep >= gridStep
      ? engine.beats?.({ straight, of: (columns) => propagatorOf(a, n, columns, straight, gridStep) })
      : undefined;
  return {
    ...(beats && { beats: countedBeats(beats, counts) }),
    stepsOnGrid: true,
    stepCost: n * n,
    counts,
    stiff: false,
    restart() {
      t = memory[0]!;
      for (let i = 0; i < n; i++) x[i] = memory[states[i]!]!;
      fresh = false;
    },
    step(limit): StepOutcome {
      const end = Math.min(limit, t + maxStep);
      if (fresh) f0.set(f1);
      else if (!forcing(t, f0)) return { t, failed: "NONFINITE" };
      if (!straight) f1.set(f0);
      else if (!forcing(end, f1)) return { t, failed: "NONFINITE" };
      fresh = true;
      [before, x] = [x, before];
      advance(nominal(end - t, end), f1, x);
      counts.steps++;
      from = t;
      t = end;
      put(t, x);
      return { t };
    },
    at(time) {
      if (time === t) return put(t, x);
      const part = new Float64Array(n);
      const share = (time - from) / (t - from);
      advance(
        nominal(time - from, time),
        f1.map((v, i) => f0[i]! + share * (v - f0[i]!)),
        part,
      );
      put(time, part);
    },
  };
}

/** The next power of 2, well within what doubles hold: columns divided by it are exact again when multiplied by it. */
const powerAbove = (v: number): number =>
  v > 0 ? Math.pow(2, Math.min(900, Math.max(-900, Math.ceil(Math.log2(v))))) : 1;

/** The 1-norm of A, to which augmented columns are scaled so that they cost no squarings; no less than 2^-100, and 1 where it is 0. */
const sizeOf = (a: Float64Array, n: number): number => Math.max(2 ** -100, norm1(a, n, n) || 1);

/** Over a step whose h A is of this size: the slope that stands for a ramp from 0 to 1, a power of 2. */
const rampOf = (size: number): number => Math.min(1, Math.max(2 ** -100, powerAbove(size)));

/** e^(hA) and, for each column of F in A x + F u, the response to u = 1 and to a ramp of u from 0 to 1. */
export function propagatorOf(
  a: Float64Array,
  n: number,
  columns: readonly Float64Array[],
  straight: boolean,
  h: number,
): Propagator {
  const m = columns.length;
  const width = n + (straight ? 2 : 1) * m;
  const size = sizeOf(a, n);
  const ramp = rampOf(h * size);
  const w = new Float64Array(width * width);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) w[i * width + j] = h * a[i * n + j]!;
  const scales = columns.map((column, j) => {
    const scale = powerAbove(norm1(column, n, 1) / size);
    for (let i = 0; i < n; i++) w[i * width + n + j] = (h * column[i]!) / scale;
    if (straight) w[(n + j) * width + n + m + j] = ramp;
    return scale;
  });
  const all = expm(w, width);
  const cut = (first: number, count: number, factor: (j: number) => number): Float64Array => {
    const part = new Float64Array(n * count);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < count; j++) part[i * count + j] = factor(j) * all[i * width + first + j]!;
    return part;
  };
  return {
    e: cut(0, n, () => 1),
    p: cut(n, m, (j) => scales[j]!),
    q: straight ? cut(n + m, m, (j) => scales[j]! / ramp) : new Float64Array(n * m),
  };
}
