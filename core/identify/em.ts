/**
 * Expectation maximisation for linear Gaussian models: the smoother's moments, then the matrices that fit them best, in closed form; the likelihood rises
 * with every round. Shumway & Stoffer, "An approach to time series smoothing and forecasting using the EM algorithm" (1982); Ghahramani & Hinton (1996).
 */
import { kalmanFilter } from "../estimate/kalmanFilter.ts";
import type { EstimateRefusal } from "../estimate/refusal.ts";
import { rts } from "../estimate/rts.ts";
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { symmetrize, toMatrix } from "../math/dense.ts";
import { flatten, identity } from "../math/dense.ts";
import { luFactor, luRcond, luSolve } from "../math/lu.ts";
import { criteriaOfLikelihood, type Criteria } from "./criteria.ts";
import { partsOf, type GaussianModel } from "./mle.ts";
import type { Parts, Sizes } from "./likelihood.ts";
import { notFinite, recordsOf, type IdentifyRefusal, type Recordings, type Segment } from "./recording.ts";

export type Estimated = "A" | "B" | "C" | "D" | "Q" | "R" | "x0" | "P0";

export interface EmOptions {
  /** What is estimated; the rest stays as it is. All but x0 and P0 when absent. */
  readonly estimate?: readonly Estimated[] | undefined;
  /** Rounds at most; 100 when absent. */
  readonly iterations?: number | undefined;
  /** Done when a round adds less than this share of the log-likelihood's size; 1e-9 when absent. */
  readonly tolerance?: number | undefined;
  /** Told with every round: the share of the rounds at most that are done. */
  readonly progress?: ((share: number) => void) | undefined;
}

export interface Em {
  readonly ok: true;
  readonly model: GaussianModel;
  /** A, B, C and D, with the recording's period and names. */
  readonly system: StateSpace;
  /** Before every round, and after the last. */
  readonly logLikelihoods: readonly number[];
  /** Rounds after which it had fallen by more than rounding explains, and by how much; none where all is as the theory says. */
  readonly falls: readonly { readonly round: number; readonly by: number }[];
  readonly rounds: number;
  readonly converged: boolean;
  readonly criteria: Criteria;
}

export type EmOutcome =
  | Em
  | IdentifyRefusal
  | EstimateRefusal
  /** A diffuse start that takes several samples leaves no moments of neighbours: give the model a P0. */
  | { readonly ok: false; readonly code: "DIFFUSE"; readonly samples: number };

/** From a model to begin with. Outputs may be missing (NaN). Throws a RangeError where sizes do not fit. */
export function em(start: GaussianModel, data: Recordings, options: EmOptions = {}): EmOutcome {
  const records = recordsOf(data);
  const wrong = notFinite(records, true);
  if (wrong) return wrong;
  const { m, p, segments } = records;
  const n = flatten(start.A).rows;
  const sizes = { n, m, p };
  const free = new Set<Estimated>(options.estimate ?? ["A", "B", "C", "D", "Q", "R"]);
  if (m === 0) for (const name of ["B", "D"] as const) free.delete(name);
  const diffuse = start.Pinf === undefined && start.P0 === undefined;
  if (diffuse || start.Pinf) for (const name of ["x0", "P0"] as const) free.delete(name);
  let parts = partsOf(start, sizes);
  const Pinf = start.Pinf ? flatten(start.Pinf).data : diffuse ? identity(n) : undefined;
  const logLikelihoods: number[] = [];
  const falls: { round: number; by: number }[] = [];
  const most = options.iterations ?? 100;
  let converged = false;
  for (let round = 0; ; round++) {
    const moments = expectation(sizes, parts, Pinf, segments);
    if (!moments.ok) return moments;
    const before = logLikelihoods.at(-1);
    logLikelihoods.push(moments.logLikelihood);
    if (before !== undefined) {
      const gain = moments.logLikelihood - before;
      if (gain < -1e-11 * Math.abs(before)) falls.push({ round, by: -gain });
      converged = Math.abs(gain) <= (options.tolerance ?? 1e-9) * Math.abs(before);
    }
    if (round === most || converged) break;
    options.progress?.(round / most);
    const next = maximisation(sizes, parts, moments, free);
    if ("code" in next) return next;
    parts = next;
  }
  const model = modelOf(sizes, parts, Pinf);
  const counts: Record<Estimated, number> = {
    A: n * n,
    B: n * m,
    C: p * n,
    D: p * m,
    Q: (n * (n + 1)) / 2,
    R: (p * (p + 1)) / 2,
    x0: n,
    P0: (n * (n + 1)) / 2,
  };
  const measured = segments.reduce((sum, { y }) => sum + y.filter((v) => !Number.isNaN(v)).length, 0);
  return {
    ok: true,
    model,
    system: ss(model.A, model.B!, model.C, model.D!, records.period, records.names),
    logLikelihoods,
    falls,
    rounds: logLikelihoods.length - 1,
    converged,
    criteria: criteriaOfLikelihood(
      logLikelihoods.at(-1)!,
      measured,
      [...free].reduce((sum, name) => sum + counts[name], 0),
    ),
  };
}

function modelOf({ n, m, p }: Sizes, parts: Parts, Pinf: Float64Array | undefined): GaussianModel {
  return {
    A: toMatrix(parts.A, n, n),
    B: toMatrix(parts.B, n, m),
    C: toMatrix(parts.C, p, n),
    D: toMatrix(parts.D, p, m),
    Q: toMatrix(parts.Q, n, n),
    R: toMatrix(parts.R, p, p),
    x0: Array.from(parts.x0),
    P0: toMatrix(parts.P0, n, n),
    ...(Pinf ? { Pinf: toMatrix(Pinf, n, n) } : {}),
  };
}

/** Sums over samples of expected products, z = [x; u]. */
interface Moments {
  readonly ok: true;
  readonly logLikelihood: number;
  /** Transitions: z z', x' z' (next state), x' x'; how many. */
  readonly zz: Float64Array;
  readonly xz: Float64Array;
  readonly xx: Float64Array;
  readonly transitions: number;
  /** Measurements: z z', y z', y y'; how many. */
  readonly zzAll: Float64Array;
  readonly yz: Float64Array;
  readonly yy: Float64Array;
  readonly samples: number;
  /** At the starts: states, and covariances summed. */
  readonly starts: readonly { readonly x: Float64Array; readonly P: Float64Array }[];
}

function expectation(
  sizes: Sizes,
  parts: Parts,
  Pinf: Float64Array | undefined,
  segments: readonly Segment[],
): Moments | Exclude<EmOutcome, Em> {
  const { n, m, p } = sizes;
  const w = n + m;
  const sums = {
    zz: new Float64Array(w * w),
    xz: new Float64Array(n * w),
    xx: new Float64Array(n * n),
    zzAll: new Float64Array(w * w),
    yz: new Float64Array(p * w),
    yy: new Float64Array(p * p),
  };
  let [logLikelihood, transitions, samples] = [0, 0, 0];
  const starts: { x: Float64Array; P: Float64Array }[] = [];
  const flat = (data: Float64Array, rows: number, cols: number) => ({ rows, cols, data });
  for (const { count, u, y } of segments) {
    const filtered = kalmanFilter(
      {
        A: flat(parts.A, n, n),
        ...(m > 0 ? { B: flat(parts.B, n, m), D: flat(parts.D, p, m) } : {}),
        C: flat(parts.C, p, n),
        Q: flat(parts.Q, n, n),
        R: flat(parts.R, p, p),
        x0: Array.from(parts.x0),
        P0: flat(parts.P0, n, n),
        ...(Pinf ? { Pinf: flat(Pinf, n, n) } : {}),
      },
      flat(y, count, p),
      flat(u, count, m),
    );
    if (!filtered.ok) return filtered;
    if (filtered.diffuse > 1) return { ok: false, code: "DIFFUSE", samples: filtered.diffuse };
    const smoothed = rts(filtered, { lagOne: true });
    if (!smoothed.ok) return smoothed;
    logLikelihood += filtered.loglik;
    transitions += count - 1;
    samples += count;
    const z = new Float64Array(w);
    for (let k = 0; k < count; k++) {
      z.set(smoothed.x.subarray(k * n, (k + 1) * n));
      z.set(u.subarray(k * m, (k + 1) * m), n);
      const P = smoothed.P.subarray(smoothed.row[k]! * n * n, (smoothed.row[k]! + 1) * n * n);
      if (k === 0) starts.push({ x: z.slice(0, n), P: P.slice() });
      addOuter(sums.zzAll, z, z, w, w);
      addBlock(sums.zzAll, P, n, w);
      measurement(sizes, parts, y.subarray(k * p, (k + 1) * p), z, P, sums.yz, sums.yy);
      if (k + 1 === count) break;
      addOuter(sums.zz, z, z, w, w);
      addBlock(sums.zz, P, n, w);
      const later = smoothed.x.subarray((k + 1) * n, (k + 2) * n);
      addOuter(sums.xz, later, z, n, w);
      const lag = smoothed.lagOne!.subarray(smoothed.row[k]! * n * n, (smoothed.row[k]! + 1) * n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums.xz[i * w + j]! += lag[i * n + j]!;
      addOuter(sums.xx, later, later, n, n);
      addBlock(sums.xx, smoothed.P.subarray(smoothed.row[k + 1]! * n * n, (smoothed.row[k + 1]! + 1) * n * n), n, n);
    }
  }
  return { ok: true, logLikelihood, transitions, samples, starts, ...sums };
}

function addOuter(sum: Float64Array, a: Float64Array, b: Float64Array, rows: number, cols: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) sum[i * cols + j]! += a[i]! * b[j]!;
}

function addBlock(sum: Float64Array, P: Float64Array, n: number, width: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum[i * width + j]! += P[i * n + j]!;
}

/** E[y z'] and E[y y'] of one sample; what is missing of y is expected from the state and from what of the noise the others show. */
function measurement(
  { n, m, p }: Sizes,
  { C, D, R }: Parts,
  y: Float64Array,
  z: Float64Array,
  P: Float64Array,
  yz: Float64Array,
  yy: Float64Array,
): void {
  const w = n + m;
  const seen: number[] = [];
  const missing: number[] = [];
  y.forEach((v, i) => (Number.isNaN(v) ? missing : seen).push(i));
  const full = Float64Array.from(y);
  // y = M x + ...: rows of 0 where it is measured.
  const M = new Float64Array(p * n);
  const spread = new Float64Array(p * p);
  if (missing.length > 0) {
    const said = (i: number): number => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += C[i * n + j]! * z[j]!;
      for (let j = 0; j < m; j++) sum += D[i * m + j]! * z[n + j]!;
      return sum;
    };
    const q = seen.length;
    const own = Float64Array.from({ length: q * q }, (_, k) => R[seen[Math.floor(k / q)]! * p + seen[k % q]!]!);
    // R_oo^-1 R_om
    const gain = new Float64Array(q * missing.length);
    seen.forEach((i, a) => missing.forEach((j, b) => (gain[a * missing.length + b] = R[i * p + j]!)));
    if (q > 0) luSolve(luFactor(own, q), gain, missing.length);
    missing.forEach((i, b) => {
      full[i] = said(i);
      for (let j = 0; j < n; j++) M[i * n + j] = C[i * n + j]!;
      seen.forEach((o, a) => {
        const g = gain[a * missing.length + b]!;
        full[i]! += g * (y[o]! - said(o));
        for (let j = 0; j < n; j++) M[i * n + j]! -= g * C[o * n + j]!;
      });
      missing.forEach((j) => {
        let left = R[i * p + j]!;
        seen.forEach((o, a) => (left -= gain[a * missing.length + b]! * R[o * p + j]!));
        spread[i * p + j] = left;
      });
    });
  }
  addOuter(yz, full, z, p, w);
  addOuter(yy, full, full, p, p);
  if (missing.length === 0) return;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < n; j++) for (let s = 0; s < n; s++) yz[i * w + j]! += M[i * n + s]! * P[s * n + j]!;
    for (let j = 0; j < p; j++) {
      yy[i * p + j]! += spread[i * p + j]!;
      for (let s = 0; s < n; s++)
        for (let t = 0; t < n; t++) yy[i * p + j]! += M[i * n + s]! * P[s * n + t]! * M[j * n + t]!;
    }
  }
}

function maximisation(
  { n, m, p }: Sizes,
  parts: Parts,
  moments: Moments,
  free: ReadonlySet<Estimated>,
): Parts | IdentifyRefusal {
  const moved = regression(parts.A, parts.B, moments.xz, moments.zz, n, n, m, free.has("A"), free.has("B"));
  const seen = regression(parts.C, parts.D, moments.yz, moments.zzAll, p, n, m, free.has("C"), free.has("D"));
  if (typeof moved === "number" || typeof seen === "number")
    return { ok: false, code: "SINGULAR", rcond: typeof moved === "number" ? moved : (seen as number) };
  const { starts } = moments;
  const x0 = free.has("x0")
    ? parts.x0.map((_, i) => starts.reduce((sum, { x }) => sum + x[i]!, 0) / starts.length)
    : parts.x0;
  const P0 = free.has("P0") ? new Float64Array(n * n) : parts.P0;
  if (free.has("P0")) {
    for (const { x, P } of starts) {
      const off = x.map((v, i) => v - x0[i]!);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) P0[i * n + j]! += (P[i * n + j]! + off[i]! * off[j]!) / starts.length;
    }
  }
  return {
    A: moved.state,
    B: moved.input,
    C: seen.state,
    D: seen.input,
    Q: free.has("Q") ? left(moments.xx, moments.xz, moments.zz, moved, n, n, m, moments.transitions) : parts.Q,
    R: free.has("R") ? left(moments.yy, moments.yz, moments.zzAll, seen, p, n, m, moments.samples) : parts.R,
    x0,
    P0,
  };
}

interface Map {
  readonly state: Float64Array;
  readonly input: Float64Array;
}

/** The maps of x and u into `rows` numbers that fit their moments best, those not free being given; or the condition that forbids it. */
function regression(
  state: Float64Array,
  input: Float64Array,
  cross: Float64Array,
  square: Float64Array,
  rows: number,
  n: number,
  m: number,
  freeState: boolean,
  freeInput: boolean,
): Map | number {
  const w = n + m;
  const open = Array.from({ length: w }, (_, i) => i).filter((i) => (i < n ? freeState : freeInput));
  if (open.length === 0) return { state, input };
  const q = open.length;
  const sizes = open.map((i) => Math.sqrt(square[i * w + i]!) || 1);
  const M = Float64Array.from(
    { length: q * q },
    (_, k) => square[open[Math.floor(k / q)]! * w + open[k % q]!]! / (sizes[Math.floor(k / q)]! * sizes[k % q]!),
  );
  const right = new Float64Array(q * rows);
  for (let r = 0; r < rows; r++) {
    open.forEach((i, a) => {
      let sum = cross[r * w + i]!;
      for (let j = 0; j < w; j++) {
        if (j < n ? freeState : freeInput) continue;
        sum -= (j < n ? state[r * n + j]! : input[r * m + j - n]!) * square[j * w + i]!;
      }
      right[a * rows + r] = sum / sizes[a]!;
    });
  }
  const lu = luFactor(M, q);
  const rcond = luRcond(lu);
  if (!(rcond > 1e-14)) return rcond;
  luSolve(lu, right, rows);
  const next = { state: state.slice(), input: input.slice() };
  open.forEach((i, a) => {
    for (let r = 0; r < rows; r++) {
      const value = right[a * rows + r]! / sizes[a]!;
      if (i < n) next.state[r * n + i] = value;
      else next.input[r * m + i - n] = value;
    }
  });
  return next;
}

/** Mean of (v - G z)(v - G z)'. */
function left(
  vv: Float64Array,
  vz: Float64Array,
  zz: Float64Array,
  { state, input }: Map,
  rows: number,
  n: number,
  m: number,
  count: number,
): Float64Array {
  const w = n + m;
  const G = new Float64Array(rows * w);
  for (let r = 0; r < rows; r++) {
    G.set(state.subarray(r * n, (r + 1) * n), r * w);
    G.set(input.subarray(r * m, (r + 1) * m), r * w + n);
  }
  const spread = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = vv[i * rows + j]!;
      for (let a = 0; a < w; a++) {
        sum -= G[i * w + a]! * vz[j * w + a]! + vz[i * w + a]! * G[j * w + a]!;
        for (let b = 0; b < w; b++) sum += G[i * w + a]! * zz[a * w + b]! * G[j * w + b]!;
      }
      spread[i * rows + j] = sum / count;
    }
  }
  return symmetrize(spread, rows);
}
