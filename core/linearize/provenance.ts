/**
 * Which blocks and wires an entry of A, B, C or D came from: everything on a path from its column to its row.
 */
import { type Graph, reach } from "./graph.ts";

export interface Origin {
  readonly blocks: readonly string[];
  readonly wires: readonly string[];
}

export interface ProvenanceColumn {
  readonly node: number;
  readonly block: string;
}

export interface ProvenanceRow {
  readonly node: number;
  /** Its equation holds over a period, in which what other columns stand for moves too: paths may pass through them. */
  readonly through: boolean;
}

/** `fixed`: columns that stay as they are over the whole period, so that no path passes through them. */
export function createProvenance(
  graph: Graph,
  columns: readonly ProvenanceColumn[],
  rows: readonly ProvenanceRow[],
  fixed: ReadonlySet<number>,
): (row: number, column: number) => Origin {
  const cut = new Set(columns.map((column) => column.node));
  const forward = new Map<string, Set<number>>();
  const backward = rows.map(() => undefined as Set<number> | undefined);
  return (i, j) => {
    const row = rows[i]!;
    const start = columns[j]!.node;
    // Another column's slot ends the path: what lies before it belongs to that column.
    const ends = (node: number): boolean => (row.through ? fixed : cut).has(node);
    const key = `${j}|${row.through}`;
    let after = forward.get(key);
    if (!after) forward.set(key, (after = reach([start], graph.outgoing, "to", ends)));
    const before = (backward[i] ??= reach([row.node], graph.incoming, "from", ends));
    const blocks = new Set<string>();
    const wires = new Set<string>();
    for (const node of after) {
      if (!before.has(node) || (ends(node) && node !== start)) continue;
      for (const edge of graph.outgoing(node)) {
        if (!before.has(edge.to) || (ends(edge.to) && edge.to !== row.node)) continue;
        blocks.add(edge.block);
        for (const wire of edge.wires) wires.add(wire);
      }
    }
    if (blocks.size > 0) blocks.add(columns[j]!.block);
    return { blocks: [...blocks].filter(Boolean), wires: [...wires] };
  };
}
