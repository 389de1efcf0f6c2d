/** Where in a model something happened: which block is to blame for a number that is none. Works on any engine over an IR. */
import { slotsOf } from "../expr/walk.ts";
import { slotsRead, slotsWritten } from "../ir/dependence.ts";
import type { Ir } from "../ir/ir.ts";
import type { Engine, Place } from "./engine.ts";

export function placeOf(ir: Ir, slot: number): Place {
  const { block, path } = ir.slots[slot]!;
  return { block, path };
}

/** In order: steps, flow, updates, then states themselves; a step is to blame when all it reads is finite. */
export function firstNotFinite(ir: Ir, engine: Engine): Place | undefined {
  const { memory } = engine;
  const finite = (slot: number): boolean => Number.isFinite(memory[slot]);
  let fallback: Place | undefined;
  for (const step of ir.algebra) {
    const bad = slotsWritten(step).find((slot) => !finite(slot));
    if (bad === undefined) continue;
    const place = { block: step.block, path: ir.slots[bad]!.path };
    const own = step.do === "solve" ? step.unknowns : [];
    if (slotsRead(step).every((slot) => own.includes(slot) || finite(slot))) return place;
    fallback ??= place;
  }
  const derivative = new Float64Array(ir.flow.length);
  engine.flow(derivative);
  const flow = ir.flow.find(({ expr }, i) => !Number.isFinite(derivative[i]) && slotsOf(expr).every(finite));
  if (flow) return placeOf(ir, flow.slot);
  for (const [k, { updates }] of ir.tasks.entries()) {
    const next = new Float64Array(updates.length);
    engine.update(k, next);
    const bad = updates.find(({ expr }, i) => !Number.isFinite(next[i]) && slotsOf(expr).every(finite));
    if (bad) return placeOf(ir, bad.slot);
  }
  const state = [...ir.flow, ...ir.tasks.flatMap(({ updates }) => updates)].find(({ slot }) => !finite(slot));
  return state ? placeOf(ir, state.slot) : fallback;
}
