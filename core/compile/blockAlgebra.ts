/** The algebra that a block's equations are written in: the plain one, with what leaves steps of its own behind. */
import type { BlockAlgebra } from "../blocks/block.ts";
import type { Algebra, Expr, Scalar } from "../expr/expr.ts";
import type { Draft } from "./draft.ts";

/** Above this many entries a matrix times a vector stays one step. */
const KERNEL_FROM = 64;

/** What a block knows of the enabled or triggered subsystem around it. */
export interface Surroundings {
  /** Not 0 while it is enabled, or at the events at which it is triggered; what is remembered in it stays as it is else. */
  readonly active: Expr;
  /** Time since a triggered one ran before, s. */
  sinceLast?(): Expr;
}

type Own = Omit<BlockAlgebra, keyof Algebra>;

export function blockAlgebra(draft: Draft, block: string, around?: Surroundings): BlockAlgebra {
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
  function remember(initial: Scalar, value: (previous: Expr) => Expr): Expr {
    made++;
    const path = `${block}#${made}was`;
    const slot = draft.slot({ kind: "mode", path, label: path, block });
    draft.begins.push({ slot, expr: typeof initial === "number" ? m.num(initial) : initial });
    const next = value(m.slot(slot));
    const arg = m.slot(slotOf(around ? m.choose(around.active, next, m.slot(slot)) : next));
    draft.memories.push({ slot, arg, block });
    return arg;
  }
  function flank(condition: Expr, before: number, seen: (is: Expr, was: Expr) => Expr): Expr {
    const is = m.not(m.not(condition));
    let was = m.num(before);
    remember(before, (previous) => {
      was = previous;
      return is;
    });
    return seen(is, was);
  }
  // The plain algebra is its prototype: a copy of fifty functions for every block of a large model is felt.
  const own: Own = {
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
    signal: (value) => m.slot(slotOf(value)),
    sample(value, rate) {
      // A triggered subsystem reads its inputs when it runs, and holds what it gives in between.
      if (rate === null || rate.triggered) return value;
      made++;
      const slot = newSlot();
      draft.steps.push({ do: "latch", slot, test: "sample", arg: value, task: draft.task(rate), block });
      return m.slot(slot);
    },
    period(rate) {
      if (!rate.triggered) return m.num(rate.every);
      if (!around?.sinceLast) throw new Error(`${block}: not in a triggered subsystem`);
      return around.sinceLast();
    },
    table(name, values) {
      const first = values[0]?.op === "slot" ? values[0].value : -1;
      if (!values.every((e, i) => e.op === "slot" && e.value === first + i))
        throw new Error(`${block}: the table ${name} is not one parameter's numbers in order`);
      const numbers = { name: `${block}#${name}`, values: new Float64Array(values.length), from: first };
      return { name, series: draft.series.push(numbers) - 1, length: values.length };
    },
    remember,
    rises: (condition) => flank(condition, 1, (is, was) => m.and(is, m.not(was))),
    falls: (condition) => flank(condition, 0, (is, was) => m.and(m.not(is), was)),
    delay(value, time, initial) {
      const from = slotOf(value);
      made++;
      const slot = newSlot();
      draft.steps.push({ do: "delay", slot, from, time, initial, block });
      return m.slot(slot);
    },
    rate(value) {
      made++;
      const slot = newSlot();
      draft.rates.push({ slot, of: value, block });
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
  return Object.assign(Object.create(m) as Algebra, own);
}

/** The first slot of a matrix whose entries are consecutive slots, row by row. */
function firstOfRun(matrix: readonly (readonly Expr[])[], cols: number): number | undefined {
  const first = matrix[0]?.[0];
  if (first?.op !== "slot") return undefined;
  const run = matrix.every((row, i) => row.every((e, j) => e.op === "slot" && e.value === first.value + i * cols + j));
  return run ? first.value : undefined;
}
