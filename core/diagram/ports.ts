/**
 * Ports of a block as it stands, for drawing and wiring: those of its type, of a subsystem those that its drawing has, and for an
 * unknown type those its wires speak of.
 */
import type { Port, Ports } from "../blocks/block.ts";
import { blockOf } from "../blocks/index.ts";
import { type Bound, bindBlock } from "./bind.ts";
import type { Attached } from "./attached.ts";
import type { Block, Sheet } from "./document.ts";
import type { Scope } from "./parameters.ts";
import { isSubsystem, portBlocks } from "./sheets.ts";

/** Undefined when the type is unknown. Bound by block and scope, so that drawing again costs nothing. */
export function portsOf(block: Block, scope: Scope, files: Attached, path = block.name): Ports | undefined {
  if (isSubsystem(block)) return subsystemPorts(block.sheet);
  const definition = blockOf(block.type);
  if (!definition) return undefined;
  const bound = bindBlock(block, definition, scope, files, path);
  let ports = memory.get(bound);
  if (!ports) memory.set(bound, (ports = { in: shown(bound.ports.in), out: shown(bound.ports.out) }));
  return ports;
}

const memory = new WeakMap<Bound, Ports>();

/** Without those that the compiler joins by itself. */
const shown = (ports: Ports["in"]): { readonly [port: string]: Port } =>
  Object.fromEntries(Object.entries(ports ?? {}).filter(([, port]) => port.hidden !== true));

/** Named as the blocks in it that they are, in the order in which these stand from top to bottom. */
export function subsystemPorts(sheet: Sheet): Ports {
  const of = (...types: readonly Parameters<typeof portBlocks>[1][]): Ports["in"] =>
    Object.fromEntries(types.flatMap((type) => portBlocks(sheet, type).map(({ name }) => [name, { width: name }])));
  return { in: of("in", "enable", "trigger"), out: of("out") };
}

/** The side on which a block is a port of the subsystem around it. */
export function portSide(block: Block): "in" | "out" | undefined {
  if (block.type === "out") return "out";
  return block.type === "in" || block.type === "enable" || block.type === "trigger" ? "in" : undefined;
}

/** Port names that the wires of a sheet use at a block: how a block of an unknown type can keep its wires on the canvas. */
export function portsInUse(sheet: Sheet, block: string): Ports {
  const side = (ends: readonly { readonly block: string; readonly port: string }[]): Ports["in"] =>
    Object.fromEntries(
      ends.filter((end) => end.block === block).map((end) => [end.port, { width: "?", optional: true }]),
    );
  return { in: side(sheet.wires.map((wire) => wire.to)), out: side(sheet.wires.map((wire) => wire.from)) };
}
