/**
 * A controller's intent in the drawing: what fields each method has, and the plant that a controller sees, which is the drawing without
 * it. The mathematics is core/design's.
 */
import { blockOf } from "../blocks/index.ts";
import type { Block, Design, DesignMethod, LazoDocument, Wire } from "./document.ts";
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

/** The Zero-Order Hold through which alone a block gives what it gives. */
export function holdBehind(document: LazoDocument, id: string): Block | undefined {
  const trail = trailOf(document, id);
  const sheet = trail && sheetAt(document, trail);
  const into = sheet?.wires.filter(({ from }) => from.block === id) ?? [];
  const [wire] = into;
  if (into.length !== 1 || wire!.gain !== undefined) return undefined;
  const hold = sheet?.blocks.find((block) => block.id === wire!.to.block);
  return hold?.type === "zero-order-hold" && sheet?.wires.filter(({ to }) => to.block === hold.id).length === 1
    ? hold
    : undefined;
}

/**
 * `width`: of what the controller gives; `seen`: its input that the loop comes back to, others play no part. `hold`: behind it, and taken
 * out with it.
 */
export function withoutController(
  document: LazoDocument,
  id: string,
  width: number,
  seen: string,
  hold?: string,
): Opened | undefined {
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
  const gives = new Set([id, hold]);
  const moved = (wire: Wire): Wire => ({
    ...wire,
    from: gives.has(wire.from.block) ? { block: source.id, port: "u" } : wire.from,
    to: wire.to.block === id ? { block: sink.id, port: "y" } : wire.to,
  });
  const opened = withSheet(document, trail, (before) => ({
    ...before,
    blocks: [...before.blocks.filter((block) => !gives.has(block.id)), source, sink],
    wires: before.wires.filter(({ to }) => to.block !== hold && (to.block !== id || to.port === seen)).map(moved),
  }));
  const prefix = prefixAt(document, trail);
  return { document: opened, input: prefix + name, output: prefix + output };
}
