/**
 * Which blocks and wires the matrices should answer to: what the pointer is on, else the selected wires, else the selected blocks, with
 * all that is in them.
 */
import { useMemo } from "react";
import type { Origin } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { pathsWithin } from "../store/places.ts";
import { useSelection } from "../store/selection.ts";

export interface Pointed {
  readonly blocks: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

export function usePointed(): Pointed {
  const document = useDocument((state) => state.document);
  const hover = useSelection((state) => state.hover);
  const blocks = useSelection((state) => state.blocks);
  const wires = useSelection((state) => state.wires);
  return useMemo(() => {
    if (hover?.wire !== undefined) return { blocks: nothing, wires: new Set([hover.wire]) };
    if (hover?.block !== undefined)
      return { blocks: pathsWithin(document, nothing, new Set([hover.block])), wires: nothing };
    if (wires.size > 0) return { blocks: nothing, wires };
    return { blocks: pathsWithin(document, blocks), wires: nothing };
  }, [document, hover, blocks, wires]);
}

export function isLit(origin: Origin | undefined, pointed: Pointed): boolean {
  if (!origin || pointed.blocks.size + pointed.wires.size === 0) return false;
  return (
    origin.wires.some((wire) => pointed.wires.has(wire)) || origin.blocks.some((block) => pointed.blocks.has(block))
  );
}
