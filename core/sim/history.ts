/**
 * The pasts that transport delays read: polynomials of degree 4 over the steps that a run has made. Where a signal jumped, its past
 * jumps too: readers see one side until the run says that it is past the jump, which it lands on as on any event. It lands on
 * corners as well, so that no integrator steps across one.
 */
import type { DelayLine } from "./engine.ts";

export interface History {
  /** One step made: `at(time)` puts memory there, everything computed. */
  append(from: number, to: number, at: (time: number) => void): void;
  /** `planned`, or the next time after t at which a past jumps where that is earlier. */
  landing(t: number, planned: number): number;
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
    landing(t, planned) {
      const jump = pasts.reduce((first, past) => Math.min(first, past.nextJump(t, planned)), Number.POSITIVE_INFINITY);
      return Math.min(planned, Math.max(jump, t + tolerance(t)));
    },
    pass(t) {
      for (const past of pasts) past.pass(t);
    },
  };
}

/** The sum of an instant and a delay is a few roundings away from what it stands for: this much of either is none. */
const rounding = 1e-12;

function createPast(line: DelayLine) {
  const near = (t: number): number => rounding * Math.max(Math.abs(t), line.time);
  let starts = new Float64Array(64);
  let lengths = new Float64Array(64);
  let values = new Float64Array(64 * perStep);
  let count = 0;
  /** Steps before this one may be read; a jump begins it. */
  let open = 0;
  let hint = 0;
  let before = 0;
  const jumps: number[] = [];
  /** When the signal turned a corner, s. */
  const corners: number[] = [];
  let slopeBefore = 0;

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

  /** Newton's interpolation over five nodes a quarter apart: a constant stays what it is to the last bit. */
  function within(step: number, share: number): number {
    const v = step * perStep;
    const s = 4 * share;
    const [a, b, c, d, e] = [values[v]!, values[v + 1]!, values[v + 2]!, values[v + 3]!, values[v + 4]!];
    const first = b - a;
    const second = c - 2 * b + a;
    const third = d - 3 * c + 3 * b - a;
    const fourth = e - 4 * d + 6 * c - 4 * b + a;
    return a + s * (first + ((s - 1) / 2) * (second + ((s - 2) / 3) * (third + ((s - 3) / 4) * fourth)));
  }

  /** Of the polynomial of a step, at its beginning (s = 0) or its end (s = 4). */
  function slope(step: number, s: 0 | 4): number {
    const v = step * perStep;
    const at = (k: number): number => (s === 0 ? values[v + k]! : values[v + 4 - k]!);
    const inward = (-25 * at(0) + 48 * at(1) - 36 * at(2) + 16 * at(3) - 3 * at(4)) / 12;
    return ((s === 0 ? 4 : -4) * inward) / lengths[step]!;
  }

  line.read = (t, initial) => {
    const last = Math.min(open, count) - 1;
    if (last < 0) return initial;
    let i = Math.min(hint, last);
    while (i < last && starts[i + 1]! <= t) i++;
    while (i > 0 && starts[i]! > t) i--;
    if (i < last && begins(i + 1, t)) i++;
    hint = i;
    // Before the first step there is what the delay began with, and it jumps from there.
    if (t < starts[i]! && i === 0) return begins(0, t) ? within(0, 0) : initial;
    const share = lengths[i]! > 0 ? (t - starts[i]!) / lengths[i]! : 1;
    return share >= 1 ? values[i * perStep + 4]! : share <= 0 ? values[i * perStep]! : within(i, share);
  };
  /** Rounding may put the beginning of a step just ahead; 2, as what comes out may be twice as late as what went in. */
  const begins = (step: number, t: number): boolean => starts[step]! - t <= 2 * near(t);

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
      else {
        if (open === count - 1) open = count;
        const turned = Math.abs(slope(count - 1, 0) - slopeBefore);
        const size = Math.max(Math.abs(slopeBefore), Math.abs(before) / line.time);
        if (turned > 1e-3 * size) corners.push(starts[count - 1]!);
      }
      before = values[first + 4]!;
      slopeBefore = slope(count - 1, 4);
    },
    /** Infinite where it is not before `planned`, rounding apart. */
    nextJump(t: number, planned: number): number {
      const next = jumps.find((step) => step >= open);
      const jump = next === undefined ? Number.POSITIVE_INFINITY : Math.max(starts[next]! + line.time, t);
      const first = Math.min(jump, (corners[0] ?? Number.POSITIVE_INFINITY) + line.time);
      return first < planned - near(planned) ? first : Number.POSITIVE_INFINITY;
    },
    /** Everything up to the next jump that comes out after t may be read. */
    pass(t: number): void {
      const time = t - line.time + near(t);
      while (jumps.length > 0 && starts[jumps[0]!]! <= time) jumps.shift();
      while (corners.length > 0 && corners[0]! <= time) corners.shift();
      open = jumps[0] ?? count;
    },
  };
}
