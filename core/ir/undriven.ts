/** A model cut from what drives its external inputs, so that whoever runs it sets them: an operating point, one step by hand. */
import type { Model, Step } from "./ir.ts";
import { withKey } from "./print.ts";

/** `slots`: the inputs that are cut, all of them where left out. */
export function undriven(model: Model, slots: readonly number[] = model.ir.inputs): Model {
  const { ir, values } = model;
  const inputs = new Set(slots);
  const drives = (step: Step): boolean => step.do === "assign" && inputs.has(step.slot);
  if (!ir.algebra.some(drives)) return model;
  const place = new Map<number, number>();
  ir.algebra.forEach((step, i) => {
    if (!drives(step)) place.set(i, place.size);
  });
  return {
    ir: withKey({
      ...ir,
      algebra: ir.algebra.filter((step) => !drives(step)),
      instants: ir.instants.map((instant) => ({ ...instant, step: place.get(instant.step)! })),
    }),
    values,
  };
}
