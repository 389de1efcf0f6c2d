/** Transfer functions: from coefficients, and of any other form of a linear model. */
import { eigenvalues } from "../math/eigenvalues.ts";
import { fromRoots } from "../math/polynomial.ts";
import { type Names, timeBase } from "./model.ts";
import type { Lti } from "./ss.ts";
import type { StateSpace } from "./stateSpace.ts";
import { type Coefficients, type TransferFunction, transferFunction } from "./transferFunction.ts";
import type { Zpk } from "./zeroPoleGain.ts";
import { single } from "./single.ts";
import { entry } from "./zpk.ts";

/** Of a state space: over one denominator, the characteristic polynomial, nothing cancelled. */
export function tf(model: Lti): TransferFunction;
/**
 * From coefficients, highest power first, of one input and output or in grids (a row an output); with a period in s, discrete.
 */
export function tf(num: Coefficients, den: Coefficients, period?: number, names?: Names): TransferFunction;
export function tf(
  first: Lti | Coefficients,
  den: Coefficients = [1],
  period?: number,
  names: Names = {},
): TransferFunction {
  if (!("time" in first)) return transferFunction(first, den, timeBase(period), names);
  if ("num" in first) return first;
  return "zeros" in first ? ofRoots(first) : ofStates(first);
}

function ofRoots({ zeros, poles, gain, time, u, y }: Zpk): TransferFunction {
  return {
    num: zeros.map((row, i) => row.map((z, j) => fromRoots(z).map((c) => c * gain[i]![j]!))),
    den: poles.map((row) => row.map((p) => fromRoots(p))),
    time,
    u,
    y,
  };
}

function ofStates(given: StateSpace): TransferFunction {
  const { A, time, u, y } = given;
  const den = fromRoots(eigenvalues(A).values);
  const num = y.map((_, i) =>
    u.map((__, j) => {
      const { zeros, gain } = entry(single(given, i, j));
      const p = fromRoots(zeros).map((c) => c * gain);
      return [...Array.from({ length: den.length - p.length }, () => 0), ...p];
    }),
  );
  return { num, den: num.map((row) => row.map(() => den)), time, u, y };
}
