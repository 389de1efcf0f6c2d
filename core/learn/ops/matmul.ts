/** Products with a matrix, by the fast product of core/math. */
import { transpose } from "../../math/dense.ts";
import { product } from "../../math/product.ts";
import type { Tape, Tensor } from "../tape.ts";

/** x [..., k] times w [k, n] -> [..., n]. */
export function matmul(tape: Tape, x: Tensor, w: Tensor): Tensor {
  const [inner = 0, cols = 0] = w.shape;
  const rows = x.data.length / inner;
  if (x.shape.at(-1) !== inner || w.shape.length !== 2)
    throw new RangeError(`[${x.shape.join(", ")}] times [${w.shape.join(", ")}]`);
  return tape.record(
    [...x.shape.slice(0, -1), cols],
    [x, w],
    (y) => y.set(product(x.data, w.data, rows, inner, cols)),
    (g) => {
      if (x.grad) gather(x.grad, product(g, transpose(w.data, inner, cols), rows, cols, inner));
      if (w.grad) gather(w.grad, product(transpose(x.data, rows, inner), g, inner, rows, cols));
    },
  );
}

function gather(into: Float64Array, more: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += more[i]!;
}
