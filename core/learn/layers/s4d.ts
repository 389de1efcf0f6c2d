/** S4D: a diagonal state space of its own for each channel. Gu, Gupta, Goel & Re, arXiv 2206.11893. */
import { nplr } from "../hippo.ts";
import { concat, reshape, slice } from "../ops/arrange.ts";
import { complexMul, readHeads, spread } from "../ops/complex.ts";
import { diagonalScan } from "../ops/diagonalScan.ts";
import { discretize, type Discretization } from "../ops/discretize.ts";
import { add, map, mul } from "../ops/elementwise.ts";
import { fftconv } from "../ops/fftconv.ts";
import { s4dKernel } from "../ops/s4dKernel.ts";
import { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { headsMachine } from "./diagonalMachine.ts";
import { logStep, weight, type Heads, type Layer, type StepRange, type Tensors, type Values } from "./layer.ts";

export type S4dInit = "lin" | "inv" | "legs" | "real";

export interface S4dSize {
  readonly width: number;
  /** Real states of a channel: half as many modes are kept, one of each pair, but all where they are real. */
  readonly states: number;
  readonly init: S4dInit;
  readonly method: Discretization;
  readonly stepRange?: StepRange | undefined;
}

/** The continuous modes of a channel, [2, n], and what C begins multiplied with. */
export function s4dModes(states: number, init: S4dInit): { readonly lambda: Float64Array; readonly b: Float64Array } {
  if (init === "real") {
    const lambda = new Float64Array(2 * states);
    for (let n = 0; n < states; n++) lambda[n] = -(n + 1);
    return { lambda, b: ones(states) };
  }
  const half = states / 2;
  const hippo = init === "legs" ? nplr(states) : undefined;
  const lambda = new Float64Array(2 * half);
  for (let n = 0; n < half; n++) {
    lambda[n] = -0.5;
    lambda[half + n] = hippo?.w[n] ?? (init === "lin" ? Math.PI * n : (states / Math.PI) * (states / (2 * n + 1) - 1));
  }
  const b = hippo?.into(Float64Array.from({ length: states }, (_, i) => Math.sqrt(2 * i + 1)));
  return { lambda, b: b ?? ones(half) };
}

const ones = (n: number) => Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 : 0));

export function s4dLayer({ width: h, states, init, method, stepRange }: S4dSize): Layer {
  const real = init === "real";
  const n = real ? states : states / 2;
  const sampled = (tape: Tape, w: Tensors): { a: Tensor; c: Tensor } => {
    const im = real ? tape.input([h * n]) : w("im");
    const lambda = concat(tape, [map(tape, w("logRe"), "negexp"), im]);
    // Each head's step for all of its modes.
    const steps = reshape(tape, add(tape, tape.input([h, n]), w("logStep")), [h * n]);
    const both = reshape(tape, discretize(tape, lambda, steps, method), [4 * h * n]);
    const phi = slice(tape, both, 2 * h * n, 4 * h * n);
    return { a: slice(tape, both, 0, 2 * h * n), c: complexMul(tape, w("C"), phi) };
  };
  return {
    weights(random) {
      const { lambda, b } = s4dModes(states, init);
      const first = Array.from({ length: h * n }, (_, i) => {
        const [re, im] = [random.normal() * Math.SQRT1_2, random.normal() * Math.SQRT1_2];
        const k = i % n;
        return [re * b[k]! - im * b[n + k]!, re * b[n + k]! + im * b[k]!] as const;
      });
      return {
        logRe: weight("ssm", [h * n], (i) => Math.log(-lambda[i % n]!)),
        ...(real ? {} : { im: weight("ssm", [h * n], (i) => lambda[n + (i % n)]!) }),
        C: weight("plain", [2, h * n], (i) => first[i % (h * n)]![i < h * n ? 0 : 1]),
        logStep: weight("ssm", [h, 1], () => logStep(random, stepRange)),
        D: weight("free", [h], () => random.normal()),
      };
    },
    apply(tape, w, u, mode) {
      const length = u.shape[1]!;
      const { a, c } = sampled(tape, w);
      const direct = mul(tape, u, w("D"));
      if (mode === "convolution") return add(tape, fftconv(tape, u, s4dKernel(tape, c, a, h, length, 2)), direct);
      const v = spread(tape, u, tape.input([2, h * n], ones(h * n)));
      return add(tape, readHeads(tape, diagonalScan(tape, a, v, mode), c, h, 2), direct);
    },
    machine: (w) => headsMachine(sampledHeads(w)),
    recurrence: (w) => ({ kind: "heads", ...sampledHeads(w) }),
  };

  function sampledHeads(w: Values): Heads {
    const tape = new Tape();
    const shapes: Record<string, readonly number[]> = { C: [2, h * n], logStep: [h, 1] };
    const { a, c } = sampled(tape, (name) => tape.input(shapes[name] ?? [h * n], w(name)));
    tape.forward();
    return { a: a.data, b: ones(h * n), c: c.data, D: w("D"), factor: 2 };
  }
}
