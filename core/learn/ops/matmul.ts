/** Products with a matrix, by the fast product of core/math. */
import type { MatmulShape } from "../../gpu/kernels/matmul.ts";
import { planMatmul } from "../../gpu/matmulPlan.ts";
import { transpose } from "../../math/dense.ts";
import { product } from "../../math/product.ts";
import type { Cell, Launcher } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** x [..., k] times w [k, n] -> [..., n]. */
export function matmul(tape: Tape, x: Tensor, w: Tensor): Tensor {
  const [inner = 0, cols = 0] = w.shape;
  const rows = x.size / inner;
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
    (gpu, y) => {
      const [a, b] = [gpu.data(x), gpu.data(w)];
      productOnGpu(gpu, { rows, columns: cols, inner }, a, b, y);
      return (g) => {
        const [toX, toW] = [gpu.grad(x), gpu.grad(w)];
        if (toX) {
          const add = gpu.plus(toX) === "+=";
          productOnGpu(gpu, { rows, columns: inner, inner: cols, transposeB: true, add }, g, b, toX);
        }
        if (!toW) return;
        const add = gpu.plus(toW) === "+=";
        productOnGpu(gpu, { rows: inner, columns: cols, inner: rows, transposeA: true, add }, a, g, toW);
      };
    },
  );
}

/** c = a b, or c + a b. */
export function productOnGpu(gpu: Launcher, shape: MatmulShape, a: Cell, b: Cell, c: Cell): void {
  gpu.planned([a, b, c], (view) => {
    const plan = planMatmul(gpu.device, shape, { a: view(a), b: view(b), c: view(c) });
    gpu.onRelease(plan.release);
    return plan.dispatches;
  });
}

function gather(into: Float64Array, more: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += more[i]!;
}
