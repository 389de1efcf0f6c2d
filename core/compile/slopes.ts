/**
 * What blocks asked the rate of change of (BlockAlgebra.rate): the chain rule along the steps, once per signal that moves.
 * Between events only: what is sampled, latched or remembered stands still.
 */
import { createDerivative } from "../expr/derivative.ts";
import type { Expr } from "../expr/expr.ts";
import { slotsOf } from "../expr/walk.ts";
import type { Assign } from "../ir/ir.ts";
import type { Draft, DraftStep } from "./draft.ts";

export function addSlopes(draft: Draft, flow: readonly Assign[]): void {
  if (draft.rates.length === 0) return;
  const { m } = draft;
  const flowOf = new Map(flow.map(({ slot, expr }) => [slot, expr]));
  const madeBy = new Map<number, DraftStep>();
  const readers = new Map<number, number[]>();
  for (const step of draft.steps) {
    const written = step.do === "matvec" ? step.to : [step.slot];
    for (const slot of written) madeBy.set(slot, step);
    for (const slot of readBy(step)) {
      const list = readers.get(slot);
      if (list) list.push(...written);
      else readers.set(slot, [...written]);
    }
  }

  const moving = new Set<number>([0, ...flowOf.keys()]);
  for (const slot of moving) for (const reader of readers.get(slot) ?? []) moving.add(reader);

  const partials = new Map<number, (e: Expr) => Expr>();
  const partial = (slot: number): ((e: Expr) => Expr) => {
    let d = partials.get(slot);
    if (!d) partials.set(slot, (d = createDerivative(m, slot)));
    return d;
  };
  const slopes = new Map<number, Expr>();
  const open: number[] = [];
  /** A slot for the slope of this one, its step to follow: diagrams may be deep, and have loops. */
  const slopeOf = (slot: number): Expr => {
    if (slot === 0) return m.num(1);
    if (!moving.has(slot)) return m.num(0);
    let slope = slopes.get(slot) ?? flowOf.get(slot);
    if (!slope) {
      const { path, block } = draft.slots[slot]!;
      slope = m.slot(newSlot(`${path}#slope`, block));
      slopes.set(slot, slope);
      open.push(slot);
    }
    return slope;
  };
  const newSlot = (path: string, block: string): number => draft.slot({ kind: "signal", path, label: path, block });
  const slotOf = (slot: number, block: string): number => {
    const slope = slopeOf(slot);
    if (slope.op === "slot") return slope.value;
    const own = newSlot(`${draft.slots[slot]!.path}#slope`, block);
    draft.steps.push({ do: "assign", slot: own, expr: slope, block });
    slopes.set(slot, m.slot(own));
    return own;
  };
  const along = (e: Expr): Expr =>
    m.sum(
      slotsOf(e)
        .filter((slot) => moving.has(slot))
        .map((slot) => m.mul(partial(slot)(e), slopeOf(slot))),
    );

  const done = new Set<DraftStep>();
  for (const { slot, of, block } of draft.rates) draft.steps.push({ do: "assign", slot, expr: along(of), block });
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    const step = madeBy.get(slot)!;
    const { block } = step;
    const own = slopes.get(slot)!.value;
    if (step.do === "assign") draft.steps.push({ do: "assign", slot: own, expr: along(step.expr), block });
    else if (step.do === "delay") {
      const from = slotOf(step.from, block);
      draft.steps.push({ do: "delay", slot: own, from, time: step.time, initial: m.num(0), block });
    } else if (step.do === "matvec" && !done.has(step)) {
      done.add(step);
      const to = step.to.map((one) => slopeOf(one).value);
      draft.steps.push({ ...step, from: step.from.map((one) => slotOf(one, block)), to });
    }
  }
}

function readBy(step: DraftStep): readonly number[] {
  switch (step.do) {
    case "assign":
      return slotsOf(step.expr);
    case "latch":
      return [];
    case "delay":
      return [step.from];
    case "matvec":
      return step.from;
  }
}
