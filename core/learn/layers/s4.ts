/** S4: a diagonal plus rank one system of its own for each channel, bilinear. Gu, Goel & Re, arXiv 2111.00396. */
import { over, times, type Complex } from "../../math/complex.ts";
import { luFactor, luSolve } from "../../math/lu.ts";
import { identity, plus, transpose } from "../../math/dense.ts";
import { product } from "../../math/product.ts";
import { powerOfTwo } from "../../math/fft.ts";
import { nplr } from "../hippo.ts";
import type { Numbers } from "../numbers.ts";
import { concat, slice } from "../ops/arrange.ts";
import { add, map, mul } from "../ops/elementwise.ts";
import { fftconv } from "../ops/fftconv.ts";
import { s4Kernel } from "../ops/s4Kernel.ts";
import {
  logStep,
  weight,
  type Layer,
  type LowRank,
  type Machine,
  type StepRange,
  type Values,
  type Weight,
} from "./layer.ts";

export interface S4Size {
  readonly width: number;
  /** Real states of a channel. */
  readonly states: number;
  /** C is trained multiplied by I - A^length; a power of two at least this long is taken. */
  readonly length: number;
  /** HiPPO-LegS, or modes drawn from a Gaussian matrix with entries of variance 1 / states and no rank-one part. */
  readonly init: "legs" | "random";
  readonly stepRange?: StepRange | undefined;
}

/**
 * Its scan over time is the recurrence of its machine: full matrices, so that training goes by convolution in every mode, and sequences
 * may not be longer than `length`.
 */
export function s4Layer({ width: h, states, length: asked, init, stepRange }: S4Size): Layer {
  const n = states / 2;
  const p = h * n;
  const length = Math.max(2, powerOfTwo(asked));
  return {
    weights(random) {
      const { lambda, P, B } = init === "legs" ? hippoModes(states) : randomModes(n, random);
      const each = (values: Float64Array): Weight => weight("ssm", [2, p], (i) => values[(i < p ? 0 : n) + (i % n)]!);
      return {
        logRe: weight("ssm", [p], (i) => Math.log(-lambda[i % n]!)),
        im: weight("ssm", [p], (i) => lambda[n + (i % n)]!),
        P: each(P),
        B: each(B),
        C: weight("ssm", [2, p], () => random.normal() * Math.SQRT1_2),
        logStep: weight("ssm", [h], () => logStep(random, stepRange)),
        D: weight("free", [h], () => random.normal()),
      };
    },
    apply(tape, w, u) {
      const steps = u.shape[1]!;
      if (steps > length) throw new RangeError(`${steps} steps are more than the ${length} that C is made for`);
      const lambda = concat(tape, [map(tape, w("logRe"), "negexp"), w("im")]);
      const kernel = s4Kernel(tape, { lambda, P: w("P"), B: w("B"), C: w("C"), logStep: w("logStep") }, length);
      return add(tape, fftconv(tape, u, slice(tape, kernel, 0, steps)), mul(tape, u, w("D")));
    },
    machine: (w) => s4Machine(sampledS4(w, h, n, length)),
    recurrence: (w) => ({ kind: "lowRank", ...sampledS4(w, h, n, length) }),
  };
}

function hippoModes(states: number) {
  const { w, P, into } = nplr(states);
  const n = w.length;
  const B = into(Float64Array.from({ length: states }, (_, i) => Math.sqrt(2 * i + 1)));
  // As published code does it.
  for (let i = 0; i < n; i++) B[n + i] = Math.max(-2, Math.min(2, B[n + i]!));
  return { lambda: Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? -0.5 : w[i - n]!)), P, B };
}

/** By the circular law the eigenvalues of such a matrix fill the unit disc evenly; shifted by -1 to be stable. */
function randomModes(n: number, random: Numbers) {
  const lambda = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const radius = Math.sqrt(random.between(0, 1));
    const angle = random.between(0, Math.PI);
    lambda[i] = Math.min(radius * Math.cos(angle) - 1, -1e-3);
    lambda[n + i] = radius * Math.sin(angle);
  }
  const draw = (size: number) => Float64Array.from({ length: 2 * n }, () => size * random.normal());
  return { lambda, P: draw(0), B: draw(1) };
}

/** The recurrence without a matrix: Sherman and Morrison's formula for the implicit half of the bilinear rule. */
function sampledS4(w: Values, h: number, n: number, length: number): LowRank {
  const p = h * n;
  const [d, e] = [new Float64Array(2 * p), new Float64Array(2 * p)];
  // 1 + 2 Re(sum of |P|^2 d).
  const bottom = new Float64Array(h).fill(1);
  const P = w("P");
  for (let j = 0; j < p; j++) {
    const head = Math.floor(j / n);
    const step = Math.exp(w("logStep")[head]!);
    const l: Complex = [-Math.exp(w("logRe")[j]!), w("im")[j]!];
    [d[j], d[p + j]] = over([1, 0], [2 / step - l[0], -l[1]]);
    [e[j], e[p + j]] = [2 / step + l[0], l[1]];
    bottom[head]! += 2 * (P[j]! * P[j]! + P[p + j]! * P[p + j]!) * d[j]!;
  }
  const moves = { P, B: w("B"), d, e, bottom };
  const C = new Float64Array(2 * p);
  for (let head = 0; head < h; head++) {
    const at = head * n;
    const c = plainC(w, head, n, p, length, (x, u) => {
      const all = new Float64Array(2 * p);
      all.set(x.subarray(0, n), at);
      all.set(x.subarray(n), p + at);
      move(moves, head, all, u);
      return Float64Array.of(...all.subarray(at, at + n), ...all.subarray(p + at, p + at + n));
    });
    C.set(c.subarray(0, n), at);
    C.set(c.subarray(n), p + at);
  }
  return { ...moves, C, D: w("D") };
}

function move({ P, B, d, e, bottom }: Omit<LowRank, "C" | "D">, head: number, x: Float64Array, u: number): void {
  const p = P.length / 2;
  const n = p / bottom.length;
  const at = head * n;
  const take = (of: Float64Array, j: number): Complex => [of[j]!, of[p + j]!];
  // Of conj(P) x, both halves.
  let along = 0;
  for (let j = at; j < at + n; j++) along += 2 * (P[j]! * x[j]! + P[p + j]! * x[p + j]!);
  let across = 0;
  for (let j = at; j < at + n; j++) {
    const kept = times(take(e, j), take(x, j));
    const all: Complex = [kept[0] - P[j]! * along + 2 * B[j]! * u, kept[1] - P[p + j]! * along + 2 * B[p + j]! * u];
    [x[j], x[p + j]] = times(take(d, j), all);
    across += 2 * (P[j]! * x[j]! + P[p + j]! * x[p + j]!);
  }
  for (let j = at; j < at + n; j++) {
    const back = times(take(d, j), take(P, j));
    x[j]! -= (back[0] * across) / bottom[head]!;
    x[p + j]! -= (back[1] * across) / bottom[head]!;
  }
}

function s4Machine(sampled: LowRank): Machine {
  const { C, D } = sampled;
  const h = D.length;
  const p = C.length / 2;
  const n = p / h;
  return {
    states: 2 * p,
    step(state, u, y) {
      for (let head = 0; head < h; head++) {
        move(sampled, head, state, u[head]!);
        let sum = 0;
        for (let j = head * n; j < (head + 1) * n; j++) sum += C[j]! * state[j]! - C[p + j]! * state[p + j]!;
        y[head] = 2 * sum + D[head]! * u[head]!;
      }
    },
  };
}

/** C of C (I - A^length), in real coordinates [Re x, Im x], where A is a real matrix. */
function plainC(
  w: Values,
  head: number,
  n: number,
  p: number,
  length: number,
  move: (x: Float64Array, u: number) => Float64Array,
): Float64Array {
  const size = 2 * n;
  let power: Float64Array = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    move(unit, 0).forEach((value, i) => (power[i * size + j] = value));
  }
  for (let k = 1; k < length; k *= 2) power = product(power, power, size, size, size);
  // The row 2 [Re C, -Im C] (I - A^length)^-1, by the transpose.
  const row = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    row[i] = w("C")[head * n + i]!;
    row[n + i] = -w("C")[p + head * n + i]!;
  }
  luSolve(luFactor(transpose(plus(identity(size), power, -1), size, size), size), row);
  return row.map((value, i) => (i < n ? value : -value));
}
