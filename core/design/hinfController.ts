/**
 * The central H-infinity controller for one gamma, or what stands against that gamma, of a continuous generalized plant with D11:
 * Glover & Doyle, "State-space formulae for all stabilizing controllers that satisfy an H-infinity norm bound" (1988), as in Zhou,
 * Doyle & Glover, "Robust and Optimal Control" (1996), 17.1. For D12 = [0; I] and D21 = [0, I], which orthogonal factors bring about.
 */
import { Matrix } from "ml-matrix";
import { blockDiagonal, blocks, norm, slice, solveLinear } from "../math/blocks.ts";
import { modulus } from "../math/complex.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { pivotedQr } from "../math/qr.ts";
import { care } from "../math/riccati.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { controllerOf, type GeneralizedPlant, sizes, type Solved, solvedOf } from "./generalizedPlant.ts";

interface CentralController {
  readonly ok: true;
  /** For D22 = 0. */
  readonly K: StateSpace;
  readonly feedback: Solved;
  readonly estimator: Solved;
  /** Largest modulus of the eigenvalues of X Y over gamma^2, below 1. */
  readonly coupling: number;
}

export interface GammaRefusal {
  readonly ok: false;
  /**
   * What gamma is too small for: D11, a Riccati equation (no stabilizing solution, or one that is not positive semidefinite), or both
   * together (X Y has an eigenvalue of gamma^2 or more).
   */
  readonly condition: "D11" | "feedback" | "estimator" | "coupling";
}

interface NormalizedPlant {
  /** No controller does better: what D11 passes where u does not reach, or y does not see. */
  readonly least: number;
  readonly at: (gamma: number) => CentralController | GammaRefusal;
}

/** D12 p1 x m2 = T [0; I] S, T orthogonal, S invertible. */
function turned(D12: Matrix): { readonly T: Matrix; readonly S: Matrix } {
  const { rows: p, columns: m } = D12;
  const { Q, R, columns } = pivotedQr(D12, 0);
  const S = Matrix.zeros(m, m);
  columns.forEach((to, j) => {
    for (let i = 0; i < m; i++) S.set(i, to, R.get(i, j));
  });
  return { T: blocks([[slice(Q, 0, p, m, p), slice(Q, 0, p, 0, m)]]), S };
}

export function normalizedPlant(plant: GeneralizedPlant): NormalizedPlant {
  const { A } = plant;
  const n = A.rows;
  const [p1, m2] = [plant.D12.rows, plant.D12.columns];
  const [p2, m1] = [plant.D21.rows, plant.D21.columns];
  const [out, into] = [turned(plant.D12), turned(plant.D21.transpose())];
  const scaledInput = (M: Matrix): Matrix => solveLinear(out.S.transpose(), M.transpose()).X.transpose();
  const scaledOutput = (M: Matrix): Matrix => solveLinear(into.S.transpose(), M).X;
  const [B1, B2] = [plant.B1.mmul(into.T), scaledInput(plant.B2)];
  const [C1, C2] = [out.T.transpose().mmul(plant.C1), scaledOutput(plant.C2)];
  const D11 = out.T.transpose().mmul(plant.D11).mmul(into.T);
  // The parts of z and w that u and y are.
  const [k, l] = [p1 - m2, m1 - p2];
  const [Da, Db] = [slice(D11, 0, k, 0, l), slice(D11, 0, k, l, m1)];
  const [Dc, Dd] = [slice(D11, k, p1, 0, l), slice(D11, k, p1, l, m1)];
  const most = (M: Matrix): number => sizes(M)[0] ?? 0;
  const least = Math.max(most(slice(D11, 0, k, 0, m1)), most(slice(D11, 0, p1, 0, l)));
  const D12 = blocks([[Matrix.zeros(k, m2)], [Matrix.eye(m2)]]);
  const D21 = blocks([[Matrix.zeros(p2, l), Matrix.eye(p2)]]);

  /** Gains and solution of one equation with w, of gamma's size, among the inputs; the dual takes transposes. */
  const game = (a: Matrix, b: Matrix, c: Matrix, d: Matrix, worst: number) => {
    const weight = d
      .transpose()
      .mmul(d)
      .sub(blockDiagonal([Matrix.eye(worst), Matrix.zeros(d.columns - worst, d.columns - worst)]));
    const solved = care(a, b, c.transpose().mmul(c), weight, c.transpose().mmul(d));
    return solved.ok && positive(solved.X) ? solved : undefined;
  };

  const at = (gamma: number): CentralController | GammaRefusal => {
    if (!(gamma > least)) return { ok: false, condition: "D11" };
    // Inputs w, then outputs z, in units of gamma: the weights of the equations are then of size 1.
    const small = (M: Matrix): Matrix => Matrix.mul(M, 1 / gamma);
    const control = game(A, blocks([[small(B1), B2]]), C1, blocks([[small(D11), D12]]), m1);
    if (!control) return { ok: false, condition: "feedback" };
    const seen = blocks([[small(C1)], [C2]]).transpose();
    const filter = game(A.transpose(), seen, B1.transpose(), blocks([[small(D11)], [D21]]).transpose(), p1);
    if (!filter) return { ok: false, condition: "estimator" };
    const [X, Y] = [control.X, filter.X];
    const product = X.mmul(Y).mul(1 / gamma / gamma);
    const coupling = Math.max(0, ...eigenvalues(product).values.map(modulus));
    if (!(coupling < 1)) return { ok: false, condition: "coupling" };
    const F1 = slice(control.K, 0, m1, 0, n).mul(-1 / gamma);
    const F2 = slice(control.K, m1, m1 + m2, 0, n).mul(-1);
    const F12 = slice(F1, l, m1, 0, n);
    const L = filter.K.transpose();
    const L12 = slice(L, 0, n, k, p1).mul(-1 / gamma);
    const L2 = slice(L, 0, n, p1, p1 + p2).mul(-1);
    const inner = solveLinear(
      Matrix.eye(k)
        .mul(gamma * gamma)
        .sub(Da.mmul(Da.transpose())),
      Db,
    ).X;
    const D = Matrix.add(Dc.mmul(Da.transpose()).mmul(inner), Dd).mul(-1);
    const seenWorst = Matrix.add(C2, F12);
    // Z of the book, (I - Y X / gamma^2)^-1.
    const grown = solveLinear(
      Matrix.sub(Matrix.eye(n), product.transpose()),
      Matrix.sub(Matrix.add(B2, L12).mmul(D), L2),
    ).X;
    const shown = Matrix.sub(F2, D.mmul(seenWorst));
    const states = Matrix.add(A, B1.mmul(F1)).add(B2.mmul(F2)).sub(grown.mmul(seenWorst));
    const [from, to] = [scaledOutput(Matrix.eye(p2)), solveLinear(out.S, Matrix.eye(m2)).X];
    const K = controllerOf(plant, states, grown.mmul(from), to.mmul(shown), to.mmul(D).mmul(from));
    return { ok: true, K, feedback: solvedOf(control), estimator: solvedOf(filter), coupling };
  };
  return { least, at };
}

/** Semidefinite to rounding: where gamma becomes too small an eigenvalue passes through infinity, not through 0. */
function positive(X: Matrix): boolean {
  return eigenvalues(X).values.every(([re]) => re >= -1e-9 * norm(X));
}
