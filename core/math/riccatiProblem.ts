/** The data of a Riccati equation: shapes checked, states scaled, R and the cross weight taken out. */
import { solveAccurately } from "./accurateSolve.ts";
import { flatten, frobenius, identity, multiple, plus, symmetrize, transpose } from "./dense.ts";
import type { MatrixLike } from "./dense.ts";
import type { Triple } from "./doubling.ts";
import { luFactor, luRcond } from "./lu.ts";
import { product } from "./product.ts";

export type Time = "continuous" | "discrete";

/** A and Q n x n, B and S n x m, R m x m. */
export interface RiccatiProblem {
  readonly n: number;
  readonly m: number;
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly Q: Float64Array;
  readonly R: Float64Array;
  readonly S: Float64Array;
}

export function problemOf(A: MatrixLike, B: MatrixLike, Q: MatrixLike, R: MatrixLike, S?: MatrixLike): RiccatiProblem {
  const [a, b, q, r] = [flatten(A), flatten(B), flatten(Q), flatten(R)];
  const n = a.rows;
  const m = b.cols;
  const s = S === undefined ? { rows: n, cols: m, data: new Float64Array(n * m) } : flatten(S);
  const shapes = { A: [a, n, n], B: [b, n, m], Q: [q, n, n], R: [r, m, m], S: [s, n, m] } as const;
  for (const [name, [{ rows, cols }, wantedRows, wantedCols]] of Object.entries(shapes)) {
    if (rows !== wantedRows || cols !== wantedCols) {
      throw new RangeError(`${name} must be ${wantedRows} x ${wantedCols}, is ${rows} x ${cols}`);
    }
  }
  return { n, m, A: a.data, B: b.data, Q: symmetrize(q.data, n), R: symmetrize(r.data, m), S: s.data };
}

/** D^p M D^q, of n rows. */
export function scaled(m: Float64Array, n: number, d: Float64Array, p: number, q: number): Float64Array {
  const cols = n > 0 ? m.length / n : 0;
  return m.map((v, at) => {
    const left = d[Math.floor(at / cols)]!;
    const right = q === 0 ? 1 : d[at % cols]!;
    return v * (p > 0 ? left : 1 / left) * (q < 0 ? 1 / right : right);
  });
}

/**
 * In discrete time the equation for X - X0 is of the same form, with R + B'X0 B in R's place. So an R that is singular, or small beside
 * what X adds to it, does no harm: X0 is then a multiple of the identity.
 */
export function startOf(time: Time, { n, m, B, Q, R }: RiccatiProblem): Float64Array {
  if (time === "continuous") return new Float64Array(n * n);
  const alpha = frobenius(Q) || 1;
  const added = frobenius(product(transpose(B, n, m), B, m, n, m)) * alpha;
  const needed = !(luRcond(luFactor(R, m)) * frobenius(R) > 1e-4 * added);
  return needed ? multiple(identity(n), alpha) : new Float64Array(n * n);
}

/** The equation for X - X0 without R and S: G = B R^-1 B', A - B R^-1 S', Q - S R^-1 S'. Undefined where R is singular to rounding. */
export function reduce(time: Time, { n, m, A, B, Q, R, S }: RiccatiProblem, x0: Float64Array): Triple | undefined {
  let [r, s, q] = [R, S, Q];
  if (time === "discrete") {
    const xb = product(x0, B, n, n, m);
    const at = transpose(A, n, n);
    r = plus(R, product(transpose(B, n, m), xb, m, n, m));
    s = plus(S, product(at, xb, n, n, m));
    q = plus(plus(Q, product(at, product(x0, A, n, n, n), n, n, n)), x0, -1);
  }
  const rb = transpose(B, n, m);
  const rs = transpose(s, n, m);
  if (!(luRcond(solveAccurately(r, m, rb, n)) > 2.2e-16)) return undefined;
  solveAccurately(r, m, rs, n);
  return {
    a: plus(A, product(B, rs, n, m, n), -1),
    g: symmetrize(product(B, rb, n, m, n), n),
    h: symmetrize(plus(q, product(s, rs, n, m, n), -1), n),
  };
}
