/**
 * Dense output and a row of records in line, for few states whose vectors are locals: the arithmetic of dense.ts without a way
 * through memory.
 */
import type { Expr } from "../../expr/expr.ts";
import type { Ir } from "../../ir/ir.ts";
import type { Tableau } from "../../sim/integrators/tableaus.ts";
import type { Body, F64, I32, Local } from "../../wasm/encoder.ts";
import { add, div, eq, f64, i32, mul, store, sub } from "../../wasm/instructions.ts";
import { writeItems, type Item, type Room } from "./program.ts";
import { weightedSum, type Element } from "./vectors.ts";

export interface RowInLine {
  /** Once a step, of this length. */
  prepare(length: F64): void;
  /** Writes the row at `time` within the step that began at `from` and ended at `t`; whether it is finite. */
  write(time: F64, from: F64, length: F64, t: F64, row: I32): I32;
}

/** `items` compute and put what is recorded. The dense output must want no stages of its own. */
export function createRowInLine(
  room: Room,
  body: Body,
  ir: Ir,
  tableau: Tableau,
  elements: readonly Element[],
  items: readonly Item[],
): RowInLine {
  const s = tableau.b.length;
  const last = tableau.fsal ? s - 1 : s;
  const locals = (count: number): Local<"f64">[] => Array.from({ length: count }, () => body.local("f64"));
  /** Coefficients 1, 2, ... of each element. */
  const r = elements.map(() => locals(3 + tableau.dense.length));
  const value = locals(elements.length);
  const [p, q, trouble, written] = locals(4) as [Local<"f64">, Local<"f64">, Local<"f64">, Local<"f64">];
  const index = new Map(ir.flow.map(({ slot }, i) => [slot, i]));

  return {
    prepare(length) {
      elements.forEach(({ x, y, k }, i) => {
        const [moved, bend, turn, ...rest] = r[i]!;
        body.set(moved!, sub(y, x));
        body.set(bend!, sub(mul(length, k(0)), moved!));
        body.set(turn!, sub(mul(f64(2), moved!), mul(length, add(k(0), k(last)))));
        rest.forEach((local, d) => body.set(local, mul(length, weightedSum(tableau.dense[d]!, k))));
      });
    },
    write(time, from, length, t, row) {
      body.when(
        eq(time, t),
        () => elements.forEach(({ y }, i) => body.set(value[i]!, y)),
        () => {
          body.set(p, div(sub(time, from), length));
          body.set(q, sub(f64(1), p));
          elements.forEach(({ x }, i) => {
            const coefficients: readonly F64[] = [x, ...r[i]!];
            const poly = coefficients.reduceRight((inner, c, j) => add(c, mul(j % 2 === 0 ? p : q, inner)));
            body.set(value[i]!, poly);
          });
        },
      );
      const given = (e: Expr): F64 | undefined => {
        if (e.op !== "slot") return undefined;
        const i = index.get(e.value);
        return e.value === 0 ? time : i === undefined ? undefined : value[i];
      };
      body.set(trouble, f64(0));
      const put = (offset: number, code: F64): void => {
        body.set(written, code);
        body.run(store(row, offset, written));
        body.set(trouble, add(trouble, sub(written, written)));
      };
      writeItems(room, body, items, i32(0), () => false, given, put);
      return eq(trouble, f64(0));
    },
  };
}
