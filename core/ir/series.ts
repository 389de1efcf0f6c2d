/** The rows of numbers that find and cell read: data of the structure, or parameters as they are in a memory. */
import type { Ir } from "./ir.ts";

export function seriesOf(ir: Ir, memory: ArrayLike<number>): readonly { readonly values: Float64Array }[] {
  return ir.series.map((one) => {
    if (one.from === undefined) return one;
    const end = one.from + one.values.length;
    if (memory instanceof Float64Array) return { values: memory.subarray(one.from, end) };
    return { values: Float64Array.from({ length: one.values.length }, (_, i) => memory[one.from! + i]!) };
  });
}
