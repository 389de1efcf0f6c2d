/** A state space with full matrices, trained as it is: x' = A x + B u sampled with a learned step, y = C x + D u. */
import { legs } from "../hippo.ts";
import { reshape } from "../ops/arrange.ts";
import { denseScan } from "../ops/denseScan.ts";
import { discretizeDense } from "../ops/discretizeDense.ts";
import { add } from "../ops/elementwise.ts";
import { fftconv } from "../ops/fftconv.ts";
import { matmul } from "../ops/matmul.ts";
import { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { logStep, weight, type Layer, type StepRange } from "./layer.ts";

export interface LinearSize {
  readonly inputs: number;
  readonly outputs: number;
  readonly states: number;
  readonly method: "zoh" | "bilinear" | "euler";
  /** HiPPO-LegS, or a Gaussian A with entries of variance 1 / states. */
  readonly init: "legs" | "random";
  readonly stepRange?: StepRange | undefined;
}

export function linearLayer({ inputs, outputs, states, method, init, stepRange }: LinearSize): Layer {
  return {
    weights(random) {
      const hippo = legs(states);
      const spread = 1 / Math.sqrt(states);
      return {
        A: weight("ssm", [states, states], (i) => (init === "legs" ? hippo.A[i]! : spread * random.normal())),
        B: weight("ssm", [states, inputs], (i) =>
          init === "legs" && inputs === 1 ? hippo.B[i]! : random.normal() / Math.sqrt(inputs),
        ),
        C: weight("plain", [states, outputs], () => spread * random.normal()),
        D: weight("free", [inputs, outputs], () => random.normal() / Math.sqrt(inputs)),
        logStep: weight("ssm", [1], () => logStep(random, stepRange)),
      };
    },
    apply(tape, w, u, mode) {
      const [batch = 0, length = 0] = u.shape;
      const system = discretizeDense(tape, w("A"), w("B"), w("logStep"), method);
      const direct = matmul(tape, u, w("D"));
      if (mode !== "convolution") return add(tape, matmul(tape, denseScan(tape, system, u, mode), w("C")), direct);
      // The kernel is the response to an impulse at each input, by the scan.
      const impulse = tape.input([inputs, length, inputs]);
      for (let i = 0; i < inputs; i++) impulse.data[i * length * inputs + i] = 1;
      const kernel = matmul(tape, denseScan(tape, system, impulse), w("C"));
      return add(tape, reshape(tape, fftconv(tape, u, kernel), [batch, length, outputs]), direct);
    },
    recurrence: (w) => ({ kind: "dense", ...sampledLinear(w, { states, inputs, method }), C: w("C"), D: w("D") }),
    machine(w) {
      const { A, B } = sampledLinear(w, { states, inputs, method });
      const [C, D] = [w("C"), w("D")];
      const next = new Float64Array(states);
      return {
        states,
        step(state, u, y) {
          for (let i = 0; i < states; i++) {
            let sum = 0;
            for (let j = 0; j < states; j++) sum += A[i * states + j]! * state[j]!;
            for (let j = 0; j < inputs; j++) sum += B[i * inputs + j]! * u[j]!;
            next[i] = sum;
          }
          state.set(next);
          for (let o = 0; o < outputs; o++) {
            let sum = 0;
            for (let i = 0; i < states; i++) sum += C[i * outputs + o]! * state[i]!;
            for (let i = 0; i < inputs; i++) sum += D[i * outputs + o]! * u[i]!;
            y[o] = sum;
          }
        },
      };
    },
  };
}

/** The discrete A and B of these weights. */
export function sampledLinear(
  w: (name: string) => Float64Array,
  { states: n, inputs: m, method }: Pick<LinearSize, "states" | "inputs" | "method">,
): { readonly A: Float64Array; readonly B: Float64Array } {
  const tape = new Tape();
  const leaf = (name: string, shape: readonly number[]): Tensor => tape.input(shape, w(name));
  const { data } = discretizeDense(tape, leaf("A", [n, n]), leaf("B", [n, m]), leaf("logStep", [1]), method);
  tape.forward();
  const A = new Float64Array(n * n);
  const B = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    A.set(data.subarray(i * (n + m), i * (n + m) + n), i * n);
    B.set(data.subarray(i * (n + m) + n, (i + 1) * (n + m)), i * m);
  }
  return { A, B };
}
