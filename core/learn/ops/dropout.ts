/** Dropout whose choices are a function of seed, step, operation and place: the same on every device, and after a resumed run. */
import { threefry } from "../../math/random.ts";
import { controlWords, literal } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** Each element is left out with probability `rate`, the others grow by 1 / (1 - rate); nothing happens outside of training. */
export function dropout(tape: Tape, x: Tensor, rate: number): Tensor {
  if (rate === 0) return x;
  const own = tape.operations;
  const factor = new Float64Array(x.size);
  const limit = rate * 4294967296;
  return tape.record(
    x.shape,
    [x],
    (y) => {
      if (!tape.training) factor.fill(1);
      else {
        for (let i = 0; i < factor.length; i += 2) {
          const pair = threefry(i, tape.step, tape.seed, own);
          for (let k = 0; k < 2 && i + k < factor.length; k++) factor[i + k] = pair[k]! < limit ? 0 : 1 / (1 - rate);
        }
      }
      for (let i = 0; i < y.length; i++) y[i] = x.data[i]! * factor[i]!;
    },
    (g) => {
      if (x.grad) for (let i = 0; i < g.length; i++) x.grad[i]! += g[i]! * factor[i]!;
    },
    (gpu, y) => {
      const body = (
        line: string,
      ) => `let pair = threefry(vec2u(i & 0xfffffffeu, controlBits[${controlWords.step}]), vec2u(controlBits[${controlWords.seed}], ${own}u));
    let left = select(pair.x, pair.y, (i & 1u) == 1u) < ${Math.ceil(limit)}u && controlBits[${controlWords.training}] == 1u;
    let factor = select(select(1.0, ${literal(1 / (1 - rate))}, controlBits[${controlWords.training}] == 1u), 0.0, left);
    ${line}`;
      const controlBits = gpu.control;
      gpu.each("dropout", x.size, { x: gpu.data(x), controlBits }, { y }, body("y[i] = x[i] * factor;"));
      return (g) => {
        const to = gpu.grad(x);
        if (to)
          gpu.each("dropout: back", x.size, { g, controlBits }, { to }, body(`to[i] ${gpu.plus(to)} g[i] * factor;`));
      };
    },
  );
}
