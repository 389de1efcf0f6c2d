/** What a model says of recorded outputs: k instants ahead from the outputs before, or from the inputs alone. */
import { flatModel, type FlatModel, type Innovations } from "./identified.ts";
import { inputMatrices } from "./inputMatrices.ts";
import {
  notFinite,
  recordsOf,
  type IdentifyRefusal,
  type Recordings,
  type Records,
  type Segment,
} from "./recording.ts";

export interface PredictOptions {
  /** Instants ahead, 1 or more; Infinity (when absent) simulates: no output is used but for the state at the beginning. */
  readonly ahead?: number | undefined;
  /** State at the first sample, by recording; the one that leaves the least errors when absent. */
  readonly x0?: readonly ArrayLike<number>[] | undefined;
}

export interface Predicted {
  readonly ok: true;
  /** By recording, by output; the first `ahead` instants are simulated from x0. */
  readonly y: readonly (readonly Float64Array[])[];
  readonly x0: readonly Float64Array[];
  /** 100 (1 - |y - yhat| / |y - mean y|), by output over all recordings, norms being Euclidean: 100 is perfect, 0 no better than the mean. */
  readonly fit: readonly number[];
}

export type PredictOutcome = Predicted | IdentifyRefusal;

/** Of recordings with the model's inputs and outputs. Throws a RangeError where channels do not fit. */
export function predict(
  given: Pick<Innovations, "system" | "K">,
  data: Recordings,
  options: PredictOptions = {},
): PredictOutcome {
  const records = recordsOf(data);
  const model = flatModel(given);
  fits(model, records);
  const wrong = notFinite(records);
  if (wrong) return wrong;
  const ahead = options.ahead ?? Number.POSITIVE_INFINITY;
  if (!(ahead >= 1)) throw new RangeError(`Predictions are 1 or more instants ahead, not ${ahead}`);
  const x0 = options.x0?.map((x) => Float64Array.from(x)) ?? beginnings(model, records, ahead < Infinity);
  if (!x0) return { ok: false, code: "UNSTABLE", modulus: Number.POSITIVE_INFINITY };
  if (x0.length !== records.segments.length || x0.some((x) => x.length !== model.n))
    throw new RangeError(`States of ${model.n} numbers are needed, one for each recording`);
  const flatY = records.segments.map((segment, i) => predictions(model, segment, x0[i]!, ahead));
  return {
    ok: true,
    y: flatY.map((values) => Array.from({ length: model.p }, (_, j) => values.filter((__, i) => i % model.p === j))),
    x0,
    fit: fitOf(records, flatY),
  };
}

export function fits({ m, p }: { readonly m: number; readonly p: number }, records: Records): void {
  if (records.m !== m || records.p !== p)
    throw new RangeError(`A model of ${m} inputs and ${p} outputs, a recording of ${records.m} and ${records.p}`);
}

/** The states that fit a recording best, B and D being known; undefined where responses grow beyond all numbers. */
export function beginnings(
  model: FlatModel,
  records: Records,
  byPredictor: boolean,
): readonly Float64Array[] | undefined {
  const { A, B, C, D, K, n } = model;
  const L = byPredictor ? K : undefined;
  return inputMatrices(records, { A, C, n, L, feedthrough: true, known: { B, D } })?.x0;
}

/** count x p, row-major. */
export function predictions(model: FlatModel, segment: Segment, x0: Float64Array, ahead: number): Float64Array {
  const { m, p } = model;
  const { count, u, y } = segment;
  const said = new Float64Array(count * p);
  const at = (k: number): Float64Array => u.subarray(k * m, (k + 1) * m);
  let state = Float64Array.from(x0);
  // The instant whose state, foretold one instant ahead, `state` is.
  let reached = 0;
  const innovation = new Float64Array(p);
  for (let k = 0; k < count; k++) {
    for (; reached < k + 1 - ahead; reached++) {
      outputs(model, state, at(reached), innovation, 0);
      for (let i = 0; i < p; i++) innovation[i] = y[reached * p + i]! - innovation[i]!;
      state = moved(model, state, at(reached), innovation);
    }
    if (ahead === Number.POSITIVE_INFINITY) {
      outputs(model, state, at(k), said, k * p);
      state = moved(model, state, at(k));
      continue;
    }
    let later = state;
    for (let j = reached; j < k; j++) later = moved(model, later, at(j));
    outputs(model, later, at(k), said, k * p);
  }
  return said;
}

function outputs({ n, m, p, C, D }: FlatModel, x: Float64Array, u: Float64Array, to: Float64Array, at: number): void {
  for (let i = 0; i < p; i++) {
    let sum = 0;
    for (let s = 0; s < n; s++) sum += C[i * n + s]! * x[s]!;
    for (let j = 0; j < m; j++) sum += D[i * m + j]! * u[j]!;
    to[at + i] = sum;
  }
}

function moved(
  { n, m, p, A, B, K }: FlatModel,
  x: Float64Array,
  u: Float64Array,
  innovation?: Float64Array,
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let s = 0; s < n; s++) sum += A[i * n + s]! * x[s]!;
    for (let j = 0; j < m; j++) sum += B[i * m + j]! * u[j]!;
    if (innovation) for (let o = 0; o < p; o++) sum += K[i * p + o]! * innovation[o]!;
    next[i] = sum;
  }
  return next;
}

/** By output; `said` by recording, row-major. */
export function fitOf(records: Records, said: readonly Float64Array[]): readonly number[] {
  const { p, segments, total } = records;
  return Array.from({ length: p }, (_, j) => {
    let mean = 0;
    for (const { count, y } of segments) for (let k = 0; k < count; k++) mean += y[k * p + j]! / total;
    let [errors, spread] = [0, 0];
    segments.forEach(({ count, y }, i) => {
      for (let k = 0; k < count; k++) {
        errors += (y[k * p + j]! - said[i]![k * p + j]!) ** 2;
        spread += (y[k * p + j]! - mean) ** 2;
      }
    });
    if (Number.isNaN(errors)) return Number.NEGATIVE_INFINITY;
    return errors === 0 ? 100 : 100 * (1 - Math.sqrt(errors / spread));
  });
}
