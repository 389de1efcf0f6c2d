/** A sampled block and the continuous one it was made of: one in the place of the other, and both in the Analyse tab. */
import { exchange, innerName } from "../../core/diagram/discretize.ts";
import type { Block } from "../../core/diagram/document.ts";
import { prefixAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import { useAnalysis, withKept } from "./analysis.ts";
import { useDesigns } from "./designs.ts";
import { useDocument } from "./document.ts";
import { usePoint } from "./point.ts";
import { useView } from "./view.ts";

export function exchangeSampled(id: string): void {
  useDocument.getState().edit((document) => exchange(document, id));
}

/** Signals that the sampled block is analysed between: what comes by plain wires, as a gain on the way would be part of it. */
function signalsOf(
  block: Block,
): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } | undefined {
  const { document } = useDocument.getState();
  const trail = trailOf(document, block.id);
  if (!trail) return undefined;
  const plain = new Map<string, string>();
  for (const { id, to, gain } of sheetAt(document, trail).wires)
    if (to.block === block.id && gain === undefined && !plain.has(to.port)) plain.set(to.port, `wire:${id}`);
  const ports = block.sheet ? block.sheet.blocks.filter(({ type }) => type === "in").length : 1;
  if (plain.size !== ports) return undefined;
  const path = prefixAt(document, trail) + block.name;
  return { inputs: [...plain.values()], outputs: [block.sheet ? `${path}/${innerName}` : path] };
}

export function canCompare(block: Block): boolean {
  const view = useDesigns.getState().views[block.id];
  return view?.ok === true && view.of !== undefined && signalsOf(block) !== undefined;
}

/** The sampled block's response, live, over that of the continuous one, kept. */
export function compareSampled(block: Block, name: string): void {
  const view = useDesigns.getState().views[block.id];
  const signals = signalsOf(block);
  const system = view?.ok ? view.of : undefined;
  if (!signals || !system) return;
  const { document } = useDocument.getState();
  // Asked for again, what was kept of it before would only lie below.
  useAnalysis.setState(({ kept }) => ({
    kept: withKept(
      kept.filter((one) => one.name !== name),
      system,
      document,
      name,
    ),
  }));
  usePoint.getState().set({ kind: "start", at: { kind: "start" }, ...signals, open: [] });
  const { analysisPlot, set } = useView.getState();
  // Points of s and of z are not drawn over one another; curves are.
  const plot = analysisPlot === "poleZero" || analysisPlot === "rlocus" ? "bode" : analysisPlot;
  set({ dockOpen: true, dockTab: "analyse", analysisPlot: plot });
}
