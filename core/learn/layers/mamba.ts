/** Mamba's mixer: a convolution of four taps, steps, B and C that depend on the input, and a gate. Gu & Dao, arXiv 2312.00752. */
import { slice } from "../ops/arrange.ts";
import { conv1d } from "../ops/conv1d.ts";
import { map, silu, softplus } from "../ops/elementwise.ts";
import { matmul } from "../ops/matmul.ts";
import { selectiveScan } from "../ops/selectiveScan.ts";
import { logStep, weight, type Layer, type StepRange, type Values } from "./layer.ts";

export interface MambaSize {
  readonly width: number;
  readonly states: number;
  /** Layers of the network: what comes out begins smaller by its root. */
  readonly layers: number;
  readonly stepRange?: StepRange | undefined;
}

const taps = 4;
const decays = (w: Values): Float64Array => w("logA").map((value) => -Math.exp(value));

export function mambaLayer({ width, states: n, layers, stepRange }: MambaSize): Layer {
  const d = 2 * width;
  const rank = Math.ceil(width / 16);
  return {
    weights(random) {
      const even = (fan: number) => () => random.between(-1, 1) / Math.sqrt(fan);
      return {
        input: weight("plain", [width, 2 * d], even(width)),
        taps: weight("plain", [d, taps], even(taps)),
        tapBias: weight("free", [d], even(taps)),
        parts: weight("plain", [d, rank + 2 * n], even(d)),
        step: weight("plain", [rank, d], even(rank)),
        stepBias: weight("free", [d], () => {
          const step = Math.exp(logStep(random, stepRange));
          // softplus of this is the step.
          return step + Math.log(-Math.expm1(-step));
        }),
        logA: weight("free", [d, n], (i) => Math.log((i % n) + 1)),
        D: weight("free", [d], () => 1),
        output: weight("plain", [d, width], () => random.between(-1, 1) / Math.sqrt(d * layers)),
      };
    },
    apply(tape, w, u, mode) {
      const both = matmul(tape, u, w("input"));
      const x = map(tape, conv1d(tape, slice(tape, both, 0, d), w("taps"), w("tapBias")), "silu");
      const parts = matmul(tape, x, w("parts"));
      const y = selectiveScan(
        tape,
        {
          u: x,
          raw: matmul(tape, slice(tape, parts, 0, rank), w("step")),
          bias: w("stepBias"),
          z: slice(tape, both, d, 2 * d),
          A: map(tape, w("logA"), "negexp"),
          B: slice(tape, parts, rank, rank + n),
          C: slice(tape, parts, rank + n, rank + 2 * n),
          D: w("D"),
        },
        mode === "serial" ? "serial" : "parallel",
      );
      return matmul(tape, y, w("output"));
    },
    recurrence: (w) => ({ kind: "selective", states: n, rank, taps, A: decays(w), weight: w }),
    machine(w) {
      const A = decays(w);
      const held = d * (taps - 1);
      const x = new Float64Array(d);
      return {
        // The last three inputs of the convolution, then the states.
        states: held + d * n,
        step(state, u, y) {
          const both = times(u, w("input"), 2 * d);
          for (let c = 0; c < d; c++) {
            let sum = w("tapBias")[c]! + w("taps")[c * taps + taps - 1]! * both[c]!;
            for (let j = 0; j < taps - 1; j++) sum += w("taps")[c * taps + j]! * state[j * d + c]!;
            x[c] = silu(sum);
          }
          state.copyWithin(0, d, held);
          state.set(both.subarray(0, d), held - d);
          const parts = times(x, w("parts"), rank + 2 * n);
          const raw = times(parts.subarray(0, rank), w("step"), d);
          const out = new Float64Array(d);
          for (let c = 0; c < d; c++) {
            const step = softplus(raw[c]! + w("stepBias")[c]!);
            let sum = w("D")[c]! * x[c]!;
            for (let i = 0, at = held + c * n; i < n; i++, at++) {
              state[at] = Math.exp(step * A[c * n + i]!) * state[at]! + step * x[c]! * parts[rank + i]!;
              sum += parts[rank + n + i]! * state[at]!;
            }
            out[c] = sum * silu(both[d + c]!);
          }
          y.set(times(out, w("output"), width));
        },
      };
    },
  };
}

/** x times the matrix w of as many rows. */
export function times(x: Float64Array, w: Float64Array, cols: number): Float64Array {
  const y = new Float64Array(cols);
  for (let i = 0; i < x.length; i++) for (let j = 0; j < cols; j++) y[j]! += x[i]! * w[i * cols + j]!;
  return y;
}
