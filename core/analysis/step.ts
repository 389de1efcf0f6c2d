/** Responses from rest to a step or an impulse at each input, and from an initial state; exact at every instant. */
import { Matrix } from "ml-matrix";
import { absorbDelay, type Delayed } from "../lti/delay.ts";
import { single } from "../lti/single.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { deadTimeResponse } from "./deadTime.ts";
import { delayedInstants, instants, type Instants } from "./instants.ts";
import { lsim, sampledDelays, type TimeResponse } from "./lsim.ts";

/** What is left of a response's range when there is nothing more to see. */
const nothingLeft = 0.005;

/** Evenly spaced, or pieces one after the other, each beginning with the last instant of the one before. */
export type Pieces = Instants | readonly Instants[];

export interface Responses {
  /** s */
  readonly t: Float64Array;
  /** By output and input. */
  readonly y: readonly (readonly Float64Array[])[];
}

/**
 * To 1 at one input after another. Without instants, those that suit the dynamics. Exact at every instant, behind dead time too, where
 * a jump shows as it is just after it: delays at inputs and outputs shift, those in loops go by the method of steps (deadTime.ts, to
 * about 1e-11), those of sampled models are states. Throws a RangeError where deadTime.ts does.
 */
export function step(model: Lti | Delayed, at?: Pieces): Responses {
  if ("internal" in model) return delayedResponses(model, at, 1);
  return watched(at, instants, model, (pieces) => each(ss(model), pieces, () => ({ still: 1 })));
}

/**
 * Continuous: to an impulse of area 1, which moves the state to B at once; where there is a direct path its own impulse, at t = 0 or
 * when it comes out of a delay, is left out. Discrete: to 1 at the first sample alone. Behind dead time as `step`.
 */
export function impulse(model: Lti | Delayed, at?: Pieces): Responses {
  if ("internal" in model) return delayedResponses(model, at, 0);
  return watched(at, instants, model, (pieces) =>
    each(ss(model), pieces, ({ B, time }) =>
      time.kind === "discrete" ? { first: 1, still: 0 } : { still: 0, x0: B.to1DArray() },
    ),
  );
}

/**
 * Without inputs, from the state x0; what delays held before was 0. Throws a RangeError where x0 has not as many numbers as there
 * are states, or where deadTime.ts does.
 */
export function initial(model: Lti | Delayed, x0: ArrayLike<number>, at?: Pieces): TimeResponse {
  if (!("internal" in model)) return watched(at, instants, model, (pieces) => undriven(ss(model), x0, pieces));
  const { A, time } = model.system;
  if (x0.length !== A.rows) throw new RangeError(`A state of ${A.rows} numbers is needed`);
  if (time.kind === "discrete") throw new RangeError("Delays of a sampled system are states: absorbDelay");
  return watched(at, delayedInstants, model, (pieces) => lateUndriven(model, x0, pieces));
}

function lateUndriven(model: Delayed, x0: ArrayLike<number>, pieces: Pieces): TimeResponse {
  const { system, output, internal } = model;
  const t = timesOf(pieces);
  if (internal.length > 0) {
    const at0 = (_: number, value: Float64Array): unknown => value.fill(0);
    return { t, ...deadTimeResponse(model, { kinks: [], at: at0, impulses: [], x0 }, t) };
  }
  const { y, end } = undriven(system, x0, pieces);
  const late = (i: number) =>
    behind(t.length, pieces, output[i]!, (after) => undriven(oneOutput(system, i), x0, after));
  return { t, y: y.map((curve, i) => (output[i]! > 0 ? late(i) : curve)), end };
}

function undriven(system: StateSpace, x0: ArrayLike<number>, at: Pieces): TimeResponse {
  const B = Matrix.zeros(system.A.rows, 1);
  const D = Matrix.zeros(system.C.rows, 1);
  return along({ ...system, B, D, u: ["u1"] }, at, { still: 0, x0 });
}

function delayedResponses(model: Delayed, at: Pieces | undefined, still: 0 | 1): Responses {
  if (model.system.time.kind === "discrete") {
    const states = sampledDelays(absorbDelay(model));
    return still === 1 ? step(states, at) : impulse(states, at);
  }
  return watched(at, delayedInstants, model, (pieces) => lateResponses(model, pieces, still));
}

function lateResponses(model: Delayed, pieces: Pieces, still: 0 | 1): Responses {
  const { system, input, output, internal } = model;
  const t = timesOf(pieces);
  if (internal.length === 0) {
    const y = output.map((after, i) =>
      input.map((before, j) => {
        const alone = single(system, i, j);
        const drive = still === 1 ? { still } : { still, x0: alone.B.to1DArray() };
        return behind(t.length, pieces, before + after, (late) => along(alone, late, drive));
      }),
    );
    return { t, y };
  }
  const columns = input.map((before, j) =>
    deadTimeResponse(
      model,
      still === 1
        ? {
            kinks: [{ t: before, order: 0 }],
            impulses: [],
            at: (now, value) => {
              value.fill(0);
              if (now >= before) value[j] = 1;
            },
          }
        : { kinks: [], impulses: [{ t: before, input: j }], at: (_, value) => value.fill(0) },
      t,
    ),
  );
  return { t, y: output.map((_, i) => columns.map(({ y }) => y[i]!)) };
}

/**
 * At the given instants, else as long as there is something to see: the poles do not say how much of each mode is in a response, so that
 * many of them together last longer than what they do. Then once more, shorter and closer.
 */
function watched<M extends Lti | Delayed, R extends Responses | TimeResponse>(
  at: Pieces | undefined,
  suited: (model: M, until?: number) => readonly Instants[],
  model: M,
  run: (pieces: Pieces) => R,
): R {
  if (at) return run(at);
  const whole = run(suited(model));
  const last = whole.t.at(-1) ?? 0;
  const until = 1.5 * Math.max(0, ...whole.y.flat().map((curve) => stillAfter(whole.t, curve)));
  return until > 0 && until < last / 1.5 ? run(suited(model, until)) : whole;
}

/** When a curve comes for good within a small part of its range around where it ends, s; 0 of one that stands still. */
function stillAfter(t: Float64Array, curve: Float64Array): number {
  const end = curve.at(-1)!;
  const most = curve.reduce((size, value) => Math.max(size, Math.abs(value - end)), 0);
  if (!(most > 1e-12 * Math.abs(end))) return 0;
  let k = curve.length - 1;
  while (Math.abs(curve[k]! - end) <= nothingLeft * most) k--;
  return t[Math.min(k + 1, t.length - 1)]!;
}

function oneOutput(system: StateSpace, i: number): StateSpace {
  const row = (M: Matrix): Matrix => M.subMatrix(i, i, 0, M.columns - 1);
  const D = system.D.columns > 0 ? row(system.D) : Matrix.zeros(1, 0);
  return { ...system, C: system.C.columns > 0 ? row(system.C) : Matrix.zeros(1, 0), D, y: [system.y[i]!] };
}

function timesOf(at: Pieces): Float64Array {
  const pieces = "step" in at ? [at] : at;
  const t: number[] = [0];
  let from = 0;
  for (const { step: by, count } of pieces) {
    for (let k = 1; k < count; k++) t.push(from + k * by);
    from += (count - 1) * by;
  }
  return Float64Array.from(t);
}

/** The instants that come after `delay`, counted from there: a short piece up to the first one, then the given ones; and how many do. */
function shiftedBy(at: Pieces, delay: number): { readonly pieces: readonly Instants[]; readonly left: number } {
  const pieces = "step" in at ? [at] : at;
  const found: Instants[] = [];
  let from = 0;
  let left = 0;
  for (const { step: by, count } of pieces) {
    const first = Math.max(0, Math.ceil((delay - from) / by - 1e-9));
    const rest = Math.max(0, from + first * by - delay);
    if (first < count) {
      // The first piece holds 0 and that instant, or that instant alone.
      left += found.length === 0 ? count - first : count - 1;
      if (found.length === 0) found.push(rest > 1e-9 * by ? { step: rest, count: 2 } : { step: by, count: 1 });
      if (first + 1 < count) found.push({ step: by, count: count - first });
    }
    from += (count - 1) * by;
  }
  return { pieces: found, left };
}

/** What `run` gives along the instants behind the delay; 0 before. */
function behind(
  count: number,
  at: Pieces,
  delay: number,
  run: (pieces: readonly Instants[]) => TimeResponse,
): Float64Array {
  const y = new Float64Array(count);
  const { pieces, left } = shiftedBy(at, delay);
  if (left === 0) return y;
  const late = run(pieces).y[0]!;
  y.set(late.subarray(late.length - left), count - left);
  return y;
}

/** One input that stands still but for its first sample. */
interface Drive {
  readonly first?: number;
  readonly still: number;
  readonly x0?: ArrayLike<number>;
}

function along(system: StateSpace, at: Pieces, { first, still, x0 }: Drive): TimeResponse {
  const pieces = "step" in at ? [at] : at;
  const count = pieces.reduce((sum, piece) => sum + piece.count - 1, 1);
  const t = new Float64Array(count);
  const y = system.y.map(() => new Float64Array(count));
  let end: Float64Array | undefined = x0 && Float64Array.from(x0);
  let [from, place] = [0, 0];
  for (const piece of pieces) {
    const u = new Float64Array(piece.count).fill(still);
    if (place === 0 && first !== undefined) u[0] = first;
    const part = lsim(system, [u], piece.step, { hold: "zoh", ...(end && { x0: end }) });
    // Where pieces meet both give the same.
    for (let k = 0; k < piece.count; k++) t[place + k] = from + k * piece.step;
    part.y.forEach((curve, i) => y[i]!.set(curve, place));
    end = part.end;
    from += (piece.count - 1) * piece.step;
    place += piece.count - 1;
  }
  return { t, y, end: end ?? new Float64Array(system.A.rows) };
}

function each(system: StateSpace, at: Pieces, drive: (alone: StateSpace) => Drive): Responses {
  const columns = system.u.map((name, j) => {
    const alone = { ...system, B: column(system.B, j), D: column(system.D, j), u: [name] };
    return along(alone, at, drive(alone));
  });
  const t = columns[0]?.t ?? new Float64Array(0);
  return { t, y: system.y.map((_, i) => columns.map(({ y }) => y[i]!)) };
}

function column(M: Matrix, j: number): Matrix {
  const one = Matrix.zeros(M.rows, 1);
  for (let i = 0; i < M.rows; i++) one.set(i, 0, M.get(i, j));
  return one;
}
