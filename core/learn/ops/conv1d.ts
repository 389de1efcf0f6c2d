/** Causal convolution of each channel with a few taps of its own. */
import type { Tape, Tensor } from "../tape.ts";

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
  );
}
