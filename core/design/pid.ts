/** PID controllers by the parameters of Lazo's PID blocks in their parallel form, and as systems. */
import { Matrix } from "ml-matrix";
import { blockDiagonal } from "../math/blocks.ts";
import { system, timeBase } from "../lti/model.ts";
import type { StateSpace } from "../lti/stateSpace.ts";

export type PidTerms = "P" | "PI" | "PD" | "PID";

/** P + I/s + D N s/(s + N). I and D are 0 where the terms leave them out. */
export interface PidGains {
  readonly terms: PidTerms;
  readonly P: number;
  /** 1/s times P's unit. */
  readonly I: number;
  /** s times P's unit. */
  readonly D: number;
  /** rad/s, the pole of the derivative; undefined without one. */
  readonly N: number | undefined;
}

/** How a discrete PID integrates, by how much of the sample at hand counts at once: 0 forward Euler, 1/2 trapezoidal, 1 backward Euler. */
export interface PidRules {
  readonly integral: number;
  readonly derivative: number;
}

/** As the discrete block is by default. */
const usual: PidRules = { integral: 0, derivative: 1 };

/** From the error to the control; discrete with a period. Throws a RangeError for a derivative without a pole. */
export function pidSystem({ P, I, D, N }: Omit<PidGains, "terms">, period?: number, rules = usual): StateSpace {
  const time = timeBase(period);
  const parts: (readonly [a: number, b: number, c: number])[] = [];
  let direct = P;
  if (I !== 0) parts.push(period === undefined ? [0, 1, I] : [1, period, I]);
  if (period !== undefined) direct += I * period * rules.integral;
  if (D !== 0) {
    if (!(N !== undefined && N > 0)) throw new RangeError(`The pole of a derivative is above 0, not ${N}`);
    const rate = period === undefined ? N : N / (1 + N * period * rules.derivative);
    parts.push(period === undefined ? [-N, N, -D * rate] : [1 - rate * period, rate * period, -D * rate]);
    direct += D * rate;
  }
  const A = blockDiagonal(parts.map(([a]) => new Matrix([[a]])));
  const B = Matrix.zeros(parts.length, 1);
  const C = Matrix.zeros(1, parts.length);
  parts.forEach(([, b, c], i) => {
    B.set(i, 0, b);
    C.set(0, i, c);
  });
  return system(A, B, C, new Matrix([[direct]]), time, { u: ["e"], y: ["u"] });
}
