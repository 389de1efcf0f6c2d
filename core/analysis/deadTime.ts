/**
 * Time responses behind dead time. Where delays stand before inputs and behind outputs only, a response is shifted (step.ts, lsim.ts).
 * Inside loops it is found by the method of steps: what comes out of a delay is known one delay ahead, as polynomials of degree 6
 * over steps that begin wherever something jumps or bends, and between them the exponential of the system is exact. Bellen & Zennaro,
 * "Numerical Methods for Delay Differential Equations" (2003), 3.
 */
import { Matrix } from "ml-matrix";
import { flat, slice } from "../math/blocks.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { expm } from "../math/expm.ts";
import { modulus } from "../math/complex.ts";
import type { Delayed } from "../lti/delay.ts";

/** What drives the inputs, as it comes out of their delays: straight lines between its jumps. */
export interface Drive {
  /** When inputs jump (order 0) or bend (order 1), s; with a period, within the first one, and so in every later one. */
  readonly kinks: readonly Kink[];
  readonly period?: number;
  /** Values and slopes just after t. */
  readonly at: (t: number, value: Float64Array, slope: Float64Array) => void;
  /** Impulses of area 1. */
  readonly impulses: readonly { readonly t: number; readonly input: number }[];
  readonly x0?: ArrayLike<number>;
}

interface Kink {
  readonly t: number;
  /** The first derivative that jumps. */
  readonly order: number;
}

export interface DeadTimeResponse {
  /** By output, at the instants asked for: just after a jump where there is one. */
  readonly y: readonly Float64Array[];
  readonly end: Float64Array;
}

const degree = 6;
const nodes = degree + 1;
/** A step is this long against the fastest pole, so that a polynomial is as good as 1e-11. */
const stride = 0.25;
/** Where that would be more steps, they are longer. */
const wantedSteps = 20_000;
const mostSteps = 400_000;
/** A jump of a higher derivative is below what polynomials leave. */
const highest = degree;
const mostKinks = 20_000;

/**
 * `t` rising from 0, s. Throws a RangeError where the shortest delay is too short against the last instant (more than 400,000 of
 * them), or where delays without a common measure let too many jumps go round.
 */
export function deadTimeResponse(model: Delayed, drive: Drive, t: Float64Array): DeadTimeResponse {
  const { system, input, output, internal } = model;
  if (internal.some((delay) => !(delay > 0))) throw new RangeError("A delay inside is longer than 0");
  const { A, B, C, D } = system;
  const [n, m, p, w] = [A.rows, input.length, output.length, internal.length];
  const last = t.at(-1) ?? 0;
  const small = 1e-10 * Math.min(...internal, last || 1);
  const events = impulsesOf(model, drive, last);
  const cuts = boundaries(
    model,
    [...drive.kinks, ...events.map((event) => ({ t: event.t, order: 0 }))],
    drive.period,
    last,
    small,
  );
  const { shortest, longest } = stepsOf(A, internal, last);
  const starts: number[] = [];
  cuts.forEach((from, k) => {
    const to = cuts[k + 1];
    if (to === undefined) return;
    // Behind a jump a fast mode is seen from near, and less so as it dies away.
    let at = from;
    for (let h = shortest; h < longest && at + h < to; h *= 2) {
      starts.push(at);
      at += h;
    }
    const parts = Math.max(1, Math.ceil((to - at) / longest - 1e-9));
    const steps = starts.length + parts;
    if (steps > mostSteps) throw new RangeError(`At least ${steps} steps would be needed for ${last} s`);
    for (let i = 0; i < parts; i++) starts.push(at + ((to - at) * i) / parts);
  });
  starts.push(cuts.at(-1)!);

  const count = starts.length - 1;
  const rows = w + p;
  /** Before delays, then outputs: by step, node and signal. */
  const history = new Float64Array(count * nodes * rows);
  const [c, d] = [flat(C), flat(D)];
  const outOf = (row: number): number => (row < w ? p + row : row - w);
  const look = lookup(starts, history, rows);
  const x = new Float64Array(n);
  if (drive.x0) x.set(Float64Array.from(drive.x0));
  const steppers = new Map<string, Stepper>();
  const [value, slope] = [new Float64Array(m), new Float64Array(m)];
  const late = new Float64Array(nodes * w);
  let next = 0;
  let rest = 0;
  let state: Float64Array = new Float64Array(0);
  const jump = (until: number): void => {
    for (; next < events.length && events[next]!.t <= until; next++) {
      const { column, weight } = events[next]!;
      for (let i = 0; i < n; i++) x[i]! += weight * B.get(i, column);
    }
  };
  for (let k = 0; k < count; k++) {
    const [from, h] = [starts[k]!, starts[k + 1]! - starts[k]!];
    jump(from + small);
    // Just behind the jump, and back along the line.
    drive.at(from + small, value, slope);
    for (let j = 0; j < m; j++) value[j]! -= slope[j]! * small;
    look.known(k);
    for (let i = 0; i < nodes; i++)
      for (let j = 0; j < w; j++) {
        const at = from + (h * i) / degree - internal[j]!;
        late[i * w + j] = look.value(j, at, i === degree ? -small : small);
      }
    const key = h.toPrecision(10);
    let stepper = steppers.get(key);
    if (!stepper) {
      if (steppers.size > 500) steppers.clear();
      steppers.set(key, (stepper = stepperOf(A, B, m, w, h)));
    }
    const { M, size } = stepper;
    state = new Float64Array(size);
    state.set(x);
    for (let j = 0; j < w; j++) derivatives(late, w, j, state, n + j * nodes);
    for (let j = 0; j < m; j++) {
      state[n + w * nodes + 2 * j] = value[j]!;
      state[n + w * nodes + 2 * j + 1] = slope[j]! * h;
    }
    for (let i = 0; i < nodes; i++) {
      if (i > 0) state = timesVector(M, state, size);
      for (let r = 0; r < rows; r++) {
        const row = outOf(r);
        let sum = 0;
        for (let q = 0; q < n; q++) sum += c[row * n + q]! * state[q]!;
        for (let j = 0; j < m; j++) sum += d[row * (m + w) + j]! * state[n + w * nodes + 2 * j]!;
        for (let j = 0; j < w; j++) sum += d[row * (m + w) + m + j]! * late[i * w + j]!;
        history[(k * nodes + i) * rows + r] = sum;
      }
    }
    for (let i = 0; i < n; i++) x[i] = state[i]!;
    rest = from + h;
  }
  jump(rest + small);
  look.known(count);
  const y = output.map((delay, i) => Float64Array.from(t, (at) => look.value(w + i, at - delay, small)));
  return { y, end: x };
}

interface Event {
  readonly t: number;
  readonly column: number;
  readonly weight: number;
}

/** An impulse goes straight through direct paths to delays, and comes out of them again. */
function impulsesOf({ system, input, internal }: Delayed, { impulses }: Drive, last: number): readonly Event[] {
  const { D } = system;
  const [m, p] = [input.length, D.rows - internal.length];
  const found: Event[] = impulses.map(({ t, input: column }) => ({ t, column, weight: 1 }));
  for (let k = 0; k < found.length; k++) {
    if (found.length > mostKinks) throw new RangeError(`More than ${mostKinks} impulses go round`);
    const { t, column, weight } = found[k]!;
    internal.forEach((delay, j) => {
      const through = weight * D.get(p + j, column);
      if (through !== 0 && t + delay <= last) found.push({ t: t + delay, column: m + j, weight: through });
    });
  }
  return found.sort((a, b) => a.t - b.t);
}

/** All instants at which a step must end: 0, what jumps or bends, what delays make of that, and the last. */
function boundaries(
  { system, input, internal }: Delayed,
  kinks: readonly Kink[],
  period: number | undefined,
  last: number,
  small: number,
): readonly number[] {
  const { D } = system;
  const [m, p] = [input.length, D.rows - internal.length];
  const direct = internal.map((_, j) => internal.some((__, i) => D.get(p + i, m + j) !== 0));
  const within = (t: number): number => {
    if (period === undefined) return t;
    const rest = t - period * Math.floor(t / period);
    return period - rest < small ? 0 : rest;
  };
  const best = new Map<number, number>();
  const place = (t: number): number => Math.round(t / (4 * small));
  const waiting: Kink[] = [{ t: 0, order: 0 }, ...kinks].map(({ t, order }) => ({ t: within(t), order }));
  const times = new Map<number, number>();
  while (waiting.length > 0) {
    const { t, order } = waiting.pop()!;
    if (t > last + small || order > highest) continue;
    const key =
      [0, -1, 1].map((by) => place(t) + by).find((k) => times.has(k) && Math.abs(times.get(k)! - t) <= 4 * small) ??
      place(t);
    if ((best.get(key) ?? Number.POSITIVE_INFINITY) <= order) continue;
    best.set(key, order);
    if (!times.has(key)) times.set(key, t);
    if (times.size > mostKinks) throw new RangeError(`More than ${mostKinks} jumps go round`);
    internal.forEach((delay, j) => waiting.push({ t: within(t + delay), order: direct[j] ? order : order + 1 }));
  }
  const found = [...times.values()];
  const all =
    period === undefined
      ? found
      : Array.from({ length: Math.floor(last / period + 1e-9) + 1 }, (_, k) => found.map((t) => t + k * period)).flat();
  const sorted = [...all.filter((t) => t < last - 4 * small), last].sort((a, b) => a - b);
  return sorted.filter((t, k) => k === 0 || t - sorted[k - 1]! > 4 * small || t === last);
}

function stepsOf(
  A: Matrix,
  internal: readonly number[],
  last: number,
): { readonly shortest: number; readonly longest: number } {
  const fastest = Math.max(0, ...eigenvalues(A).values.map(modulus));
  const wanted = Math.min(fastest > 0 ? stride / fastest : Number.POSITIVE_INFINITY, last / 50, ...internal);
  return { shortest: wanted, longest: Math.min(Math.max(wanted, last / wantedSteps), ...internal) };
}

interface Stepper {
  /** The exponential over a part of the step: states, what comes out of delays with its derivatives, inputs with their slopes. */
  readonly M: Float64Array;
  readonly size: number;
}

function stepperOf(A: Matrix, B: Matrix, m: number, w: number, h: number): Stepper {
  const n = A.rows;
  const size = n + w * nodes + 2 * m;
  const F = Matrix.zeros(size, size);
  const part = h / degree;
  F.setSubMatrix(Matrix.mul(A, part), 0, 0);
  for (let j = 0; j < w; j++) {
    const at = n + j * nodes;
    F.setSubMatrix(Matrix.mul(slice(B, 0, n, m + j, m + j + 1), part), 0, at);
    for (let i = 0; i < degree; i++) F.set(at + i, at + i + 1, 1 / degree);
  }
  for (let j = 0; j < m; j++) {
    const at = n + w * nodes + 2 * j;
    F.setSubMatrix(Matrix.mul(slice(B, 0, n, j, j + 1), part), 0, at);
    F.set(at, at + 1, 1 / degree);
  }
  return { M: expm(flat(F), size), size };
}

function timesVector(M: Float64Array, v: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += M[i * size + j]! * v[j]!;
    out[i] = sum;
  }
  return out;
}

/** Derivatives over the step as a unit, at its start, from values at the nodes: by divided differences, as evenly spaced nodes allow. */
const fromValues = ((): readonly Float64Array[] => {
  // Newton's basis at nodes i / degree, expanded: its coefficients times factorials.
  let basis = [1];
  const bases: number[][] = [];
  for (let i = 0; i < nodes; i++) {
    bases.push(basis);
    const next = [...basis.map((v) => (-v * i) / degree), 0];
    basis.forEach((v, k) => (next[k + 1]! += v));
    basis = next;
  }
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const binomial = (a: number, b: number): number => factorial(a) / factorial(b) / factorial(a - b);
  return Array.from({ length: nodes }, (_, order) =>
    Float64Array.from({ length: nodes }, (__, node) => {
      let sum = 0;
      for (let i = Math.max(order, node); i < nodes; i++) {
        const difference = ((-1) ** (i - node) * binomial(i, node) * degree ** i) / factorial(i);
        sum += difference * (bases[i]![order] ?? 0);
      }
      return sum * factorial(order);
    }),
  );
})();

function derivatives(values: Float64Array, width: number, j: number, into: Float64Array, at: number): void {
  for (let order = 0; order < nodes; order++) {
    let sum = 0;
    for (let node = 0; node < nodes; node++) sum += fromValues[order]![node]! * values[node * width + j]!;
    into[at + order] = sum;
  }
}

const barycentric = Float64Array.of(1, -6, 15, -20, 15, -6, 1);

/** Values of what is known so far; 0 before the first step. `toward`: on which side of a jump. */
function lookup(starts: readonly number[], history: Float64Array, rows: number) {
  let until = 0;
  return {
    known(steps: number): void {
      until = steps;
    },
    value(row: number, t: number, toward: number): number {
      const at = t + toward;
      if (at < 0 || until === 0) return 0;
      let [low, high] = [0, until - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= at) low = middle;
        else high = middle - 1;
      }
      const h = starts[low + 1]! - starts[low]!;
      const s = ((t - starts[low]!) / h) * degree;
      let [top, bottom] = [0, 0];
      for (let i = 0; i < nodes; i++) {
        const value = history[(low * nodes + i) * rows + row]!;
        const away = s - i;
        if (Math.abs(away) < 1e-12) return value;
        const weight = barycentric[i]! / away;
        top += weight * value;
        bottom += weight;
      }
      return top / bottom;
    },
  };
}
