/** Signals that are another one under a second name, as what passes a Mux is: whoever keeps values needs to keep them once. */
import type { Ir } from "./ir.ts";

const known = new WeakMap<Ir, Int32Array>();

/** Of each slot the one that it is a plain copy of wherever the algebra has been computed, through all copies between; else itself. */
export function sourcesOf(ir: Ir): Int32Array {
  let sources = known.get(ir);
  if (sources) return sources;
  sources = Int32Array.from(ir.slots, (_, slot) => slot);
  for (const step of ir.algebra)
    if (step.do === "assign" && step.expr.op === "slot") sources[step.slot] = sources[step.expr.value]!;
  known.set(ir, sources);
  return sources;
}

/** The slots whose values all records together are, each once. */
export function recordedSlots(ir: Ir): readonly number[] {
  const sources = sourcesOf(ir);
  return [...new Set(ir.records.map(({ slot }) => sources[slot]!))];
}
