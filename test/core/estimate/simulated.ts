/** Records of a linear model with its own noise, seeded. */
import { at, flatModel, type LinearGaussian } from "../../../core/estimate/linearGaussian.ts";
import { factorOf } from "../../../core/estimate/squareRoot.ts";
import { uniform } from "../../../core/math/random.ts";

/** Standard normal numbers of a stream. */
export function noiseOf(seed: number): () => number {
  let k = 0;
  return () => {
    const [a, b] = [uniform(seed, k++), uniform(seed, k++)];
    return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  };
}

/** x[0] is drawn from the model's start, w and v together from Q, R and S. */
export function simulated(
  model: LinearGaussian,
  steps: number,
  seed: number,
  u?: readonly (readonly number[])[],
): { readonly x: Float64Array; readonly y: number[][] } {
  const probe = flatModel(model, [], u && []);
  const { n, m, p } = probe;
  const flat = flatModel(model, { rows: steps, cols: p, data: new Float64Array(steps * p) }, u?.slice(0, steps));
  const noise = noiseOf(seed);
  /** A vector with covariance M. */
  const draw = (M: Float64Array, size: number): Float64Array => {
    const F = factorOf(M, 0, size)!;
    const v = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const g = noise();
      for (let j = i; j < size; j++) v[j]! += g * F[i * size + j]!;
    }
    return v;
  };
  const x = new Float64Array(steps * n);
  const y: number[][] = [];
  let state = draw(flat.P0, n).map((v, i) => v + flat.x0[i]!);
  for (let k = 0; k < steps; k++) {
    x.set(state, k * n);
    const w = n + p;
    const joint = new Float64Array(w * w);
    const [Q, R] = [at(flat.Q, k, n * n), at(flat.R, k, p * p)];
    const S = flat.S && at(flat.S, k, n * p);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) joint[i * w + j] = Q[i * n + j]!;
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) joint[(n + i) * w + n + j] = R[i * p + j]!;
    if (S)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < p; j++) joint[i * w + n + j] = joint[(n + j) * w + i] = S[i * p + j]!;
    const both = draw(joint, w);
    const [A, C] = [at(flat.A, k, n * n), at(flat.C, k, p * n)];
    y.push(
      Array.from({ length: p }, (_, i) => {
        let sum = both[n + i]!;
        for (let j = 0; j < n; j++) sum += C[i * n + j]! * state[j]!;
        if (flat.D) for (let j = 0; j < m; j++) sum += at(flat.D, k, p * m)[i * m + j]! * flat.u[k * m + j]!;
        return sum;
      }),
    );
    state = Float64Array.from({ length: n }, (_, i) => {
      let sum = both[i]!;
      for (let j = 0; j < n; j++) sum += A[i * n + j]! * state[j]!;
      if (flat.B) for (let j = 0; j < m; j++) sum += at(flat.B, k, n * m)[i * m + j]! * flat.u[k * m + j]!;
      return sum;
    });
  }
  return { x, y };
}
