/** Parts, joins and sums along axes, and the look-up of rows. */
import { count, type Tape, type Tensor } from "../tape.ts";

/** Entries from..to of the last axis. */
export function slice(tape: Tape, x: Tensor, from: number, to: number): Tensor {
  const width = x.shape.at(-1)!;
  const kept = to - from;
  const rows = x.data.length / width;
  return tape.record(
    [...x.shape.slice(0, -1), kept],
    [x],
    (y) => {
      for (let r = 0; r < rows; r++) y.set(x.data.subarray(r * width + from, r * width + to), r * kept);
    },
    (g) => {
      if (!x.grad) return;
      for (let r = 0; r < rows; r++) for (let k = 0; k < kept; k++) x.grad[r * width + from + k]! += g[r * kept + k]!;
    },
  );
}

/** Along the last axis. */
export function concat(tape: Tape, parts: readonly Tensor[]): Tensor {
  const widths = parts.map((part) => part.shape.at(-1)!);
  const width = widths.reduce((sum, w) => sum + w, 0);
  const first = parts[0]!;
  const rows = first.data.length / widths[0]!;
  const each = (work: (part: Tensor, row: number, k: number, at: number) => void) => {
    let from = 0;
    parts.forEach((part, p) => {
      const w = widths[p]!;
      for (let r = 0; r < rows; r++) for (let k = 0; k < w; k++) work(part, r * w, k, r * width + from + k);
      from += w;
    });
  };
  return tape.record(
    [...first.shape.slice(0, -1), width],
    parts,
    (y) => each((part, row, k, at) => (y[at] = part.data[row + k]!)),
    (g) =>
      each((part, row, k, at) => {
        if (part.grad) part.grad[row + k]! += g[at]!;
      }),
  );
}

/** The same numbers in another shape. */
export function reshape(tape: Tape, x: Tensor, shape: readonly number[]): Tensor {
  if (count(shape) !== x.data.length) throw new RangeError(`[${x.shape.join(", ")}] as [${shape.join(", ")}]`);
  return tape.record(
    shape,
    [x],
    (y) => y.set(x.data),
    (g) => {
      if (x.grad) for (let i = 0; i < g.length; i++) x.grad[i]! += g[i]!;
    },
  );
}

/** Of x [batch, length, width] the mean over the length, or its last row: [batch, width]. */
export function pool(tape: Tape, x: Tensor, kind: "mean" | "last"): Tensor {
  const [batch = 0, length = 0, width = 0] = x.shape;
  const from = kind === "last" ? length - 1 : 0;
  const share = kind === "last" ? 1 : 1 / length;
  const each = (work: (at: number, to: number) => void) => {
    for (let b = 0; b < batch; b++)
      for (let t = from; t < length; t++)
        for (let k = 0; k < width; k++) work((b * length + t) * width + k, b * width + k);
  };
  return tape.record(
    [batch, width],
    [x],
    (y) => {
      y.fill(0);
      each((at, to) => (y[to]! += share * x.data[at]!));
    },
    (g) => {
      const { grad } = x;
      if (grad) each((at, to) => (grad[at]! += share * g[to]!));
    },
  );
}

/** The sum of all entries: [1]. */
export function sum(tape: Tape, x: Tensor): Tensor {
  return tape.record(
    [1],
    [x],
    (y) => {
      y[0] = 0;
      for (let i = 0; i < x.data.length; i++) y[0]! += x.data[i]!;
    },
    (g) => {
      if (x.grad) for (let i = 0; i < x.grad.length; i++) x.grad[i]! += g[0]!;
    },
  );
}

/** Rows of `table` [symbols, width] by the integers in `index` [...]: [..., width]. */
export function embedding(tape: Tape, index: Tensor, table: Tensor): Tensor {
  const width = table.shape[1]!;
  return tape.record(
    [...index.shape, width],
    [table],
    (y) => {
      for (let i = 0; i < index.data.length; i++) {
        const row = index.data[i]! * width;
        y.set(table.data.subarray(row, row + width), i * width);
      }
    },
    (g) => {
      if (!table.grad) return;
      for (let i = 0; i < index.data.length; i++)
        for (let k = 0, row = index.data[i]! * width; k < width; k++) table.grad[row + k]! += g[i * width + k]!;
    },
  );
}
