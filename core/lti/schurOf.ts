/** The real Schur form of a model's A, with its vectors. */
import type { Matrix } from "ml-matrix";
import { flat } from "../math/blocks.ts";
import { realSchur, type Schur } from "../math/schur.ts";

/** Throws a RangeError for numbers that are not finite. */
export function schurOf(A: Matrix): Schur & { readonly Z: Float64Array } {
  const schur = realSchur(flat(A), A.rows);
  const { Z } = schur;
  if (!Z || !schur.converged) throw new RangeError("A holds numbers that are not finite");
  return { ...schur, Z };
}
