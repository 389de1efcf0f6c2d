/**
 * What leads to what between the columns and the rows of a linearization, as edges that know their block and wires. Found by
 * walking the steps, so it holds for whatever a block's equations really use.
 */
import { slotsRead, slotsWritten } from "../ir/dependence.ts";
import type { Assign, Hop, Ir } from "../ir/ir.ts";
import type { Taps } from "../ir/taps.ts";

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly block: string;
  readonly wires: readonly string[];
}

/** A row: the slots its equation reads, and the block that reads them ("" reads before anything is added). */
export interface GraphRow {
  readonly node: number;
  readonly reads: readonly number[];
  readonly block: string;
}

export interface Graph {
  incoming(node: number): readonly Edge[];
  outgoing(node: number): readonly Edge[];
}

export interface GraphParts {
  readonly taps: Taps | undefined;
  /** Slots that are columns: nothing drives them here. */
  readonly columns: ReadonlySet<number>;
  /** State equations that are passed through on the way from a column to a row. */
  readonly through: readonly Assign[];
  readonly rows: readonly GraphRow[];
  /** Further edges, as those inside of a delay's approximation. */
  readonly more: readonly Edge[];
}

export function createGraph(ir: Ir, { taps, columns, through, rows, more }: GraphParts): Graph {
  const ports = new Set(ir.hops.flatMap((hop) => (hop.into === undefined ? [] : [hop.into])));
  const hops = new Map<string, Hop[]>();
  for (const hop of ir.hops) push(hops, `${hop.slot}|${hop.block}`, hop);
  const crossing = (slot: number, block: string, into: number | undefined, anyPort: boolean): string[] =>
    (hops.get(`${slot}|${block}`) ?? [])
      .filter((hop) => anyPort || (hop.into === undefined ? into === undefined || !ports.has(into) : hop.into === into))
      .map((hop) => hop.wire);

  const incoming = new Map<number, Edge[]>();
  const outgoing = new Map<number, Edge[]>();
  const connect = (edge: Edge): void => {
    push(incoming, edge.to, edge);
    push(outgoing, edge.from, edge);
  };
  const read = (from: number, to: number, block: string, into: number | undefined, anyPort: boolean): void => {
    if (ir.slots[from]!.kind === "param") return;
    const wires = crossing(from, block, into, anyPort);
    const tap = taps?.at(from, block, into);
    for (const seed of tap?.added ?? []) connect({ from: seed, to, block, wires });
    if (!tap?.cut) connect({ from, to, block, wires });
  };
  for (const step of ir.algebra) {
    const sources = step.do === "delay" ? [step.from] : slotsRead(step);
    for (const to of slotsWritten(step)) {
      if (columns.has(to)) continue;
      for (const from of sources) read(from, to, step.block, to, step.do !== "assign");
    }
  }
  for (const { slot, expr } of through) {
    const { block } = ir.slots[slot]!;
    for (const from of slotsRead({ do: "assign", slot, expr, block })) read(from, slot, block, undefined, false);
  }
  // A row's own equation reads like a last step into a node past the end.
  for (const row of rows) for (const from of row.reads) read(from, row.node, row.block, undefined, false);
  for (const edge of more) connect(edge);
  return { incoming: (node) => incoming.get(node) ?? [], outgoing: (node) => outgoing.get(node) ?? [] };
}

/** All nodes that a path from `start` leads to (or comes from); a node in `stop` ends its path. */
export function reach(
  start: Iterable<number>,
  edges: (node: number) => readonly Edge[],
  end: "from" | "to",
  stop: (node: number) => boolean,
): Set<number> {
  const seen = new Set(start);
  const queue = [...seen];
  for (const node of queue) {
    for (const edge of edges(node)) {
      const next = edge[end];
      if (seen.has(next)) continue;
      seen.add(next);
      if (!stop(next)) queue.push(next);
    }
  }
  return seen;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
