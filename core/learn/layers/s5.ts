/** S5: one system with many inputs and outputs, diagonal, in conjugate pairs. Smith, Warrington & Linderman, arXiv 2208.04933. */
import { nplr } from "../hippo.ts";
import { reshape, slice } from "../ops/arrange.ts";
import { inputMatrix, outputMatrix } from "../ops/complex.ts";
import { diagonalScan } from "../ops/diagonalScan.ts";
import { discretize, type Discretization } from "../ops/discretize.ts";
import { add } from "../ops/elementwise.ts";
import { matmul } from "../ops/matmul.ts";
import { Tape } from "../tape.ts";
import { diagonalMachine } from "./diagonalMachine.ts";
import { logStep, weight, type Diagonal, type Layer, type StepRange, type Values } from "./layer.ts";

export interface S5Size {
  readonly inputs: number;
  readonly outputs: number;
  /** Real states: twice as many as modes that are kept. */
  readonly states: number;
  /** Blocks of HiPPO that the modes begin as. */
  readonly blocks: number;
  readonly method: Discretization;
  readonly stepRange?: StepRange | undefined;
}

/** D is a full matrix [inputs, outputs]: with as many outputs as inputs it begins as the published diagonal. */
export function s5Layer(size: S5Size): Layer {
  const { inputs, outputs, states, blocks, method, stepRange } = size;
  const p = states / 2;
  if (!Number.isInteger(p / blocks)) throw new RangeError(`${states} states do not make ${blocks} blocks of pairs`);
  return {
    weights(random) {
      const part = p / blocks;
      const hippo = nplr(2 * part);
      const B = new Float64Array(2 * p * inputs);
      const C = new Float64Array(2 * outputs * p);
      // Lecun's normal entries (variance 1 / fan-in), turned into the eigenvectors' coordinates block by block.
      const draw = () => Float64Array.from({ length: 2 * part }, () => random.normal() / Math.sqrt(states));
      for (let block = 0; block < blocks; block++) {
        for (let k = 0; k < inputs; k++) {
          const column = hippo.into(draw());
          for (let j = 0; j < part; j++) {
            B[(block * part + j) * inputs + k] = column[j]!;
            B[(p + block * part + j) * inputs + k] = column[part + j]!;
          }
        }
        for (let o = 0; o < outputs; o++) {
          const [real, imaginary] = [hippo.outOf(draw()), hippo.outOf(draw())];
          for (let j = 0; j < part; j++) {
            C[o * p + block * part + j] = real[j]! - imaginary[part + j]!;
            C[(outputs + o) * p + block * part + j] = real[part + j]! + imaginary[j]!;
          }
        }
      }
      return {
        lambda: weight("ssm", [2, p], (i) => (i < p ? -0.5 : hippo.w[i % part]!)),
        B: weight("ssm", [2, p, inputs], (i) => B[i]!),
        C: weight("plain", [2, outputs, p], (i) => C[i]!),
        D: weight("free", [inputs, outputs], (i) =>
          inputs !== outputs || Math.floor(i / outputs) === i % outputs ? random.normal() : 0,
        ),
        logStep: weight("ssm", [p], () => logStep(random, stepRange)),
      };
    },
    apply(tape, w, u, mode) {
      const both = reshape(tape, discretize(tape, w("lambda"), w("logStep"), method), [4 * p]);
      const a = slice(tape, both, 0, 2 * p);
      const v = matmul(tape, u, inputMatrix(tape, slice(tape, both, 2 * p, 4 * p), w("B")));
      const x = diagonalScan(tape, a, v, mode);
      return add(tape, matmul(tape, x, outputMatrix(tape, w("C"))), matmul(tape, u, w("D")));
    },
    machine: (w) => diagonalMachine(sampledS5(w, size)),
    recurrence: (w) => ({ kind: "diagonal", ...sampledS5(w, size) }),
  };
}

/** The discrete system of these weights. */
export function sampledS5(w: Values, { inputs, outputs, states, method }: S5Size): Diagonal {
  const p = states / 2;
  const tape = new Tape();
  const { data } = discretize(tape, tape.input([2, p], w("lambda")), tape.input([p], w("logStep")), method);
  tape.forward();
  const B = new Float64Array(2 * p * inputs);
  const D = new Float64Array(inputs * outputs);
  const given = w("B");
  for (let j = 0; j < p; j++) {
    const [re, im] = [data[2 * p + j]!, data[3 * p + j]!];
    for (let k = 0; k < inputs; k++) {
      const [bRe, bIm] = [given[j * inputs + k]!, given[(p + j) * inputs + k]!];
      B[j * inputs + k] = re * bRe - im * bIm;
      B[(p + j) * inputs + k] = re * bIm + im * bRe;
    }
  }
  for (let k = 0; k < inputs; k++) for (let o = 0; o < outputs; o++) D[o * inputs + k] = w("D")[k * outputs + o]!;
  return { inputs, outputs, a: data.slice(0, 2 * p), B, C: w("C").slice(), D, factor: 2 };
}
