/**
 * The unscented filter, written out: means and covariances go through the plant by 2 n + 1 scaled sigma points, drawn afresh for prediction and
 * update; the update is Joseph's form over the points. Julier & Uhlmann (2004); van der Merwe & Wan (2001).
 */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Equations, Signals } from "./block.ts";
import { each } from "./elements.ts";
import { filterOutcome, type FilterParams, type Instant, instantOf, type Updated } from "./filterEquations.ts";
import { cholesky, entries, ldl, productT, type Rows, solveLdl, symmetric } from "./matrices.ts";

interface Spread {
  readonly alpha: Expr;
  readonly beta: Expr;
  readonly kappa: Expr;
}

interface Weights {
  /** Of the points but the first. */
  readonly one: Expr;
  readonly mean0: Expr;
  readonly covariance0: Expr;
  readonly scale: Expr;
}

function weightsOf({ m, keep, x }: Instant, { alpha, beta, kappa }: Spread): Weights {
  const n = x.length;
  const square = m.mul(alpha, alpha);
  const spread = m.mul(square, m.add(kappa, n));
  const mean0 = m.sub(1, m.div(n, spread));
  return {
    one: keep(m.div(0.5, spread)),
    mean0: keep(mean0),
    covariance0: keep(m.add(m.add(m.sub(mean0, square), 1), beta)),
    scale: keep(m.sqrt(spread)),
  };
}

/** x, then x + and - the columns of the scaled factor. */
function points({ m, keep }: Instant, w: Weights, x: readonly Expr[], P: Rows): Rows {
  const L = cholesky(m, keep, P);
  const n = x.length;
  const moved = each(n, (j) => each(n, (i) => keep(m.mul(w.scale, L[i]![j]!))));
  return [
    x,
    ...moved.map((column) => x.map((e, i) => keep(m.add(e, column[i]!)))),
    ...moved.map((column) => x.map((e, i) => keep(m.sub(e, column[i]!)))),
  ];
}

/** Sum of weighted squares of rows of deviations, the first by its own weight. */
function scatter({ m, keep }: Instant, w: Weights, rows: Rows, G: Rows): Rows {
  const [first = [], ...rest] = rows;
  return symmetric(first.length, (i, j) =>
    keep(
      m.add(
        m.add(
          m.mul(w.covariance0, m.mul(first[i]!, first[j]!)),
          m.mul(w.one, m.sum(rest.map((row) => m.mul(row[i]!, row[j]!)))),
        ),
        G[i]![j]!,
      ),
    ),
  );
}

function unscentedUpdate(at: Instant, w: Weights): Updated {
  const { m, keep, x, P, R } = at;
  const n = x.length;
  const q = R.length;
  const X = points(at, w, x, P);
  const Y = X.map((point) => at.measured(point));
  // Angles are averaged around the first point's.
  const mean = each(q, (a) =>
    keep(m.add(Y[0]![a]!, m.mul(w.one, m.sum(Y.slice(1).map((row) => at.difference(a, row[a]!, Y[0]![a]!)))))),
  );
  const dy = Y.map((row) => row.map((e, a) => keep(at.masked(a, at.difference(a, e, mean[a]!)))));
  const dx = X.map((row) => row.map((e, j) => (row === X[0] ? m.num(0) : keep(m.sub(e, x[j]!)))));
  const e = at.innovation(mean);
  const S = scatter(at, w, dy, R);
  const factor = ldl(m, keep, S);
  const cross = entries(n, q, (j, a) =>
    keep(m.mul(w.one, m.sum(dx.slice(1).map((row, s) => m.mul(row[j]!, dy[s + 1]![a]!))))),
  );
  const K = cross.map((row) => solveLdl(m, keep, factor, row));
  const left = dx.map((row, s) => row.map((value, j) => keep(m.sub(value, m.dot(K[j]!, dy[s]!)))));
  const KR = K.map((row) => each(q, (b) => keep(m.sum(row.map((g, a) => m.mul(g, R[a]![b]!))))));
  const noise = productT(m, KR, K);
  return {
    x: x.map((value, j) => keep(m.add(value, m.dot(K[j]!, e)))),
    P: scatter(at, w, left, noise),
    e,
    weighted: solveLdl(m, keep, factor, e),
  };
}

function unscentedPrediction(at: Instant, w: Weights, x: readonly Expr[], P: Rows, perSecond: boolean) {
  const { m, keep, Q, every, matrices, plant } = at;
  const n = x.length;
  // Noise along the way, half of it before and half after; exact matrices hold all of it.
  const along = perSecond && !matrices && !plant.sampled;
  const half = symmetric(n, (i, j) => keep(m.mul(every / 2, Q[i]![j]!)));
  const before = along ? symmetric(n, (i, j) => keep(m.add(P[i]![j]!, half[i]![j]!))) : P;
  const Y = points(at, w, x, before).map((point) => at.next(point));
  const mean = each(n, (i) =>
    keep(m.add(m.mul(w.mean0, Y[0]![i]!), m.mul(w.one, m.sum(Y.slice(1).map((row) => row[i]!))))),
  );
  const away = Y.map((row) => row.map((e, i) => keep(m.sub(e, mean[i]!))));
  return { x: mean, P: scatter(at, w, away, along ? half : Q) };
}

export function unscentedEquations(m: BlockAlgebra, s: Signals, p: FilterParams & Spread): Equations {
  const at = instantOf(m, s, p);
  const w = weightsOf(at, p);
  const now = unscentedUpdate(at, w);
  return filterOutcome(at, p, now, unscentedPrediction(at, w, now.x, now.P, p.noise === "per second"));
}
