/**
 * Why a Riccati equation has no stabilizing solution: an unstable mode that no input moves, a mode on the border of stability that the
 * weights do not see, or numbers. By the tests of Popov, Belevitch and Hautus: the smallest singular value of [A - s I, B].
 */
import { frobenius, transpose } from "./dense.ts";
import type { Triple } from "./doubling.ts";
import { flatEigenvalues } from "./eigenvalues.ts";
import type { RiccatiProblem, Time } from "./riccatiProblem.ts";
import { smallestSingular } from "./smallestSingular.ts";

export interface RiccatiRefusal {
  readonly ok: false;
  /**
   * UNSTABILIZABLE: an eigenvalue of A outside the region of stability is not moved by B. UNDETECTABLE: one on its border is not seen by
   * the weights, so that the best feedback leaves it there. SINGULAR_R: R (in discrete time R + B'X B) has no inverse.
   * NOT_FINITE: an entry is not finite. INACCURATE: a solution was not found, or leaves more than 30 n 2.2e-16 of the equation.
   */
  readonly code: "UNSTABILIZABLE" | "UNDETECTABLE" | "SINGULAR_R" | "NOT_FINITE" | "INACCURATE";
  /** Those of A that stand against it, [re, im]. */
  readonly eigenvalues: readonly (readonly [number, number])[];
  readonly message: string;
  /** Of the best that was found, with INACCURATE. */
  readonly residual?: number;
}

type Complex = readonly [number, number];

/** `triple`: the equation without R and S, scaled; `code` where the reason is known. */
export function refusal(
  time: Time,
  problem: RiccatiProblem,
  triple: Triple | undefined,
  code?: "SINGULAR_R" | "NOT_FINITE" | "INACCURATE",
  residual?: number,
): RiccatiRefusal {
  if (code === "NOT_FINITE")
    return { ok: false, code, eigenvalues: [], message: "A matrix holds numbers that are not finite." };
  if (code === "SINGULAR_R" || !triple) {
    const what = time === "continuous" ? "R" : "R + B'X B";
    return { ok: false, code: "SINGULAR_R", eigenvalues: [], message: `${what} is singular to rounding.` };
  }
  const { n } = problem;
  const { a, g, h } = triple;
  const { values } = flatEigenvalues(a, n);
  // Closed by feedback, B's range is all that counts, and G has the same.
  const unmoved = values.filter((s) => border(time, s) > -1e-10 * (1 + Math.hypot(...s)) && rankDefect(a, g, n, s));
  if (unmoved.length > 0) {
    return {
      ok: false,
      code: "UNSTABILIZABLE",
      eigenvalues: unmoved,
      message: `The eigenvalue ${shown(unmoved)} is not stable and no input moves it.`,
    };
  }
  const at = transpose(a, n, n);
  const unseen = values.filter(
    (s) => Math.abs(border(time, s)) <= 1e-7 * (1 + Math.hypot(...s)) && rankDefect(at, h, n, s),
  );
  if (unseen.length > 0) {
    return {
      ok: false,
      code: "UNDETECTABLE",
      eigenvalues: unseen,
      message: `The eigenvalue ${shown(unseen)} is on the border of stability and the weights do not see it.`,
    };
  }
  return {
    ok: false,
    code: "INACCURATE",
    eigenvalues: [],
    message: "No stabilizing solution was found to which rounding leaves enough digits.",
    ...(residual === undefined ? {} : { residual }),
  };
}

const border = (time: Time, s: Complex): number => (time === "continuous" ? s[0] : Math.hypot(...s) - 1);

/** Whether [A - s I, B] lacks rank to rounding: A n x n, B n x n. Complex s as a real matrix of twice the size. */
function rankDefect(a: Float64Array, b: Float64Array, n: number, [re, im]: Complex): boolean {
  const rows = im === 0 ? n : 2 * n;
  const sizeA = frobenius(a) + Math.hypot(re, im) || 1;
  const sizeB = frobenius(b) || 1;
  // The transpose, [A' - s; B'], with columns for the states.
  const m = new Float64Array(2 * rows * rows);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < rows / n; k++) {
        m[(k * n + j) * rows + k * n + i] = (a[i * n + j]! - (i === j ? re : 0)) / sizeA;
        m[(rows + k * n + j) * rows + k * n + i] = b[i * n + j]! / sizeB;
      }
    }
    if (im === 0) continue;
    m[(n + i) * rows + i] = im / sizeA;
    m[i * rows + n + i] = -im / sizeA;
  }
  return smallestSingular(m, 2 * rows, rows).value <= 1e-11;
}

function shown(values: readonly Complex[]): string {
  const [re, im] = values[0]!;
  return im === 0 ? `${re}` : `${re} ± ${Math.abs(im)}i`;
}
