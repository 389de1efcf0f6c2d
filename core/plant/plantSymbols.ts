/**
 * A compiled plant as expressions of its states and inputs alone: dx/dt or x[k+1], its outputs, and their derivatives. What plantModel.ts
 * computes with numbers, for whoever writes equations of their own around a plant.
 */
import { createAlgebra } from "../expr/algebra.ts";
import { createDerivative } from "../expr/derivative.ts";
import type { Algebra, Expr } from "../expr/expr.ts";
import { createRewriter, postorder, slotsOf } from "../expr/walk.ts";
import { stepsFor } from "../ir/dependence.ts";
import type { Ir, Latch, Problem } from "../ir/ir.ts";
import { jumpsWith } from "../ir/partials.ts";

/** In slots of the plant's own model: time, parameters, `states` and `ir.inputs`. */
export interface PlantSymbols {
  readonly ok: true;
  readonly states: readonly number[];
  /** x[k+1] and not dx/dt. */
  readonly sampled: boolean;
  readonly next: readonly Expr[];
  readonly outputs: readonly Expr[];
  readonly nextSlope: readonly (readonly Expr[])[];
  readonly outputSlope: readonly (readonly Expr[])[];
  /** Slopes do not depend on the states. */
  readonly linear: boolean;
}

export type PlantSymbolsOutcome = PlantSymbols | { readonly ok: false; readonly problems: readonly Problem[] };

/** Nodes of equations and slopes together that are still written out. */
const largest = 20_000;

const known = new WeakMap<Ir, PlantSymbolsOutcome>();

/** Refused: continuous and sampled states together, several sample times, loops that are iterated, and equations of too many operations. */
export function plantSymbols(ir: Ir): PlantSymbolsOutcome {
  let symbols = known.get(ir);
  if (!symbols) known.set(ir, (symbols = symbolsOf(ir)));
  return symbols;
}

function symbolsOf(ir: Ir): PlantSymbolsOutcome {
  const no = (code: string, path: string, message: string, hint: string, values?: Problem["values"]) => ({
    ok: false as const,
    problems: [{ severity: "error" as const, code, path, message, hint, ...(values && { values }) }],
  });
  const [task] = ir.tasks;
  if (task && (ir.flow.length > 0 || ir.tasks.length > 1))
    return no(
      "PLANT_MIXED",
      "",
      "A nonlinear plant of continuous and sampled states, or of several sample times, can't be written out.",
      "Leave what is sampled out of the plant.",
    );
  const m = createAlgebra();
  const updates = task ? task.updates : ir.flow;
  const targets = [...updates.map(({ expr }) => expr), ...ir.outputs.map(({ slot }) => m.slot(slot))];
  const written = new Map<number, Expr>();
  const inputs = new Set(ir.inputs);
  const inline = createRewriter(m, (e, original) =>
    original.op === "slot" ? (written.get(original.value) ?? original) : e,
  );
  for (const step of stepsFor(ir, targets)) {
    if (step.do === "assign") {
      if (!inputs.has(step.slot)) written.set(step.slot, inline(step.expr));
    } else if (step.do === "latch") written.set(step.slot, latched(m, step, inline(step.arg)));
    else if (step.do === "matvec") {
      const v = step.from.map((slot) => inline(m.slot(slot)));
      step.to.forEach((slot, i) => {
        const row = Array.from({ length: step.cols }, (_, j) => m.slot(step.matrix + i * step.cols + j));
        written.set(slot, m.dot(row, v));
      });
    } else if (step.do === "solve" && step.linear && step.unknowns.length === 1) {
      // One Newton step from 0 is exact.
      const atZero = createRewriter(m, (e, original) =>
        original.op === "slot" && original.value === step.unknowns[0] ? m.num(0) : e,
      );
      const [residual, slope] = [step.residual[0]!, step.jacobian[0]!].map((e) => inline(atZero(e)));
      written.set(step.unknowns[0]!, m.neg(m.div(residual!, slope!)));
    } else
      return no(
        "PLANT_LOOP",
        step.block,
        "The plant has an algebraic loop that can't be written out.",
        "Break the loop with a state, or make the plant linear.",
      );
  }
  const states = updates.map(({ slot }) => slot);
  const next = updates.map(({ expr }) => inline(expr));
  const outputs = ir.outputs.map(({ slot }) => inline(m.slot(slot)));
  const derivatives = states.map((slot) => createDerivative(m, slot));
  const slope = (rows: readonly Expr[]) => rows.map((e) => derivatives.map((d) => d(e)));
  const [nextSlope, outputSlope] = [slope(next), slope(outputs)];
  const nodes = postorder([...next, ...outputs, ...nextSlope.flat(), ...outputSlope.flat()]).length;
  if (nodes > largest)
    return no(
      "PLANT_LARGE",
      "",
      `The plant's equations and derivatives have ${nodes} operations; up to ${largest} are written out.`,
      "Take a simpler model for the plant.",
      { nodes, largest },
    );
  const own = new Set(states);
  const depends = (slot: number): boolean => own.has(slot);
  const linear =
    [...nextSlope, ...outputSlope].every((row) => row.every((e) => !slotsOf(e).some(depends))) &&
    ![...next, ...outputs].some((e) => jumpsWith(e, depends));
  return { ok: true, states, sampled: task !== undefined, next, outputs, nextSlope, outputSlope, linear };
}

/** What a latch holds is looked at anew wherever the plant is evaluated. */
function latched(m: Algebra, { test, series }: Latch, arg: Expr): Expr {
  switch (test) {
    case "above":
      return m.lt(0, arg);
    case "atLeast":
      return m.le(0, arg);
    case "floor":
      return m.floor(arg);
    case "find":
      return m.find(series ?? 0, arg);
    case "sample":
      return arg;
  }
}
