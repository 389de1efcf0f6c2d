/**
 * The Kalman filter and its smoother by a parallel scan, in float64: each chunk of the record becomes one element (pieces.ts), a scan over
 * these gives the state that each chunk begins from, and then chunks are gone through by themselves. Chunks know nothing of one another in
 * the first and the last pass, which is what gpuFilter.ts runs on a GPU; here they go one after the other, at two to three times the work of
 * kalmanFilter, whose results these are. Anything but a diffuse start.
 */
import { createRoom, predictCovariance, updateCovariance } from "./covariance.ts";
import { decorrelated } from "./decorrelate.ts";
import { filterFlat, type KalmanEstimate, type KalmanOutcome } from "./kalmanFilter.ts";
import { at, type Dense, type FlatModel, flatModel, type LinearGaussian, type Sequence } from "./linearGaussian.ts";
import { type BackPiece, carriedBack, joinedBack, noPiece, type Piece, through } from "./pieces.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { smootherGain, type SmootherOutcome } from "./rts.ts";
import { infiniteAt, unfit } from "./unfit.ts";
import { plus, transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";

export interface ScanOptions {
  /** Samples of a chunk; 256 by default. */
  readonly chunk?: number;
}

/** As kalmanFilter. Throws a RangeError for a diffuse start: give P0. */
export function parallelFilter(
  model: LinearGaussian,
  y: Dense,
  u?: Dense,
  { chunk = 256 }: ScanOptions = {},
): KalmanOutcome {
  const flat = flatModel(model, y, u);
  if (flat.Pinf) throw new RangeError("a parallel scan begins from a covariance: give P0");
  const wrong = unfit(flat) ?? infinite(flat);
  if (wrong) return wrong;
  const { n, steps } = flat;
  const parts = chunks(steps, chunk).map(([from, to]) => partOf(flat, from, to));
  const pieces: Piece[] = [];
  // What comes after the last chunk is asked by none.
  for (const [c, part] of parts.slice(0, -1).entries()) {
    const piece = pieceOf(part);
    if ("code" in piece) return moved(piece, c * chunk);
    pieces.push(piece);
  }
  const starts = startsOf(n, flat.x0, flat.P0, pieces);
  if (starts.length <= pieces.length) return refuse("DIVERGED", starts.length * chunk, Number.NaN);
  const found: KalmanEstimate[] = [];
  for (const [c, part] of parts.entries()) {
    const one = filterFlat({ ...part, x0: starts[c]!.x, P0: starts[c]!.P }, {});
    if (!one.ok) return moved(one, c * chunk);
    found.push(one);
  }
  return found.length === 0 ? filterFlat(flat, {}) : together(flat, found);
}

/** A measurement that is neither a number nor missing. */
export function infinite({ y, p }: FlatModel): EstimateRefusal | undefined {
  const at = infiniteAt(y);
  return at < 0 ? undefined : refuse("NOT_FINITE", Math.floor(at / p), y[at]!);
}

/** The state before each piece and after the last; fewer where one cannot be passed. */
export function startsOf(n: number, x0: Float64Array, P0: Float64Array, pieces: readonly Piece[]): readonly State[] {
  const starts: State[] = [{ x: x0, P: P0 }];
  for (const piece of pieces) {
    const { x, P } = starts.at(-1)!;
    const next = through(n, x, P, piece);
    if (!next?.x.every(Number.isFinite) || !next.P.every(Number.isFinite)) break;
    starts.push(next);
  }
  return starts;
}

/** [from, to) of each. */
function chunks(steps: number, chunk: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(steps / chunk) }, (_, c) => [c * chunk, Math.min(steps, (c + 1) * chunk)]);
}

export function partOf(flat: FlatModel, from: number, to: number): FlatModel {
  const cut = ({ data, stride }: Sequence): Sequence =>
    stride === 0 ? { data, stride } : { data: data.subarray(from * stride, to * stride), stride };
  const { A, B, C, D, Q, R, S, m, p, y, u } = flat;
  return {
    ...flat,
    steps: to - from,
    ...{ A: cut(A), C: cut(C), Q: cut(Q), R: cut(R), B: B && cut(B), D: D && cut(D), S: S && cut(S) },
    y: y.subarray(from * p, to * p),
    u: u.subarray(from * m, to * m),
  };
}

/** The element of a whole record, its own start left out: a filter that begins from a known state and keeps what it learns of it. */
function pieceOf(model: FlatModel): Piece | EstimateRefusal {
  const { n, m, p, steps, y, u } = model;
  const room = createRoom(n, p);
  const kept = { P: new Float64Array(n * n), L: new Float64Array(p * p), K: new Float64Array(p * n) };
  const none = noPiece(n);
  const { eta, J } = none;
  let { A: F, b: x, C: P } = none;
  for (let k = 0; k < steps; k++) {
    const seen = Int32Array.from(Array(p).keys()).filter((i) => !Number.isNaN(y[k * p + i]!));
    const q = seen.length;
    const [C, R] = [at(model.C, k, p * n), at(model.R, k, p * p)];
    const H = new Float64Array(q * n);
    const part = new Float64Array(q * q);
    const measured = new Float64Array(q);
    seen.forEach((i, a) => {
      H.set(C.subarray(i * n, (i + 1) * n), a * n);
      seen.forEach((j, b) => (part[a * q + b] = R[i * p + j]!));
      let sum = y[k * p + i]!;
      if (model.D) for (let j = 0; j < m; j++) sum -= at(model.D, k, p * m)[i * m + j]! * u[k * m + j]!;
      measured[a] = sum;
    });
    let moves = at(model.A, k, n * n);
    let spread = at(model.Q, k, n * n);
    const drive = new Float64Array(n);
    if (model.B)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) drive[i]! += at(model.B, k, n * m)[i * m + j]! * u[k * m + j]!;
    if (model.S) {
      const parted = decorrelated(model, k, seen, q, moves, spread);
      if (!parted) return refuse("SINGULAR_R", k, 0);
      moves = parted.A;
      spread = parted.Q;
      for (let i = 0; i < n; i++) for (let a = 0; a < q; a++) drive[i]! += parted.gain[i * q + a]! * measured[a]!;
    }
    if (q > 0) {
      if (!updateCovariance(room, n, q, H, part, P, kept)) return refuse("S_NOT_PD", k, 0);
      const e = plus(measured, product(H, x, q, n, 1), -1);
      const HF = product(H, F, q, n, n);
      // L^-1 of both: what the measurement says of the state at the beginning.
      const { L } = kept;
      const G = HF.slice();
      const z = e.slice();
      for (let i = 0; i < q; i++) {
        for (let s = 0; s < i; s++) {
          z[i]! -= L[i * q + s]! * z[s]!;
          for (let j = 0; j < n; j++) G[i * n + j]! -= L[i * q + s]! * G[s * n + j]!;
        }
        z[i]! /= L[i * q + i]!;
        for (let j = 0; j < n; j++) G[i * n + j]! /= L[i * q + i]!;
      }
      for (let i = 0; i < n; i++) {
        for (let s = 0; s < q; s++) {
          eta[i]! += G[s * n + i]! * z[s]!;
          for (let j = 0; j < n; j++) J[i * n + j]! += G[s * n + i]! * G[s * n + j]!;
        }
      }
      const K = transpose(kept.K.subarray(0, q * n), q, n);
      x = plus(x, product(K, e, n, q, 1));
      F = plus(F, product(K, HF, n, q, n), -1);
      P = kept.P;
    }
    x = plus(product(moves, x, n, n, 1), drive);
    F = product(moves, F, n, n, n);
    const next = new Float64Array(n * n);
    predictCovariance(room, n, moves, P, spread, next);
    P = next;
  }
  return { A: F, b: x, C: P, eta, J };
}

const moved = (refusal: EstimateRefusal, by: number): EstimateRefusal =>
  refuse(refusal.code, refusal.k + by, refusal.value);

function together(flat: FlatModel, found: readonly KalmanEstimate[]): KalmanEstimate {
  const { n, p, steps } = flat;
  const joinedOf = (part: (one: KalmanEstimate) => Float64Array): Float64Array => {
    const all = new Float64Array(found.reduce((sum, one) => sum + part(one).length, 0));
    let to = 0;
    for (const one of found) {
      all.set(part(one), to);
      to += part(one).length;
    }
    return all;
  };
  const row = new Int32Array(steps + 1);
  let [rows, from] = [0, 0];
  for (const one of found) {
    // The last row of a chunk is written over by the next one's first.
    one.row.forEach((r, k) => (row[from + k] = rows + r));
    from += one.steps;
    rows += one.Pp.length / (n * n);
  }
  const last = found.at(-1)!;
  /** Blocks of the other kinds: as many as of Pp, though the last has none. */
  const blocks = (size: number, part: (one: KalmanEstimate) => Float64Array): Float64Array =>
    joinedOf((one) => {
      const all = new Float64Array((one.Pp.length / (n * n)) * size);
      all.set(part(one).subarray(0, all.length));
      return all;
    });
  return {
    ...{ ok: true, n, p, steps, row, diffuse: 0, start: [], lost: -1 },
    xp: joinedOf((one) => (one === last ? one.xp : one.xp.subarray(0, one.steps * n))),
    x: joinedOf(({ x }) => x),
    Pp: joinedOf(({ Pp }) => Pp),
    P: blocks(n * n, ({ P }) => P),
    L: blocks(p * p, ({ L }) => L),
    K: blocks(p * n, ({ K }) => K),
    e: joinedOf(({ e }) => e),
    z: joinedOf(({ z }) => z),
    loglik: found.reduce((sum, one) => sum + one.loglik, 0),
    A: flat.S ? { data: joinedOf(({ A }) => A.data), stride: n * n } : flat.A,
  };
}

/** As rts over a filter with a proper start, chunk by chunk. */
export function parallelSmoother(filtered: KalmanEstimate, { chunk = 256 }: ScanOptions = {}): SmootherOutcome {
  const { n, steps } = filtered;
  if (filtered.diffuse > 0) throw new RangeError("a parallel scan begins from a covariance: give P0");
  const size = n * n;
  const room = { l: new Float64Array(size), d: new Float64Array(n) };
  const elements = Array.from({ length: steps }, (_, k) => backPieceOf(filtered, k, room));
  const parts = chunks(steps, chunk);
  const whole = parts.map(([from, to]) => elements.slice(from, to).reduce((one, two) => joinedBack(n, one, two)));
  // The state after each chunk; the last sample's element asks for none.
  const after: State[] = parts.map(() => ({ x: new Float64Array(n), P: new Float64Array(size) }));
  for (let c = parts.length - 1; c > 0; c--) after[c - 1] = back(n, whole[c]!, after[c]!);
  const x = new Float64Array(steps * n);
  const P = new Float64Array(steps * size);
  parts.forEach(([from, to], c) => {
    let state: State = after[c]!;
    for (let k = to - 1; k >= from; k--) {
      state = back(n, elements[k]!, state);
      x.set(state.x, k * n);
      P.set(state.P, k * size);
    }
  });
  return { ok: true, n, steps, x, P, row: Int32Array.from(Array(steps).keys()) };
}

interface State {
  readonly x: Float64Array;
  readonly P: Float64Array;
}

const back = (n: number, piece: BackPiece, after: State): State => ({
  x: plus(product(piece.E, after.x, n, n, 1), piece.g),
  P: carriedBack(n, piece, after.P),
});

function backPieceOf(
  filtered: KalmanEstimate,
  k: number,
  room: { readonly l: Float64Array; readonly d: Float64Array },
): BackPiece {
  const { n, steps, x, xp, row, P, Pp } = filtered;
  const size = n * n;
  const own = P.subarray(row[k]! * size, (row[k]! + 1) * size);
  const mean = x.subarray(k * n, (k + 1) * n);
  if (k === steps - 1) return { E: new Float64Array(size), g: mean, L: own };
  const J = new Float64Array(size);
  smootherGain(filtered, k, room, J);
  const E = transpose(J, n, n);
  const next = Pp.subarray(row[k + 1]! * size, (row[k + 1]! + 1) * size);
  return {
    E,
    g: plus(mean, product(E, xp.subarray((k + 1) * n, (k + 2) * n), n, n, 1), -1),
    L: plus(own, product(product(E, next, n, n, n), J, n, n, n), -1),
  };
}
