/** What pole placement is asked and answers, for one input and for several. */
import type { Matrix } from "ml-matrix";
import { pbh } from "../lti/pbh.ts";
import { conjugatePairs } from "../lti/zeroPoleGain.ts";
import type { Roots } from "../lti/zeroPoleGain.ts";
import type { Complex } from "../math/complex.ts";
import { eigenvalues } from "../math/eigenvalues.ts";

export type PlaceOutcome =
  | {
      readonly ok: true;
      /** m x n: u = -K x. */
      readonly K: Matrix;
      /** Eigenvalues of A - B K as they came out. */
      readonly poles: readonly Complex[];
      /** Condition number of the eigenvectors, by which poles move when A does; infinite where there is no full set. */
      readonly condition: number;
    }
  | PlaceRefusal;

export interface PlaceRefusal {
  readonly ok: false;
  /** MULTIPLICITY: a pole is asked for more often than B has independent columns. */
  readonly code: "UNCONTROLLABLE" | "MULTIPLICITY";
  /** Of A, those that no feedback moves; or the poles asked for too often. */
  readonly eigenvalues: readonly Complex[];
  readonly message: string;
}

/** Real poles, and one of each conjugate pair. Throws a RangeError where they are not n or a conjugate is missing. */
export function askedPoles(poles: Roots, n: number): ReturnType<typeof conjugatePairs> {
  if (poles.length !== n) throw new RangeError(`${n} poles are needed, not ${poles.length}`);
  return conjugatePairs(poles.map((pole): Complex => (typeof pole === "number" ? [pole, 0] : pole)));
}

export function uncontrollable(A: Matrix, B: Matrix): PlaceRefusal | undefined {
  const values = pbh(A, B).flatMap(({ lost, eigenvalue }) => (lost ? [eigenvalue] : []));
  if (values.length === 0) return undefined;
  const shown = values.map(([re, im]) => (im === 0 ? `${re}` : `${re} ${im < 0 ? "-" : "+"} ${Math.abs(im)}i`));
  return {
    ok: false,
    code: "UNCONTROLLABLE",
    eigenvalues: values,
    message: `No feedback moves the eigenvalue${values.length > 1 ? "s" : ""} ${shown.join(", ")}.`,
  };
}

export function outcome(A: Matrix, B: Matrix, K: Matrix, condition = Number.POSITIVE_INFINITY): PlaceOutcome {
  return { ok: true, K, poles: eigenvalues(A.clone().sub(B.mmul(K))).values, condition };
}
