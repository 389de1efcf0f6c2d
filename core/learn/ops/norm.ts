/** Normalization of each row to unit size, with a learned scale. */
import type { Tape, Tensor } from "../tape.ts";

const epsilon = 1e-5;

/** x / sqrt(mean of x^2 + 1e-5) times `scale` [width], over the last axis. Zhang & Sennrich, arXiv 1910.07467. */
export function rmsNorm(tape: Tape, x: Tensor, scale: Tensor): Tensor {
  return normalize(tape, x, scale, undefined);
}

/** (x - mean) / sqrt(variance + 1e-5) times `scale` plus `shift`, over the last axis. Ba, Kiros & Hinton, arXiv 1607.06450. */
export function layerNorm(tape: Tape, x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  return normalize(tape, x, scale, shift);
}

function normalize(tape: Tape, x: Tensor, scale: Tensor, shift: Tensor | undefined): Tensor {
  const width = x.shape.at(-1)!;
  const rows = x.data.length / width;
  const rates = new Float64Array(rows);
  const unit = new Float64Array(x.data.length);
  return tape.record(
    x.shape,
    shift ? [x, scale, shift] : [x, scale],
    (y) => {
      for (let r = 0, at = 0; r < rows; r++, at += width) {
        let mean = 0;
        if (shift) for (let k = 0; k < width; k++) mean += x.data[at + k]! / width;
        let squares = 0;
        for (let k = 0; k < width; k++) squares += (x.data[at + k]! - mean) ** 2;
        const rate = 1 / Math.sqrt(squares / width + epsilon);
        rates[r] = rate;
        for (let k = 0; k < width; k++) {
          const u = (x.data[at + k]! - mean) * rate;
          unit[at + k] = u;
          y[at + k] = u * scale.data[k]! + (shift ? shift.data[k]! : 0);
        }
      }
    },
    (g) => {
      for (let r = 0, at = 0; r < rows; r++, at += width) {
        let along = 0;
        let mean = 0;
        for (let k = 0; k < width; k++) {
          const [d, u] = [g[at + k]!, unit[at + k]!];
          if (scale.grad) scale.grad[k]! += d * u;
          if (shift?.grad) shift.grad[k]! += d;
          const s = d * scale.data[k]!;
          along += (s * u) / width;
          if (shift) mean += s / width;
        }
        if (!x.grad) continue;
        for (let k = 0; k < width; k++)
          x.grad[at + k]! += rates[r]! * (g[at + k]! * scale.data[k]! - mean - unit[at + k]! * along);
      }
    },
  );
}
