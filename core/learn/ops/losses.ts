/** What training lowers: means over what is asked for, [1]. */
import type { Cell, Cells, Launcher } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** Mean of weight (y - target)^2; `weight`, of the same shape, is 0 where nothing is asked for, and the mean goes over its sum. */
export function meanSquare(tape: Tape, y: Tensor, target: Tensor, weight?: Tensor): Tensor {
  const total = () => (weight ? weight.data.reduce((sum, w) => sum + w, 0) || 1 : y.size);
  const weightAt = (i: number) => (weight ? weight.data[i]! : 1);
  return tape.record(
    [1],
    [y],
    (loss) => {
      let sum = 0;
      for (let i = 0; i < y.size; i++) sum += weightAt(i) * (y.data[i]! - target.data[i]!) ** 2;
      loss[0] = sum / total();
    },
    (g) => {
      if (!y.grad) return;
      const factor = (2 * g[0]!) / total();
      for (let i = 0; i < y.size; i++) y.grad[i]! += factor * weightAt(i) * (y.data[i]! - target.data[i]!);
    },
    (gpu, loss) => {
      const [own, wanted] = [gpu.data(y), gpu.data(target)];
      const counts: Cells = weight ? { counts: gpu.data(weight) } : {};
      const w = weight ? "counts[i]" : "1.0";
      const all = gpu.cell(2);
      gpu.sums(
        "mean square",
        { outputs: 2, terms: y.size },
        { own, wanted, ...counts },
        all,
        `let i = r; let d = own[i] - wanted[i];
    sum += ${w} * select(1.0, d * d, o == 0u);`,
      );
      quotient(gpu, all, loss);
      return (g) => {
        const to = gpu.grad(y);
        if (to)
          gpu.each(
            "mean square: back",
            y.size,
            { g, own, wanted, all, ...counts },
            { to },
            `to[i] ${gpu.plus(to)} 2.0 * g[0] / ${counted} * ${w} * (own[i] - wanted[i]);`,
          );
      };
    },
  );
}

/**
 * Mean of -log N(target; mean, exp(logVariance)), without the constant log(2 pi) / 2. y [..., 2 n] holds n means and then n logarithms of
 * variances, target [..., n]; `weight` as above.
 */
export function gaussianNll(tape: Tape, y: Tensor, target: Tensor, weight?: Tensor): Tensor {
  const n = target.shape.at(-1)!;
  const total = () => (weight ? weight.data.reduce((sum, w) => sum + w, 0) || 1 : target.size);
  const each = (work: (mean: number, logVariance: number, i: number, weight: number) => void) => {
    for (let i = 0; i < target.size; i++) {
      const row = Math.floor(i / n) * 2 * n + (i % n);
      work(row, row + n, i, weight ? weight.data[i]! : 1);
    }
  };
  return tape.record(
    [1],
    [y],
    (loss) => {
      let sum = 0;
      each((mean, log, i, w) => {
        const left = target.data[i]! - y.data[mean]!;
        sum += 0.5 * w * (y.data[log]! + left * left * Math.exp(-y.data[log]!));
      });
      loss[0] = sum / total();
    },
    (g) => {
      const { grad } = y;
      if (!grad) return;
      const factor = g[0]! / total();
      each((mean, log, i, w) => {
        const left = target.data[i]! - y.data[mean]!;
        const sure = Math.exp(-y.data[log]!);
        grad[mean]! -= factor * w * left * sure;
        grad[log]! += 0.5 * factor * w * (1 - left * left * sure);
      });
    },
    (gpu, loss) => {
      const [own, wanted] = [gpu.data(y), gpu.data(target)];
      const counts: Cells = weight ? { counts: gpu.data(weight) } : {};
      const w = weight ? "counts[i]" : "1.0";
      const all = gpu.cell(2);
      const place = `let at = (i / ${n}u) * ${2 * n}u + i % ${n}u; let left = wanted[i] - own[at]; let log_variance = own[at + ${n}u];`;
      gpu.sums(
        "gaussian",
        { outputs: 2, terms: target.size },
        { own, wanted, ...counts },
        all,
        `let i = r; ${place}
    sum += ${w} * select(1.0, 0.5 * (log_variance + left * left * exp(-log_variance)), o == 0u);`,
      );
      quotient(gpu, all, loss);
      return (g) => {
        const to = gpu.grad(y);
        if (!to) return;
        const op = gpu.plus(to);
        gpu.each(
          "gaussian: back",
          target.size,
          { g, own, wanted, all, ...counts },
          { to },
          `${place}
    let sure = exp(-log_variance);
    let factor = g[0] / ${counted} * ${w};
    to[at] ${op} -factor * left * sure;
    to[at + ${n}u] ${op} 0.5 * factor * (1.0 - left * left * sure);`,
        );
      };
    },
  );
}

/** Mean of -log softmax(y)[label] over the rows of y [..., classes]; `label` [...] holds integers, negative ones where nothing is asked. */
export function crossEntropy(tape: Tape, y: Tensor, label: Tensor): Tensor {
  const classes = y.shape.at(-1)!;
  const rows = label.size;
  const share = new Float64Array(y.size);
  const asked = () => label.data.reduce((sum, k) => sum + (k >= 0 ? 1 : 0), 0) || 1;
  return tape.record(
    [1],
    [y],
    (loss) => {
      let sum = 0;
      for (let r = 0, at = 0; r < rows; r++, at += classes) {
        let most = -Infinity;
        for (let k = 0; k < classes; k++) most = Math.max(most, y.data[at + k]!);
        let all = 0;
        for (let k = 0; k < classes; k++) all += share[at + k] = Math.exp(y.data[at + k]! - most);
        for (let k = 0; k < classes; k++) share[at + k]! /= all;
        if (label.data[r]! >= 0) sum += Math.log(all) + most - y.data[at + label.data[r]!]!;
      }
      loss[0] = sum / asked();
    },
    (g) => {
      if (!y.grad) return;
      const factor = g[0]! / asked();
      for (let r = 0, at = 0; r < rows; r++, at += classes) {
        if (label.data[r]! < 0) continue;
        for (let k = 0; k < classes; k++) y.grad[at + k]! += factor * (share[at + k]! - (k === label.data[r] ? 1 : 0));
      }
    },
    (gpu, loss) => {
      const [own, labels] = [gpu.data(y), gpu.data(label)];
      /** The logarithm of each row's sum of exponentials. */
      const logs = gpu.cell(rows);
      const all = gpu.cell(2);
      gpu.each(
        "cross entropy: rows",
        rows,
        { own },
        { logs },
        `let at = i * ${classes}u;
    var most = own[at];
    for (var k = 1u; k < ${classes}u; k++) { most = max(most, own[at + k]); }
    var sum = 0.0;
    for (var k = 0u; k < ${classes}u; k++) { sum += exp(own[at + k] - most); }
    logs[i] = most + log(sum);`,
      );
      gpu.sums(
        "cross entropy",
        { outputs: 2, terms: rows },
        { own, labels, logs },
        all,
        `if (labels[r] >= 0.0) { sum += select(1.0, logs[r] - own[r * ${classes}u + u32(labels[r])], o == 0u); }`,
      );
      quotient(gpu, all, loss);
      return (g) => {
        const to = gpu.grad(y);
        if (to)
          gpu.each(
            "cross entropy: back",
            y.size,
            { g, own, labels, logs, all },
            { to },
            `let row = i / ${classes}u;
    let hit = select(0.0, 1.0, labels[row] == f32(i % ${classes}u));
    to[i] ${gpu.plus(to)} select(0.0, g[0] / ${counted} * (exp(own[i] - logs[row]) - hit), labels[row] >= 0.0);`,
          );
      };
    },
  );
}

/** What the weights of a mean come to; of nothing at all the loss is 0. */
const counted = "select(all[1], 1.0, all[1] == 0.0)";

function quotient(gpu: Launcher, all: Cell, loss: Cell): void {
  gpu.each("mean", 1, { all }, { loss }, `loss[0] = all[0] / ${counted};`);
}
