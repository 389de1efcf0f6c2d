/**
 * Continuous states between samples, and samples of one or more rates, as one discrete map over their common period: phase
 * by phase, first what is sampled, then the flow until the next phase by the matrix exponential, everything sampled and all
 * inputs held. Exact where the flow is linear.
 */
import type { Row } from "../ir/gradients.ts";
import { expm } from "../math/expm.ts";
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
  /** Rows of [A B] and [C D]: columns are continuous states, sampled ones, pending ones, held ones, inputs. */
  readonly next: readonly Float64Array[];
  readonly out: readonly Float64Array[];
}

export function sampledMap(parts: SampledParts): SampledMap {
  const { phases, continuous, flow, sampled, held, inputs } = parts;
  const first = phases.phases[0]!.due;
  const later = <T extends { readonly rate: number }>(list: readonly T[]): T[] =>
    list.filter(({ rate }) => !first[rate]);
  const waiting = later(sampled).map(({ slot }) => slot);
  const keeping = later(held).map(({ slot }) => slot);
  const lead = [...continuous, ...sampled.map(({ slot }) => slot)];
  const width = lead.length + waiting.length + keeping.length + inputs.length;
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
  const advance = createAdvance(continuous, flow, phases.step);
  const known = new Map<string, SampledRows>();
  let out: readonly Float64Array[] = [];
  phases.phases.forEach(({ due, length }, j) => {
    if (j > 0) commit(due);
    const key = due.map(Number).join("");
    let rows = known.get(key);
    if (!rows) known.set(key, (rows = parts.at(due)));
    const samples = held.map(({ rate }, i) => (due[rate] ? combine(rows.held[i]!) : undefined));
    sampled.forEach(({ slot, rate }, i) => due[rate] && pending.set(slot, combine(rows.next[i]!)));
    if (j === 0) out = rows.out.map(combine);
    held.forEach(({ slot }, i) => samples[i] && current.set(slot, samples[i]));
    advance(length, current, combine);
  });
  commit(first);
  const next = [
    ...lead.map((seed) => current.get(seed)!),
    ...waiting.map((slot) => pending.get(slot)!),
    ...keeping.map((slot) => current.get(slot)!),
  ];
  return { pending: waiting, held: keeping, next, out };
}

/** x+ = e^(Ah) x + (integral of e^(As)) f over so many steps, f being what the flow gets from all that is held. */
function createAdvance(continuous: readonly number[], flow: readonly Row[], step: number) {
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
  const known = new Map<number, Float64Array>();
  /** n x (n + m): the powers' columns beside those of the driven states. */
  const propagator = (length: number): Float64Array => {
    const h = length * step;
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
  return (length: number, current: Map<number, Float64Array>, combine: (row: Row) => Float64Array): void => {
    if (n === 0) return;
    let e = known.get(length);
    if (!e) known.set(length, (e = propagator(length)));
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
