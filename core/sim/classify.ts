/**
 * What kind of equations a model has, read from its IR: whether the flow is A x + f(t) with one A, how f varies between
 * events, and whether modes have to be searched for. Decides nothing: simulate.ts does.
 */
import { slotsOf } from "../expr/walk.ts";
import { type Forcing, forcing, linearity, slotsRead, slotsWritten } from "../ir/dependence.ts";
import { createGradients } from "../ir/gradients.ts";
import type { Ir } from "../ir/ir.ts";
import { createPartials } from "../ir/partials.ts";

export function searchedModes(ir: Ir): "none" | "outside" | "inside" {
  const closed = new Set(ir.instants.map((i) => i.step));
  const reached = new Set<number>();
  let any = false;
  let inside = false;
  ir.algebra.forEach((step, i) => {
    const isMode = step.do === "latch" && step.task === undefined;
    const searched = isMode && !closed.has(i);
    if (searched) {
      any = true;
      reached.add(step.slot);
    }
    if (!slotsRead(step).some((s) => reached.has(s))) return;
    if (isMode) inside = true;
    // What is sampled is evaluated at its instant, where modes are fresh.
    if (step.do !== "latch") for (const s of slotsWritten(step)) reached.add(s);
  });
  if (ir.flow.some((f) => slotsOf(f.expr).some((s) => reached.has(s)))) inside = true;
  return inside ? "inside" : any ? "outside" : "none";
}

export interface LinearForm {
  readonly forcing: Forcing;
  /** A, row-major, from a memory whose algebra has been settled; undefined when a loop in it is singular. */
  matrix(memory: Float64Array): Float64Array | undefined;
}

/** The flow as A x + f(t) between events; undefined when A is not made of parameters alone. */
export function linearForm(ir: Ir): LinearForm | undefined {
  if (ir.flow.length === 0) return undefined;
  const partials = createPartials();
  const states = ir.flow.map((f) => f.slot);
  const derivatives = ir.flow.map((f) => f.expr);
  if (!linearity(ir, states, derivatives, { modesHeld: true }, partials).linear) return undefined;
  const column = new Map(states.map((slot, j) => [slot, j]));
  return {
    forcing: forcing(ir, partials),
    matrix(memory) {
      const gradient = createGradients(ir, memory, states, false, partials);
      const n = states.length;
      const a = new Float64Array(n * n);
      derivatives.forEach((e, i) => gradient(e).forEach((value, slot) => (a[i * n + column.get(slot)!] = value)));
      return a.every(Number.isFinite) ? a : undefined;
    },
  };
}
