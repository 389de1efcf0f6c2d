/**
 * A controller's intent in the drawing: what fields each method has, and the plant that a controller sees, which is the drawing without
 * it. The mathematics is core/design's.
 */
import { blockOf } from "../blocks/index.ts";
import type { Block, Design, DesignMethod, LazoDocument, PortRef, Wire } from "./document.ts";
import { changeBlocks, freeName, namesOf, without } from "./edit.ts";
import { freshIds, prefixAt, sheetAt, trailOf, withSheet } from "./trail.ts";

/** By method: its fields with what a new design begins with. Empty poles: those that LQR or a Kalman filter would give. */
export const designFields: { readonly [M in DesignMethod]: { readonly [field: string]: string } } = {
  lqr: { Q: "1", R: "1" },
  poles: { poles: "", pairs: "" },
  crossover: { frequency: "1" },
  tune: { frequency: "1", margin: "60" },
  lqg: { Q: "1", R: "1", W: "1", V: "1" },
  observer: { poles: "", pairs: "" },
  kalman: { W: "1", V: "1" },
  // `source` is the id of the continuous block; an empty step is that of the diagram.
  discretize: { source: "", rule: "zoh", step: "", prewarp: "1" },
};

/** Ways in which the numbers of a block may be found; none for most blocks. */
export function methodsOf({ type, params }: Pick<Block, "type" | "params">): readonly DesignMethod[] {
  if (type === "pid" || type === "discrete-pid") return ["tune"];
  if (type === "state-space" || type === "discrete-state-space") return ["lqg", "observer", "kalman"];
  return type === "gain" && (params["multiply"] ?? "matrix") === "matrix" ? ["lqr", "poles", "crossover"] : [];
}

/** Undefined: the numbers stay as they are, without an intent. */
export function setDesign(document: LazoDocument, id: string, design: Design | undefined): LazoDocument {
  return changeBlocks(document, new Set([id]), (block) => (design ? { ...block, design } : without(block, "design")));
}

/** A drawing in which a controller is taken out: what it gave comes from an Input block, what it saw goes to an Output block. */
export interface Opened {
  readonly document: LazoDocument;
  /** Paths. */
  readonly input: string;
  readonly output: string;
}

/** `width`: of what the controller gives; `seen`: its input that the loop comes back to, others play no part. */
export function withoutController(document: LazoDocument, id: string, width: number, seen: string): Opened | undefined {
  const trail = trailOf(document, id);
  if (!trail) return undefined;
  const sheet = sheetAt(document, trail);
  const held = sheet.blocks.find((block) => block.id === id);
  if (!held) return undefined;
  const taken = namesOf(sheet);
  const name = freeName(taken, "u");
  const output = freeName(new Set([...taken, name]), "y");
  const fresh = freshIds(document);
  const at = held.at;
  const make = (type: "input" | "output", label: string, params: Block["params"]): Block => ({
    id: fresh("b"),
    name: label,
    type,
    version: blockOf(type)!.version,
    params,
    at,
  });
  const zeros = width === 1 ? "0" : `[${new Array<string>(width).fill("0").join("; ")}]`;
  const source = make("input", name, { signal: zeros });
  const sink = make("output", output, {});
  const moved = (wire: Wire): Wire => ({
    ...wire,
    from: wire.from.block === id ? { block: source.id, port: "u" } : wire.from,
    to: wire.to.block === id ? { block: sink.id, port: "y" } : wire.to,
  });
  const opened = withSheet(document, trail, (before) => ({
    ...before,
    blocks: [...before.blocks.filter((block) => block !== held), source, sink],
    wires: before.wires.filter(({ to }) => to.block !== id || to.port === seen).map(moved),
  }));
  const prefix = prefixAt(document, trail);
  return { document: opened, input: prefix + name, output: prefix + output };
}

/** Blocks whose one output is all of their state. */
const showsState: ReadonlySet<string> = new Set([
  "state",
  "integrator",
  "first-order",
  "discrete-integrator",
  "unit-delay",
]);

/** An output with its width. */
export interface StateSource extends PortRef {
  readonly width: number;
}

/** Of the sheet that holds the wire: blocks that show their whole state, from left to right. */
export function stateBlocks(document: LazoDocument, wire: string): readonly Block[] {
  const trail = trailOf(document, wire);
  if (!trail) return [];
  return sheetAt(document, trail)
    .blocks.filter(({ type }) => showsState.has(type))
    .toSorted((a, b) => a.at.x - b.at.x || a.at.y - b.at.y);
}

/**
 * A Gain with the LQR intent that sees these states and adds to what the wire brings, below all that is on the sheet. Several wires
 * into a port add up, so no Sum is needed. `inputs`: the width of what the wire brings.
 */
export function addStateFeedback(
  document: LazoDocument,
  wire: string,
  sources: readonly StateSource[],
  inputs: number,
  name: string,
): { readonly document: LazoDocument; readonly gain: string } | undefined {
  const trail = trailOf(document, wire);
  if (!trail || sources.length === 0) return undefined;
  const sheet = sheetAt(document, trail);
  const held = sheet.wires.find(({ id }) => id === wire);
  if (!held) return undefined;
  const fresh = freshIds(document);
  const taken = namesOf(sheet);
  const target = sheet.blocks.find(({ id }) => id === held.to.block)!;
  const bottom = Math.max(...sheet.blocks.map(({ type, at }) => at.y + 8 * (blockOf(type)?.glyph.size?.[1] ?? 6)));
  const width = sources.reduce((sum, source) => sum + source.width, 0);
  const gain: Block = {
    id: fresh("b"),
    name: freeName(taken, name),
    type: "gain",
    version: blockOf("gain")!.version,
    params: { gain: `[${new Array<string>(inputs).fill(new Array<string>(width).fill("0").join(", ")).join("; ")}]` },
    at: { x: Math.max(target.at.x, 0), y: bottom + 64 },
    turn: 180,
    design: { method: "lqr", fields: designFields.lqr },
  };
  const blocks = [gain];
  const wires: Wire[] = [];
  let seen: PortRef = sources[0]!;
  if (sources.length > 1) {
    const mux: Block = {
      id: fresh("b"),
      name: freeName(taken, "Mux"),
      type: "mux",
      version: blockOf("mux")!.version,
      params: { count: String(sources.length) },
      at: { x: gain.at.x + 128, y: bottom + 48 },
      turn: 180,
    };
    blocks.push(mux);
    sources.forEach(({ block, port }, i) =>
      wires.push({ id: fresh("w"), from: { block, port }, to: { block: mux.id, port: `in${i + 1}` } }),
    );
    seen = { block: mux.id, port: "out" };
  }
  wires.push(
    { id: fresh("w"), from: { block: seen.block, port: seen.port }, to: { block: gain.id, port: "in" } },
    { id: fresh("w"), from: { block: gain.id, port: "out" }, to: held.to },
  );
  const next = withSheet(document, trail, (before) => ({
    ...before,
    blocks: [...before.blocks, ...blocks],
    wires: [...before.wires, ...wires],
  }));
  return { document: next, gain: gain.id };
}
