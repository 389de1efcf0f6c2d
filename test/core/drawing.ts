/** Draws small documents for tests in a line or two: blocks by name, wires as "A.out -> B.in" or "A -> B". */
import { blockOf } from "../../core/blocks/index.ts";
import { bindBlock } from "../../core/diagram/bind.ts";
import type { Block, LazoDocument, Variable, Wire } from "../../core/diagram/document.ts";
import { evaluateVariables } from "../../core/diagram/parameters.ts";

export type Drawn = { readonly [name: string]: readonly [type: string, params?: { readonly [param: string]: string }] };

/** A wire is "From[.port] -> To[.port]", or that with its gain in a pair. Ports default to the first of the block. */
export function draw(
  blocks: Drawn,
  wires: readonly (string | readonly [wire: string, gain: string])[],
  more: Partial<Omit<LazoDocument, "root" | "variables">> & {
    readonly variables?: { readonly [name: string]: string };
  } = {},
): LazoDocument {
  const drawn = Object.entries(blocks).map(([name, [type, params = {}]], i): Block => {
    const definition = blockOf(type);
    if (!definition) throw new Error(`No block type ${type}`);
    return { id: `b${i + 1}`, name, type, version: definition.version, params, at: { x: 160 * i, y: 0 } };
  });
  const { variables = {}, ...rest } = more;
  const listed = Object.entries(variables).map(([name, value]): Variable => ({ name, value }));
  const { scope } = evaluateVariables(listed);
  const byName = new Map(drawn.map((block) => [block.name, block]));
  const end = (text: string, side: "in" | "out") => {
    const [name = "", port] = text.trim().split(".");
    const block = byName.get(name);
    if (!block) throw new Error(`No block ${name}`);
    const ports = bindBlock(block, blockOf(block.type)!, scope, () => undefined).ports[side] ?? {};
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
