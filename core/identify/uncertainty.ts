/** How sure an identified model is: the covariance of what was estimated, and what follows for the frequency response. */
import type { Matrix } from "ml-matrix";
import { flat } from "../math/blocks.ts";
import { luFactor, luSolve } from "../math/lu.ts";
import type { StateSpace } from "../lti/stateSpace.ts";

export interface ParameterUncertainty {
  /** (n n + n m + p n + p m) x q: how the entries of A, B, C and D, each row by row, change with every estimated parameter. */
  readonly slopes: Matrix;
  /** q x q, of the parameters. */
  readonly covariance: Matrix;
}

export interface UncertainResponse {
  /** rad/s. */
  readonly frequencies: Float64Array;
  /** By output, by input: gain, its standard deviation; phase in rad, its standard deviation (to first order, infinite where the gain is 0). */
  readonly gain: readonly (readonly Float64Array[])[];
  readonly gainSd: readonly (readonly Float64Array[])[];
  readonly phase: readonly (readonly Float64Array[])[];
  readonly phaseSd: readonly (readonly Float64Array[])[];
}

/** Of a discrete model and what its identification said of its uncertainty; to first order. Ljung, "System Identification" (1999), 9.4. */
export function uncertainResponse(
  system: StateSpace,
  { slopes, covariance }: ParameterUncertainty,
  frequencies: ArrayLike<number>,
): UncertainResponse {
  const { A, B, C, D, time } = system;
  const [n, m, p, q] = [A.rows, D.columns, D.rows, covariance.rows];
  if (time.kind !== "discrete") throw new RangeError("An identified model is discrete");
  if (slopes.rows !== n * n + n * m + p * n + p * m || slopes.columns !== q)
    throw new RangeError("This uncertainty is another model's");
  const grid = (): Float64Array[][] =>
    Array.from({ length: p }, () => Array.from({ length: m }, () => new Float64Array(frequencies.length)));
  const told = { gain: grid(), gainSd: grid(), phase: grid(), phaseSd: grid() };
  const cov = flat(covariance);
  const [a, b, c, d, slope] = [flat(A), flat(B), flat(C), flat(D), flat(slopes)];
  for (let k = 0; k < frequencies.length; k++) {
    const angle = frequencies[k]! * time.period;
    const X = resolvent(a, n, angle, b, m);
    const Y = transposedResolvent(a, n, angle, c, p);
    for (let o = 0; o < p; o++) {
      for (let i = 0; i < m; i++) {
        let [re, im] = [d[o * m + i]!, 0];
        for (let s = 0; s < n; s++) {
          re += c[o * n + s]! * X.re[s * m + i]!;
          im += c[o * n + s]! * X.im[s * m + i]!;
        }
        // The response's slope over every parameter, from its slopes over every entry.
        const [byRe, byIm] = [new Float64Array(q), new Float64Array(q)];
        const add = (entry: number, r: number, j: number): void => {
          for (let l = 0; l < q; l++) {
            byRe[l]! += r * slope[entry * q + l]!;
            byIm[l]! += j * slope[entry * q + l]!;
          }
        };
        for (let r = 0; r < n; r++) {
          const [yr, yi] = [Y.re[o * n + r]!, Y.im[o * n + r]!];
          for (let s = 0; s < n; s++) {
            const [xr, xi] = [X.re[s * m + i]!, X.im[s * m + i]!];
            add(r * n + s, yr * xr - yi * xi, yr * xi + yi * xr);
          }
          add(n * n + r * m + i, yr, yi);
          add(n * n + n * m + o * n + r, X.re[r * m + i]!, X.im[r * m + i]!);
        }
        add(n * n + n * m + p * n + o * m + i, 1, 0);
        const gain = Math.hypot(re, im);
        const along = byRe.map((v, l) => (gain > 0 ? (re * v + im * byIm[l]!) / gain : Math.hypot(v, byIm[l]!)));
        const across = byRe.map((v, l) => (re * byIm[l]! - im * v) / (gain * gain));
        told.gain[o]![i]![k] = gain;
        told.phase[o]![i]![k] = Math.atan2(im, re);
        told.gainSd[o]![i]![k] = Math.sqrt(Math.max(0, quadratic(cov, along)));
        told.phaseSd[o]![i]![k] = gain > 0 ? Math.sqrt(Math.max(0, quadratic(cov, across))) : Infinity;
      }
    }
  }
  return { frequencies: Float64Array.from(frequencies), ...told };
}

/** v' m v. */
export function quadratic(m: Float64Array, v: Float64Array): number {
  const n = v.length;
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += v[i]! * m[i * n + j]! * v[j]!;
  return sum;
}

interface Parts {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** (e^(i angle) I - A)^-1 B, as one real system of twice the size. */
function resolvent(a: Float64Array, n: number, angle: number, b: Float64Array, cols: number): Parts {
  const size = 2 * n;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const M = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const entry = (i === j ? cos : 0) - a[i * n + j]!;
      M[i * size + j] = entry;
      M[(n + i) * size + n + j] = entry;
    }
    M[i * size + n + i]! -= sin;
    M[(n + i) * size + i]! += sin;
  }
  const x = new Float64Array(size * cols);
  x.set(b);
  luSolve(luFactor(M, size), x, cols);
  return { re: x.slice(0, n * cols), im: x.slice(n * cols) };
}

/** C (e^(i angle) I - A)^-1. */
function transposedResolvent(a: Float64Array, n: number, angle: number, c: Float64Array, p: number): Parts {
  const turned = (m: Float64Array, rows: number, cols: number): Float64Array =>
    Float64Array.from(m, (_, k) => m[(k % rows) * cols + Math.floor(k / rows)]!);
  const { re, im } = resolvent(turned(a, n, n), n, angle, turned(c, p, n), p);
  return { re: turned(re, n, p), im: turned(im, n, p) };
}
