/** What training lowers: means over what is asked for, [1]. */
import type { Tape, Tensor } from "../tape.ts";

/** Mean of weight (y - target)^2; `weight`, of the same shape, is 0 where nothing is asked for, and the mean goes over its sum. */
export function meanSquare(tape: Tape, y: Tensor, target: Tensor, weight?: Tensor): Tensor {
  const total = () => (weight ? weight.data.reduce((sum, w) => sum + w, 0) || 1 : y.data.length);
  const weightAt = (i: number) => (weight ? weight.data[i]! : 1);
  return tape.record(
    [1],
    [y],
    (loss) => {
      let sum = 0;
      for (let i = 0; i < y.data.length; i++) sum += weightAt(i) * (y.data[i]! - target.data[i]!) ** 2;
      loss[0] = sum / total();
    },
    (g) => {
      if (!y.grad) return;
      const factor = (2 * g[0]!) / total();
      for (let i = 0; i < y.data.length; i++) y.grad[i]! += factor * weightAt(i) * (y.data[i]! - target.data[i]!);
    },
  );
}

/**
 * Mean of -log N(target; mean, exp(logVariance)), without the constant log(2 pi) / 2. y [..., 2 n] holds n means and then n logarithms of
 * variances, target [..., n]; `weight` as above.
 */
export function gaussianNll(tape: Tape, y: Tensor, target: Tensor, weight?: Tensor): Tensor {
  const n = target.shape.at(-1)!;
  const total = () => (weight ? weight.data.reduce((sum, w) => sum + w, 0) || 1 : target.data.length);
  const each = (work: (mean: number, logVariance: number, i: number, weight: number) => void) => {
    for (let i = 0; i < target.data.length; i++) {
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
  );
}

/** Mean of -log softmax(y)[label] over the rows of y [..., classes]; `label` [...] holds integers, negative ones where nothing is asked. */
export function crossEntropy(tape: Tape, y: Tensor, label: Tensor): Tensor {
  const classes = y.shape.at(-1)!;
  const rows = label.data.length;
  const share = new Float64Array(y.data.length);
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
  );
}
