/** Where things stand in a module's memory: the model's slots first, then what functions take, leave and keep. */
import type { Ir, Solve } from "../../ir/ir.ts";

export interface Layout {
  /** The next `count` doubles, from an even cell on, so that pairs of them lie on 16 bytes. */
  take(count: number): number;
  /** All there is, bytes. */
  readonly bytes: number;
}

export function createLayout(slots: number): Layout {
  let next = slots;
  return {
    take(count) {
      next += next % 2;
      const at = next;
      next += count;
      return at;
    },
    get bytes() {
      return 8 * next;
    },
  };
}

export const solvesOf = (ir: Ir): Solve[] => ir.algebra.filter((step) => step.do === "solve");
