/**
 * Transport delays of a sampled model, without approximation. Between two samples everything moves freely from where it is, so that a
 * line need not hold what went in, only what it follows from, taken whenever something jumps and given back that much later. This is
 * the extended state of Astrom & Wittenmark, "Computer-Controlled Systems" (1997), 3.2, for any rates and any number of delays. A delay
 * whose output comes back to it between samples has no such state.
 */
import type { Row } from "../ir/gradients.ts";

/** More numbers on their way through delays than this are too many states: the delays are approximated then. */
export const mostOnTheWay = 120;

export interface Late {
  /** What comes out. */
  readonly slot: number;
  /** s */
  readonly time: number;
  /** What goes in, between samples. */
  readonly from: Row;
}

export interface DelayLine {
  readonly slot: number;
  /** What is taken, and the seeds that have these values when it has gone through. */
  readonly taken: readonly Row[];
  readonly given: readonly number[];
  /** Whose values they are. */
  readonly of: readonly number[];
  readonly takes: readonly Take[];
  /** Whether what was given last is still needed when a period begins. */
  readonly carried: boolean;
}

/** Instants within a period, s; `periods` end between them. */
interface Take {
  readonly at: number;
  readonly until: number;
  readonly periods: number;
}

export interface Between {
  /** Seeds that move between samples, and their rows. */
  readonly continuous: readonly number[];
  readonly flow: readonly Row[];
  readonly late: readonly Late[];
}

export interface LineParts extends Between {
  /** s */
  readonly period: number;
  /** When sampled equations are taken, s, within a period. */
  readonly instants: readonly number[];
  /** Rows beside the flow that are wanted at all times. */
  readonly seen: readonly Row[];
  /** Of these, when something that stands still between samples jumps. */
  jumps(seed: number): readonly number[];
  /** Of these, when something sampled reads what comes out. */
  reads(slot: number): readonly number[];
  /** A number that no seed has. */
  free(): number;
}

export interface DelayLines {
  readonly lines: readonly DelayLine[];
  readonly continuous: readonly number[];
  readonly flow: readonly Row[];
  /** All instants of a period at which something happens, rising from 0. */
  readonly instants: readonly number[];
  /** The same row in terms of what the lines give. */
  close(row: Row): Row;
}

/** Everything that a row comes from between samples. */
function upstream(row: Row, flows: ReadonlyMap<number, Row>): ReadonlySet<number> {
  const found = new Set(row.keys());
  for (const seed of found) for (const next of flows.get(seed)?.keys() ?? []) found.add(next);
  return found;
}

const rowsOf = ({ continuous, flow, late }: Between): ReadonlyMap<number, Row> =>
  new Map([
    ...continuous.map((seed, i) => [seed, flow[i]!] as const),
    ...late.map(({ slot, from }) => [slot, from] as const),
  ]);

/** Those that hear themselves between samples. */
export function delaysInLoops(between: Between): ReadonlySet<number> {
  const rows = rowsOf(between);
  return new Set(between.late.flatMap(({ slot, from }) => (upstream(from, rows).has(slot) ? [slot] : [])));
}

/** `late` lie in no loop between samples, and are longer than a rounding of the period. */
export function delayLines(parts: LineParts): DelayLines {
  const { continuous, late, period, free } = parts;
  const all = rowsOf(parts);
  const reach = new Map(late.map(({ slot, from }) => [slot, upstream(from, all)]));
  // What others hear comes before them.
  const hears = ({ slot }: Late): number => late.filter((other) => reach.get(slot)!.has(other.slot)).length;
  const ordered = [...late].sort((a, b) => hears(a) - hears(b));
  const moving = new Set([...parts.flow, ...parts.seen].flatMap((row) => [...row.keys()]));
  for (const { slot, from } of ordered.toReversed())
    if (moving.has(slot)) for (const seed of from.keys()) moving.add(seed);

  const instants = [...parts.instants];
  /** The instant of a period that t is, and how many periods it is away. */
  const within = (t: number): { readonly at: number; readonly periods: number } => {
    const small = 1e-9 * period;
    const periods = Math.floor((t + small) / period);
    const rest = Math.max(0, t - periods * period);
    const known = instants.find((at) => Math.abs(at - rest) <= small);
    if (known === undefined) instants.push(rest);
    return { at: known ?? rest, periods };
  };

  const flows = new Map(continuous.map((seed, i) => [seed, parts.flow[i]!]));
  const outlets = new Map<number, Row>();
  const close = (row: Row): Row => {
    if (![...row.keys()].some((seed) => outlets.has(seed))) return row;
    const closed = new Map<number, number>();
    const add = (seed: number, value: number): unknown => closed.set(seed, (closed.get(seed) ?? 0) + value);
    for (const [seed, value] of row) {
      const outlet = outlets.get(seed);
      if (outlet) for (const [own, factor] of outlet) add(own, value * factor);
      else add(seed, value);
    }
    return closed;
  };
  const switched = new Map<number, readonly number[]>();
  const lines: DelayLine[] = [];

  for (const { slot, time, from } of ordered) {
    if (!moving.has(slot)) continue;
    // Something between samples hears it, at all times: what it follows from goes through, whenever that jumps.
    const row = close(from);
    const sources = [...upstream(row, flows)];
    const still = sources.filter((seed) => !flows.has(seed));
    const jumps = new Set(still.flatMap((seed) => switched.get(seed) ?? parts.jumps(seed)));
    const takes = [...(jumps.size > 0 ? jumps : [0])].map((at): Take => {
      const end = within(at + time);
      return { at, until: end.at, periods: end.periods };
    });
    const constant = still.length === sources.length;
    const copies = new Map(constant ? [] : sources.map((seed) => [seed, free()]));
    const given = constant ? [slot] : [...copies.values()];
    const copied = (original: Row): Row => new Map([...original].map(([seed, value]) => [copies.get(seed)!, value]));
    for (const seed of constant ? [] : sources) {
      const flow = flows.get(seed);
      if (flow) flows.set(copies.get(seed)!, copied(flow));
    }
    if (!constant) outlets.set(slot, copied(row));
    for (const seed of given) switched.set(seed, [...new Set(takes.map(({ until }) => until))]);
    lines.push({
      slot,
      taken: constant ? [row] : sources.map((seed) => new Map([[seed, 1]])),
      given,
      of: constant ? [slot] : sources,
      takes,
      carried: takes.every(({ until }) => until > 0),
    });
    for (const [seed, flow] of flows) flows.set(seed, close(flow));
  }

  for (const { slot, time, from } of ordered.toReversed()) {
    if (moving.has(slot)) continue;
    // Only samples hear it: what they will hear is taken when it goes in.
    const heard = lines.flatMap((line) => (line.taken.some((row) => row.has(slot)) ? line.takes : []));
    const ends = [...new Set([...parts.reads(slot), ...heard.map(({ at }) => at)])];
    const takes = ends.map((until): Take => {
      const begin = within(until - time);
      return { at: begin.at, until, periods: -begin.periods };
    });
    if (takes.length > 0) lines.push({ slot, taken: [close(from)], given: [slot], of: [slot], takes, carried: false });
  }
  return {
    lines,
    continuous: [...flows.keys()],
    flow: [...flows.values()],
    instants: instants.sort((a, b) => a - b),
    close,
  };
}
