/**
 * Bus selectors listen to the very signals that went into the bus: the wires are followed back from the selector, through ports of
 * subsystems and tags, to the creator. A bus may hold buses: "engine.speed" is the element speed of the element engine.
 */
import type { Problem } from "../ir/ir.ts";
import type { FlatBlock, FlatWire } from "./flat.ts";

/** Hidden ports of a creator (outputs) and a selector (inputs) for one element. */
export const elementPort = (name: string): string => `of ${name}`;

/** Blocks that hand on what arrives: port out -> port in. */
const through: { readonly [type: string]: readonly [out: string, input: string] } = {
  in: ["out", "outer"],
  out: ["outer", "in"],
  goto: ["out", "in"],
  from: ["out", "in"],
};

export function joinBuses(blocks: readonly FlatBlock[], wires: FlatWire[], problems: Problem[]): void {
  const selectors = blocks.flatMap((block, b) => (block.definition.type === "bus-selector" ? [b] : []));
  if (selectors.length === 0) return;
  const byEnd = new Map<string, FlatWire[]>();
  for (const wire of wires) {
    const key = `${wire.to.block} ${wire.to.port}`;
    byEnd.set(key, [...(byEnd.get(key) ?? []), wire]);
  }

  /** The creator whose bus arrives at a port, or why none does. */
  function creator(block: number, port: string): number | undefined {
    let at = { block, port };
    for (let i = 0; i < 1000; i++) {
      const [wire, second] = byEnd.get(`${at.block} ${at.port}`) ?? [];
      if (!wire || second || wire.gain || wire.broken) return undefined;
      const source = blocks[wire.from.block]!;
      if (source.definition.type === "bus-creator") return wire.from.block;
      const hop = through[source.definition.type];
      if (hop?.[0] !== wire.from.port) return undefined;
      at = { block: wire.from.block, port: hop[1] };
    }
    return undefined;
  }
  const namesOf = (block: FlatBlock): readonly string[] => {
    const names = block.bound.values["names"];
    return names?.kind === "names" ? names.value : [];
  };

  for (const b of selectors) {
    for (const name of namesOf(blocks[b]!)) {
      const way = name.split(".");
      let at: number | undefined = creator(b, "bus");
      let element = "";
      way.forEach((part, i) => {
        if (at === undefined) return;
        element = part;
        const held = namesOf(blocks[at]!);
        if (!held.includes(part)) {
          problems.push(unknownElement(blocks[b]!, name, part, held));
          at = -1;
        } else if (i < way.length - 1) at = creator(at, `in${held.indexOf(part) + 1}`);
        if (at === -1) at = undefined;
      });
      if (at !== undefined)
        wires.push({
          id: `bus ${b} ${name}`,
          from: { block: at, port: elementPort(element) },
          to: { block: b, port: elementPort(name) },
        });
      else if (!problems.some((problem) => problem.path === blocks[b]!.path && problem.values?.["element"] === name))
        problems.push({
          severity: "error",
          code: "BUS_UNKNOWN",
          path: blocks[b]!.path,
          field: "bus",
          message: `What arrives here is no bus in which "${name}" can be looked up.`,
          hint: "Wire it to a Bus Creator by one plain wire.",
          values: { element: name },
        });
    }
  }
}

function unknownElement(block: FlatBlock, element: string, part: string, held: readonly string[]): Problem {
  return {
    severity: "error",
    code: "BUS_ELEMENT",
    path: block.path,
    field: "names",
    message: `The bus has no element "${part}".`,
    hint: held.length > 0 ? `It has ${held.join(", ")}.` : "Name the elements in the Bus Creator.",
    values: { element, part },
  };
}
