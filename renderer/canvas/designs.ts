/**
 * Designs begun on the drawing: a sampled block beside a continuous one, a controller or observer at a wire. The edits are core/diagram's,
 * the numbers the engine's.
 */
import { attachedTo } from "../../core/diagram/attached.ts";
import { measuredAt, placeController, stateBlocks } from "../../core/diagram/controllers.ts";
import type { ControllerKind, Placed, Signal, Site } from "../../core/diagram/controllers.ts";
import { addDiscretized, discretizable } from "../../core/diagram/discretize.ts";
import type { SampleRule } from "../../core/diagram/discretize.ts";
import type { Block, Wire } from "../../core/diagram/document.ts";
import { portsOf } from "../../core/diagram/ports.ts";
import { prefixAt } from "../../core/diagram/trail.ts";
import { blockOf } from "../../core/blocks/index.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { expectNumbers } from "../store/designs.ts";
import { useDocument } from "../store/document.ts";
import { widthAt } from "../store/places.ts";
import { useNotices } from "../store/notices.ts";
import { useResults } from "../store/results.ts";
import { canExchange } from "../store/sampled.ts";
import { useSelection } from "../store/selection.ts";
import { shownSheet, shownTrail } from "../store/sheet.ts";
import { t } from "../ui/i18n.ts";
import { presentDrawing } from "./present.ts";
import { levelled } from "./sheets.ts";

/** The one block that is selected, whatever wires are beside it. */
function selectedBlock(): Block | undefined {
  const { blocks } = useSelection.getState();
  const [id] = blocks;
  return blocks.size === 1 ? shownSheet().blocks.find((block) => block.id === id) : undefined;
}

/** The selected block where it is of a kind that can be sampled. */
export function selectedContinuous(): Block | undefined {
  const block = selectedBlock();
  return block && discretizable(block) && block.design?.method !== "discretize" ? block : undefined;
}

/** A sampled block beside the selected one, compared with it, designed as soon as the engine knows its system. One step to undo. */
export function discretizeSelected(rule: SampleRule): void {
  const source = selectedContinuous();
  if (!source) return;
  const { document, edit } = useDocument.getState();
  const widths = useResults.getState().compiled?.widths;
  const path = prefixAt(document, shownTrail()) + source.name;
  const names = { copy: t("canvas.sampledName", { name: source.name }), scope: blockTitle(blockOf("scope")!) };
  const made = addDiscretized(document, source.id, rule, (port) => widthAt(widths, path, port), names);
  if (!made) return;
  edit(() => made.document);
  const design = shownSheet().blocks.find(({ id }) => id === made.copy)?.design;
  if (design)
    expectNumbers(made.copy, design, ({ code, values }) => {
      // Only where rule and step are at fault is there something to do about it at the copy.
      if (curedByItsFields.has(code) || useDocument.getState().document !== made.document) return;
      useDocument.getState().retract();
      useSelection.getState().select({ blocks: [source.id] });
      const text = t(`design.${code}`, values);
      useNotices.getState().show({ id: "controller", tone: "warning", text, expires: 10_000 });
    });
  useSelection.getState().select({ blocks: [made.copy] });
}

const curedByItsFields: ReadonlySet<string> = new Set([
  "STEP",
  "PREWARP",
  "POLE_AT_INFINITY",
  "DIRECT_PATH",
  "MATCHED_NOT_SISO",
  "PID_FORWARD",
  "DELAY_BETWEEN",
  "DELAY_IN_LOOP",
  "DELAYS_UNLIKE",
  "DELAY_TOO_LONG",
]);

/** The selected block where it is a sampled copy whose place is worth having. */
export function selectedSampled(): string | undefined {
  const block = selectedBlock();
  return block && canExchange(block.id) ? block.id : undefined;
}

/** As they are offered. */
export const controllerKinds: readonly ControllerKind[] = [
  "feedback",
  "integral",
  "lqg",
  "pid",
  "observer",
  "kalman",
  "discreteFeedback",
  "discreteIntegral",
  "discreteLqg",
  "discretePid",
  "discreteObserver",
  "discreteKalman",
];

interface Chosen {
  readonly wire: Wire;
  /** Chosen as measured; none: what the sheet's Outputs or scopes show. */
  readonly measured: readonly (readonly Wire[])[];
}

const same = (a: Wire["from"], b: Wire["from"]): boolean => a.block === b.block && a.port === b.port;

/** What only shows a signal, or estimates from it, is no plant. */
function drives(id: string): boolean {
  const { blocks, wires } = shownSheet();
  const block = blocks.find((one) => one.id === id);
  if (!block || block.type === "output" || blockOf(block.type)?.category === "sinks") return false;
  const next = wires.filter(({ from }) => from.block === id).map(({ to }) => to.block);
  const watched = blocks.filter(({ design }) => design?.method === "observer" || design?.method === "kalman");
  return block.type !== "mux" || !next.some((to) => watched.some((one) => one.id === to));
}

/**
 * Of selected wires the first is the one into the plant and the others are measured; of a selected block, it is the plant: what is wired
 * into it, and what it gives.
 */
function chosen(): Chosen | undefined {
  const { blocks, wires: selected } = useSelection.getState();
  const { wires } = shownSheet();
  const [first, ...others] = [...selected].flatMap((id) => wires.find((wire) => wire.id === id) ?? []);
  if (first) {
    // Where wires lie on one another, the one meant is the one into the plant.
    const twin = wires.find(({ from, to }) => same(from, first.from) && drives(to.block));
    return { wire: drives(first.to.block) ? first : (twin ?? first), measured: others.map((wire) => [wire]) };
  }
  const [block] = blocks;
  const into = blocks.size === 1 ? wires.find(({ to }) => to.block === block) : undefined;
  if (!into) return undefined;
  const given = new Map(wires.filter(({ from }) => from.block === block).map((wire) => [wire.from.port, wire]));
  if (given.size === 0) return undefined;
  return { wire: into, measured: [...given.values()].map(({ id, from, to }) => [{ id, from, to }]) };
}

export const canDesign = (): boolean => chosen() !== undefined;

function siteOf({ wire, measured }: Chosen): Site {
  const { document } = useDocument.getState();
  const sheet = shownSheet();
  const { widths, rates } = useResults.getState().compiled ?? {};
  const prefix = prefixAt(document, shownTrail());
  const nameOf = (id: string): string => prefix + (sheet.blocks.find((block) => block.id === id)?.name ?? "");
  const width = (of: Wire["from"]): number => widthAt(widths, nameOf(of.block), of.port) ?? 1;
  const seen = measured.length > 0 ? measured : measuredAt(sheet, wire);
  const states = stateBlocks(sheet).flatMap((block): Signal[] => {
    const [port] = Object.keys(portsOf(block, presentDrawing().scope, attachedTo(undefined))?.out ?? {});
    const from = port === undefined ? undefined : { block: block.id, port };
    return from ? [{ wires: [{ from }], width: width(from) }] : [];
  });
  const sampled = [...seen.flat().map(({ from }) => from.block), wire.to.block].flatMap((id) => {
    const [every = "", offset] = (rates?.[nameOf(id)] ?? "").split("+");
    return Number(every) > 0 ? [offset === undefined ? every : `[${every}, ${offset}]`] : [];
  });
  return {
    wire: wire.id,
    width: width(wire.from),
    states,
    // What a scope or Output gets through a gain is as wide as its port; a plant's own output as wide as that.
    measured: seen.map((wires) => ({
      wires,
      width: wires[0]!.gain === undefined ? width(wires[0]!.from) : width(wires[0]!.to),
    })),
    period: sampled[0],
    step: document.run.step,
  };
}

/** Placed, wired and, as soon as the engine knows the plant, designed: one step to undo. */
export function designHere(kind: ControllerKind): void {
  const at = chosen();
  if (!at) return;
  const names = { block: t(`controller.${kind}`), scope: t("controller.estimate") };
  const placed: Placed = placeController(useDocument.getState().document, kind, siteOf(at), names);
  if (!placed.ok) {
    const text = t(`controller.${placed.why}`);
    useNotices.getState().show({ id: "controller", tone: "warning", text, expires: 10_000 });
    return;
  }
  useDocument.getState().edit(() => levelled(placed.document, placed.designed));
  const design = shownSheet().blocks.find(({ id }) => id === placed.designed)?.design;
  if (design) expectNumbers(placed.designed, design);
  useSelection.getState().select({ blocks: [placed.designed] });
}
