/** The Kalman filter and its smoother: against the reference set, the joint Gaussian, published figures, and laws. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { kalmanFilter, type KalmanEstimate, type KalmanOutcome } from "../../../core/estimate/kalmanFilter.ts";
import type { LinearGaussian } from "../../../core/estimate/linearGaussian.ts";
import { rts, type Smoothed, type SmootherOptions } from "../../../core/estimate/rts.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { joint, type Step } from "./joint.ts";
import { nile } from "./nile.ts";
import { noiseOf, simulated } from "./simulated.ts";

interface Inputs {
  readonly kind: string;
  readonly F: Rows;
  readonly H: Rows;
  readonly Q: Rows;
  readonly R: Rows;
  readonly x0: readonly number[];
  readonly P0: Rows;
  readonly y: readonly (readonly number[] | null)[];
  readonly B?: Rows;
  readonly u?: Rows;
}
interface Expected {
  readonly xf: Rows;
  readonly Pf_last: Rows;
  readonly xs: Rows;
  readonly Ps_first: Rows;
  readonly loglik: number;
}

const solved = (outcome: KalmanOutcome): KalmanEstimate => {
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
};
const smoothed = (found: KalmanEstimate, options: SmootherOptions = {}): Smoothed => {
  const smooth = rts(found, options);
  if (!smooth.ok) throw new Error(smooth.code);
  return smooth;
};
const block = (data: Float64Array, row: number, size: number) => data.subarray(row * size, (row + 1) * size);

const cases = referenceCases<Inputs, Expected>("estimation").filter(({ inputs }) => inputs.kind === "kf");
describe.for(["joseph", "sqrt"] as const)("reference, %s", (form) => {
  test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
    const { F, H, Q, R, B, u, x0, P0 } = inputs;
    const n = F.length;
    const y = inputs.y.map((one) => one ?? H.map(() => Number.NaN));
    const found = solved(kalmanFilter({ A: F, B, C: H, Q, R, x0, P0 }, y, u, { form }));
    const near = (actual: ArrayLike<number>, wanted: readonly number[]) =>
      expect(relativeError(actual, wanted)).toBeLessThan(rtol / 1000);
    near(found.x, expected.xf.flat());
    near(block(found.P, found.row[y.length - 1]!, n * n), expected.Pf_last.flat());
    near([found.loglik], [expected.loglik]);
    const smooth = smoothed(found);
    near(smooth.x, expected.xs.flat());
    near(block(smooth.P, smooth.row[0]!, n * n), expected.Ps_first.flat());
  });
});

describe("the Nile by a local level", () => {
  const level: LinearGaussian = { A: [[1]], C: [[1]], Q: [[1469.1]], R: [[15099]] };
  const y = nile().map((value) => [value]);

  test("diffuse likelihood, steady gain and variances as published", () => {
    const found = solved(kalmanFilter(level, y));
    expect(found.diffuse).toBe(1);
    // KFAS, exact start. The joint Gaussian below has the same constants.
    expect(found.loglik).toBeCloseTo(-632.54562511, 5);
    const last = found.row[99]!;
    expect(found.K[last]).toBeCloseTo(0.26704801257, 10);
    expect(found.Pp[last]).toBeCloseTo(5501.257941808, 7);
    expect(found.P[last]).toBeCloseTo(4032.157941808, 7);
  });

  test("the likelihood that statsmodels gives: start with a variance of 1e6, the first year not counted", () => {
    const first = solved(kalmanFilter({ ...level, P0: [[1e6]] }, y.slice(0, 1)));
    const rest = solved(kalmanFilter({ ...level, x0: [first.xp[1]!], P0: [[first.Pp[first.row[1]!]!]] }, y.slice(1)));
    expect(rest.loglik).toBeCloseTo(-632.53769527, 6);
  });

  test("covariances that repeat are kept once", () => {
    const record = [...y, ...y, ...y, ...y];
    const found = solved(kalmanFilter(level, record));
    expect(found.P.length).toBeLessThan(80);
    const every = solved(kalmanFilter(level, record, undefined, { every: true }));
    expect(every.P.length).toBe(401);
    const alike = (a: ArrayLike<number>, b: ArrayLike<number>) => expect(relativeError(a, b)).toBeLessThan(1e-13);
    alike(found.x, every.x);
    alike([found.loglik], [every.loglik]);
    const [short, long] = [smoothed(found, { lagOne: true }), smoothed(every, { lagOne: true, every: true })];
    expect(short.P.length).toBeLessThan(200);
    alike(short.x, long.x);
    const spread = (data: Float64Array, row: Int32Array, steps: number) =>
      Array.from({ length: steps }, (_, k) => data[row[k]!]!);
    alike(spread(found.P, found.row, 400), spread(every.P, every.row, 400));
    alike(spread(short.P, short.row, 400), spread(long.P, long.row, 400));
    alike(spread(short.lagOne!, short.row, 399), spread(long.lagOne!, long.row, 399));
  });

  test("a covariance that creeps is not taken for one at rest", () => {
    // Nearly constant level: the variance falls like 1 / k for 10,000 samples.
    const slow: LinearGaussian = { A: [[1]], C: [[1]], Q: [[1e-9]], R: [[1]], P0: [[1]] };
    const zeros = Array.from({ length: 60_000 }, () => [0]);
    const found = solved(kalmanFilter(slow, zeros));
    const every = solved(kalmanFilter(slow, zeros, undefined, { every: true }));
    for (const k of [100, 10_000, 59_999]) {
      expect(relativeError([found.P[found.row[k]!]!], [every.P[every.row[k]!]!])).toBeLessThan(1e-12);
    }
  });
});

test.for([
  [3, 1],
  [4, 2],
  [5, 3],
  [20, 10],
] as const)("long records by WebAssembly at rest are those sample by sample, n = %i, p = %i", ([n, p]) => {
  const noise = noiseOf(n);
  const grid = (rows: number, cols: number, scale: number) =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => scale * noise()));
  const square = (a: number[][]) =>
    a.map((v, i) => a.map((w, j) => v.reduce((sum, one, k) => sum + one * w[k]!, i === j ? 0.1 : 0)));
  const model = {
    A: grid(n, n, 0.6 / Math.sqrt(n)),
    B: grid(n, 1, 1),
    C: grid(p, n, 1),
    Q: square(grid(n, n, 0.3)),
    R: square(grid(p, p, 0.5)),
    P0: square(grid(n, n, 1)),
  };
  const u = Array.from({ length: 600 }, (_, k) => [Math.sin(k)]);
  const { y } = simulated(model, 600, 4, u);
  y[400]![0] = Number.NaN;
  const found = solved(kalmanFilter(model, y, u));
  const every = solved(kalmanFilter(model, y, u, { every: true }));
  expect(found.P.length).toBeLessThan(0.9 * every.P.length);
  const near = (a: ArrayLike<number>, b: ArrayLike<number>) => expect(relativeError(a, b)).toBeLessThan(1e-12);
  near(found.x, every.x);
  near(found.xp, every.xp);
  near([found.loglik], [every.loglik]);
  near(
    found.z.map((v) => (Number.isNaN(v) ? 0 : v)),
    every.z.map((v) => (Number.isNaN(v) ? 0 : v)),
  );
  near(smoothed(found).x, smoothed(every, { every: true }).x);
});

const entry = fc.integer({ min: -20, max: 20 }).map((v) => v / 10);
const matrix = (rows: number, columns: number) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

/** A record of a changing model: noise by factors, so that it may be correlated, and holes. */
const records = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    p: fc.integer({ min: 1, max: 2 }),
    steps: fc.integer({ min: 5, max: 8 }),
  })
  .chain(({ n, p, steps }) =>
    fc.record({
      n: fc.constant(n),
      p: fc.constant(p),
      x0: fc.array(entry, { minLength: n, maxLength: n }),
      start: matrix(n, n),
      bounded: fc.array(fc.boolean(), { minLength: n, maxLength: n }),
      correlated: fc.boolean(),
      samples: fc.array(
        fc.record({
          A: matrix(n, n),
          B: matrix(n, 1),
          C: matrix(p, n),
          D: matrix(p, 1),
          noise: matrix(n + p, n + p),
          y: fc.array(fc.oneof({ weight: 6, arbitrary: entry }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), {
            minLength: p,
            maxLength: p,
          }),
          u: fc.array(entry, { minLength: 1, maxLength: 1 }),
        }),
        { minLength: steps, maxLength: steps },
      ),
    }),
  );

test("what the joint Gaussian says: changing matrices, inputs, correlated noise, holes, diffuse directions", () => {
  let diffuse = 0;
  fc.assert(
    fc.property(records, ({ n, p, x0, start, bounded, correlated, samples }) => {
      const steps = samples.map(({ A, B, C, D, noise }): Step => {
        const factor = new Matrix(noise);
        const all = Matrix.add(factor.mmul(factor.transpose()), Matrix.eye(n + p).mul(0.3));
        const S = all.subMatrix(0, n - 1, n, n + p - 1);
        return {
          // Near 1, so that a diffuse start is not forgotten before it is seen: nothing could be compared then.
          A: Matrix.add(new Matrix(A).mul(0.2), Matrix.eye(n)),
          B: new Matrix(B),
          C: new Matrix(C),
          D: new Matrix(D),
          Q: all.subMatrix(0, n - 1, 0, n - 1),
          R: all.subMatrix(n, n + p - 1, n, n + p - 1),
          S: correlated ? S : Matrix.zeros(n, p),
        };
      });
      const root = new Matrix(start);
      const P0 = root.mmul(root.transpose());
      const Pinf = Matrix.zeros(n, n);
      const columns = bounded.flatMap((one, i) => (one ? [] : [i]));
      const unbounded = Matrix.zeros(n, columns.length);
      columns.forEach((i, j) => {
        unbounded.set(i, j, 1);
        Pinf.set(i, i, 1);
      });
      const y = samples.map((s) => s.y);
      const u = samples.map((s) => s.u);
      const list = (name: keyof Step) => steps.map((step) => step[name]);
      const found = kalmanFilter(
        {
          A: list("A"),
          B: list("B"),
          C: list("C"),
          D: list("D"),
          Q: list("Q"),
          R: list("R"),
          ...(correlated ? { S: list("S") } : {}),
          x0,
          P0,
          ...(columns.length > 0 ? { Pinf } : {}),
        },
        y,
        u,
      );
      if (!found.ok) {
        expect(found.code).toBe("UNDETERMINED");
        return;
      }
      if (found.lost >= 0) {
        expect(rts(found)).toMatchObject({ code: "UNDETERMINED", k: found.lost });
        return;
      }
      const wanted = joint(steps, Matrix.columnVector(x0), P0, unbounded, y, u);
      const spread = Math.max(...wanted.P.to1DArray().map(Math.abs));
      // Directions that are nearly unseen leave little to compare by.
      fc.pre(spread < 1e3);
      if (found.diffuse > 1) diffuse++;
      const smooth = smoothed(found, { lagOne: true });
      expect(relativeError(smooth.x, wanted.x.to1DArray())).toBeLessThan(1e-7);
      expect(Math.abs(found.loglik - wanted.loglik)).toBeLessThan(1e-7 * (1 + Math.abs(wanted.loglik)));
      for (let k = 0; k < steps.length; k++) {
        const own = wanted.P.subMatrix(k * n, k * n + n - 1, k * n, k * n + n - 1);
        const P = block(smooth.P, smooth.row[k]!, n * n);
        expect(Math.max(...P.map((v, i) => Math.abs(v - own.to1DArray()[i]!)))).toBeLessThan(1e-7 * (1 + spread));
        if (k + 1 === steps.length || k < found.diffuse - 1) continue;
        const cross = wanted.P.subMatrix((k + 1) * n, (k + 1) * n + n - 1, k * n, k * n + n - 1).to1DArray();
        const lag = block(smooth.lagOne!, smooth.row[k]!, n * n);
        expect(Math.max(...lag.map((v, i) => Math.abs(v - cross[i]!)))).toBeLessThan(1e-7 * (1 + spread));
      }
    }),
    { numRuns: 300 },
  );
  expect(diffuse).toBeGreaterThan(20);
});
