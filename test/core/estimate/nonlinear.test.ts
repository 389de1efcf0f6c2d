/** Extended, iterated and unscented filters: against the reference set, the linear filter, and each other. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ekf } from "../../../core/estimate/ekf.ts";
import { kalmanFilter } from "../../../core/estimate/kalmanFilter.ts";
import type { NonlinearEstimate, NonlinearModel, NonlinearOutcome } from "../../../core/estimate/nonlinear.ts";
import { rts } from "../../../core/estimate/rts.ts";
import { ukf } from "../../../core/estimate/ukf.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { formulas } from "./formulas.ts";

interface Inputs {
  readonly kind: "ekf" | "iekf" | "ukf";
  readonly iters?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly kappa?: number;
  readonly f: readonly string[];
  readonly h: readonly string[];
  readonly params: { readonly [name: string]: number };
  readonly Q: Rows;
  readonly R: Rows;
  readonly x0: readonly number[];
  readonly P0: Rows;
  readonly y: Rows;
  readonly u: readonly number[];
}
interface Expected {
  readonly xf: Rows;
  readonly Pf_last: Rows;
}

const solved = (outcome: NonlinearOutcome): NonlinearEstimate => {
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
};

const cases = referenceCases<Inputs, Expected>("estimation").filter(({ inputs }) => /ekf|ukf/.test(inputs.kind));
test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const { f, h, params, Q, R, x0, P0, y, kind } = inputs;
  const n = f.length;
  const model: NonlinearModel = { ...formulas(f, h, params), Q, R, x0, P0 };
  const u = inputs.u.map((value) => [value]);
  const last = y.length - 1;
  if (kind === "ukf") {
    // The reference predicts before its first measurement: one sample without one, ahead of the others.
    const { alpha, beta, kappa } = inputs;
    const options = { alpha: alpha!, beta: beta!, kappa: kappa! };
    const shifted = [y[0]!.map(() => Number.NaN), ...y];
    const found = solved(ukf({ ...model, h: (x, v, k) => model.h(x, v, k - 1) }, shifted, [...u, [0]], options));
    expect(relativeError(found.x.subarray(n), expected.xf.flat())).toBeLessThan(rtol / 100);
    expect(
      relativeError(found.P.subarray((last + 1) * n * n, (last + 2) * n * n), expected.Pf_last.flat()),
    ).toBeLessThan(rtol / 100);
    return;
  }
  const found = solved(ekf(model, y, u, { iterations: inputs.iters ?? 1 }));
  expect(relativeError(found.x, expected.xf.flat())).toBeLessThan(rtol / 100);
  expect(relativeError(found.P.subarray(last * n * n, (last + 1) * n * n), expected.Pf_last.flat())).toBeLessThan(
    rtol / 100,
  );
});

const entry = fc.integer({ min: -20, max: 20 }).map((v) => v / 10);
const grid = (rows: number, columns: number) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
const linear = fc.record({
  A: grid(3, 3).map((a) => a.map((row) => row.map((v) => 0.3 * v))),
  B: grid(3, 1),
  C: grid(2, 3),
  q: grid(3, 3),
  r: grid(2, 2),
  y: fc.array(
    fc.array(fc.oneof({ weight: 5, arbitrary: entry }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), {
      minLength: 2,
      maxLength: 2,
    }),
    { minLength: 12, maxLength: 12 },
  ),
  u: grid(12, 1),
});
const product = (a: Rows, b: Rows) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const squared = (a: Rows) =>
  product(
    a,
    a[0]!.map((_, j) => a.map((row) => row[j]!)),
  ).map((row, i) => row.map((v, j) => v + (i === j ? 0.2 : 0)));

describe("on linear models", () => {
  test("extended, iterated and unscented filters and smoothers are the linear ones", () => {
    fc.assert(
      fc.property(linear, ({ A, B, C, q, r, y, u }) => {
        const [Q, R] = [squared(q), squared(r)];
        const P0 = [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ];
        const x0 = [1, 0, -1];
        const wanted = kalmanFilter({ A, B, C, Q, R, x0, P0 }, y, u);
        if (!wanted.ok) throw new Error(wanted.code);
        const smooth = rts(wanted);
        if (!smooth.ok) throw new Error(smooth.code);
        const map = (rows: Rows) => (x: Float64Array) =>
          rows.map((row) => row.reduce((sum, v, j) => sum + v * x[j]!, 0));
        const model: NonlinearModel = {
          f: (x, v) => map(A)(x).map((value, i) => value + B[i]![0]! * v[0]!),
          h: map(C),
          F: () => A.flat(),
          H: () => C.flat(),
          Q,
          R,
          x0,
          P0,
        };
        const runs = [
          { found: ekf(model, y, u), most: 1e-12 },
          { found: ekf(model, y, u, { iterations: 3 }), most: 1e-12 },
          { found: ukf(model, y, u), most: 1e-10 },
          { found: ukf(model, y, u, { alpha: 0.9, kappa: 1 }), most: 1e-10 },
        ];
        for (const { found, most } of runs) {
          const estimate = solved(found);
          expect(relativeError(estimate.x, wanted.x)).toBeLessThan(most);
          expect(Math.abs(estimate.loglik / wanted.loglik - 1)).toBeLessThan(most * 10);
          const own = rts(estimate);
          if (!own.ok) throw new Error(own.code);
          expect(relativeError(own.x, smooth.x)).toBeLessThan(100 * most);
          for (let k = 0; k < 12; k++) {
            const P = (data: Float64Array, row: number) => data.subarray(row * 9, row * 9 + 9);
            expect(relativeError(P(estimate.P, k), P(wanted.P, wanted.row[k]!))).toBeLessThan(most);
            expect(relativeError(P(own.P, own.row[k]!), P(smooth.P, smooth.row[k]!))).toBeLessThan(100 * most);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

test("an innovation of an angle goes the short way round", () => {
  const model: NonlinearModel = {
    ...formulas(["x[0]"], ["x[0]"]),
    Q: [[0]],
    R: [[0.1]],
    x0: [3.1],
    P0: [[0.1]],
    angles: [0],
  };
  for (const filter of [ekf, ukf]) {
    const found = solved(filter(model, [[-3.1]]));
    expect(found.e[0]).toBeCloseTo(2 * Math.PI - 6.2, 12);
  }
});

test("covariances that are none, singular innovations and flight are named", () => {
  const model: NonlinearModel = { ...formulas(["x[0]"], ["x[0]"]), Q: [[0]], R: [[0.1]], x0: [0], P0: [[1]] };
  expect(ekf({ ...model, Q: [[-1]] }, [[1]])).toMatchObject({ ok: false, code: "Q_NOT_PSD", value: -1 });
  expect(ekf({ ...model, R: [[0]], P0: [[0]] }, [[1]])).toMatchObject({ ok: false, code: "S_NOT_PD", k: 0 });
  expect(ukf({ ...model, P0: [[-2]] }, [[1]])).toMatchObject({ ok: false, code: "P_NOT_PSD" });
  const flight = { ...model, ...formulas(["x[0]*x[0]*1e200"], ["x[0]"]), x0: [1e100] };
  expect(ekf(flight, [[1e100], [1]])).toMatchObject({ ok: false, code: "DIVERGED" });
  expect(ekf(model, [[Infinity]])).toMatchObject({ ok: false, code: "NOT_FINITE", k: 0 });
});
