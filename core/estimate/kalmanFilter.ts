/**
 * The Kalman filter of a linear model over a record: matrices that may change from sample to sample, inputs, correlated noise, missing
 * rows and entries, exact diffuse start. Anderson & Moore, "Optimal Filtering" (1979); Durbin & Koopman, "Time Series Analysis by
 * State Space Methods" (2012). Its smoother is rts.ts.
 */
import { type BlockRows, createBlockRows } from "./blockRows.ts";
import { createRoom, predictCovariance, updateCovariance } from "./covariance.ts";
import { decorrelated } from "./decorrelate.ts";
import { type DiffuseStep, predictUnbounded, takeDiffuse, unboundedCovariance, unboundedOf } from "./diffuse.ts";
import { fastCovariance } from "./fastCovariance.ts";
import type { Filtered } from "./filtered.ts";
import { at, type Dense, type FlatModel, flatModel, type LinearGaussian, type Sequence } from "./linearGaussian.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { factorOf, predictFactor, squareOf, updateFactor } from "./squareRoot.ts";
import { repetition } from "./repetition.ts";
import { unfit } from "./unfit.ts";

export interface KalmanOptions {
  /** How covariances are kept symmetric and positive: by Joseph's form (the default), or on their factors. */
  readonly form?: "joseph" | "sqrt";
  /** Computes the covariance of every sample, though it be known from one before; for measuring. */
  readonly every?: boolean;
}

/** What `rts` needs beyond the estimate. */
export interface KalmanEstimate extends Filtered {
  /** Of the prediction, from sample to sample; with correlated noise A - S R^-1 C. */
  readonly A: Sequence;
  /** The samples before every state was bounded. */
  readonly start: readonly DiffuseStep[];
  /** The last sample with an unbounded direction that the transition took away before a measurement saw it; -1 where there is none. */
  readonly lost: number;
}

export type KalmanOutcome = KalmanEstimate | EstimateRefusal;

const log2pi = Math.log(2 * Math.PI);

/** y (steps x p; NaN is a missing entry), u (steps x m). The prior holds before y[0]. */
export function kalmanFilter(model: LinearGaussian, y: Dense, u?: Dense, options: KalmanOptions = {}): KalmanOutcome {
  return filterFlat(flatModel(model, y, u), options);
}

/** kalmanFilter of a model that is checked for shapes already. */
export function filterFlat(model: FlatModel, options: KalmanOptions): KalmanOutcome {
  const { n, m, p, steps, y, u } = model;
  const wrong = unfit(model);
  if (wrong) return wrong;
  const square = n * n;
  const root = options.form === "sqrt";
  const repeats = model.invariant && !root && options.every !== true;
  const expected = steps + 1;
  const Pp = createBlockRows(square, expected, !repeats);
  const P = createBlockRows(square, expected, !repeats);
  const L = createBlockRows(p * p, expected, !repeats);
  const K = createBlockRows(p * n, expected, !repeats);
  const row = new Int32Array(steps + 1);
  const xp = new Float64Array((steps + 1) * n);
  const x = new Float64Array(steps * n);
  const e = new Float64Array(steps * p).fill(Number.NaN);
  const z = new Float64Array(steps * p).fill(Number.NaN);
  const transition = model.S ? new Float64Array(steps * square) : undefined;
  const room = createRoom(n, p);
  const block = { P: new Float64Array(square), L: new Float64Array(p * p), K: new Float64Array(p * n) };
  const seen = new Int32Array(p);
  const partC = new Float64Array(p * n);
  const partR = new Float64Array(p * p);
  const scaled = new Float64Array(p);
  const prior = new Float64Array(square);
  const next = new Float64Array(square);
  const fast = root ? undefined : fastCovariance(n, p);
  let factor: Float64Array | undefined = root ? factorOf(model.P0, 0, n) : undefined;
  let psi = model.Pinf ? (unboundedOf(model.Pinf, n) ?? []) : [];
  const start: DiffuseStep[] = [];
  const logs: number[] = [];
  let lost = -1;
  let loglik = 0;
  // Rows so far, and where they begin to repeat: the covariance at a sample decides all that follow. Marks lie ever further apart, so that a
  // covariance that still creeps is not taken for one at rest.
  let rows = 1;
  let heldRow = -1;
  let period = 0;
  let mark = -1;
  let stretch = 1;
  let since = 0;

  /** The sample whose covariance is the module's last prediction. */
  let ahead = -1;

  /** Whether `next`, the covariance of sample k + 1, repeats one before it: its row is known then. */
  function rested(k: number, next: Float64Array): boolean {
    const told = mark < 0 ? "new" : repetition(Pp.data(), Pp.size * row[mark]!, next, n, since, stretch);
    if (told === "same" || told === "rest") {
      period = told === "same" ? k + 1 - mark : 1;
      row[k + 1] = row[k + 1 - period]!;
      return true;
    }
    if (told === "new") {
      stretch = mark < 0 ? 1 : 2 * stretch;
      mark = k + 1;
      since = 0;
    }
    since++;
    return false;
  }

  xp.set(model.x0);
  Pp.at(0);
  Pp.data().set(model.P0);

  for (let k = 0; k < steps; k++) {
    const atX = k * n;
    const atY = k * p;
    const A = at(model.A, k, square);
    const C = at(model.C, k, p * n);
    let q = 0;
    for (let i = 0; i < p; i++) {
      const value = y[atY + i]!;
      if (Number.isNaN(value)) continue;
      if (!Number.isFinite(value)) return refuse("NOT_FINITE", k, value);
      seen[q++] = i;
    }
    if (fast && q === p && psi.length === 0 && !model.D && !model.S) {
      // All is there: covariances from sample to sample in the module's memory, none at rest, and means by the gain that is in it.
      const r = row[k]!;
      if (period > 0) {
        if (r !== heldRow) fast.hold(L.data(), L.size * r, K.data(), K.size * (heldRow = r));
      } else {
        if (ahead === k) fast.goOn();
        else fast.begin(Pp.data(), Pp.at(r));
        if (!fast.measure(C, at(model.R, k, p * p))) return refuse("S_NOT_PD", k, 0);
        const negative = negativeVariance(fast.kept, n, fast.width);
        if (negative !== 0) return refuse("P_NOT_PSD", k, negative);
        fast.advance(A, at(model.Q, k, square));
        const [toP, toL, toK] = [P.at(r), L.at(r), K.at(r)];
        const factors = L.data();
        fast.giveKept(P.data(), toP);
        fast.giveL(factors, toL);
        fast.giveK(K.data(), toK);
        logs[r] = logOfDiagonal(factors, toL, p);
      }
      const { y: given, e: innovation, z: whitened, xp: predicted, x: estimated, xn: moved } = fast;
      for (let i = 0; i < p; i++) given[i] = y[atY + i]!;
      for (let j = 0; j < n; j++) predicted[j] = xp[atX + j]!;
      fast.mean();
      let squares = 0;
      for (let i = 0; i < p; i++) {
        const one = whitened[i]!;
        e[atY + i] = innovation[i]!;
        z[atY + i] = one;
        squares += one * one;
      }
      loglik -= 0.5 * (p * log2pi + squares) + logs[r]!;
      let finite = 0;
      for (let i = 0, to = atX + n; i < n; i++, to++) {
        let sum = moved[i]!;
        if (model.B) {
          const { data } = model.B;
          for (let j = 0, b = k * model.B.stride + i * m; j < m; j++, b++) sum += data[b]! * u[k * m + j]!;
        }
        x[atX + i] = estimated[i]!;
        xp[to] = sum;
        finite += sum - sum;
      }
      if (finite !== 0) return refuse("DIVERGED", k, finite);
      if (period > 0) {
        row[k + 1] = row[k + 1 - period]!;
        continue;
      }
      heldRow = -1;
      const to = Pp.at(rows);
      fast.giveAhead(Pp.data(), to);
      if (repeats && rested(k, Pp.data().subarray(to, to + square))) continue;
      ahead = k + 1;
      row[k + 1] = rows++;
      continue;
    }
    heldRow = -1;
    // Innovation against the prediction.
    for (let a = 0; a < q; a++) {
      const i = seen[a]!;
      let sum = y[atY + i]!;
      for (let j = 0, c = i * n; j < n; j++, c++) sum -= C[c]! * xp[atX + j]!;
      if (model.D) {
        const { data, stride } = model.D;
        for (let j = 0, d = k * stride + i * m; j < m; j++, d++) sum -= data[d]! * u[k * m + j]!;
      }
      e[atY + i] = sum;
    }

    let r = row[k]!;
    const all = q === p && psi.length === 0;
    if (!all || period === 0) {
      if (period > 0) {
        // The repetition ends here: a row of its own.
        const from = Pp.at(r);
        r = row[k] = rows++;
        const to = Pp.at(r);
        Pp.data().copyWithin(to, from, from + square);
        period = 0;
      }
      if (!all) mark = -1;
      const fromP = Pp.at(r);
      prior.set(Pp.data().subarray(fromP, fromP + square));
      const R = at(model.R, k, p * p);
      for (let a = 0; a < q; a++) {
        const i = seen[a]!;
        for (let j = 0; j < n; j++) partC[a * n + j] = C[i * n + j]!;
        for (let b = 0; b < q; b++) partR[a * q + b] = R[i * p + seen[b]!]!;
      }
      block.L.fill(0);
      block.K.fill(0);
      if (psi.length > 0) {
        const Pinf = unboundedCovariance(psi, n);
        const mean = xp.slice(atX, atX + n);
        block.P.set(prior);
        for (let a = 0; a < q; a++) scaled[a] = e[atY + seen[a]!]!;
        const taken = takeDiffuse(mean, block.P, psi, partC, partR, scaled.subarray(0, q));
        if (!taken) return refuse("S_NOT_PD", k, 0);
        psi = taken.psi;
        start.push({ Pinf, elements: taken.elements });
        taken.elements.forEach(({ v, F, Finf }, a) => {
          // What settles an unbounded direction has no density of its own: only how sharply it sees it counts.
          loglik -= 0.5 * (Finf > 0 ? Math.log(Finf) : log2pi + Math.log(F) + (v * v) / F);
          if (Finf === 0) z[atY + seen[a]!] = v / Math.sqrt(F);
        });
        x.set(mean, atX);
        if (root && psi.length === 0) factor = factorOf(block.P, 0, n);
      } else if (root) {
        const rootR = factorOf(partR, 0, q);
        const updated = rootR && updateFactor(n, q, partC, rootR, factor!, block);
        if (!updated) return refuse("S_NOT_PD", k, 0);
        factor = updated;
        squareOf(factor, n, block.P);
      } else if (q === 0) block.P.set(prior);
      else if (
        !(fast && q === p ? fast.update(C, R, prior, block) : updateCovariance(room, n, q, partC, partR, prior, block))
      ) {
        return refuse("S_NOT_PD", k, 0);
      }
      if (start.length <= k) {
        const negative = negativeVariance(block.P, n);
        if (negative !== 0) return refuse("P_NOT_PSD", k, negative);
      }
      put(P, r, block.P);
      put(L, r, block.L);
      put(K, r, block.K);
      logs[r] = logOfDiagonal(block.L, 0, q);
    }

    if (start.length <= k) {
      const l = L.data();
      const gain = K.data();
      const atL = L.size * r;
      const atK = K.size * r;
      for (let j = 0; j < n; j++) x[atX + j] = xp[atX + j]!;
      let squares = 0;
      for (let a = 0; a < q; a++) {
        const innovation = e[atY + seen[a]!]!;
        let sum = innovation;
        for (let b = 0; b < a; b++) sum -= l[atL + a * q + b]! * scaled[b]!;
        const one = sum / l[atL + a * q + a]!;
        scaled[a] = one;
        z[atY + seen[a]!] = one;
        squares += one * one;
        for (let j = 0, g = atK + a * n; j < n; j++, g++) x[atX + j]! += gain[g]! * innovation;
      }
      if (q > 0) loglik -= 0.5 * (q * log2pi + squares) + logs[r]!;
    }

    // On to the next sample. Correlated noise: what v tells of w leaves w~ independent of it.
    const atNext = atX + n;
    let move = A;
    let spread = at(model.Q, k, square);
    if (model.S) {
      const parted = decorrelated(model, k, seen, q, A, spread);
      if (!parted) return refuse("SINGULAR_R", k, 0);
      move = parted.A;
      spread = parted.Q;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let a = 0; a < q; a++) {
          // y - D u is the innovation and C xp.
          let measured = e[atY + seen[a]!]!;
          for (let j = 0; j < n; j++) measured += C[seen[a]! * n + j]! * xp[atX + j]!;
          sum += parted.gain[i * q + a]! * measured;
        }
        xp[atNext + i] = sum;
      }
      transition!.set(move, k * square);
    }
    for (let i = 0; i < n; i++) {
      let sum = xp[atNext + i]!;
      for (let j = 0, a = i * n; j < n; j++, a++) sum += move[a]! * x[atX + j]!;
      if (model.B) {
        const { data, stride } = model.B;
        for (let j = 0, b = k * stride + i * m; j < m; j++, b++) sum += data[b]! * u[k * m + j]!;
      }
      xp[atNext + i] = sum;
      if (sum - sum !== 0) return refuse("DIVERGED", k, sum);
    }
    if (period > 0) {
      row[k + 1] = row[k + 1 - period]!;
      continue;
    }
    if (psi.length > 0) {
      const before = psi.length;
      psi = predictUnbounded(psi, move, n);
      if (psi.length < before) lost = k;
    }
    if (root && psi.length === 0 && factor) {
      const rootQ = factorOf(spread, 0, n);
      if (!rootQ) return refuse("Q_NOT_PSD", k, 0);
      factor = predictFactor(n, move, factor, rootQ);
      squareOf(factor, n, next);
    } else if (fast) fast.predict(move, block.P, spread, next);
    else predictCovariance(room, n, move, block.P, spread, next);
    if (repeats && all && rested(k, next)) continue;
    row[k + 1] = rows;
    put(Pp, rows++, next);
  }
  if (psi.length > 0) return refuse("UNDETERMINED", steps, psi.length);
  return {
    ok: true,
    n,
    p,
    steps,
    xp,
    x,
    row,
    Pp: Pp.cut(rows),
    P: P.cut(rows),
    L: L.cut(rows),
    K: K.cut(rows),
    e,
    z,
    loglik,
    diffuse: start.length,
    A: transition ? { data: transition, stride: square } : model.A,
    start,
    lost,
  };
}

function put(rows: BlockRows, r: number, block: Float64Array): void {
  const to = rows.at(r);
  rows.data().set(block, to);
}

/** Of the determinant of a triangle q x q at L[from]: one logarithm of the product, which is left before it runs out of range. */
function logOfDiagonal(L: Float64Array, from: number, q: number): number {
  let sum = 0;
  let product = 1;
  for (let i = 0, at = from; i < q; i++, at += q + 1) {
    const one = L[at]!;
    if (one < 1e-60 || one > 1e60) sum += Math.log(one);
    else product *= one;
    if (product < 1e-200 || product > 1e200) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}

/** Relative to the largest; 0 where there is none but by rounding, which is taken away. */
function negativeVariance(P: Float64Array, n: number, width = n): number {
  let most = 0;
  let least = Infinity;
  for (let i = 0, at = 0; i < n; i++, at += width + 1) {
    const v = P[at]!;
    if (!Number.isFinite(v)) return v;
    most = Math.max(most, Math.abs(v));
    least = Math.min(least, v);
  }
  if (!(least < 0)) return 0;
  if (least < -1e-9 * most) return least / most;
  for (let i = 0, at = 0; i < n; i++, at += width + 1) if (P[at]! < 0) P[at] = 0;
  return 0;
}
