/** Observers of a plant's states, from what goes in and what is measured: by the poles of their error, or as Kalman filters. */
import { Matrix } from "ml-matrix";
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { pick } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import { estim } from "./estim.ts";
import { kalman } from "./kalman.ts";
import { kalmd, sampled } from "./lqgd.ts";
import type { EstimatorRefusal } from "./kalman.ts";
import { place } from "./place.ts";
import type { PlaceRefusal } from "./placement.ts";

export type ObserverAim =
  /** Poles of the estimate's error, as many as states; none: those of the Kalman filter with intensities 1. */
  | { readonly method: "observer"; readonly poles: readonly Complex[] }
  /** Noise with covariance (continuous: intensity) W m x m on what goes in and V p x p on what is measured. */
  | { readonly method: "kalman"; readonly W: Matrix; readonly V: Matrix };

type Observer =
  | {
      readonly ok: true;
      /** n x p. */
      readonly L: Matrix;
      /** From [u; y] to the estimate of x; in discrete time of x[k], from what was measured up to k - 1. */
      readonly system: StateSpace;
      /** Of the error. */
      readonly poles: readonly Complex[];
    }
  | ObserverRefusal;

interface ObserverRefusal {
  readonly ok: false;
  /** COUNT: `poles` asked for, where there are `states`. UNOBSERVABLE: no measurement shows these modes. */
  readonly code: "COUNT" | "UNOBSERVABLE" | Extract<PlaceRefusal["code"], "MULTIPLICITY"> | EstimatorRefusal["code"];
  readonly eigenvalues: readonly Complex[];
  readonly values: { readonly [name: string]: number };
}

/** Without a period continuous or discrete as the plant is; with one (s) discrete, of a continuous plant whose noise stays so. */
export function stateObserver(given: StateSpace, aim: ObserverAim, period?: number): Observer {
  const plant = period === undefined ? ss(given) : sampled(given, period);
  const { A, B, C } = plant;
  const [n, m, p] = [A.rows, B.columns, C.rows];
  if (aim.method === "observer" && aim.poles.length > 0) {
    if (aim.poles.length !== n)
      return { ok: false, code: "COUNT", eigenvalues: [], values: { poles: aim.poles.length, states: n } };
    // The dual of state feedback.
    const placed = place(A.transpose(), C.transpose(), aim.poles);
    if (!placed.ok) {
      const code = placed.code === "UNCONTROLLABLE" ? "UNOBSERVABLE" : placed.code;
      return { ok: false, code, eigenvalues: placed.eigenvalues, values: {} };
    }
    return made(plant, placed.K.transpose(), placed.poles);
  }
  const [W, V] = aim.method === "kalman" ? [aim.W, aim.V] : [Matrix.eye(m), Matrix.eye(p)];
  // For poles that nobody has named yet noise meets every state, so that none is left where it was.
  const from = period === undefined ? B : given.B;
  const noise = aim.method === "kalman" ? from.mmul(W).mmul(from.transpose()) : Matrix.eye(n);
  const filter = period === undefined ? kalman(plant, noise, V) : kalmd(given, noise, V, period);
  if (!filter.ok) return { ok: false, code: filter.code, eigenvalues: filter.eigenvalues, values: {} };
  return made(plant, filter.Lp, filter.poles);
}

function made(plant: StateSpace, L: Matrix, poles: readonly Complex[]): Observer {
  const whole = estim(plant, L);
  const [p, n] = [plant.C.rows, plant.A.rows];
  const rows = Array.from({ length: n }, (_, i) => p + i);
  const all = (count: number) => Array.from({ length: count }, (_, i) => i);
  const system: StateSpace = {
    ...whole,
    C: pick(whole.C, rows, all(n)),
    D: pick(whole.D, rows, all(whole.D.columns)),
    y: rows.map((i) => whole.y[i]!),
  };
  return { ok: true, L, system, poles };
}
