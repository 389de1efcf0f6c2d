/** Whether the linear algebraic loops of a model have one solution: rcond(I - D) with the numbers as they stand. */
import { createEvaluator } from "../expr/evaluate.ts";
import { slotsOf } from "../expr/walk.ts";
import type { Problem } from "../ir/ir.ts";
import { createPartials } from "../ir/partials.ts";
import { luFactor, luRcond } from "../math/lu.ts";
import { createSparseLu } from "../math/sparseLu.ts";
import { printLoop, type Loop } from "./order.ts";

/** Below this a loop counts as singular; below its root as badly conditioned. */
const SINGULAR = 2 ** -52;
/** Loops of more members have mostly zeros between them. */
const FEW = 40;

/**
 * Problems of the loops whose members are linear in one another with coefficients made of parameters; `values` are the traced
 * slots' numbers and `fixed` those that have one. Other loops are judged where they are solved, at run time.
 */
export function checkLoops(
  loops: readonly Loop[],
  values: Float64Array,
  fixed: readonly { readonly slot: number }[],
): Problem[] {
  if (loops.length === 0) return [];
  const known = new Set(fixed.map(({ slot }) => slot));
  const partials = createPartials();
  const evaluate = createEvaluator(values);
  return loops.flatMap(({ members, blocks }): Problem[] => {
    const n = members.length;
    const column = new Map(members.map((member, i) => [member.slot, i]));
    const entries: Entries = { rows: [], columns: [], values: [] };
    const add = (row: number, col: number, value: number): void => {
      entries.rows.push(row);
      entries.columns.push(col);
      entries.values.push(value);
    };
    for (const [i, member] of members.entries()) {
      add(i, i, 1);
      for (const [slot, d] of partials(member.expr)) {
        const j = column.get(slot);
        if (j === undefined) continue;
        if (slotsOf(d).some((s) => !known.has(s))) return [];
        add(i, j, -evaluate(d));
      }
    }
    const rcond = n > FEW ? sparseRcond(entries, n) : denseRcond(entries, n);
    if (rcond >= Math.sqrt(SINGULAR)) return [];
    const loop = printLoop(blocks);
    const singular = rcond < SINGULAR;
    return [
      {
        severity: singular ? "error" : "warning",
        code: singular ? "LOOP_SINGULAR" : "LOOP_ILL_CONDITIONED",
        path: blocks[0]!,
        message: singular
          ? `The algebraic loop ${loop} has no single solution: rcond(I - D) = ${rcond.toPrecision(2)}.`
          : `The algebraic loop ${loop} loses accuracy: rcond(I - D) = ${rcond.toPrecision(2)}.`,
        hint: "Change a gain in the loop, or break it with an Integrator or a Unit Delay.",
        values: { loop, rcond: rcond.toPrecision(2) },
        related: blocks,
      },
    ];
  });
}

/** Entries of I - D by their places; those at one place add up. */
interface Entries {
  readonly rows: number[];
  readonly columns: number[];
  readonly values: number[];
}

function denseRcond({ rows, columns, values }: Entries, n: number): number {
  const matrix = new Float64Array(n * n);
  values.forEach((value, k) => (matrix[rows[k]! * n + columns[k]!]! += value));
  // One equation is always "well conditioned" as a matrix: there the cancellation in 1 - d itself is the measure.
  return n === 1 ? Math.abs(matrix[0]!) / (1 + Math.abs(1 - matrix[0]!)) : luRcond(luFactor(matrix, n));
}

function sparseRcond({ rows, columns, values }: Entries, n: number): number {
  const lu = createSparseLu(n, rows, columns);
  return lu.factor(Float64Array.from(values)) ? lu.rcond() : 0;
}
