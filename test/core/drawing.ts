/** Draws small documents for tests in a line or two: blocks by name, wires as "A.out -> B.in" or "A -> B". */
import { attachedTo } from "../../core/diagram/attached.ts";
import { blockOf } from "../../core/blocks/index.ts";
import type { Block, LazoDocument, Sheet, Variable, Wire } from "../../core/diagram/document.ts";
import { evaluateVariables } from "../../core/diagram/parameters.ts";
import { portsOf } from "../../core/diagram/ports.ts";

export type Drawn = {
  readonly [name: string]: readonly [
    type: string,
    params?: { readonly [param: string]: string },
    /** Of a subsystem: what is in it, and its own parameters. */
    inside?: { readonly drawing: LazoDocument; readonly mask?: { readonly [name: string]: string } },
  ];
};

/** A wire is "From[.port] -> To[.port]", or that with its gain in a pair. Ports default to the first of the block. */
export function draw(
  blocks: Drawn,
  wires: readonly (string | readonly [wire: string, gain: string])[],
  more: Partial<Omit<LazoDocument, "root" | "variables">> & {
    readonly variables?: { readonly [name: string]: string };
  } = {},
): LazoDocument {
  const drawn = Object.entries(blocks).map(([name, [type, params = {}, inside]], i): Block => {
    const definition = blockOf(type);
    if (!definition) throw new Error(`No block type ${type}`);
    const id = `b${i + 1}`;
    const own = inside && {
      sheet: within(inside.drawing.root, `${id}_`),
      mask: Object.entries(inside.mask ?? {}).map(([variable, value]): Variable => ({ name: variable, value })),
    };
    return { id, name, type, version: definition.version, params, at: { x: 160 * i, y: 0 }, ...own };
  });
  const { variables = {}, ...rest } = more;
  const listed = Object.entries(variables).map(([name, value]): Variable => ({ name, value }));
  const { scope } = evaluateVariables(listed);
  const byName = new Map(drawn.map((block) => [block.name, block]));
  const end = (text: string, side: "in" | "out") => {
    const [name = "", port] = text.trim().split(".");
    const block = byName.get(name);
    if (!block) throw new Error(`No block ${name}`);
    const ports = portsOf(block, scope, attachedTo(undefined))?.[side] ?? {};
    return { block: block.id, port: port ?? Object.keys(ports)[0] ?? side };
  };
  return {
    format: "lazo",
    version: 1,
    name: "test",
    variables: listed,
    root: {
      blocks: drawn,
      wires: wires.map((wire, i): Wire => {
        const [text, gain] = typeof wire === "string" ? [wire, undefined] : wire;
        const [from = "", to = ""] = text.split("->");
        return { id: `w${i + 1}`, from: end(from, "out"), to: end(to, "in"), ...(gain === undefined ? {} : { gain }) };
      }),
      notes: [],
    },
    run: { stop: "10", step: "0.01", solver: "auto" },
    ...rest,
  };
}

/** A sheet with ids of its own, for use in a subsystem. */
function within(sheet: Sheet, prefix: string): Sheet {
  const end = ({ block, port }: Wire["from"]) => ({ block: prefix + block, port });
  return {
    ...sheet,
    blocks: sheet.blocks.map((block) => ({
      ...block,
      id: prefix + block.id,
      ...(block.sheet && { sheet: within(block.sheet, prefix) }),
    })),
    wires: sheet.wires.map((wire) => ({ ...wire, id: prefix + wire.id, from: end(wire.from), to: end(wire.to) })),
  };
}
