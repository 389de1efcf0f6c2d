/** The plant of a controller: the drawing without it, linearized between what it gives and what it sees. */
import type { Matrix } from "ml-matrix";
import { compile } from "../../core/compile/compile.ts";
import type { Compiled } from "../../core/compile/compile.ts";
import { withoutController } from "../../core/diagram/design.ts";
import type { Opened } from "../../core/diagram/design.ts";
import type { Block, LazoDocument } from "../../core/diagram/document.ts";
import { prefixAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import type { DesignView } from "./protocol.ts";

export type Refused = Extract<DesignView, { readonly ok: false }>;
export type Plant = AroundPlant | Refused;

interface AroundPlant {
  readonly ok: true;
  readonly plant: StateSpace;
  /** Of a plant of states that move and samples, held behind the controller: as `Linearization` has it, with its first instant, s. */
  readonly overTime?: { readonly offset: number; readonly cost: (Q: Matrix) => Matrix };
}

/** By block: the plant last seen, what it was seen of, and what the compiler can take over. */
const plants = new Map<string, { readonly around: string; readonly plant: Plant; readonly compiled: Compiled }>();
const mostPlants = 50;

/**
 * `width`: of what the controller gives; `seen`: its input that the loop comes back to. A controller that the design leaves open, as the
 * outer one of a cascade is while its inner one is designed, gives nothing. `hold`: behind the controller, and taken for part of it.
 */
export function plantOf(document: LazoDocument, block: Block, width: number, seen: string, hold?: string): Plant {
  const open = pathOf(document, block.design?.fields["open"] ?? "");
  // While a weight or a pole is dragged the drawing around the controller stays what it was.
  const { root } = document;
  const blocks = root.blocks.filter((one) => one.id !== block.id);
  const around = JSON.stringify([width, seen, open, hold, { ...document, root: { ...root, blocks, notes: [] } }]);
  const known = plants.get(block.id);
  if (known?.around === around) return known.plant;
  const opened = withoutController(document, block.id, width, seen, hold);
  if (!opened) return between(opened);
  const compiled = compile(opened.document, known?.compiled);
  const plant = between(opened, compiled, open, hold !== undefined);
  if (plants.size >= mostPlants) plants.clear();
  plants.set(block.id, { around, plant, compiled });
  return plant;
}

/** From the Input to the Output of a drawing that was opened there. */
export function between(
  opened: Opened | undefined,
  compiled = opened && compile(opened.document),
  open: readonly string[] = [],
  overTime = false,
): Plant {
  if (!compiled?.ok) return { ok: false, code: "BROKEN", values: {} };
  const ends = { inputs: [opened!.input], outputs: [opened!.output] };
  const linearized = linearize(compiled.model, { ...ends, open, onPath: true, overTime });
  if (!linearized.ok) return { ok: false, code: "NOT_LINEAR", values: {} };
  const { system, offset, costOver } = linearized.linearization;
  return { ok: true, plant: system, ...(costOver && { overTime: { offset, cost: costOver } }) };
}

/** None where there is no such block, or no more. */
function pathOf(document: LazoDocument, id: string): readonly string[] {
  const trail = trailOf(document, id);
  const named = trail && sheetAt(document, trail).blocks.find((block) => block.id === id);
  return named ? [prefixAt(document, trail) + named.name] : [];
}
