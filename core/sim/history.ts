/**
 * The pasts that transport delays read: polynomials of degree 4 over the steps that a run has made. Where a signal jumped, its past
 * jumps too: readers see one side until the run says that it is past the jump, which it lands on as on any event.
 */
import type { DelayLine } from "./engine.ts";

export interface History {
  /** One step made: `at(time)` puts memory there, everything computed. */
  append(from: number, to: number, at: (time: number) => void): void;
  /** The next time after t at which a past jumps. */
  nextJump(t: number): number;
  /** The run is at t, an event: what is due there has jumped. */
  pass(t: number): void;
}

/** Nodes of a step, as shares of it. */
const nodes = [0, 0.25, 0.5, 0.75, 1] as const;
const perStep = nodes.length;

/** Undefined where nothing is delayed. `tolerance(t)`: times nearer than this are one. */
export function createHistory(
  memory: Float64Array,
  lines: readonly DelayLine[],
  tolerance: (t: number) => number,
): History | undefined {
  if (lines.length === 0) return undefined;
  const pasts = lines.map((line) => createPast(line));
  return {
    append(from, to, at) {
      for (const past of pasts) past.open(from, to);
      nodes.forEach((share, k) => {
        at(share === 1 ? to : from + share * (to - from));
        for (const past of pasts) past.put(k, memory[past.line.from]!);
      });
      for (const past of pasts) past.close();
    },
    nextJump: (t) => pasts.reduce((first, past) => Math.min(first, past.nextJump(t)), Number.POSITIVE_INFINITY),
    pass(t) {
      for (const past of pasts) past.pass(t - past.line.time + tolerance(t));
    },
  };
}

function createPast(line: DelayLine) {
  let starts = new Float64Array(64);
  let lengths = new Float64Array(64);
  let values = new Float64Array(64 * perStep);
  let count = 0;
  /** Steps before this one may be read; a jump begins it. */
  let open = 0;
  let hint = 0;
  let before = 0;
  const jumps: number[] = [];

  function room(): void {
    // What no reader can reach any more goes first.
    const reach = starts[count - 1]! - 2 * line.time;
    let gone = 0;
    while (gone < Math.min(open, count) - 1 && starts[gone + 1]! < reach) gone++;
    if (gone > count / 2) {
      starts.copyWithin(0, gone, count);
      lengths.copyWithin(0, gone, count);
      values.copyWithin(0, gone * perStep, count * perStep);
      count -= gone;
      open -= gone;
      hint = Math.max(0, hint - gone);
      for (let i = 0; i < jumps.length; i++) jumps[i] = jumps[i]! - gone;
      while (jumps.length > 0 && jumps[0]! < 0) jumps.shift();
      return;
    }
    const wider = (array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(array.length * 2);
      next.set(array);
      return next;
    };
    starts = wider(starts);
    lengths = wider(lengths);
    values = wider(values);
  }

  /** Lagrange interpolation over five nodes a quarter apart. */
  function within(step: number, share: number): number {
    const v = step * perStep;
    const s = 4 * share;
    const [a, b, c, d, e] = [s, s - 1, s - 2, s - 3, s - 4];
    return (
      (values[v]! * b * c * d * e) / 24 -
      (values[v + 1]! * a * c * d * e) / 6 +
      (values[v + 2]! * a * b * d * e) / 4 -
      (values[v + 3]! * a * b * c * e) / 6 +
      (values[v + 4]! * a * b * c * d) / 24
    );
  }

  line.read = (t, initial) => {
    const last = Math.min(open, count) - 1;
    if (last < 0) return initial;
    let i = Math.min(hint, last);
    while (i < last && starts[i + 1]! <= t) i++;
    while (i > 0 && starts[i]! > t) i--;
    hint = i;
    // Before the first step there is what the delay began with, and it jumps from there.
    if (t < starts[i]! && i === 0) return firstIsOpen(t) ? within(0, 0) : initial;
    const share = lengths[i]! > 0 ? (t - starts[i]!) / lengths[i]! : 1;
    return share >= 1 ? values[i * perStep + 4]! : share <= 0 ? values[i * perStep]! : within(i, share);
  };
  /** Rounding may put the beginning of the first step just ahead. */
  const firstIsOpen = (t: number): boolean => starts[0]! - t <= 1e-12 * Math.max(Math.abs(t), line.time);

  return {
    line,
    open(from: number, to: number): void {
      if (count === starts.length) room();
      starts[count] = from;
      lengths[count] = to - from;
      count++;
    },
    put(node: number, value: number): void {
      values[(count - 1) * perStep + node] = value;
    },
    close(): void {
      const first = (count - 1) * perStep;
      const jumped = count === 1 || Math.abs(values[first]! - before) > 1e-12 * Math.abs(before);
      if (jumped) jumps.push(count - 1);
      else if (open === count - 1) open = count;
      before = values[first + 4]!;
    },
    nextJump(t: number): number {
      const next = jumps.find((step) => step >= open);
      if (next === undefined) return Number.POSITIVE_INFINITY;
      return Math.max(starts[next]! + line.time, t);
    },
    /** Everything up to the next jump after `time` may be read. */
    pass(time: number): void {
      while (jumps.length > 0 && starts[jumps[0]!]! <= time) jumps.shift();
      open = jumps[0] ?? count;
    },
  };
}
