/**
 * Which blocks and wires the matrices should answer to: what the pointer is on, else the selected wires, else the selected blocks, with
 * all that is in them.
 */
import { useMemo } from "react";
import type { Origin } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { pathsWithin } from "../store/places.ts";
import { useSelection } from "../store/selection.ts";
import { useSame } from "../store/useSame.ts";

export interface Pointed {
  readonly blocks: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

export function usePointed(): Pointed {
  const hover = useSelection((state) => state.hover);
  const blocks = useSelection((state) => state.blocks);
  const wires = useSelection((state) => state.wires);
  const paths = useDocument(
    useSame(({ document }) => {
      if (hover?.wire !== undefined) return [];
      if (hover?.block !== undefined) return [...pathsWithin(document, nothing, new Set([hover.block]))];
      return wires.size > 0 ? [] : [...pathsWithin(document, blocks)];
    }),
  );
  return useMemo(() => {
    if (hover?.wire !== undefined) return { blocks: nothing, wires: new Set([hover.wire]) };
    return { blocks: new Set(paths), wires: hover?.block === undefined ? wires : nothing };
  }, [paths, hover, wires]);
}

export function isLit(origin: Origin | undefined, pointed: Pointed): boolean {
  if (!origin || pointed.blocks.size + pointed.wires.size === 0) return false;
  return (
    origin.wires.some((wire) => pointed.wires.has(wire)) || origin.blocks.some((block) => pointed.blocks.has(block))
  );
}
