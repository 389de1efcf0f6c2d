/** Parts, joins and sums along axes, and the look-up of rows. */
import { literal } from "../launch.ts";
import { type Tape } from "../tape.ts";
import { count, type Tensor } from "../tensor.ts";

/** Entries from..to of the last axis. */
export function slice(tape: Tape, x: Tensor, from: number, to: number): Tensor {
  const width = x.shape.at(-1)!;
  const kept = to - from;
  const rows = x.size / width;
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
    (gpu, y) => {
      const place = `(i / ${kept}u) * ${width}u + ${from}u + i % ${kept}u`;
      gpu.each("slice", rows * kept, { x: gpu.data(x) }, { y }, `y[i] = x[${place}];`);
      return (g) => {
        const into = gpu.grad(x);
        if (!into) return;
        if (gpu.plus(into) === "+=") gpu.each("slice: back", rows * kept, { g }, { into }, `into[${place}] += g[i];`);
        else
          gpu.each(
            "slice: back",
            x.size,
            { g },
            { into },
            `let k = i % ${width}u - ${from}u;
    into[i] = select(0.0, g[(i / ${width}u) * ${kept}u + min(k, ${kept - 1}u)], k < ${kept}u);`,
          );
      };
    },
  );
}

/** Along the last axis. */
export function concat(tape: Tape, parts: readonly Tensor[]): Tensor {
  const widths = parts.map((part) => part.shape.at(-1)!);
  const width = widths.reduce((sum, w) => sum + w, 0);
  const first = parts[0]!;
  const rows = first.size / widths[0]!;
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
    (gpu, y) => {
      const begins = widths.map((_, p) => widths.slice(0, p).reduce((total, w) => total + w, 0));
      const places = widths.map((w, p) => `(i / ${w}u) * ${width}u + ${begins[p]}u + i % ${w}u`);
      parts.forEach((part, p) =>
        gpu.each("concat", part.size, { part: gpu.data(part) }, { y }, `y[${places[p]}] = part[i];`),
      );
      return (g) =>
        parts.forEach((part, p) => {
          const to = gpu.grad(part);
          if (to) gpu.each("concat: back", part.size, { g }, { to }, `to[i] ${gpu.plus(to)} g[${places[p]}];`);
        });
    },
  );
}

/** The same numbers in another shape. */
export function reshape(tape: Tape, x: Tensor, shape: readonly number[]): Tensor {
  if (count(shape) !== x.size) throw new RangeError(`[${x.shape.join(", ")}] as [${shape.join(", ")}]`);
  return tape.record(
    shape,
    [x],
    (y) => y.set(x.data),
    (g) => {
      if (x.grad) for (let i = 0; i < g.length; i++) x.grad[i]! += g[i]!;
    },
    (gpu, y) => {
      gpu.same(y, x);
      return () => {};
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
    (gpu, y) => {
      const factor = literal(share);
      const steps = length - from;
      gpu.sums(
        "pool",
        { outputs: batch * width, terms: steps },
        { x: gpu.data(x) },
        y,
        `sum += ${factor} * x[((o / ${width}u) * ${length}u + ${from}u + r) * ${width}u + o % ${width}u];`,
      );
      return (g) => {
        const to = gpu.grad(x);
        if (to)
          gpu.each(
            "pool: back",
            x.size,
            { g },
            { to },
            `let t = (i / ${width}u) % ${length}u;
    to[i] ${gpu.plus(to)} select(0.0, ${factor} * g[(i / ${width * length}u) * ${width}u + i % ${width}u], t >= ${from}u);`,
          );
      };
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
      for (let i = 0; i < x.size; i++) y[0]! += x.data[i]!;
    },
    (g) => {
      if (x.grad) for (let i = 0; i < x.grad.length; i++) x.grad[i]! += g[0]!;
    },
    (gpu, y) => {
      gpu.sums("sum", { outputs: 1, terms: x.size }, { x: gpu.data(x) }, y, "sum += x[r];");
      return (g) => {
        const to = gpu.grad(x);
        if (to) gpu.each("sum: back", x.size, { g }, { to }, `to[i] ${gpu.plus(to)} g[0];`);
      };
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
      for (let i = 0; i < index.size; i++) {
        const row = index.data[i]! * width;
        y.set(table.data.subarray(row, row + width), i * width);
      }
    },
    (g) => {
      if (!table.grad) return;
      for (let i = 0; i < index.size; i++)
        for (let k = 0, row = index.data[i]! * width; k < width; k++) table.grad[row + k]! += g[i * width + k]!;
    },
    (gpu, y) => {
      const at = gpu.data(index);
      gpu.each(
        "embedding",
        index.size * width,
        { at, table: gpu.data(table) },
        { y },
        `y[i] = table[u32(at[i / ${width}u]) * ${width}u + i % ${width}u];`,
      );
      return (g) => {
        const to = gpu.grad(table);
        if (to)
          gpu.sums(
            "embedding: back",
            { outputs: table.size, terms: index.size },
            { at, g },
            to,
            `if (u32(at[r]) == o / ${width}u) { sum += g[r * ${width}u + o % ${width}u]; }`,
          );
      };
    },
  );
}
