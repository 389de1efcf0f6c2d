/** Modes that stand exactly where they switch: the matrices there are those of one side, and the user should know. */
import { createEvaluator } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { slotsOf } from "../expr/walk.ts";
import { stepsFor } from "../ir/dependence.ts";
import type { Ir, Problem } from "../ir/ir.ts";
import { seriesOf } from "../ir/series.ts";

/** Of the modes that `targets` need and that something `reached` can flip: one warning a block. */
export function thresholdProblems(
  ir: Ir,
  memory: Float64Array,
  targets: readonly Expr[],
  reached: (slot: number) => boolean,
): Problem[] {
  const series = seriesOf(ir, memory);
  const evaluate = createEvaluator(memory, series);
  const blocks = new Set<string>();
  for (const step of stepsFor(ir, targets)) {
    if (step.do !== "latch" || step.test === "sample" || blocks.has(step.block)) continue;
    if (!slotsOf(step.arg).some(reached)) continue;
    const arg = evaluate(step.arg);
    const scale = step.arg.args.reduce((sum, e) => sum + Math.abs(evaluate(e)), 0);
    const near = (distance: number): boolean => Math.abs(distance) <= 1e-12 * Math.max(scale, Math.abs(arg));
    const on =
      step.test === "floor"
        ? near(arg - Math.round(arg))
        : step.test === "find"
          ? [...series[step.series ?? 0]!.values].slice(1, -1).some((at) => near(arg - at))
          : near(arg);
    if (on) blocks.add(step.block);
  }
  return [...blocks].map((block) => ({
    severity: "warning",
    code: "ON_THRESHOLD",
    path: block,
    message: `"${block}" is exactly where it switches; the matrices hold on one side of that.`,
    hint: "Linearize a little to either side.",
    values: { block },
  }));
}
