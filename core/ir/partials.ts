/** Local symbolic partial derivatives of the expressions of a model, each taken once. */
import { createAlgebra } from "../expr/algebra.ts";
import { createDerivative } from "../expr/derivative.ts";
import type { Expr } from "../expr/expr.ts";
import { postorder, slotsOf } from "../expr/walk.ts";

/** Slot -> d e / d slot, for the slots where it is not identically zero. */
export type Partials = (e: Expr) => ReadonlyMap<number, Expr>;

export function createPartials(): Partials {
  const m = createAlgebra();
  const bySlot = new Map<number, (e: Expr) => Expr>();
  const known = new Map<Expr, ReadonlyMap<number, Expr>>();
  return (e) => {
    let partials = known.get(e);
    if (!partials) {
      const found = new Map<number, Expr>();
      for (const slot of slotsOf(e)) {
        let d = bySlot.get(slot);
        if (!d) bySlot.set(slot, (d = createDerivative(m, slot)));
        const partial = d(e);
        if (!(partial.op === "num" && partial.value === 0)) found.set(slot, partial);
      }
      known.set(e, (partials = found));
    }
    return partials;
  };
}

/** Whether the value of e can jump because of a slot that `depends` holds for: through a condition, a floor, an index. */
export function jumpsWith(e: Expr, depends: (slot: number) => boolean): boolean {
  const touched = new Set<Expr>();
  for (const node of postorder([e])) {
    if (node.op === "slot" ? depends(node.value) : node.args.some((a) => touched.has(a))) touched.add(node);
    else continue;
    if (node.op === "if" ? touched.has(node.args[0]!) : jumping.has(node.op)) return true;
  }
  return false;
}

const jumping: ReadonlySet<string> = new Set([
  "lt",
  "le",
  "eq",
  "and",
  "or",
  "not",
  "floor",
  "find",
  "cell",
  "uniform",
]);
