/** Normalization of each row to unit size, with a learned scale. */
import { literal, type Cells } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

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
  const rows = x.size / width;
  const rates = new Float64Array(rows);
  const unit = new Float64Array(x.size);
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
    (gpu, y) => {
      const [own, by] = [gpu.data(x), gpu.data(scale)];
      /** Mean and reciprocal size of each row. */
      const moments = gpu.cell(2 * rows);
      const each = `for (var k = thread; k < ${width}u; k += 64u) { let i = row * ${width}u + k;`;
      const shifts: Cells = shift ? { shift: gpu.data(shift) } : {};
      gpu.rows(
        "norm",
        rows,
        { own, by, ...shifts },
        { moments, y },
        `var sum = 0.0;
    ${shift ? `${each} sum += own[i]; }\nlet mean = total(sum) / ${width}.0;` : "let mean = 0.0;"}
    sum = 0.0;
    ${each} let d = own[i] - mean; sum = fma(d, d, sum); }
    let rate = 1.0 / sqrt(total(sum) / ${width}.0 + ${literal(epsilon)});
    if (thread == 0u) { moments[2u * row] = mean; moments[2u * row + 1u] = rate; }
    ${each} y[i] = (own[i] - mean) * rate * by[k]${shift ? " + shift[k]" : ""}; }`,
      );
      return (g) => {
        const [toX, toScale, toShift] = [gpu.grad(x), gpu.grad(scale), shift && gpu.grad(shift)];
        if (toX)
          gpu.rows(
            "norm: by x",
            rows,
            { g, own, by, moments },
            { toX },
            `let mean = moments[2u * row];
    let rate = moments[2u * row + 1u];
    var first = 0.0;
    var second = 0.0;
    ${each} let s = g[i] * by[k]; first += s; second = fma(s, (own[i] - mean) * rate, second); }
    let along = total(second) / ${width}.0;
    let level = ${shift ? `total(first) / ${width}.0` : "0.0"};
    ${each} toX[i] ${gpu.plus(toX)} rate * (g[i] * by[k] - level - (own[i] - mean) * rate * along); }`,
          );
        const size = { outputs: width, terms: rows };
        if (toScale)
          gpu.sums(
            "norm: by scale",
            size,
            { g, own, moments },
            toScale,
            `let i = r * ${width}u + o;
    sum = fma(g[i], (own[i] - moments[2u * r]) * moments[2u * r + 1u], sum);`,
          );
        if (toShift) gpu.sums("norm: by shift", size, { g }, toShift, `sum += g[r * ${width}u + o];`);
      };
    },
  );
}
