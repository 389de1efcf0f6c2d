/**
 * First pass: the drawing, subsystems and all, becomes a flat list of blocks with their parameters bound and wires with their
 * gains evaluated. Names and expressions end here; what a block means begins in trace.ts.
 */
import { blockOf } from "../blocks/index.ts";
import { bindBlock, bindGain } from "../diagram/bind.ts";
import { attachedTo } from "../diagram/attached.ts";
import type { Block, LazoDocument, PortRef, Wire } from "../diagram/document.ts";
import { evaluateVariables, type Scope } from "../diagram/parameters.ts";
import { isSubsystem, type Place, places, portBlocks } from "../diagram/sheets.ts";
import type { Problem } from "../ir/ir.ts";
import { joinBuses } from "./buses.ts";
import type { Context, Flat, FlatBlock, FlatWire } from "./flat.ts";
import { settleRates } from "./rates.ts";

/** Whatever is broken is left out here: check.ts has said why. */
export function flatten(document: LazoDocument): Flat {
  const { scope } = evaluateVariables(document.variables);
  const files = attachedTo(document.data);
  const blocks: FlatBlock[] = [];
  const contexts: Context[] = [];
  const index = new Map<string, number>();
  /** Subsystems by id, with their port blocks by port name. */
  const inside = new Map<
    string,
    { readonly in: ReadonlyMap<string, string>; readonly out: ReadonlyMap<string, string> }
  >();
  const contextOf = new Map<Place, number | undefined>();
  const all = places(document, scope);

  for (const place of all) {
    const around = place.owner && contextOf.get(place.owner.place);
    const enable = portBlocks(place.sheet, "enable")[0];
    const trigger = portBlocks(place.sheet, "trigger")[0];
    const own = place.owner && (enable ?? trigger) ? contexts.length : undefined;
    contextOf.set(place, own ?? around);
    for (const block of place.sheet.blocks) {
      if (isSubsystem(block)) {
        inside.set(block.id, portIds(block));
        continue;
      }
      const definition = blockOf(block.type);
      if (!definition) continue;
      // An Enable or Trigger block listens to the sheet outside.
      const context = block === enable || block === trigger ? around : (own ?? around);
      const path = place.prefix + block.name;
      index.set(block.id, blocks.length);
      blocks.push({
        path,
        definition,
        bound: bindBlock(block, definition, place.scope, files, path),
        scope: place.scope,
        sheet: place.prefix,
        ...(context === undefined ? {} : { context }),
      });
    }
    if (own === undefined) continue;
    contexts.push({
      path: place.prefix.slice(0, -1),
      restarts: enable?.params["states"] === "reset",
      ...(around === undefined ? {} : { parent: around }),
      ...(enable ? { enable: index.get(enable.id)! } : {}),
      ...(trigger ? { trigger: index.get(trigger.id)! } : {}),
    });
  }

  /** The block and port that an end of a wire stands for: a subsystem's port is the block in it. */
  const ending = (ref: PortRef, side: "in" | "out"): { block: number; port: string } | undefined => {
    const ports = inside.get(ref.block);
    const inner = ports?.[side].get(ref.port);
    const block = index.get(ports ? (inner ?? "") : ref.block);
    return block === undefined ? undefined : { block, port: ports ? "outer" : ref.port };
  };
  const wires: FlatWire[] = [];
  for (const place of all) {
    for (const wire of place.sheet.wires) {
      const from = ending(wire.from, "out");
      const to = ending(wire.to, "in");
      if (!from || !to) continue;
      if (!blocks[from.block]!.bound.ports.out?.[from.port] || !blocks[to.block]!.bound.ports.in?.[to.port]) continue;
      wires.push({ id: wire.id, from, to, ...gainOf(wire, place.scope) });
    }
  }
  const problems: Problem[] = [];
  joinTags(blocks, wires, problems);
  joinBuses(blocks, wires, problems);
  const settled = settleRates(blocks, wires, contexts, problems);
  return { blocks: settled.blocks, wires, contexts, scope, rates: settled.rates, problems };
}

function portIds(block: Block) {
  const named = (...types: readonly Parameters<typeof portBlocks>[1][]): ReadonlyMap<string, string> =>
    new Map(types.flatMap((type) => portBlocks(block.sheet!, type).map(({ name, id }) => [name, id] as const)));
  return { in: named("in", "enable", "trigger"), out: named("out") };
}

function gainOf(wire: Wire, scope: Scope): Pick<FlatWire, "gain" | "broken"> {
  const gain = bindGain(wire, scope);
  if (!gain) return {};
  return gain.ok ? { gain: gain.value } : { broken: true };
}

/** A From block hears the Goto of its tag in its own sheet or, failing that, in the nearest one around it. */
function joinTags(blocks: readonly FlatBlock[], wires: FlatWire[], problems: Problem[]): void {
  const tagOf = ({ bound }: FlatBlock): string => {
    const tag = bound.values["tag"];
    return tag?.kind === "text" ? tag.value.trim() : "";
  };
  const gotos = new Map<string, number>();
  blocks.forEach((block, b) => {
    if (block.definition.type !== "goto") return;
    const key = `${block.sheet}\n${tagOf(block)}`;
    const twin = gotos.get(key);
    if (twin === undefined) gotos.set(key, b);
    else
      problems.push({
        severity: "error",
        code: "TAG_TWICE",
        path: block.path,
        field: "tag",
        message: `The tag "${tagOf(block)}" is given by another Goto block too.`,
        hint: "Give each Goto block a tag of its own.",
        values: { tag: tagOf(block) },
        related: [blocks[twin]!.path],
      });
  });
  blocks.forEach((block, b) => {
    if (block.definition.type !== "from") return;
    const tag = tagOf(block);
    let { sheet } = block;
    let found = gotos.get(`${sheet}\n${tag}`);
    while (found === undefined && sheet !== "") {
      sheet = sheet.slice(0, sheet.lastIndexOf("/", sheet.length - 2) + 1);
      found = gotos.get(`${sheet}\n${tag}`);
    }
    if (found !== undefined)
      wires.push({ id: `tag ${b}`, from: { block: found, port: "out" }, to: { block: b, port: "in" } });
    else
      problems.push({
        severity: "error",
        code: "TAG_UNKNOWN",
        path: block.path,
        field: "tag",
        message: `There is no Goto block with the tag "${tag}".`,
        hint: "Place one in this sheet or in one around it, or change the tag.",
        values: { tag },
      });
  });
}
