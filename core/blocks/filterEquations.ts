/**
 * The sampled update of a Kalman filter, written out: at each instant the prediction takes the measurement, and goes on to the next. Linear
 * plants by their exact matrices, others by Runge-Kutta's steps and the derivatives of these very steps. Joseph's form throughout, only
 * halves of what is symmetric. Every number has a slot that is computed at instants only.
 */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Equations, PlantEquations, PlantPoint, Rate, Signals } from "./block.ts";
import { each } from "./elements.ts";
import {
  apply,
  columnOf,
  congruence,
  entries,
  fromFlat,
  ldl,
  packed,
  product,
  type Rows,
  solveLdl,
  symmetric,
  unpacked,
} from "./matrices.ts";

export interface FilterParams {
  readonly plant: PlantEquations;
  readonly period: Rate | null;
  readonly noise: string;
  readonly missing: string;
  readonly show: string;
  readonly angles: readonly string[];
  readonly substeps: number;
}

/** What all filters see at an instant. */
export interface Instant {
  readonly m: BlockAlgebra;
  readonly keep: (e: Expr) => Expr;
  readonly plant: PlantEquations;
  readonly every: number;
  readonly t: Expr;
  readonly x: readonly Expr[];
  readonly P: Rows;
  readonly u: readonly Expr[];
  readonly Q: Rows;
  /** Not 0 while a measurement counts; undefined: always. */
  readonly valid: readonly Expr[] | undefined;
  /** Innovations from what is expected of the measurements: angles come round, what is missing is 0. */
  innovation(expected: readonly Expr[]): Expr[];
  /** v - w of measurement i. */
  difference(i: number, v: Expr, w: Expr): Expr;
  /** An equation for what is missing that takes no part: rows of 0, variance 1. */
  masked(i: number, e: Expr): Expr;
  readonly R: Rows;
  /** Exact matrices of the plant, where it has them. */
  readonly matrices?: { readonly Phi: Rows; readonly H: Rows };
  next(x: readonly Expr[]): readonly Expr[];
  measured(x: readonly Expr[]): readonly Expr[];
}

export interface Updated {
  readonly x: readonly Expr[];
  readonly P: Rows;
  readonly e: readonly Expr[];
  /** S^-1 e, for the normalized innovation squared. */
  readonly weighted: readonly Expr[];
}

export function instantOf(m: BlockAlgebra, s: Signals, p: FilterParams): Instant {
  const rate = p.period;
  const { plant } = p;
  const every = rate?.every ?? 1;
  const keep = (e: Expr): Expr => (e.op === "num" || e.op === "slot" ? e : m.sample(e, rate));
  const sampled = (values: readonly Expr[] = []): Expr[] => values.map((e) => (e.op === "num" ? e : m.sample(e, rate)));
  const n = plant.states.length;
  const q = plant.outputs.length;
  const r = plant.inputs.length;
  const u = r > 0 ? sampled(s.in["u"]) : [];
  const y = sampled(s.in["y"]);
  const valid = p.missing === "by port valid" ? sampled(s.in["valid"]) : undefined;
  const angles = new Set(p.angles);
  const difference = (i: number, v: Expr, w: Expr): Expr => {
    const gap = m.sub(v, w);
    if (!angles.has(plant.outputs[i]!)) return gap;
    const kept = keep(gap);
    return m.sub(kept, m.mul(2 * Math.PI, m.round(m.div(kept, 2 * Math.PI))));
  };
  const masked = (i: number, e: Expr): Expr => (valid ? m.choose(valid[i]!, e, 0) : e);
  const R = fromFlat(s.derived["R"]!, q, q);
  const shared = {
    m,
    keep,
    plant,
    every,
    t: s.t,
    x: s.state["prediction"]!,
    P: unpacked(s.state["covariance"]!, n),
    u,
    Q: fromFlat(s.derived["Q"]!, n, n),
    valid,
    difference,
    masked,
    innovation: (expected: readonly Expr[]) => y.map((v, i) => keep(masked(i, difference(i, v, expected[i]!)))),
    R: valid
      ? symmetric(q, (i, j) =>
          i === j ? keep(m.choose(valid[i]!, R[i]![i]!, 1)) : keep(masked(i, masked(j, R[i]![j]!))),
        )
      : R,
  };
  if (plant.exact) {
    const of = (name: string, rows: number, cols: number): Rows => fromFlat(s.derived[name]!, rows, cols);
    const [Phi, Gamma, H, D] = [of("Phi", n, n), of("Gamma", n, r), of("H", q, n), of("D", q, r)];
    const line = (A: Rows, B: Rows, c: readonly Expr[], x: readonly Expr[]): Expr[] =>
      apply(m, A, x).map((e, i) => keep(m.add(m.add(e, m.dot(B[i]!, u)), c[i]!)));
    return {
      ...shared,
      matrices: { Phi, H },
      next: (x) => line(Phi, Gamma, s.derived["drift"]!, x),
      measured: (x) => line(H, D, s.derived["offset"]!, x),
    };
  }
  const steps = Math.round(p.substeps);
  return {
    ...shared,
    next(x) {
      if (plant.sampled) return plant.next({ t: s.t, x, u }).map(keep);
      let moved = x;
      for (let i = 0; i < steps; i++)
        moved = rungeKutta(shared, moved, m.add(s.t, (i * every) / steps), every / steps).x;
      return moved;
    },
    measured: (x) => plant.measured({ t: s.t, x, u }).map(keep),
  };
}

/** One step of the fourth order from x, and where `wanted` its derivative. */
function rungeKutta(
  { m, keep, plant, u }: Pick<Instant, "m" | "keep" | "plant" | "u">,
  x: readonly Expr[],
  t: Expr,
  h: number,
  wanted = false,
): { readonly x: readonly Expr[]; readonly F: Rows } {
  const n = x.length;
  let total: Expr[] = each(n, () => m.num(0));
  let slopes: Rows = entries(n, n, () => m.num(0));
  let at: readonly Expr[] = x;
  let Z: Rows = entries(n, n, (i, j) => m.num(i === j ? 1 : 0));
  for (const [offset, weight, next] of [
    [0, 1 / 6, 0.5],
    [0.5, 1 / 3, 0.5],
    [0.5, 1 / 3, 1],
    [1, 1 / 6, 0],
  ] as const) {
    const point: PlantPoint = { t: offset === 0 ? t : m.add(t, offset * h), x: at, u };
    const k = plant.next(point).map(keep);
    total = total.map((sum, i) => m.add(sum, m.mul(weight * h, k[i]!)));
    if (wanted) {
      const J = plant.nextSlope(point).map((row) => row.map(keep));
      const K = product(m, J, Z).map((row) => row.map(keep));
      slopes = entries(n, n, (i, j) => m.add(slopes[i]![j]!, m.mul(weight * h, K[i]![j]!)));
      if (next > 0) Z = entries(n, n, (i, j) => keep(m.add(i === j ? 1 : 0, m.mul(next * h, K[i]![j]!))));
    }
    if (next > 0) at = x.map((e, i) => keep(m.add(e, m.mul(next * h, k[i]!))));
  }
  return {
    x: x.map((e, i) => keep(m.add(e, total[i]!))),
    F: wanted ? entries(n, n, (i, j) => keep(m.add(i === j ? 1 : 0, slopes[i]![j]!))) : [],
  };
}

/** The gain of a measurement seen by H: rows K' = S^-1 H P, and S^-1 e. */
function gainOf({ m, keep }: Instant, H: Rows, P: Rows, R: Rows, e: readonly Expr[]) {
  const HP = product(m, H, P).map((row) => row.map(keep));
  const S = symmetric(H.length, (i, j) => keep(m.add(m.dot(HP[i]!, H[j]!), R[i]![j]!)));
  const factor = ldl(m, keep, S);
  const columns = each(P.length, (j) => solveLdl(m, keep, factor, columnOf(HP, j)));
  return { K: columns, weighted: solveLdl(m, keep, factor, e), factor };
}

interface Linearized extends Updated {
  readonly H: Rows;
  /** I - K H. */
  readonly left: Rows;
  /** H' S^-1 H: what the measurement tells of the prediction. */
  told(): Rows;
}

/** The extended filter's update; of a linear plant Kalman's. */
export function updated(at: Instant): Linearized {
  const { m, keep, x, P, R, plant, matrices } = at;
  const n = x.length;
  const slope = matrices ? matrices.H : plant.measuredSlope({ t: at.t, x, u: at.u }).map((row) => row.map(keep));
  const H = at.valid ? slope.map((row, i) => row.map((e) => keep(at.masked(i, e)))) : slope;
  const e = at.innovation(at.measured(x));
  const { K, weighted, factor } = gainOf(at, H, P, R, e);
  const left = entries(n, n, (i, j) => keep(m.sub(i === j ? 1 : 0, m.sum(K[i]!.map((g, a) => m.mul(g, H[a]![j]!))))));
  const noise = congruence(m, keep, K, R);
  return {
    x: x.map((value, i) => keep(m.add(value, m.dot(K[i]!, e)))),
    P: congruence(m, keep, left, P, noise),
    e,
    weighted,
    H,
    left,
    told() {
      const solved = each(n, (j) => solveLdl(m, keep, factor, columnOf(H, j)));
      return symmetric(n, (i, j) => keep(m.dot(columnOf(H, i), solved[j]!)));
    },
  };
}

/** Where x and its covariance are at the next instant, and the derivative of the way there. */
export function predicted(
  at: Instant,
  x: readonly Expr[],
  P: Rows,
  perSecond: boolean,
  substeps: number,
): { readonly x: readonly Expr[]; readonly P: Rows; readonly F: Rows } {
  const { m, keep, plant, matrices, Q, every } = at;
  if (matrices) return { x: at.next(x), P: congruence(m, keep, matrices.Phi, P, Q), F: matrices.Phi };
  if (plant.sampled) {
    const F = plant.nextSlope({ t: at.t, x, u: at.u }).map((row) => row.map(keep));
    return { x: at.next(x), P: congruence(m, keep, F, P, Q), F };
  }
  const steps = Math.round(substeps);
  const h = every / steps;
  const weights = noiseWeights(steps);
  const added = (P: Rows, weight: number): Rows =>
    symmetric(P.length, (i, j) => keep(m.add(P[i]![j]!, m.mul(weight * h, Q[i]![j]!))));
  let moved = { x, P: perSecond ? added(P, weights[0]!) : P };
  let F: Rows | undefined;
  for (let i = 0; i < steps; i++) {
    const step = rungeKutta(at, moved.x, m.add(at.t, i * h), h, true);
    const carried = congruence(m, keep, step.F, moved.P);
    moved = { x: step.x, P: perSecond ? added(carried, weights[i + 1]!) : carried };
    F = F ? product(m, step.F, F).map((row) => row.map(keep)) : step.F;
  }
  const P1 = perSecond ? moved.P : symmetric(x.length, (i, j) => keep(m.add(moved.P[i]![j]!, Q[i]![j]!)));
  return { x: moved.x, P: P1, F: F ?? [] };
}

/**
 * White noise along the way is an integral of F Q F' over what is left of it: Simpson's rule over the steps where they are even, the trapezoidal
 * one else. Each part is carried on like the covariance itself, so that nothing loses its sign.
 */
function noiseWeights(steps: number): number[] {
  return each(steps + 1, (i) => {
    const end = i === 0 || i === steps;
    if (steps % 2 === 1) return end ? 0.5 : 1;
    return (end ? 1 : i % 2 === 1 ? 4 : 2) / 3;
  });
}

/** Ports and states as they follow from the update and the prediction. */
export function filterOutcome(
  { m, keep }: Instant,
  p: Pick<FilterParams, "show">,
  now: Updated,
  next: { readonly x: readonly Expr[]; readonly P: Rows },
): Equations {
  const deviation = (P: Rows): Expr[] => P.map((row, i) => keep(m.sqrt(m.max(row[i]!, 0))));
  return {
    out: {
      x: now.x,
      sigma: deviation(now.P),
      ...(p.show !== "estimate" && { innovation: now.e, nis: [keep(m.dot(now.e, now.weighted))] }),
    },
    next: { prediction: next.x, covariance: packed(next.P) },
  };
}

export function extendedEquations(m: BlockAlgebra, s: Signals, p: FilterParams): Equations {
  const at = instantOf(m, s, p);
  const now = updated(at);
  return filterOutcome(at, p, now, predicted(at, now.x, now.P, p.noise === "per second", p.substeps));
}
