/**
 * Every estimator by one door, so that they can be compared: each gives the state of every sample with its covariance, and where it goes
 * sample by sample what it did not expect of the measurements. Those that need a linear model take it from beside the start.
 */
import { multiple, toMatrix, transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { dare } from "../math/riccati.ts";
import { createRoom, updateCovariance } from "./covariance.ts";
import { ekf } from "./ekf.ts";
import type { Filtered } from "./filtered.ts";
import { kalmanFilter } from "./kalmanFilter.ts";
import { type Dense, flatOf } from "./linearGaussian.ts";
import { type DenseLinear, type DenseModel, type Linearized, linearized } from "./linearized.ts";
import { nonlinearRecord } from "./nonlinear.ts";
import { observer } from "./observer.ts";
import { particleFilter } from "./particle.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { rts } from "./rts.ts";
import { ukf } from "./ukf.ts";

export const estimatorKinds = ["kalman", "ekf", "iekf", "ukf", "particle", "observer", "smoother"] as const;
export type EstimatorKind = (typeof estimatorKinds)[number];

export interface EstimatorSpec {
  readonly kind: EstimatorKind;
  /** What it takes for Q and R: these multiples of the model's; 1 by default. */
  readonly scaleQ?: number;
  readonly scaleR?: number;
  /** Linearizations of each update of the iterated filter; 5 by default. */
  readonly iterations?: number;
  /** Spread of the sigma points; 0.5 by default. */
  readonly alpha?: number;
  /** 1,000 by default. */
  readonly particles?: number;
  /** Of the observer, n x p: x[k|k] = x[k|k-1] + G (y[k] - what was expected). That of the steady Kalman filter where left out. */
  readonly gain?: Dense;
  /** The filter that the smoother goes back over; "ekf" by default. */
  readonly over?: "kalman" | "ekf" | "ukf";
}

export interface Estimated extends Pick<
  Filtered,
  "ok" | "n" | "p" | "steps" | "x" | "row" | "P" | "e" | "z" | "diffuse"
> {
  /** An observer tells none. */
  readonly loglik?: number;
}

/** NO_GAIN: no constant gain keeps the error bounded, or a state on the border of stability is not driven by noise. */
export type EstimatingRefusal =
  | EstimateRefusal
  | {
      readonly ok: false;
      readonly code: "NO_GAIN";
      readonly k: 0;
      /** Modulus of the eigenvalue of the transition that stands against it; NaN where it is numbers. */
      readonly value: number;
      readonly message: string;
    };

export interface Estimators {
  /** What "kalman" and "observer" work with is the model itself. */
  readonly linear: boolean;
  /** That model, and its inputs: what kalmanFilter and its like on a GPU take. */
  readonly beside: Pick<Linearized, "model" | "u">;
  /** y: steps x p, NaN where missing. Shapes of a gain that do not fit throw. `seed`: of the run, for what particles draw. */
  run(spec: EstimatorSpec, y: Dense, seed?: number): Estimated | EstimatingRefusal;
}

/** Of a model and its inputs (steps x m) over as many samples as `steps`; what does not depend on measurements is done once. */
export function estimators(
  model: DenseModel,
  steps: number,
  p: number,
  u?: Dense,
): ({ readonly ok: true } & Estimators) | EstimateRefusal {
  const blank = { rows: steps, cols: p, data: new Float64Array(steps * p) };
  const record = nonlinearRecord(model, blank, u);
  if ("code" in record) return record;
  const beside = linearized(model, record);
  const gains = new Map<EstimatorSpec, Float64Array | EstimatingRefusal>();
  const believed = ({ scaleQ = 1, scaleR = 1 }: EstimatorSpec) => ({
    Q: scaled(model.Q, scaleQ),
    R: scaled(model.R, scaleR),
  });
  const gainOf = (spec: EstimatorSpec) => {
    let gain = gains.get(spec);
    if (!gain) {
      gain = spec.gain
        ? gainShaped(spec.gain, record.n, p)
        : steadyGain({ ...beside.model, ...believed(spec) }, record.n, p);
      gains.set(spec, gain);
    }
    return gain;
  };
  return {
    ok: true,
    linear: beside.linear,
    beside,
    run(spec, y, seed = 0) {
      const noise = believed(spec);
      const nonlinear = { ...model, ...noise };
      const linear = { ...beside.model, ...noise };
      switch (spec.kind) {
        case "kalman":
          return kalmanFilter(linear, y, beside.u);
        case "ekf":
          return ekf(nonlinear, y, u);
        case "iekf":
          return ekf(nonlinear, y, u, { iterations: spec.iterations ?? 5 });
        case "ukf":
          return ukf(nonlinear, y, u, spec.alpha === undefined ? {} : { alpha: spec.alpha });
        case "particle":
          return particles(nonlinear, y, u, spec.particles, seed);
        case "observer": {
          const gain = gainOf(spec);
          return "code" in gain ? gain : observed(linear, gain, y, beside.u);
        }
        case "smoother": {
          const { over = "ekf" } = spec;
          const filter =
            over === "kalman" ? kalmanFilter(linear, y, beside.u) : (over === "ukf" ? ukf : ekf)(nonlinear, y, u);
          if (!filter.ok) return filter;
          const smooth = rts(filter);
          return smooth.ok ? { ...filter, x: smooth.x, P: smooth.P, row: smooth.row } : smooth;
        }
      }
    },
  };
}

function scaled(M: Dense, factor: number): Dense {
  if (factor === 1) return M;
  const { data, rows, cols } = flatOf(M);
  return { data: multiple(data, factor), rows, cols };
}

/** They draw none of the numbers that made the record of this seed (`simulatedRecord`). */
function particles(
  model: DenseModel,
  y: Dense,
  u: Dense | undefined,
  count: number | undefined,
  seed: number,
): Estimated | EstimateRefusal {
  const options = { ...(count === undefined ? {} : { particles: count }), seed: 4294967296 + seed };
  const found = particleFilter(model, y, u, options);
  return found.ok ? { ...found, row: Int32Array.from({ length: found.steps }, (_, k) => k), diffuse: 0 } : found;
}

function gainShaped(gain: Dense, n: number, p: number): Float64Array {
  const { rows, cols, data } = flatOf(gain);
  if (rows !== n || cols !== p) throw new RangeError(`the gain is ${rows} x ${cols}, ${n} x ${p} was expected`);
  return data;
}

/** X C' (C X C' + R)^-1, n x p, with the steady covariance X of the prediction. */
export function steadyGain(
  { A, C, Q, R }: Pick<DenseLinear, "A" | "C" | "Q" | "R">,
  n: number,
  p: number,
): Float64Array | EstimatingRefusal {
  const [a, c] = [flatOf(A), flatOf(C)];
  const solved = dare(
    toMatrix(a.data, n, n).transpose(),
    toMatrix(c.data, p, n).transpose(),
    toMatrix(flatOf(Q).data, n, n),
    toMatrix(flatOf(R).data, p, p),
  );
  const none = (value: number): EstimatingRefusal => ({
    ok: false,
    code: "NO_GAIN",
    k: 0,
    value,
    message: "No constant gain keeps the error bounded.",
  });
  if (!solved.ok) return none(Math.hypot(...(solved.eigenvalues[0] ?? [Number.NaN, 0])));
  const X = Float64Array.from(solved.X.to1DArray());
  const K = new Float64Array(p * n);
  const out = { P: new Float64Array(n * n), L: new Float64Array(p * p), K };
  if (!updateCovariance(createRoom(n, p), n, p, c.data, flatOf(R).data, X, out)) return none(Number.NaN);
  const G = new Float64Array(n * p);
  for (let i = 0; i < n; i++) for (let a0 = 0; a0 < p; a0++) G[i * p + a0] = K[a0 * n + i]!;
  return G;
}

/** The observer with the gain A G, and what it knows once it has seen the measurement of the sample itself. */
function observed(model: DenseLinear, G: Float64Array, y: Dense, u: Dense): Estimated | EstimateRefusal {
  const A = flatOf(model.A).data;
  const C = flatOf(model.C).data;
  const R = flatOf(model.R).data;
  const p = flatOf(model.R).rows;
  const n = A.length / Math.max(1, flatOf(model.A).rows);
  const found = observer(model, { data: product(A, G, n, n, p), rows: n, cols: p }, y, u);
  if (!found.ok) return found;
  const { steps, e } = found;
  const square = n * n;
  const x = found.x.slice(0, steps * n);
  const P = new Float64Array(steps * square);
  const z = new Float64Array(steps * p).fill(Number.NaN);
  const room = createRoom(n, p);
  const spare = { P: new Float64Array(square), L: new Float64Array(p * p), K: new Float64Array(p * n) };
  for (let k = 0; k < steps; k++) {
    const prior = found.P.subarray(k * square, (k + 1) * square);
    const seen = Int32Array.from({ length: p }, (_, i) => i).filter((i) => !Number.isNaN(e[k * p + i]!));
    const q = seen.length;
    const Cs = new Float64Array(q * n);
    const Rs = new Float64Array(q * q);
    const Gs = new Float64Array(n * q);
    seen.forEach((i, a) => {
      for (let j = 0; j < n; j++) {
        Cs[a * n + j] = C[i * n + j]!;
        Gs[j * q + a] = G[j * p + i]!;
        x[k * n + j]! += G[j * p + i]! * e[k * p + i]!;
      }
      seen.forEach((j, b) => (Rs[a * q + b] = R[i * p + j]!));
    });
    P.set(corrected(prior, Gs, Cs, Rs, n, q), k * square);
    if (!updateCovariance(room, n, q, Cs, Rs, prior, spare)) return refuse("S_NOT_PD", k, 0);
    seen.forEach((i, a) => {
      let sum = e[k * p + i]!;
      for (let b = 0; b < a; b++) sum -= spare.L[a * q + b]! * z[k * p + seen[b]!]!;
      z[k * p + i] = sum / spare.L[a * q + a]!;
    });
  }
  const row = Int32Array.from({ length: steps }, (_, k) => k);
  return { ok: true, n, p, steps, x, P, row, e, z, diffuse: 0 };
}

/** (I - G C) P (I - G C)' + G R G'. */
function corrected(
  P: Float64Array,
  G: Float64Array,
  C: Float64Array,
  R: Float64Array,
  n: number,
  q: number,
): Float64Array {
  const closed = product(G, C, n, q, n).map((v, i) => (i % (n + 1) === 0 ? 1 - v : -v));
  const inner = product(product(closed, P, n, n, n), transpose(closed, n, n), n, n, n);
  const noise = product(product(G, R, n, q, q), transpose(G, n, q), n, q, n);
  return inner.map((v, i) => v + noise[i]!);
}
