/** DSS in its softmax form: modes that all channels share, normalized over the length that it is trained at. arXiv 2203.14343. */
import { nplr } from "../hippo.ts";
import { reshape, slice } from "../ops/arrange.ts";
import { readHeads, spread } from "../ops/complex.ts";
import { diagonalScan } from "../ops/diagonalScan.ts";
import { dssKernel } from "../ops/dssKernel.ts";
import { add, mul } from "../ops/elementwise.ts";
import { fftconv } from "../ops/fftconv.ts";
import { s4dKernel } from "../ops/s4dKernel.ts";
import { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { headsMachine } from "./diagonalMachine.ts";
import { logStep, weight, type Heads, type Layer, type StepRange, type Tensors, type Values } from "./layer.ts";

export interface DssSize {
  readonly width: number;
  /** Complex modes. */
  readonly states: number;
  /** Steps over which the softmax is taken. */
  readonly length: number;
  readonly stepRange?: StepRange | undefined;
}

export function dssLayer({ width: h, states: n, length: over, stepRange }: DssSize): Layer {
  const p = h * n;
  const sampled = (tape: Tape, w: Tensors): { a: Tensor; c: Tensor } => {
    const both = reshape(tape, dssKernel(tape, w("W"), w("lambda"), w("logStep"), over), [4 * p]);
    return { c: slice(tape, both, 0, 2 * p), a: slice(tape, both, 2 * p, 4 * p) };
  };
  const ones = Float64Array.from({ length: 2 * p }, (_, i) => (i < p ? 1 : 0));
  return {
    weights(random) {
      // The eigenvalues of HiPPO's skew part of order 2 n with positive imaginary parts.
      const { w } = nplr(2 * n);
      return {
        W: weight("ssm", [2, p], () => random.normal()),
        lambda: weight("ssm", [2, n], (i) => (i < n ? -0.5 : w[i - n]!)),
        logStep: weight("ssm", [2, h], () => logStep(random, stepRange)),
        D: weight("free", [h], () => random.normal()),
      };
    },
    apply(tape, w, u, mode) {
      const length = u.shape[1]!;
      const { a, c } = sampled(tape, w);
      const direct = mul(tape, u, w("D"));
      if (mode === "convolution") return add(tape, fftconv(tape, u, s4dKernel(tape, c, a, h, length, 1)), direct);
      const x = diagonalScan(tape, a, spread(tape, u, tape.input([2, p], ones)), mode);
      return add(tape, readHeads(tape, x, c, h, 1), direct);
    },
    machine: (w) => headsMachine(sampledHeads(w)),
    recurrence: (w) => ({ kind: "heads", ...sampledHeads(w) }),
  };

  function sampledHeads(w: Values): Heads {
    const tape = new Tape();
    const shapes: Record<string, readonly number[]> = { W: [2, p], lambda: [2, n], logStep: [2, h] };
    const { a, c } = sampled(tape, (name) => tape.input(shapes[name]!, w(name)));
    tape.forward();
    return { a: a.data, b: ones, c: c.data, D: w("D"), factor: 1 };
  }
}
