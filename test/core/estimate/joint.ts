/**
 * The same estimates without a recursion: all states and measurements of a record as one Gaussian vector, conditioned at once, the diffuse
 * start as regression on unknown constants. Slow and independent of what is tested.
 */
import { inverse, Matrix } from "ml-matrix";

export interface Step {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly C: Matrix;
  readonly D: Matrix;
  readonly Q: Matrix;
  readonly R: Matrix;
  readonly S: Matrix;
}

export interface Joint {
  /** Means and covariance of all states stacked, given all that was measured. */
  readonly x: Matrix;
  readonly P: Matrix;
  readonly loglik: number;
}

export function joint(
  steps: readonly Step[],
  x0: Matrix,
  P0: Matrix,
  /** Directions of the state at the start that are unbounded, n x d. */
  unbounded: Matrix,
  y: readonly (readonly number[])[],
  u: readonly (readonly number[])[],
): Joint {
  const n = x0.rows;
  const p = steps[0]!.C.rows;
  const N = steps.length;
  const width = n + N * (n + p);
  // Everything is affine in s = (x0 - mean, w and v of each sample) and in the unbounded constants.
  const noise = Matrix.zeros(width, width);
  noise.setSubMatrix(P0, 0, 0);
  let toS = Matrix.zeros(n, width);
  toS.setSubMatrix(Matrix.eye(n), 0, 0);
  let toD = unbounded;
  let mean = x0;
  const states = {
    s: Matrix.zeros(N * n, width),
    d: Matrix.zeros(N * n, unbounded.columns),
    m: Matrix.zeros(N * n, 1),
  };
  const rows: { s: number[]; d: number[]; gap: number }[] = [];
  steps.forEach(({ A, B, C, D, Q, R, S }, k) => {
    const at = n + k * (n + p);
    noise.setSubMatrix(Q, at, at);
    noise.setSubMatrix(R, at + n, at + n);
    noise.setSubMatrix(S, at, at + n);
    noise.setSubMatrix(S.transpose(), at + n, at);
    states.s.setSubMatrix(toS, k * n, 0);
    states.d.setSubMatrix(toD, k * n, 0);
    states.m.setSubMatrix(mean, k * n, 0);
    const input = Matrix.columnVector([...u[k]!]);
    const seenS = C.mmul(toS);
    for (let i = 0; i < p; i++) seenS.set(i, at + n + i, 1);
    const seenD = C.mmul(toD);
    const seen = Matrix.add(C.mmul(mean), D.mmul(input));
    y[k]!.forEach((value, i) => {
      if (!Number.isNaN(value)) rows.push({ s: seenS.getRow(i), d: seenD.getRow(i), gap: value - seen.get(i, 0) });
    });
    toS = A.mmul(toS);
    for (let i = 0; i < n; i++) toS.set(i, at + i, 1);
    toD = A.mmul(toD);
    mean = Matrix.add(A.mmul(mean), B.mmul(input));
  });
  const H = new Matrix(rows.map(({ s }) => s));
  const gap = Matrix.columnVector(rows.map(({ gap }) => gap));
  const V = H.mmul(noise).mmul(H.transpose());
  const Vi = inverse(V);
  const cross = states.s.mmul(noise).mmul(H.transpose()).mmul(Vi);
  let log = -0.5 * ((rows.length - unbounded.columns) * Math.log(2 * Math.PI) + logDet(V));
  let rest = gap;
  let x = states.m;
  let P = Matrix.sub(
    states.s.mmul(noise).mmul(states.s.transpose()),
    cross.mmul(H).mmul(noise).mmul(states.s.transpose()),
  );
  if (unbounded.columns > 0) {
    const X = new Matrix(rows.map(({ d }) => d));
    const known = X.transpose().mmul(Vi).mmul(X);
    const spread = inverse(known);
    const constants = spread.mmul(X.transpose()).mmul(Vi).mmul(gap);
    rest = Matrix.sub(gap, X.mmul(constants));
    const G = Matrix.sub(states.d, cross.mmul(X));
    x = Matrix.add(x, states.d.mmul(constants));
    P = Matrix.add(P, G.mmul(spread).mmul(G.transpose()));
    log -= 0.5 * logDet(known);
  }
  return {
    x: Matrix.add(x, cross.mmul(rest)),
    P,
    loglik: log - 0.5 * rest.transpose().mmul(Vi).mmul(rest).get(0, 0),
  };
}

function logDet(m: Matrix): number {
  const a = m.to2DArray();
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    sum += Math.log(a[k]![k]!);
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return sum;
}
