/**
 * A gain u = G y for the plant around it, computed anew from what it is meant to do. All that the drawing does to signals between plant
 * and gain, signs included, is in the plant.
 */
import { Matrix } from "ml-matrix";
import { freqresp } from "../analysis/freqresp.ts";
import { pole } from "../lti/pole.ts";
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { slice, solveLinear } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { dlqr, lqry } from "./lqr.ts";
import type { LqrOutcome } from "./lqr.ts";
import { place } from "./place.ts";
import type { PlaceRefusal } from "./placement.ts";

export type Aim =
  /**
   * Least cost of y'Q y + u'R u, with Q p x p for what the gain sees and R m x m for what it gives. With a period, s, the plant is
   * sampled and held: the cost is the integral over time. A plant of that period that has samples of its own says what y'Q y costs
   * from one to the next, as a form in [x; u].
   */
  | {
      readonly method: "lqr";
      readonly Q: Matrix;
      readonly R: Matrix;
      readonly period?: number;
      readonly cost?: (Q: Matrix) => Matrix;
    }
  /** Closed-loop poles, as many as states; none: those of LQR with weights 1. */
  | { readonly method: "poles"; readonly poles: readonly Complex[] }
  /** The loop's gain is 1 at this frequency, rad/s; `sign` of the gain where either is stable, or none. */
  | { readonly method: "crossover"; readonly frequency: number; readonly sign: 1 | -1 };

export type Redesigned =
  | {
      readonly ok: true;
      /** m x p: u = G y. */
      readonly G: Matrix;
      /** Of the closed loop. */
      readonly poles: readonly Complex[];
    }
  | RedesignRefusal;

export interface RedesignRefusal {
  readonly ok: false;
  /**
   * NOT_MEASURED: what the gain sees does not tell all states of the plant (`seen` independent signals of `states`). COUNT: `poles` asked
   * for, where there are `states`. NOT_SCALAR: a crossover is of one signal. NO_GAIN: at that frequency the plant's gain is 0 or infinite.
   */
  readonly code:
    | "NOT_MEASURED"
    | "COUNT"
    | "NOT_SCALAR"
    | "NO_GAIN"
    | Extract<LqrOutcome, { readonly ok: false }>["code"]
    | PlaceRefusal["code"];
  readonly values: { readonly [name: string]: number | string };
}

export function redesign(plant: StateSpace, aim: Aim): Redesigned {
  if (aim.method === "crossover") return crossing(plant, aim.frequency, aim.sign);
  const { A, B, C, D } = plant;
  const states = A.rows;
  if (C.rows !== states) return refuse("NOT_MEASURED", { seen: C.rows, states });
  const unit = aim.method === "poles" && aim.poles.length === 0;
  if (aim.method === "poles" && !unit && aim.poles.length !== states)
    return refuse("COUNT", { poles: aim.poles.length, states });
  const found =
    aim.method === "poles" && !unit
      ? place(A, B, aim.poles)
      : aim.method === "lqr"
        ? leastCost(plant, aim)
        : lqry(plant, Matrix.eye(states), Matrix.eye(B.columns));
  if (!found.ok) return refuse(found.code, { eigenvalues: found.eigenvalues.map(written).join(", ") });
  const { K } = found;
  // y = (C - D K) x, so that G y = -K x.
  const seen = Matrix.sub(C, D.mmul(K));
  const solved = solveLinear(seen.transpose(), Matrix.mul(K.transpose(), -1));
  if (!(solved.rcond > 1e-12)) return refuse("NOT_MEASURED", { seen: states - 1, states });
  return { ok: true, G: solved.X.transpose(), poles: found.poles };
}

function leastCost(plant: StateSpace, { Q, R, period, cost }: Extract<Aim, { readonly method: "lqr" }>): LqrOutcome {
  if (!cost || period === undefined) return lqry(plant, Q, R, undefined, period);
  const { A, B } = plant;
  const [n, m] = [A.rows, B.columns];
  const whole = cost(Q);
  const given = Matrix.add(slice(whole, n, n + m, n, n + m), Matrix.mul(R, period));
  return dlqr(A, B, slice(whole, 0, n, 0, n), given, slice(whole, 0, n, n, n + m));
}

/** Eigenvalues of the plant with u = G y around it; undefined where the loop through D has no solution. */
export function closedPoles({ A, B, C, D }: StateSpace, G: Matrix): readonly Complex[] | undefined {
  const around = Matrix.sub(Matrix.eye(G.rows), G.mmul(D));
  const solved = solveLinear(around, G.mmul(C));
  if (!(solved.rcond > 1e-14)) return undefined;
  return eigenvalues(Matrix.add(A, B.mmul(solved.X))).values;
}

function crossing(plant: StateSpace, frequency: number, sign: 1 | -1): Redesigned {
  const { B, C, time } = plant;
  if (B.columns !== 1 || C.rows !== 1) return refuse("NOT_SCALAR", { inputs: B.columns, seen: C.rows });
  const response = freqresp(ss(plant), [frequency]);
  const size = Math.hypot(response.re[0]![0]![0]!, response.im[0]![0]![0]!);
  if (!(size > 1e-150 && size < 1e150)) return refuse("NO_GAIN", { frequency });
  const stable = (poles: readonly Complex[] | undefined): boolean =>
    poles?.every(([re, im]) => (time.kind === "discrete" ? Math.hypot(re, im) < 1 : re < 0)) ?? false;
  const candidates = ([sign, -sign] as const).map((way) => {
    const G = new Matrix([[way / size]]);
    return { G, poles: closedPoles(plant, G) };
  });
  const best = candidates.find(({ poles }) => stable(poles)) ?? candidates[0]!;
  return { ok: true, G: best.G, poles: best.poles ?? pole(ss(plant)) };
}

const refuse = (code: RedesignRefusal["code"], values: RedesignRefusal["values"] = {}): RedesignRefusal => ({
  ok: false,
  code,
  values,
});

const written = ([re, im]: Complex): string => {
  const [a, b] = [Number(re.toPrecision(4)), Number(Math.abs(im).toPrecision(4))];
  return b === 0 ? String(a) : `${a} ${im < 0 ? "−" : "+"} ${b}i`;
};
