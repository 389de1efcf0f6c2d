/** The algebra that a block's equations are written in: the plain one, with what leaves steps of its own behind. */
import type { BlockAlgebra } from "../blocks/block.ts";
import type { Expr } from "../expr/expr.ts";
import type { Draft } from "./draft.ts";

/** Above this many entries a matrix times a vector stays one step. */
const KERNEL_FROM = 64;

export function blockAlgebra(draft: Draft, block: string): BlockAlgebra {
  const { m } = draft;
  let made = 0;
  const newSlot = (suffix = ""): number => {
    const path = `${block}#${made}${suffix}`;
    return draft.slot({ kind: "signal", path, label: path, block });
  };
  const slotOf = (value: Expr): number => {
    if (value.op === "slot") return value.value;
    made++;
    const slot = newSlot();
    draft.steps.push({ do: "assign", slot, expr: value, block });
    return slot;
  };
  return {
    ...m,
    matvec(matrix, v) {
      const rows = matrix.length;
      const cols = v.length;
      const first = firstOfRun(matrix, cols);
      if (rows * cols <= KERNEL_FROM || first === undefined) return matrix.map((row) => m.dot(row, v));
      const from = v.map(slotOf);
      made++;
      const to = matrix.map((_, i) => newSlot(`[${i + 1}]`));
      draft.steps.push({ do: "matvec", matrix: first, rows, cols, from, to, block });
      return to.map((slot) => m.slot(slot));
    },
    sample(value, period) {
      if (period === null) return value;
      made++;
      const slot = newSlot();
      draft.steps.push({ do: "latch", slot, test: "sample", arg: value, task: draft.task(period), block });
      return m.slot(slot);
    },
    lookup(x, at, values, between) {
      const last = at.length - 1;
      if (last <= 0) return m.cell(values.series, 0);
      const segment = m.find(at.series, x);
      const left = m.cell(values.series, segment);
      const after = m.ge(x, m.cell(at.series, last));
      if (between === "hold") return m.choose(after, m.cell(values.series, last), left);
      const from = m.cell(at.series, segment);
      const right = m.cell(values.series, m.add(segment, 1));
      const slope = m.div(m.sub(right, left), m.sub(m.cell(at.series, m.add(segment, 1)), from));
      const inside = m.add(left, m.mul(slope, m.sub(x, from)));
      const early = m.choose(m.lt(x, m.cell(at.series, 0)), m.cell(values.series, 0), inside);
      return m.choose(after, m.cell(values.series, last), early);
    },
  };
}

/** The first slot of a matrix whose entries are consecutive slots, row by row. */
function firstOfRun(matrix: readonly (readonly Expr[])[], cols: number): number | undefined {
  const first = matrix[0]?.[0];
  if (first?.op !== "slot") return undefined;
  const run = matrix.every((row, i) => row.every((e, j) => e.op === "slot" && e.value === first.value + i * cols + j));
  return run ? first.value : undefined;
}
