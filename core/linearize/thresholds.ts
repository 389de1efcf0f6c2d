/**
 * Modes that stand exactly where they switch: the matrices there are those of one side, and the user should know where the other
 * side has others.
 */
import { createEvaluator } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { slotsOf } from "../expr/walk.ts";
import { stepsFor } from "../ir/dependence.ts";
import { createGradients, type Row } from "../ir/gradients.ts";
import type { Model, Problem } from "../ir/ir.ts";
import type { Partials } from "../ir/partials.ts";
import { interpret } from "../sim/interpret.ts";
import { seriesOf } from "../ir/series.ts";

/** More modes than this on their thresholds are believed to matter without a look. */
const mostLooks = 50;

/** Of the modes that `targets` need and that something `reached` can flip: one warning a block. */
export function thresholdProblems(
  model: Model,
  memory: Float64Array,
  targets: readonly Expr[],
  seeds: readonly number[],
  reached: (slot: number) => boolean,
  partials: Partials,
): Problem[] {
  const { ir } = model;
  const differs = createComparison(model, memory, targets, seeds, partials);
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
    const held = memory[step.slot]!;
    const other = step.test === "above" || step.test === "atLeast" ? 1 - held : undefined;
    if (on && (other === undefined || differs(step.slot, other))) blocks.add(step.block);
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

/** Whether the derivatives of the targets are others when a mode has another value. */
function createComparison(
  model: Model,
  memory: Float64Array,
  targets: readonly Expr[],
  seeds: readonly number[],
  partials: Partials,
) {
  const { ir } = model;
  const rowsAt = (at: Float64Array): readonly Row[] => {
    const gradient = createGradients(ir, at, seeds, true, partials);
    return targets.map((e) => gradient(e));
  };
  let here: readonly Row[] | undefined;
  let looks = 0;
  return (slot: number, value: number): boolean => {
    if (++looks > mostLooks) return true;
    here ??= rowsAt(memory);
    const engine = interpret(model);
    engine.memory.set(memory.subarray(0, ir.slots.length));
    engine.memory[slot] = value;
    engine.settle();
    const there = rowsAt(engine.memory);
    return here.some((row, i) => !same(row, there[i]!));
  };
}

function same(a: Row, b: Row): boolean {
  const near = (x: number, y: number): boolean =>
    x === y || Math.abs(x - y) <= 1e-12 * Math.max(Math.abs(x), Math.abs(y));
  return (
    [...a].every(([slot, value]) => near(value, b.get(slot) ?? 0)) &&
    [...b].every(([slot, value]) => near(value, a.get(slot) ?? 0))
  );
}
