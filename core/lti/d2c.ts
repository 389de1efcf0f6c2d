/** Discrete systems as samples of continuous ones: each method of c2d the other way, where there is a way. */
import { Matrix } from "ml-matrix";
import { flat, norm, solveLinear } from "../math/blocks.ts";
import { toMatrix } from "../math/dense.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { logm } from "../math/logm.ts";
import { norm1 } from "../math/lu.ts";
import { bilinearBack, bilinearStep, bilinearWeight } from "./bilinear.ts";
import { exponential, held, lines } from "./hold.ts";
import { continuousPolesAndZeros } from "./matched.ts";
import { system } from "./model.ts";
import type { Resampled, SampleMethod, SampleOptions } from "./resampled.ts";
import { type Lti, ss } from "./ss.ts";

/**
 * The continuous system whose samples by the same method are this one; zoh, foh and impulse by the principal logarithm, which
 * takes every pole to be slower than the Nyquist frequency. Throws a RangeError for a continuous system.
 */
export function d2c(model: Lti, method: SampleMethod = "zoh", options: SampleOptions = {}): Resampled {
  const given = ss(model);
  if (given.time.kind !== "discrete") throw new RangeError("The system is continuous already");
  const { period } = given.time;
  const time = { kind: "continuous" } as const;
  const { A, B, C, D, u, x, y } = given;
  const names = { u, x, y };
  if (method === "matched") return continuousPolesAndZeros(given, period);
  if (method === "tustin" || method === "forward" || method === "backward") {
    const mapped = bilinearBack({ A, B, C, D }, bilinearWeight(method), bilinearStep(method, period, options.prewarp));
    return mapped.ok ? { ok: true, system: system(mapped.A, mapped.B, mapped.C, mapped.D, time, names) } : mapped;
  }
  const root = rate(A, period);
  if (!root.ok) return root;
  const { a, residual } = root;
  const one = Matrix.eye(A.rows);
  if (method === "zoh") {
    const b = solveLinear(held(a, one, period).Gamma, B).X;
    return { ok: true, system: system(a, b, C, D, time, names), residual };
  }
  if (method === "foh") {
    const { Phi, first, second } = lines(a, one, period);
    const b = solveLinear(Matrix.add(Matrix.sub(first, second), Phi.mmul(second)), B).X;
    return { ok: true, system: system(a, b, C, Matrix.sub(D, C.mmul(second).mmul(b)), time, names), residual };
  }
  const b = Matrix.mul(solveLinear(A, B).X, 1 / period);
  const start = Matrix.mul(C.mmul(b), period);
  const over = norm(Matrix.sub(D, start));
  if (over > 1e-9 * Math.max(norm(D), norm(C) * norm(b) * period))
    return { ok: false, code: "DIRECT_PATH", size: over };
  return { ok: true, system: system(a, b, C, Matrix.zeros(D.rows, D.columns), time, names), residual };
}

/** log(A) / h. */
function rate(
  A: Matrix,
  h: number,
): { readonly ok: true; readonly a: Matrix; readonly residual: number } | NoLogarithm {
  const n = A.rows;
  if (n === 0) return { ok: true, a: A, residual: 0 };
  const { values } = eigenvalues(A);
  const size = norm1(flat(A), n, n);
  // An eigenvalue is only known to within rounding of the matrix: so near the negative axis or 0 there is no telling.
  const bad = values.find(([re, im]) => re <= 4e-16 * size && Math.abs(im) <= 1e-14 * size);
  if (bad) return { ok: false, code: "NO_LOGARITHM", eigenvalue: bad };
  const log = logm(flat(A), n);
  if (!log) return { ok: false, code: "NO_LOGARITHM", eigenvalue: values.reduce((p, q) => (nearer(q, p) ? q : p)) };
  const a = Matrix.mul(toMatrix(log, n, n), 1 / h);
  const residual = norm1(flat(Matrix.sub(exponential(a, h), A)), n, n) / size;
  return { ok: true, a, residual };
}
type NoLogarithm = {
  readonly ok: false;
  readonly code: "NO_LOGARITHM";
  readonly eigenvalue: readonly [number, number];
};

/** Nearer to the negative real axis, seen as an angle. */
function nearer(a: readonly [number, number], b: readonly [number, number]): boolean {
  return Math.abs(Math.atan2(a[1], a[0])) > Math.abs(Math.atan2(b[1], b[0]));
}
