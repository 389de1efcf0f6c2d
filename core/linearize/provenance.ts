/**
 * Which blocks and wires an entry of A, B, C or D came from: everything on a path from its column's slot to its row's
 * equation. Found by walking the steps, so it holds for whatever a block's equations really use.
 */
import { slotsRead, slotsWritten } from "../ir/dependence.ts";
import type { Hop, Ir } from "../ir/ir.ts";

export interface Origin {
  readonly blocks: readonly string[];
  readonly wires: readonly string[];
}

/** A row: the slots its equation reads, and the block the equation belongs to. */
export interface Row {
  readonly reads: readonly number[];
  readonly block: string;
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly block: string;
  readonly wires: readonly string[];
}

export function createProvenance(
  ir: Ir,
  columns: readonly number[],
  rows: readonly Row[],
): (row: number, column: number) => Origin {
  const cut = new Set(columns);
  const ports = new Set(ir.hops.flatMap((hop) => (hop.into === undefined ? [] : [hop.into])));
  const hops = new Map<string, Hop[]>();
  for (const hop of ir.hops) {
    const key = `${hop.slot}|${hop.block}`;
    const list = hops.get(key);
    if (list) list.push(hop);
    else hops.set(key, [hop]);
  }
  const crossing = (slot: number, block: string, into: number | undefined, anyPort: boolean): string[] =>
    (hops.get(`${slot}|${block}`) ?? [])
      .filter((hop) => anyPort || (hop.into === undefined ? into === undefined || !ports.has(into) : hop.into === into))
      .map((hop) => hop.wire);

  const incoming = new Map<number, Edge[]>();
  const outgoing = new Map<number, Edge[]>();
  const connect = (edge: Edge): void => {
    for (const [map, key] of [
      [incoming, edge.to],
      [outgoing, edge.from],
    ] as const) {
      const list = map.get(key);
      if (list) list.push(edge);
      else map.set(key, [edge]);
    }
  };
  for (const step of ir.algebra) {
    for (const to of slotsWritten(step)) {
      if (cut.has(to)) continue;
      for (const from of slotsRead(step)) {
        if (ir.slots[from]!.kind === "param") continue;
        connect({ from, to, block: step.block, wires: crossing(from, step.block, to, step.do !== "assign") });
      }
    }
  }
  // A row's own equation reads like a last step into a slot past the end.
  rows.forEach((row, i) => {
    for (const from of row.reads) {
      if (ir.slots[from]!.kind === "param") continue;
      connect({ from, to: ir.slots.length + i, block: row.block, wires: crossing(from, row.block, undefined, false) });
    }
  });

  const reach = (
    start: number,
    map: ReadonlyMap<number, readonly Edge[]>,
    end: "from" | "to",
    stop: ReadonlySet<number>,
  ): Set<number> => {
    const seen = new Set([start]);
    const queue = [start];
    for (const slot of queue) {
      for (const edge of map.get(slot) ?? []) {
        const next = edge[end];
        if (seen.has(next)) continue;
        seen.add(next);
        // Another column's slot ends the path: what lies before it belongs to that column.
        if (!stop.has(next)) queue.push(next);
      }
    }
    return seen;
  };
  const forward = columns.map(() => undefined as Set<number> | undefined);
  const backward = rows.map(() => undefined as Set<number> | undefined);
  return (row, column) => {
    const after = (forward[column] ??= reach(columns[column]!, outgoing, "to", cut));
    const before = (backward[row] ??= reach(ir.slots.length + row, incoming, "from", cut));
    const blocks = new Set<string>();
    const wires = new Set<string>();
    const start = columns[column]!;
    for (const slot of after) {
      if (!before.has(slot) || (cut.has(slot) && slot !== start)) continue;
      for (const edge of outgoing.get(slot) ?? []) {
        if (!before.has(edge.to) && edge.to !== ir.slots.length + row) continue;
        if (cut.has(edge.to)) continue;
        blocks.add(edge.block);
        for (const wire of edge.wires) wires.add(wire);
      }
    }
    if (blocks.size > 0) blocks.add(ir.slots[start]!.block);
    return { blocks: [...blocks].filter(Boolean), wires: [...wires] };
  };
}
