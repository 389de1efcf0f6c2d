/** Causal convolution of each channel with a few taps of its own. */
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** x [batch, length, width] with `taps` [width, w] and `bias` [width]: y[t] = bias + sum over j of taps[j] x[t - w + 1 + j]. */
export function conv1d(tape: Tape, x: Tensor, taps: Tensor, bias: Tensor): Tensor {
  const [batch = 0, length = 0, width = 0] = x.shape;
  const w = taps.shape[1]!;
  return tape.record(
    x.shape,
    [x, taps, bias],
    (y) => {
      for (let b = 0; b < batch; b++) {
        for (let t = 0; t < length; t++) {
          const at = (b * length + t) * width;
          for (let d = 0; d < width; d++) {
            let sum = bias.data[d]!;
            for (let j = Math.max(0, w - 1 - t); j < w; j++)
              sum += taps.data[d * w + j]! * x.data[at + (j - w + 1) * width + d]!;
            y[at + d] = sum;
          }
        }
      }
    },
    (g) => {
      for (let b = 0; b < batch; b++) {
        for (let t = 0; t < length; t++) {
          const at = (b * length + t) * width;
          for (let d = 0; d < width; d++) {
            const s = g[at + d]!;
            if (bias.grad) bias.grad[d]! += s;
            for (let j = Math.max(0, w - 1 - t); j < w; j++) {
              const from = at + (j - w + 1) * width + d;
              if (taps.grad) taps.grad[d * w + j]! += s * x.data[from]!;
              if (x.grad) x.grad[from]! += s * taps.data[d * w + j]!;
            }
          }
        }
      }
    },
    (gpu, y) => {
      const [own, weights] = [gpu.data(x), gpu.data(taps)];
      const size = batch * length * width;
      const place = `let d = i % ${width}u; let t = (i / ${width}u) % ${length}u;`;
      gpu.each(
        "conv1d",
        size,
        { own, weights, bias: gpu.data(bias) },
        { y },
        `${place}
    var sum = bias[d];
    for (var j = max(${w - 1}u, t) - t; j < ${w}u; j++) { sum = fma(weights[d * ${w}u + j], own[i + j * ${width}u - ${(w - 1) * width}u], sum); }
    y[i] = sum;`,
      );
      return (g) => {
        const [toX, toTaps, toBias] = [gpu.grad(x), gpu.grad(taps), gpu.grad(bias)];
        if (toX)
          gpu.each(
            "conv1d: by x",
            size,
            { g, weights },
            { toX },
            `${place}
    var sum = 0.0;
    for (var j = 0u; j < min(${w}u, ${length}u - t); j++) { sum = fma(weights[d * ${w}u + ${w - 1}u - j], g[i + j * ${width}u], sum); }
    toX[i] ${gpu.plus(toX)} sum;`,
          );
        const terms = batch * length;
        if (toTaps)
          gpu.sums(
            "conv1d: by taps",
            { outputs: width * w, terms },
            { g, own },
            toTaps,
            `let back = ${w - 1}u - o % ${w}u;
    let i = r * ${width}u + o / ${w}u;
    if (r % ${length}u >= back) { sum = fma(g[i], own[i - back * ${width}u], sum); }`,
          );
        if (toBias)
          gpu.sums("conv1d: by bias", { outputs: width, terms }, { g }, toBias, `sum += g[r * ${width}u + o];`);
      };
    },
  );
}
