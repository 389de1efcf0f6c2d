/** Ports of a block as it stands, for drawing and wiring: those of its type, and for an unknown type those its wires speak of. */
import type { Ports } from "../blocks/block.ts";
import { blockOf } from "../blocks/index.ts";
import { bindBlock } from "./bind.ts";
import type { DataTable } from "./data.ts";
import type { Block, Sheet } from "./document.ts";
import type { Scope } from "./parameters.ts";

/** Undefined when the type is unknown. Bound by block and scope, so that drawing again costs nothing. */
export function portsOf(
  block: Block,
  scope: Scope,
  tables: (file: string) => DataTable | undefined,
): Ports | undefined {
  const definition = blockOf(block.type);
  if (!definition) return undefined;
  // A file may be attached without the block or a variable changing.
  const readsData = Object.values(definition.params).some((spec) => spec.kind === "data");
  const held = readsData ? undefined : memory.get(block);
  if (held?.scope === scope) return held.ports;
  const { ports } = bindBlock(block, definition, scope, tables);
  memory.set(block, { scope, ports });
  return ports;
}

const memory = new WeakMap<Block, { readonly scope: Scope; readonly ports: Ports }>();

/** Port names that the wires of a sheet use at a block: how a block of an unknown type can keep its wires on the canvas. */
export function portsInUse(sheet: Sheet, block: string): Ports {
  const side = (ends: readonly { readonly block: string; readonly port: string }[]): Ports["in"] =>
    Object.fromEntries(
      ends.filter((end) => end.block === block).map((end) => [end.port, { width: "?", optional: true }]),
    );
  return { in: side(sheet.wires.map((wire) => wire.to)), out: side(sheet.wires.map((wire) => wire.from)) };
}
