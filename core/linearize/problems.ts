/** What can stand in the way of A, B, C, D, or wants to be said about them. */
import type { Expr } from "../expr/expr.ts";
import type { Row } from "../ir/gradients.ts";
import type { Ir, Problem } from "../ir/ir.ts";
import type { Partials } from "../ir/partials.ts";
import { padeReach } from "../math/pade.ts";
import { mostOnTheWay } from "./delayLines.ts";
import { mostPhases } from "./rates.ts";
import type { ClosedDelay } from "./tangents.ts";

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function orderProblem(order: number): Problem {
  return {
    severity: "error",
    code: "PADE_ORDER",
    path: "",
    message: `A Pade approximation of order ${order} is not to be had.`,
    hint: "Choose a whole number from 1 to 10.",
    values: { order },
  };
}

export function ratesProblem(periods: readonly number[]): Problem {
  const list = [...new Set(periods)].map((every) => `${every} s`).join(", ");
  return {
    severity: "warning",
    code: "MIXED_RATES",
    path: "",
    message: `The sample times ${list} have no common period of at most ${mostPhases} samples, so there is no single A, B, C, D.`,
    hint: "Choose sample times that are whole multiples of one another.",
    values: { periods: list, most: mostPhases },
  };
}

export function sizeProblem(states: number, phases: number): Problem {
  return {
    severity: "warning",
    code: "LINEARIZE_TOO_LARGE",
    path: "",
    message: `The map of ${states} continuous states over the ${phases} instants of a period is too large to compute.`,
    hint: "Linearize a part of the diagram, or sample at fewer rates.",
    values: { states, phases },
  };
}

/** At the first block that has no slope here; where each has one, at the loop that gives none. */
export function singularities(
  rows: readonly Row[],
  ir: Ir,
  partials: Partials,
  evaluate: (e: Expr) => number,
): Problem[] {
  if (rows.every((row) => [...row.values()].every(Number.isFinite))) return [];
  const steep = (e: Expr): boolean => [...partials(e).values()].some((slope) => !Number.isFinite(evaluate(slope)));
  const assigns = [
    ...ir.algebra.filter((step) => step.do === "assign"),
    ...ir.flow,
    ...ir.tasks.flatMap((k) => k.updates),
  ];
  const found = assigns.find(({ expr }) => steep(expr));
  const loop = ir.algebra.find((step) => step.do === "solve");
  const path = found ? ir.slots[found.slot]!.block : (loop?.block ?? "");
  return [
    {
      severity: "error",
      code: "LINEARIZE_NOT_FINITE",
      path,
      message: "The matrices are not finite at this operating point: there is no slope here.",
      hint: "Linearize at another state or time.",
    },
  ];
}

/** One warning for each block that delays: the elements of a vector are delayed alike. `sampled`: what would make them exact. */
export function delayProblems(delays: readonly ClosedDelay[], sampled: boolean): Problem[] {
  const told = new Map<string, Problem>();
  for (const { step, pade, time } of delays) {
    const reach = short(padeReach(pade.order) / time);
    told.set(step.block, {
      severity: "warning",
      code: "DELAY_PADE",
      path: step.block,
      message: `The delay of "${step.block}" is replaced by a Pade approximation of order ${pade.order}: its phase is right to 1 degree up to ${reach} rad/s.`,
      hint: sampled
        ? `It is exact where every loop through it passes a sampler or a hold and at most ${mostOnTheWay} numbers are on their way at once; a higher order reaches further.`
        : "A higher order reaches further.",
      values: { block: step.block, order: pade.order, frequency: reach, ...(sampled && { most: mostOnTheWay }) },
    });
  }
  return [...told.values()];
}
