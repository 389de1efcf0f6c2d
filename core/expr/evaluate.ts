/** The slow, obvious evaluator: for compile time and as the reference that engines are tested against. */
import { applyOp } from "./apply.ts";
import type { Expr } from "./expr.ts";
import { postorder } from "./walk.ts";

export type Series = readonly { readonly values: Float64Array }[];

/** Value of an expression over a memory of slots. */
export function evaluate(e: Expr, memory: ArrayLike<number>, series: Series = []): number {
  return createEvaluator(memory, series)(e);
}

/** The same for many expressions over one unchanging memory: shared parts are computed once. */
export function createEvaluator(memory: ArrayLike<number>, series: Series = []): (e: Expr) => number {
  const known = new Map<Expr, number>();
  return (root) => {
    for (const e of postorder(known.has(root) ? [] : [root])) {
      if (known.has(e)) continue;
      const [a = 0, b = 0, c = 0] = e.args.map((arg) => known.get(arg)!);
      known.set(e, value(e, a, b, c, memory, series));
    }
    return known.get(root)!;
  };
}

function value(e: Expr, a: number, b: number, c: number, memory: ArrayLike<number>, series: Series): number {
  switch (e.op) {
    case "num":
      return e.value;
    case "slot":
      return memory[e.value]!;
    case "find":
      return findIndex(series[e.value]!.values, a);
    case "cell":
      return cellAt(series[e.value]!.values, a);
    default:
      return applyOp(e.op, a, b, c);
  }
}

/** Index of the last sample <= x, clamped to 0 .. length - 2, by bisection over increasing samples. */
export function findIndex(samples: Float64Array, x: number): number {
  let low = 0;
  let high = Math.max(samples.length - 1, 1);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (samples[middle]! <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** The sample at a whole index, clamped to the series; not a number where the index is none. */
export function cellAt(samples: Float64Array, index: number): number {
  return samples[Math.min(Math.max(Math.trunc(index), 0), samples.length - 1)] ?? Number.NaN;
}
