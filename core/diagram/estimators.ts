/**
 * An estimator placed below a block or subsystem: it refers to it as its plant, gets what goes into it and what is measured of it, and a
 * scope shows what it finds. Of several blocks the plant is the subsystem that they become. Numbers are a beginning, for the inspector.
 */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, PortRef, Sheet, Wire } from "./document.ts";
import { freeName, namesOf } from "./edit.ts";
import { freeBelow } from "./freeBelow.ts";
import { group, roughSize } from "./group.ts";
import { mayBePlant } from "./plantChoices.ts";
import { freshIds, sheetAt, trailOf, withSheet } from "./trail.ts";

export const estimatorKinds = [
  "kalman-filter",
  "extended-kalman-filter",
  "unscented-kalman-filter",
  "fixed-lag-smoother",
] as const;
export type EstimatorKind = (typeof estimatorKinds)[number];

export interface Watched {
  /** Ports of the plant in order, those that must be wired. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Its sample time as it is typed; undefined: continuous. */
  readonly period: string | undefined;
}

export interface PlacedEstimator {
  readonly document: LazoDocument;
  readonly estimator: string;
}

/** What may be the plant among these blocks: one as it is, several as a subsystem. */
export const canBeWatched = (blocks: readonly Block[]): boolean => blocks.some(mayBePlant);

/** Several blocks become a subsystem first; undefined where that can't be. */
export function onePlant(
  document: LazoDocument,
  blocks: ReadonlySet<string>,
  name: string,
): { readonly document: LazoDocument; readonly plant: string } | undefined {
  const [first] = blocks;
  if (blocks.size === 1) return { document, plant: first! };
  const trail = first === undefined ? undefined : trailOf(document, first);
  if (!trail) return undefined;
  const before = new Set(sheetAt(document, trail).blocks.map(({ id }) => id));
  const grouped = group(document, { blocks }, name);
  const made = sheetAt(grouped, trail).blocks.find(({ id }) => !before.has(id));
  return made && { document: grouped, plant: made.id };
}

const noises: ReadonlySet<string> = new Set(["noise", "uniform-noise", "band-limited-noise"]);

/** Where noise is added to what a port gives, that sum is what is measured; its noise says how good the measurement is. */
function measuredOf(sheet: Sheet, given: PortRef): { readonly from: PortRef; readonly noise?: Block } {
  for (const { from, to, gain } of sheet.wires) {
    if (from.block !== given.block || from.port !== given.port || gain !== undefined) continue;
    const sum = sheet.blocks.find(({ id }) => id === to.block);
    if (sum?.type !== "sum") continue;
    const others = sheet.wires.filter((wire) => wire.to.block === sum.id && wire.from.block !== given.block);
    const noise = sheet.blocks.find(({ id }) => id === others[0]?.from.block);
    if (others.length === 1 && noise && noises.has(noise.type)) return { from: { block: sum.id, port: "out" }, noise };
  }
  return { from: given };
}

/** `names`: what the estimator and the scope are called. */
export function placeEstimator(
  document: LazoDocument,
  kind: EstimatorKind,
  plant: string,
  { inputs, outputs, period }: Watched,
  names: { readonly estimator: string; readonly scope: string },
): PlacedEstimator | undefined {
  const trail = trailOf(document, plant);
  if (!trail || outputs.length === 0) return undefined;
  const sheet = sheetAt(document, trail);
  const held = sheet.blocks.find(({ id }) => id === plant)!;
  const fresh = freshIds(document);
  const taken = namesOf(sheet);
  const blocks: Block[] = [];
  const wires: Wire[] = [];
  const make = (type: string, name: string, params: Block["params"], at: Block["at"]): Block => {
    const own = freeName(taken, name);
    taken.add(own);
    const block = { id: fresh("b"), name: own, type, version: blockOf(type)!.version, params, at };
    blocks.push(block);
    return block;
  };
  const join = (from: PortRef, to: PortRef, like: Pick<Wire, "gain" | "label"> = {}): void => {
    const { gain, label } = like;
    wires.push({
      id: fresh("w"),
      from,
      to,
      ...(gain !== undefined && { gain }),
      ...(label !== undefined && { label }),
    });
  };
  const measured = outputs.map((port) => measuredOf(sheet, { block: plant, port }));
  const noise = measured.length === 1 ? measured[0]!.noise : undefined;
  const every = period ?? noise?.params["period"] ?? document.run.step;
  const deviation = noise?.type === "noise" ? (noise.params["deviation"] ?? "1") : undefined;
  const size = roughSize({ ...held, type: kind });
  const below = held.at.y + roughSize(held).height + 56;
  const at = freeBelow(sheet, { x: held.at.x, y: below }, { width: size.width + 240, height: size.height });
  const params = { plant, period: every, ...(deviation !== undefined && { R: `(${deviation}).^2` }) };
  const estimator = make(kind, names.estimator, params, at);

  /** The wires of several ports come together in a Mux. */
  const bring = (port: string, ends: readonly ((to: PortRef) => void)[], y: number): void => {
    if (ends.length === 0) return;
    if (ends.length === 1) {
      ends[0]!({ block: estimator.id, port });
      return;
    }
    const mux = make("mux", blockOf("mux")!.title, { count: String(ends.length) }, { x: at.x - 88, y });
    ends.forEach((end, i) => end({ block: mux.id, port: `in${i + 1}` }));
    join({ block: mux.id, port: "out" }, { block: estimator.id, port });
  };
  bring(
    "u",
    inputs.map((port) => (to) => {
      for (const wire of sheet.wires) if (wire.to.block === plant && wire.to.port === port) join(wire.from, to, wire);
    }),
    at.y - 40,
  );
  bring(
    "y",
    measured.map(
      ({ from }) =>
        (to) =>
          join(from, to),
    ),
    at.y + 48,
  );
  const scope = make("scope", names.scope, {}, { x: at.x + size.width + 120, y: at.y });
  join({ block: estimator.id, port: "x" }, { block: scope.id, port: "in1" });
  return {
    document: withSheet(document, trail, (now) => ({
      ...now,
      blocks: [...now.blocks, ...blocks],
      wires: [...now.wires, ...wires],
    })),
    estimator: estimator.id,
  };
}
