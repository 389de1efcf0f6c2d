/**
 * The controller that makes the H2 norm of the closed loop least. Continuous: Doyle, Glover, Khargonekar & Francis, "State-space
 * solutions to standard H2 and H-infinity control problems" (1989). Discrete: Zhou, Doyle & Glover, "Robust and Optimal Control"
 * (1996), 21.7, by its own Riccati equations.
 */
import { Matrix } from "ml-matrix";
import { h2norm } from "../analysis/norm.ts";
import { norm, solveLinear } from "../math/blocks.ts";
import { care, dare } from "../math/riccati.ts";
import type { Lti } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import {
  closeOver,
  controllerOf,
  directRanks,
  generalizedPlant,
  type GeneralizedPlant,
  refused,
  type Solved,
  solvedOf,
  type SynthesisRefusal,
  told,
} from "./generalizedPlant.ts";

export interface H2Synthesis {
  readonly ok: true;
  /** From y to u, with positive feedback as `lft` closes it; of the order of P. */
  readonly K: StateSpace;
  /** From w to z: lft(P, K). */
  readonly N: StateSpace;
  /** The least norm, by the formula of the cost. */
  readonly norm: number;
  /** The norm of N, measured. */
  readonly measured: number;
  /** Of the state feedback and of the estimator. */
  readonly feedback: Solved;
  readonly estimator: Solved;
}

export type H2Outcome = H2Synthesis | SynthesisRefusal;

/**
 * For the generalized plant P whose last `nmeas` outputs are measured and whose last `ncon` inputs are controlled; D11 may be what a
 * controller cancels, in discrete time anything. Throws a RangeError where no w or z is left.
 */
export function h2syn(P: Lti, nmeas: number, ncon: number): H2Outcome {
  const plant = generalizedPlant(P, nmeas, ncon);
  const designed = plant.time.kind === "continuous" ? continuous(plant) : discrete(plant);
  if (!designed.ok) return designed;
  const closed = closeOver(plant, designed.K);
  if (!closed.ok) return closed;
  const { K } = closed;
  // The direct path that K cancels is 0 but for rounding.
  const N = plant.time.kind === "continuous" ? { ...closed.N, D: closed.N.D.clone().fill(0) } : closed.N;
  const measured = h2norm(N);
  if (!measured.ok) return refused("INACCURATE", "Rounding leaves no stable closed loop.");
  const { feedback, estimator, squared } = designed;
  return { ok: true, K, N, norm: Math.sqrt(Math.max(0, squared)), measured: measured.norm, feedback, estimator };
}

type Designed =
  | {
      readonly ok: true;
      /** For D22 = 0. */
      readonly K: StateSpace;
      readonly squared: number;
      readonly feedback: Solved;
      readonly estimator: Solved;
    }
  | SynthesisRefusal;

const traceOf = (...factors: readonly Matrix[]): number => factors.reduce((a, b) => a.mmul(b)).trace();

function continuous(plant: GeneralizedPlant): Designed {
  const { B2, C2, D12, D21, D11 } = plant;
  const ranks = directRanks(plant);
  if (ranks) return ranks;
  const square = D12.transpose().mmul(D12);
  const noise = D21.mmul(D21.transpose());
  // The one direct gain that takes D11 away; the rest of the controller is strictly proper.
  const left = solveLinear(square, D12.transpose().mmul(D11)).X;
  const direct = solveLinear(noise, D21.mmul(left.transpose())).X.transpose().mul(-1);
  const rest = norm(Matrix.add(D11, D12.mmul(direct).mmul(D21)));
  if (rest > 1e-13 * norm(D11))
    return refused("DIRECT_PATH", `White noise passes straight to z, by ${rest}: the H2 norm is infinite.`, {
      size: rest,
    });
  const A = Matrix.add(plant.A, B2.mmul(direct).mmul(C2));
  const B1 = Matrix.add(plant.B1, B2.mmul(direct).mmul(D21));
  const C1 = Matrix.add(plant.C1, D12.mmul(direct).mmul(C2));
  const control = care(A, B2, C1.transpose().mmul(C1), square, C1.transpose().mmul(D12));
  if (!control.ok) return told(plant, "feedback", control);
  const filter = care(A.transpose(), C2.transpose(), B1.mmul(B1.transpose()), noise, B1.mmul(D21.transpose()));
  if (!filter.ok) return told(plant, "estimator", filter);
  const [F, L] = [control.K, filter.K.transpose()];
  const K = controllerOf(plant, A.clone().sub(B2.mmul(F)).sub(L.mmul(C2)), L, Matrix.mul(F, -1), direct);
  const squared = traceOf(B1.transpose(), control.X, B1) + traceOf(square, F, filter.X, F.transpose());
  return { ok: true, K, squared, feedback: solvedOf(control), estimator: solvedOf(filter) };
}

function discrete(plant: GeneralizedPlant): Designed {
  const { A, B1, B2, C1, C2, D11, D12, D21 } = plant;
  const control = dare(A, B2, C1.transpose().mmul(C1), D12.transpose().mmul(D12), C1.transpose().mmul(D12));
  if (!control.ok) return told(plant, "feedback", control);
  const [given, seen] = [B1.mmul(B1.transpose()), D21.mmul(D21.transpose())];
  const filter = dare(A.transpose(), C2.transpose(), given, seen, B1.mmul(D21.transpose()));
  if (!filter.ok) return told(plant, "estimator", filter);
  const { X } = control;
  const Y = filter.X;
  const [F, L] = [Matrix.mul(control.K, -1), filter.K.transpose()];
  const Rb = D12.transpose().mmul(D12).add(B2.transpose().mmul(X).mmul(B2));
  const Rc = D21.mmul(D21.transpose()).add(C2.mmul(Y).mmul(C2.transpose()));
  // u is to be F x + F0 w; L0 estimates what the measurement of now adds to that.
  const F0 = solveLinear(Rb, B2.transpose().mmul(X).mmul(B1).add(D12.transpose().mmul(D11))).X.mul(-1);
  const both = F.mmul(Y).mmul(C2.transpose()).add(F0.mmul(D21.transpose()));
  const L0 = solveLinear(Rc, both.transpose()).X.transpose();
  const gained = Matrix.sub(F, L0.mmul(C2));
  const into = Matrix.add(L, B2.mmul(L0));
  const inner = Matrix.sub(A, L.mmul(C2)).add(B2.mmul(gained));
  const spread = Matrix.sub(F.mmul(Y).mmul(F.transpose()), L0.mmul(Rc).mmul(L0.transpose()));
  const squared = traceOf(D11.transpose(), D11) + traceOf(B1.transpose(), X, B1) + traceOf(Rb, spread);
  const K = controllerOf(plant, inner, into, gained, L0);
  return { ok: true, K, squared, feedback: solvedOf(control), estimator: solvedOf(filter) };
}
