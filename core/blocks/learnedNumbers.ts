/**
 * A trained network as the numbers that a block's equations use, by name: matrices row by row, a row an output. Those of time-invariant
 * layers are sampled already. Which names there are hangs on the network's sizes alone.
 */
import type { Recurrence } from "../learn/layers/layer.ts";
import { layerAlone, network } from "../learn/network.ts";
import type { Learned } from "../learn/weightFile.ts";

export type LearnedNumbers = { readonly [name: string]: readonly number[] };

interface Written {
  readonly numbers: LearnedNumbers;
  readonly states: number;
}

const known = new WeakMap<Learned, Written>();

/** With how many states the network has from step to step. */
export function numbersOf(learned: Learned): Written {
  let written = known.get(learned);
  if (!written) known.set(learned, (written = write(learned)));
  return written;
}

function write({ spec, weights, from, to }: Learned): Written {
  const numbers: { [name: string]: readonly number[] } = {
    "from mean": from.mean,
    "from scale": from.scale,
    "to mean": to.mean,
    "to scale": to.scale,
  };
  let states = 0;
  const take = (name: string) => weights[name]!.data;
  const plain = (name: string): void => void (numbers[name] = [...take(name)]);
  /** Weights are kept with a row an input. */
  const turned = (name: string, data = take(name), cols = weights[name]!.shape.at(-1)!): void =>
    void (numbers[name] = rowsOf(data, cols));
  const layer = (prefix: string, recurrence: Recurrence): void => {
    const made = layerNumbers(recurrence);
    states += made.states;
    for (const [name, values] of Object.entries(made.numbers)) numbers[prefix + name] = values;
  };
  if (spec.form === "filter") {
    const heads = spec.kind === "s4d";
    layer("", (heads ? layerAlone(spec) : network(spec)).recurrence!(take));
    if (heads) for (const name of ["spreadIn", "gatherOut"]) turned(name);
    return { numbers, states };
  }
  turned("encoder");
  plain("encoderBias");
  for (let k = 0; k < spec.layers; k++) {
    layer(
      `${k}.`,
      layerAlone(spec).recurrence!((name) => take(`${k}.${name}`)),
    );
    plain(`${k}.scale`);
    if (spec.kind === "mamba") continue;
    plain(`${k}.shift`);
    turned(`${k}.gate`);
    plain(`${k}.gateBias`);
  }
  if (spec.kind === "mamba") plain("scale");
  turned("decoder");
  plain("decoderBias");
  // A mean carries its sum and the number of steps.
  return { numbers, states: states + (spec.answer === "mean" ? spec.width + 1 : 0) };
}

function layerNumbers(r: Recurrence): Written {
  switch (r.kind) {
    case "diagonal":
      return {
        numbers: { a: [...r.a], B: [...r.B], C: realParts(r.C, r.outputs, r.factor), D: [...r.D] },
        states: r.a.length,
      };
    case "heads":
      return {
        numbers: { a: [...r.a], b: [...r.b], c: r.c.length === 0 ? [] : realParts(r.c, 1, r.factor), D: [...r.D] },
        states: r.a.length,
      };
    case "dense": {
      const n = Math.sqrt(r.A.length);
      return {
        numbers: { A: [...r.A], B: [...r.B], C: rowsOf(r.C, r.C.length / n), D: rowsOf(r.D, r.C.length / n) },
        states: n,
      };
    }
    case "lowRank":
      return {
        numbers: {
          ...{ P: [...r.P], B: [...r.B], d: [...r.d], e: [...r.e], bottom: [...r.bottom] },
          ...{ c: realParts(r.C, 1, 2), D: [...r.D] },
        },
        states: r.P.length,
      };
    case "selective": {
      const w = r.weight;
      const channels = w("D").length;
      const parts = r.rank + 2 * r.states;
      return {
        numbers: {
          ...{ input: rowsOf(w("input"), 2 * channels), taps: [...w("taps")], tapBias: [...w("tapBias")] },
          ...{ parts: rowsOf(w("parts"), parts), step: rowsOf(w("step"), channels), stepBias: [...w("stepBias")] },
          ...{ A: [...r.A], D: [...w("D")], output: rowsOf(w("output"), w("output").length / channels) },
        },
        states: channels * (r.taps - 1 + r.states),
      };
    }
  }
}

/** The transpose of a matrix with that many columns. */
function rowsOf(data: Float64Array, cols: number): number[] {
  const rows = data.length / cols;
  return Array.from({ length: data.length }, (_, i) => data[(i % rows) * cols + Math.floor(i / rows)]!);
}

/** factor Re(C x) as a map of [Re x, Im x], row by row. */
function realParts(C: Float64Array, rows: number, factor: number): number[] {
  const p = C.length / 2 / rows;
  return Array.from({ length: C.length }, (_, i) => {
    const [row, j] = [Math.floor(i / (2 * p)), i % (2 * p)];
    return j < p ? factor * C[row * p + j]! : -factor * C[rows * p + row * p + j - p]!;
  });
}
