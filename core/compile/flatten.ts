/**
 * First pass: the drawing becomes a flat list of blocks with their parameters bound and wires with their gains evaluated.
 * Names and expressions end here; what a block means begins in trace.ts.
 */
import type { BlockDefinition } from "../blocks/block.ts";
import { blockOf } from "../blocks/index.ts";
import { bindBlock, type Bound } from "../diagram/bind.ts";
import { tablesOf } from "../diagram/data.ts";
import type { LazoDocument, Wire } from "../diagram/document.ts";
import { evaluateExpression, evaluateVariables, type Scope, type Value } from "../diagram/parameters.ts";

export interface FlatBlock {
  readonly path: string;
  readonly definition: BlockDefinition;
  readonly bound: Bound;
}

export interface FlatWire {
  readonly id: string;
  readonly from: { readonly block: number; readonly port: string };
  readonly to: { readonly block: number; readonly port: string };
  /** Undefined for a plain wire. */
  readonly gain?: Value;
  /** It has a gain that cannot be read, so nothing is known of the widths it joins. */
  readonly broken?: true;
}

export interface Flat {
  readonly blocks: readonly FlatBlock[];
  readonly wires: readonly FlatWire[];
  readonly scope: Scope;
}

/** Whatever is broken is left out here: check.ts has said why. */
export function flatten(document: LazoDocument): Flat {
  const { scope } = evaluateVariables(document.variables);
  const tables = tablesOf(document.data);
  const blocks: FlatBlock[] = [];
  const index = new Map<string, number>();
  for (const block of document.root.blocks) {
    const definition = blockOf(block.type);
    if (!definition) continue;
    index.set(block.id, blocks.length);
    blocks.push({ path: block.name, definition, bound: bindBlock(block, definition, scope, tables) });
  }
  const wires = document.root.wires.flatMap((wire) => flatWire(wire, index, blocks, scope));
  return { blocks, wires, scope };
}

function flatWire(
  wire: Wire,
  index: ReadonlyMap<string, number>,
  blocks: readonly FlatBlock[],
  scope: Scope,
): FlatWire[] {
  const from = index.get(wire.from.block);
  const to = index.get(wire.to.block);
  if (from === undefined || to === undefined) return [];
  if (!blocks[from]!.bound.ports.out?.[wire.from.port] || !blocks[to]!.bound.ports.in?.[wire.to.port]) return [];
  const gain = wire.gain === undefined || wire.gain.trim() === "" ? undefined : evaluateExpression(wire.gain, scope);
  return [
    {
      id: wire.id,
      from: { block: from, port: wire.from.port },
      to: { block: to, port: wire.to.port },
      ...(gain?.ok ? { gain: gain.value } : gain ? { broken: true as const } : {}),
    },
  ];
}
