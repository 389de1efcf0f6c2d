/**
 * Continuous states between samples, and samples of one or more rates, as one discrete map over their common period: phase
 * by phase, first what is sampled, then the flow until the next phase by the matrix exponential, everything sampled and all
 * inputs held. Exact where the flow is linear, transport delays outside of its loops included.
 */
import { Matrix } from "ml-matrix";
import type { Row } from "../ir/gradients.ts";
import { flat } from "../math/blocks.ts";
import { toMatrix } from "../math/dense.ts";
import { expm } from "../math/expm.ts";
import { vanLoan } from "../math/vanLoan.ts";
import { type DelayLine, type DelayLines, delayLines, type Late } from "./delayLines.ts";
import type { Phases } from "./rates.ts";

export interface SampledParts {
  readonly phases: Phases;
  /** Seeds of continuous states, and their rows between events. */
  readonly continuous: readonly number[];
  readonly flow: readonly Row[];
  /** Sampled states; `rate` is a place in the phases' flags. */
  readonly sampled: readonly { readonly slot: number; readonly rate: number }[];
  /** Samples held between the instants of their rate. */
  readonly held: readonly { readonly slot: number; readonly rate: number }[];
  readonly inputs: readonly number[];
  /** In no loop of the flow. */
  readonly late: readonly Late[];
  /** Numbers from here on are no seeds yet. */
  readonly free: number;
  /** The rows of the outputs between samples, where their cost over time is asked for. */
  readonly seen: readonly Row[];
  /** The rows at an event, where these rates sample. */
  at(due: readonly boolean[]): SampledRows;
}

export interface SampledRows {
  /** Of what is sampled then, in the order of `held`. */
  readonly held: readonly Row[];
  /** Of next values, in the order of `sampled`. */
  readonly next: readonly Row[];
  readonly out: readonly Row[];
}

export interface SampledMap {
  /** Sampled states that wait for the beginning of the next period but one, and held samples from before it: further states. */
  readonly pending: readonly number[];
  readonly held: readonly number[];
  /** What has gone into delays and is to come: further states, newest first. */
  readonly late: readonly { readonly slot: number; readonly of: number }[];
  /** Rows of [A B] and [C D]: columns are continuous states, sampled ones, pending ones, held ones, those in delays, inputs. */
  readonly next: readonly Float64Array[];
  readonly out: readonly Float64Array[];
  /** Of what is seen, y: the integral of y'Q y over a period, as a form in the columns. */
  costOver(Q: Matrix): Matrix;
}

export function sampledMap(parts: SampledParts): SampledMap {
  const { phases, continuous, sampled, held, inputs } = parts;
  const first = phases.phases[0]!.due;
  const later = <T extends { readonly rate: number }>(list: readonly T[]): T[] =>
    list.filter(({ rate }) => !first[rate]);
  const waiting = later(sampled).map(({ slot }) => slot);
  const keeping = later(held).map(({ slot }) => slot);
  const lead = [...continuous, ...sampled.map(({ slot }) => slot)];
  const known = new Map<string, SampledRows>();
  const rowsAt = (due: readonly boolean[]): SampledRows => {
    const key = due.map(Number).join("");
    let rows = known.get(key);
    if (!rows) known.set(key, (rows = parts.at(due)));
    return rows;
  };
  const delays = linesOf(parts, rowsAt);
  const { lines, close } = delays;
  const inside = lines.flatMap(({ slot, of, takes, carried }) => {
    const whole = takes.reduce((sum, { periods }) => sum + periods, carried ? 1 : 0);
    return Array.from({ length: whole }, () => of.map((seed) => ({ slot, of: seed }))).flat();
  });
  const width = lead.length + waiting.length + keeping.length + inside.length + inputs.length;
  const unit = (k: number): Float64Array => {
    const row = new Float64Array(width);
    row[k] = 1;
    return row;
  };
  /** What each seed is, in terms of the columns, as the period goes by. */
  const current = new Map<number, Float64Array>();
  const pending = new Map<number, Float64Array>();
  let column = 0;
  for (const seed of lead) current.set(seed, unit(column++));
  for (const slot of waiting) pending.set(slot, unit(column++));
  for (const slot of keeping) current.set(slot, unit(column++));
  const passing = lines.map((line) => passage(line, current, () => unit(column++)));
  for (const seed of inputs) current.set(seed, unit(column++));
  const combine = (row: Row): Float64Array => {
    const sum = new Float64Array(width);
    for (const [seed, value] of row) {
      const part = current.get(seed);
      if (part) for (let k = 0; k < width; k++) sum[k]! += value * part[k]!;
    }
    return sum;
  };
  const commit = (due: readonly boolean[]): void => {
    for (const { slot, rate } of sampled) {
      const next = pending.get(slot);
      if (due[rate] && next) current.set(slot, next);
    }
  };
  const advance = createAdvance(delays.continuous, delays.flow);
  let out: readonly Float64Array[] = [];
  const sample = ({ at, due }: Phases["phases"][number]): void => {
    const rows = rowsAt(due);
    const samples = held.map(({ rate }, i) => (due[rate] ? combine(close(rows.held[i]!)) : undefined));
    sampled.forEach(({ slot, rate }, i) => due[rate] && pending.set(slot, combine(close(rows.next[i]!))));
    if (at === 0) out = rows.out.map((row) => combine(close(row)));
    held.forEach(({ slot }, i) => samples[i] && current.set(slot, samples[i]));
  };
  const cost = createCost(delays.continuous, delays.flow, parts.seen.map(close));
  const { instants } = delays;
  const phaseAt = new Map(phases.phases.map((phase) => [phase.at * phases.step, phase]));
  instants.forEach((t, j) => {
    const phase = phaseAt.get(t);
    if (phase && j > 0) commit(phase.due);
    for (const line of passing) line.give(t);
    if (phase) sample(phase);
    for (const line of passing) line.take(t, combine);
    const until = instants[j + 1];
    const whole = phase && (until === undefined || phaseAt.has(until)) ? phase.length * phases.step : undefined;
    const h = whole ?? (until ?? phases.period) - t;
    if (parts.seen.length > 0) cost.stretch(h, current);
    advance(h, current, combine);
  });
  commit(first);
  const next = [
    ...lead.map((seed) => current.get(seed)!),
    ...waiting.map((slot) => pending.get(slot)!),
    ...keeping.map((slot) => current.get(slot)!),
    ...passing.flatMap((line) => line.left()),
  ];
  return { pending: waiting, held: keeping, late: inside, next, out, costOver: (Q) => cost.over(Q, width) };
}

function linesOf(parts: SampledParts, rowsAt: (due: readonly boolean[]) => SampledRows): DelayLines {
  const { phases, continuous, flow, sampled, held, inputs, late, seen } = parts;
  let { free } = parts;
  const rates = new Map([...sampled, ...held].map(({ slot, rate }) => [slot, rate]));
  const when = (chosen: (phase: Phases["phases"][number], j: number) => boolean): number[] =>
    phases.phases.filter(chosen).map(({ at }) => at * phases.step);
  const first = when((_, j) => j === 0);
  return delayLines({
    continuous,
    flow,
    late,
    period: phases.period,
    instants: when(() => true),
    seen,
    jumps: (seed) => (inputs.includes(seed) ? first : when(({ due }) => due[rates.get(seed) ?? -1] ?? false)),
    reads: (slot) =>
      when(({ due }, j) => {
        const rows = rowsAt(due);
        const taken = (list: readonly Row[], of: SampledParts["sampled"]): Row[] =>
          list.filter((_, i) => due[of[i]!.rate]);
        const read = [...taken(rows.held, held), ...taken(rows.next, sampled), ...(j === 0 ? rows.out : [])];
        return read.some((row) => row.has(slot));
      }),
    free: () => free++,
  });
}

/** What is on its way through a delay, in terms of the columns. */
function passage(
  { taken, given, takes, carried }: DelayLine,
  current: Map<number, Float64Array>,
  column: () => Float64Array,
) {
  const columns = (): Float64Array[] => given.map(() => column());
  const queues = takes.map(({ periods }) => Array.from({ length: periods }, columns).reverse());
  const begin = carried ? columns() : undefined;
  given.forEach((seed, i) => begin && current.set(seed, begin[i]!));
  return {
    give(t: number): void {
      takes.forEach(({ until }, k) => {
        if (until === t) queues[k]!.shift()!.forEach((row, i) => current.set(given[i]!, row));
      });
    },
    take(t: number, combine: (row: Row) => Float64Array): void {
      takes.forEach(({ at }, k) => at === t && queues[k]!.push(taken.map(combine)));
    },
    /** At the end of the period, in the order of the columns. */
    left(): Float64Array[] {
      const rows = queues.flatMap((queue) => queue.toReversed().flat());
      return begin ? [...rows, ...given.map((seed) => current.get(seed)!)] : rows;
    },
  };
}

/** What moves and what is held are one free system from event to event: its weight, integrated, as a form in what it begins from. */
function createCost(continuous: readonly number[], flow: readonly Row[], seen: readonly Row[]) {
  const seeds = [...new Set([...continuous, ...[...flow, ...seen].flatMap((row) => [...row.keys()])])];
  const n = seeds.length;
  const place = new Map(seeds.map((seed, j) => [seed, j]));
  const stretches: { readonly h: number; readonly from: readonly (Float64Array | undefined)[] }[] = [];
  const matrix = (rows: readonly Row[], height: number): Matrix => {
    const M = Matrix.zeros(height, n);
    rows.forEach((row, i) => row.forEach((value, seed) => M.set(i, place.get(seed)!, value)));
    return M;
  };
  return {
    stretch(h: number, current: ReadonlyMap<number, Float64Array>): void {
      stretches.push({ h, from: seeds.map((seed) => current.get(seed)) });
    },
    over(Q: Matrix, width: number): Matrix {
      const F = matrix(flow, n);
      const L = matrix(seen, seen.length);
      const weight = flat(L.transpose().mmul(Q.mmul(L)));
      const sum = Matrix.zeros(width, width);
      for (const { h, from } of stretches) {
        const W = toMatrix(vanLoan(flat(F.transpose()), undefined, weight, n, 0, h).W, n, n);
        const M = Matrix.zeros(n, width);
        from.forEach((row, j) => row && M.setRow(j, row));
        sum.add(M.transpose().mmul(W.mmul(M)));
      }
      return sum;
    },
  };
}

/** x+ = e^(Ah) x + (integral of e^(As)) f over h seconds, f being what the flow gets from all that is held. */
function createAdvance(continuous: readonly number[], flow: readonly Row[]) {
  const n = continuous.length;
  const place = new Map(continuous.map((seed, i) => [seed, i]));
  const a = new Float64Array(n * n);
  const outside = flow.map((row, i) => {
    const rest = new Map<number, number>();
    for (const [seed, value] of row) {
      const j = place.get(seed);
      if (j === undefined) rest.set(seed, value);
      else a[i * n + j] = value;
    }
    return rest;
  });
  const driven = outside.flatMap((row, i) => (row.size > 0 ? [i] : []));
  const m = driven.length;
  const known = new Map<string, Float64Array>();
  /** n x (n + m): the powers' columns beside those of the driven states. */
  const propagator = (h: number): Float64Array => {
    // Columns divided by a power of 2 near h cost no further squarings, and multiplying back is exact.
    const scale = Math.pow(2, Math.ceil(Math.log2(h)));
    const size = n + m;
    const w = new Float64Array(size * size);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) w[i * size + j] = h * a[i * n + j]!;
    driven.forEach((i, j) => (w[i * size + n + j] = h / scale));
    const all = expm(w, size).slice(0, n * size);
    for (let i = 0; i < n; i++) for (let j = n; j < size; j++) all[i * size + j]! *= scale;
    return all;
  };
  return (h: number, current: Map<number, Float64Array>, combine: (row: Row) => Float64Array): void => {
    if (n === 0) return;
    const key = h.toPrecision(12);
    let e = known.get(key);
    if (!e) known.set(key, (e = propagator(h)));
    const from = [...continuous.map((seed) => current.get(seed)!), ...driven.map((i) => combine(outside[i]!))];
    const width = from[0]!.length;
    continuous.forEach((seed, i) => {
      const sum = new Float64Array(width);
      from.forEach((part, j) => {
        const factor = e[i * (n + m) + j]!;
        if (factor !== 0) for (let k = 0; k < width; k++) sum[k]! += factor * part[k]!;
      });
      current.set(seed, sum);
    });
  };
}
