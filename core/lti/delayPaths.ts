/**
 * Delays inside a system, or at outputs, as delays at its inputs: exactly, where none of them lies in a loop. What reaches an output by
 * way of other delays is a path of its own, and linear systems do not mind in which order a path waits and moves.
 */
import { Matrix } from "ml-matrix";
import { blockDiagonal, blocks, pick, slice } from "../math/blocks.ts";
import type { Delayed } from "./delay.ts";
import { system } from "./model.ts";
import type { StateSpace } from "./stateSpace.ts";

export interface DelayPaths {
  /** As many copies of the inputs as there are sums of delays, each delayed by one of them. */
  readonly model: Delayed;
  /** Which input each of them is a copy of: (copies times m) x m. */
  readonly spread: Matrix;
}

/** A diagram has a handful; a grid of delays could have more than anyone would wait for. */
const mostPaths = 64;

/** undefined where a delay lies in a loop, or where the paths are too many. */
export function delayPaths(given: Delayed): DelayPaths | undefined {
  const { output, internal } = given;
  const [m, p] = [given.input.length, output.length];
  const trails = trailsOf(given);
  if (!trails) return undefined;
  const sums = new Map<number, Map<Trail, number[]>>();
  for (const trail of trails)
    output.forEach((own, i) => {
      const sum = trail.delay + own;
      const key = [...sums.keys()].find((known) => Math.abs(known - sum) <= 1e-12 * sum) ?? sum;
      const ends = sums.get(key) ?? new Map<Trail, number[]>();
      sums.set(key, ends.set(trail, [...(ends.get(trail) ?? []), i]));
    });
  const parts = [...sums].flatMap(([delay, ends]) => {
    const part = along(given.system, ends, m, p, internal.length);
    return part ? [{ delay, part }] : [];
  });
  if (parts.length === 0) parts.push({ delay: 0, part: still(given, m, p) });
  const { time, y } = given.system;
  const list = parts.map(({ part }) => part);
  const whole = system(
    blockDiagonal(list.map(({ A }) => A)),
    blockDiagonal(list.map(({ B }) => B)),
    blocks([list.map(({ C }) => C)]),
    blocks([list.map(({ D }) => D)]),
    time,
    { y: y.slice(0, p) },
  );
  return {
    model: {
      system: whole,
      input: parts.flatMap(({ delay }) => Array.from({ length: m }, () => delay)),
      output: output.map(() => 0),
      internal: [],
    },
    spread: blocks(parts.map(() => [Matrix.eye(m)])),
  };
}

/** From inputs of one delay through delays inside, one after the other. */
interface Trail {
  readonly delay: number;
  readonly inputs: readonly number[];
  readonly through: readonly number[];
}

function trailsOf({ system: given, input, internal }: Delayed): readonly Trail[] | undefined {
  const [m, q] = [input.length, internal.length];
  const reach = Array.from({ length: m + q }, (_, j) => reached(given, j));
  const p = given.y.length - q;
  const feeds = (from: number, channel: number): boolean => reach[from]!.has(p + channel);
  const trails: Trail[] = [...new Set(input)].map((delay) => ({
    delay,
    inputs: input.flatMap((own, j) => (own === delay ? [j] : [])),
    through: [],
  }));
  for (let at = 0; at < trails.length; at++) {
    const { delay, inputs, through } = trails[at]!;
    const ends = through.length > 0 ? [m + through.at(-1)!] : inputs;
    for (let channel = 0; channel < q; channel++) {
      if (!ends.some((end) => feeds(end, channel))) continue;
      if (through.includes(channel) || trails.length >= mostPaths) return undefined;
      trails.push({ delay: delay + internal[channel]!, inputs, through: [...through, channel] });
    }
  }
  return trails;
}

/** Outputs that an input moves at all: by which entries are not 0. */
function reached({ A, B, C, D }: StateSpace, j: number): ReadonlySet<number> {
  const states = spreading(A, (i) => B.get(i, j) !== 0);
  const outputs = new Set<number>();
  for (let i = 0; i < C.rows; i++) if (D.get(i, j) !== 0 || [...states].some((k) => C.get(i, k) !== 0)) outputs.add(i);
  return outputs;
}

function spreading(A: Matrix, begins: (state: number) => boolean): ReadonlySet<number> {
  const states = new Set(Array.from({ length: A.rows }, (_, i) => i).filter(begins));
  for (const from of states) for (let i = 0; i < A.rows; i++) if (A.get(i, from) !== 0) states.add(i);
  return states;
}

/** What comes along these trails to these outputs, without waiting; undefined where nothing does. */
function along(
  given: StateSpace,
  ends: ReadonlyMap<Trail, readonly number[]>,
  m: number,
  p: number,
  q: number,
): StateSpace | undefined {
  const n = given.A.rows;
  const { A, B, C, D } = given;
  let whole = system(Matrix.zeros(0, 0), Matrix.zeros(0, m), Matrix.zeros(p, 0), Matrix.zeros(p, m), given.time);
  for (const [trail, outputs] of ends) {
    // A copy of the states for each stretch between two delays: what it sends into one drives the next.
    const into = Array.from({ length: m }, (_, j) => (trail.inputs.includes(j) ? 1 : 0));
    const chosen = Matrix.diag(into, m, m);
    let a = A;
    let b = slice(B, 0, n, 0, m).mmul(chosen);
    /** Of the last stretch: rows of what leaves it, over all states so far and the inputs. */
    let c = C;
    let d = slice(D, 0, p + q, 0, m).mmul(chosen);
    trail.through.forEach((channel) => {
      const sent = { c: pick(c, [p + channel], all(c.columns)), d: pick(d, [p + channel], all(m)) };
      const [drive, direct] = [pick(B, all(n), [m + channel]), pick(D, all(p + q), [m + channel])];
      a = blocks([
        [a, Matrix.zeros(a.rows, n)],
        [drive.mmul(sent.c), A],
      ]);
      b = blocks([[b], [drive.mmul(sent.d)]]);
      c = blocks([[direct.mmul(sent.c), C]]);
      d = direct.mmul(sent.d);
    });
    const shown = Matrix.zeros(p, p + q);
    for (const i of outputs) shown.set(i, i, 1);
    const part = needed(a, b, shown.mmul(c));
    whole = system(
      blockDiagonal([whole.A, part.A]),
      blocks([[whole.B], [part.B]]),
      blocks([[whole.C, part.C]]),
      Matrix.add(whole.D, shown.mmul(d)),
      given.time,
    );
  }
  return whole.A.rows === 0 && whole.D.to1DArray().every((v) => v === 0) ? undefined : whole;
}

const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** States that an input moves and an output shows, by which entries are not 0. */
function needed(A: Matrix, B: Matrix, C: Matrix) {
  const moved = spreading(A, (i) => B.getRow(i).some((v) => v !== 0));
  const shown = spreading(A.transpose(), (i) => C.getColumn(i).some((v) => v !== 0));
  const kept = all(A.rows).filter((i) => moved.has(i) && shown.has(i));
  return { A: pick(A, kept, kept), B: pick(B, kept, all(B.columns)), C: pick(C, all(C.rows), kept) };
}

function still({ system: { time } }: Delayed, m: number, p: number): StateSpace {
  return system(Matrix.zeros(0, 0), Matrix.zeros(0, m), Matrix.zeros(p, 0), Matrix.zeros(p, m), time);
}
