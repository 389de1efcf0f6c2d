/** What of the selected controller's design can be taken hold of in an analysis plot, and what moving it changes in the drawing. */
import { setParam } from "../../core/diagram/edit.ts";
import type { Block } from "../../core/diagram/document.ts";
import { sheetAt } from "../../core/diagram/trail.ts";
import type { TimeBase } from "../../core/lti/stateSpace.ts";
import type { PoleZeroView } from "../engine/protocol.ts";
import { changeDesign, polesFields, useDesigns } from "../store/designs.ts";
import { useDocument } from "../store/document.ts";
import { usePoint } from "../store/point.ts";
import { useSelection } from "../store/selection.ts";
import { useSheet } from "../store/sheet.ts";

type Poles = readonly (readonly [re: number, im: number])[];

function useSelected(): Block | undefined {
  const id = useSelection(({ blocks }) => (blocks.size === 1 ? [...blocks][0] : undefined));
  const trail = useSheet((state) => state.trail);
  return useDocument((state) => sheetAt(state.document, trail).blocks.find((one) => one.id === id));
}

/** Of a gain that is designed by its closed-loop poles: those. Moves of one gesture are one step to undo. */
export function useAskedPoles(time: TimeBase) {
  const block = useSelected();
  const view = useDesigns((designs) => (block ? designs.views[block.id] : undefined));
  const design = block?.design;
  if (!block || design?.method !== "poles" || !view?.ok || view.time.kind !== time.kind) return undefined;
  return {
    name: block.name,
    poles: view.planned,
    move: (poles: Poles, gesture: number) =>
      changeDesign(block.id, { ...design, fields: polesFields(poles) }, `poles.${gesture}`),
  };
}

/** Of a controller that is designed by its crossover: the frequency in rad/s, where it is a plain number. */
export function useAskedCrossover() {
  const block = useSelected();
  const design = block?.design;
  const frequency = Number(design?.fields["frequency"]);
  if (!block || !design || !(frequency > 0)) return undefined;
  return {
    name: block.name,
    frequency,
    move: (to: number, gesture: number) =>
      changeDesign(
        block.id,
        { ...design, fields: { ...design.fields, frequency: String(Number(to.toPrecision(4))) } },
        `crossover.${gesture}`,
      ),
  };
}

/** Of a scalar gain whose loop is opened at a wire of its own: its number, times what the locus says. */
export function useLocusGain(view: PoleZeroView) {
  const block = useSelected();
  const open = usePoint((point) => point.request?.open?.[0]);
  const trail = useSheet((state) => state.trail);
  const wire = useDocument((state) => sheetAt(state.document, trail).wires.find(({ id }) => open === `wire:${id}`));
  const now = Number(block?.params["gain"] ?? "1");
  const own = block?.type === "gain" && (wire?.from.block === block.id || wire?.to.block === block.id);
  if (!block || !own || block.design || !view.locus?.loop || !Number.isFinite(now) || now === 0) return undefined;
  return {
    name: block.name,
    gain: now,
    move: (to: number, gesture: number) =>
      useDocument
        .getState()
        .edit(
          (document) => setParam(document, new Set([block.id]), "gain", String(Number(to.toPrecision(6)))),
          `locus.${gesture}`,
        ),
  };
}
