/**
 * The generalized plant of H2 and H-infinity design: [z; y] = P [w; u], its last inputs u the controls, its last outputs y the
 * measurements; and why none of the Riccati equations of such a design has a solution. Zhou, Doyle & Glover, "Robust and Optimal
 * Control" (1996), 14 and 16.
 */
import type { Matrix } from "ml-matrix";
import { singularValues } from "../analysis/singularValues.ts";
import { flat, slice } from "../math/blocks.ts";
import { type Complex, modulus } from "../math/complex.ts";
import type { RiccatiOutcome, RiccatiSolution } from "../math/riccati.ts";
import type { RiccatiRefusal } from "../math/riccatiRefusal.ts";
import { feedback, lft } from "../lti/interconnect.ts";
import { gain, system } from "../lti/model.ts";
import { type Lti, ss } from "../lti/ss.ts";
import { growth } from "../lti/stability.ts";
import type { StateSpace, TimeBase } from "../lti/stateSpace.ts";
import { tzero } from "../lti/tzero.ts";

export interface GeneralizedPlant {
  readonly P: StateSpace;
  readonly time: TimeBase;
  readonly A: Matrix;
  readonly B1: Matrix;
  readonly B2: Matrix;
  readonly C1: Matrix;
  readonly C2: Matrix;
  readonly D11: Matrix;
  readonly D12: Matrix;
  readonly D21: Matrix;
  readonly D22: Matrix;
}

/** A Riccati equation of the design: its solution n x n, what it leaves of the equation and how sensitive it is, as `care` says. */
export type Solved = Pick<RiccatiSolution, "X" | "residual" | "rcond">;

export interface SynthesisRefusal {
  readonly ok: false;
  /**
   * UNSTABILIZABLE, UNDETECTABLE: an eigenvalue of A outside the region of stability that u does not move, or y does not see.
   * SINGULAR_D12, SINGULAR_D21: some u costs nothing at high frequency (some y is free of noise); in discrete time, at all frequencies.
   * ZERO_ON_BORDER: an invariant zero from u to z, or from w to y, on the border of stability.
   * DIRECT_PATH: w passes straight to z, where no controller cancels it, so that the H2 norm is infinite.
   * ILL_POSED: the controller and D22 close a loop that determines nothing. INACCURATE: rounding leaves no answer.
   */
  readonly code:
    | "UNSTABILIZABLE"
    | "UNDETECTABLE"
    | "SINGULAR_D12"
    | "SINGULAR_D21"
    | "ZERO_ON_BORDER"
    | "DIRECT_PATH"
    | "ILL_POSED"
    | "INACCURATE";
  readonly message: string;
  /** Eigenvalues or zeros [re, im] that stand against it. */
  readonly eigenvalues: readonly Complex[];
  /** Of the zero on the border, rad/s. */
  readonly frequency?: number;
  /** What the message measures: a smallest singular value over the largest, the size of a direct path, an rcond or a residual. */
  readonly size?: number;
}

/** The last `nmeas` outputs of P are measured, its last `ncon` inputs controlled. Throws a RangeError where it has not as many. */
export function generalizedPlant(model: Lti, nmeas: number, ncon: number): GeneralizedPlant {
  const P = ss(model);
  const { A, B, C, D, time } = P;
  const [n, m, p] = [A.rows, D.columns, D.rows];
  const fits = (count: number, of: number): boolean => Number.isInteger(count) && count >= 1 && count < of;
  if (!fits(nmeas, p) || !fits(ncon, m))
    throw new RangeError(
      `${nmeas} measurements and ${ncon} controls do not leave a z and a w of ${p} outputs, ${m} inputs`,
    );
  const [m1, p1] = [m - ncon, p - nmeas];
  return {
    P,
    time,
    A,
    B1: slice(B, 0, n, 0, m1),
    B2: slice(B, 0, n, m1, m),
    C1: slice(C, 0, p1, 0, n),
    C2: slice(C, p1, p, 0, n),
    D11: slice(D, 0, p1, 0, m1),
    D12: slice(D, 0, p1, m1, m),
    D21: slice(D, p1, p, 0, m1),
    D22: slice(D, p1, p, m1, m),
  };
}

export const refused = (
  code: SynthesisRefusal["code"],
  message: string,
  more: Partial<Pick<SynthesisRefusal, "eigenvalues" | "frequency" | "size">> = {},
): SynthesisRefusal => ({ ok: false, code, message, eigenvalues: [], ...more });

/** Largest first; of a real matrix. */
export function sizes(M: Matrix): Float64Array {
  return singularValues(flat(M), new Float64Array(M.rows * M.columns), M.rows, M.columns);
}

/** In continuous time every u must cost and every y be noisy at once. Below 1e-8 the square of D12 would be singular to rounding. */
export function directRanks({ D12, D21 }: Pick<GeneralizedPlant, "D12" | "D21">): SynthesisRefusal | undefined {
  for (const [code, M, full] of [
    ["SINGULAR_D12", D12, D12.columns],
    ["SINGULAR_D21", D21, D21.rows],
  ] as const) {
    const found = sizes(M);
    const size = (found[full - 1] ?? 0) / (found[0] || 1);
    if (!(size > 1e-8)) return refused(code, singular[code], { size });
  }
  return undefined;
}

const singular = {
  SINGULAR_D12: "D12 has not full column rank: some control costs nothing.",
  SINGULAR_D21: "D21 has not full row rank: some measurement is free of noise.",
} as const;

/** Why the equation of the state feedback, or by duality that of the estimator, was refused. */
export function told(
  { A, B1, B2, C1, C2, D12, D21, time }: GeneralizedPlant,
  part: "feedback" | "estimator",
  why: RiccatiRefusal,
): SynthesisRefusal {
  const own = part === "feedback";
  const [eigenvalue] = why.eigenvalues;
  const at = eigenvalue ? complexText(eigenvalue) : "";
  if (why.code === "UNSTABILIZABLE") {
    const { eigenvalues } = why;
    return own
      ? refused("UNSTABILIZABLE", `The eigenvalue ${at} is not stable and no control moves it.`, { eigenvalues })
      : refused("UNDETECTABLE", `The eigenvalue ${at} is not stable and no measurement shows it.`, { eigenvalues });
  }
  if (why.code === "SINGULAR_R") {
    const code = own ? "SINGULAR_D12" : "SINGULAR_D21";
    const M = own ? D12 : D21;
    const found = sizes(M);
    return refused(code, singular[code], { size: (found[Math.min(M.rows, M.columns) - 1] ?? 0) / (found[0] || 1) });
  }
  if (why.code !== "NOT_FINITE") {
    const path = own ? system(A, B2, C1, D12, time) : system(A, B1, C2, D21, time);
    const zero =
      why.code === "UNDETECTABLE"
        ? eigenvalue
        : tzero(path).zeros.find((z) => Math.abs(growth(z, time)) <= 1e-7 * (1 + modulus(z)));
    if (zero) {
      const frequency =
        time.kind === "continuous" ? Math.abs(zero[1]) : Math.abs(Math.atan2(zero[1], zero[0])) / time.period;
      const from = own ? "from u to z" : "from w to y";
      const message = `The zero ${complexText(zero)} ${from} lies on the border of stability.`;
      return refused("ZERO_ON_BORDER", message, { eigenvalues: [zero], frequency });
    }
  }
  return refused("INACCURATE", why.message, { ...(why.residual !== undefined && { size: why.residual }) });
}

export const solvedOf = ({ X, residual, rcond }: Extract<RiccatiOutcome, { ok: true }>): Solved => ({
  X,
  residual,
  rcond,
});

/** The controller for the true D22 from the one for D22 = 0, and the loop of both; refused where a loop determines nothing. */
export function closeOver(
  { P, D22, time }: GeneralizedPlant,
  forNoD22: StateSpace,
): { readonly ok: true; readonly K: StateSpace; readonly N: StateSpace } | SynthesisRefusal {
  const direct = D22.to1DArray().some((d) => d !== 0);
  const inner = direct ? feedback(forNoD22, gain(D22, time)) : { ok: true as const, system: forNoD22 };
  const outer = inner.ok ? lft(P, inner.system, D22.columns, D22.rows) : inner;
  if (inner.ok && outer.ok) return { ok: true, K: inner.system, N: outer.system };
  const size = outer.ok ? 0 : outer.rcond;
  return refused("ILL_POSED", "The controller and the direct path from u to y close a loop that determines nothing.", {
    size,
  });
}

/** A controller's matrices, its inputs and outputs named like the signals of P that they join. */
export function controllerOf(
  { P, D22, time }: GeneralizedPlant,
  A: Matrix,
  B: Matrix,
  C: Matrix,
  D: Matrix,
): StateSpace {
  return system(A, B, C, D, time, { u: P.y.slice(-D22.rows), y: P.u.slice(-D22.columns) });
}

function complexText([re, im]: Complex): string {
  return im === 0 ? `${re}` : `${re} ${im < 0 ? "-" : "+"} ${Math.abs(im)}i`;
}
