/** A sampled block and the continuous one it was made of: one in the place of the other, and both in the Analyse tab. */
import { exchange, innerName, inUse, sidesOf } from "../../core/diagram/discretize.ts";
import type { Block } from "../../core/diagram/document.ts";
import { portBlocks } from "../../core/diagram/sheets.ts";
import { prefixAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import { useAnalysis, withKept } from "./analysis.ts";
import { useDesigns } from "./designs.ts";
import { useDocument } from "./document.ts";
import { usePoint } from "./point.ts";
import { useView } from "./view.ts";

/** A copy that is refused holds the numbers of another rule, or none: it goes into no loop, though one that is there may leave it. */
export function canExchange(id: string): boolean {
  const used = inUse(useDocument.getState().document, id);
  return used === "sampled" || (used === "continuous" && useDesigns.getState().views[id]?.ok !== false);
}

export function exchangeSampled(id: string): void {
  useDocument.getState().edit((document) => exchange(document, id));
}

/** Signals that the sampled block is analysed between: what arrives at its ports, so that gains on the way are no part of it. */
function signalsOf(
  block: Block,
): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } | undefined {
  const { document } = useDocument.getState();
  const trail = trailOf(document, block.id);
  if (!trail) return undefined;
  const path = prefixAt(document, trail) + block.name;
  const { wires } = sheetAt(document, trail);
  const into = (port: string) => wires.filter(({ to }) => to.block === block.id && to.port === port);
  const ports = (sidesOf(document, block, () => undefined)?.in ?? []).map(({ port }) => port);
  if (ports.length === 0 || ports.some((port) => into(port).length === 0)) return undefined;
  if (block.sheet) {
    // Within, each port has one wire, behind all gains outside.
    const { sheet } = block;
    const inner = portBlocks(sheet, "in").flatMap(({ id }) => sheet.wires.filter(({ from }) => from.block === id));
    return { inputs: inner.map(({ id }) => `wire:${id}`), outputs: [`${path}/${innerName}`] };
  }
  const inputs = ports.map((port) => {
    const [first, ...others] = into(port);
    return others.length === 0 && first!.gain === undefined ? `wire:${first!.id}` : `${path}.${port}`;
  });
  return { inputs, outputs: [path] };
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
