/** Sampling of continuous plants, information form, observers, fixed lag, forecasts, particles: each against what it must agree with. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lqe } from "../../../core/design/kalman.ts";
import { ekf } from "../../../core/estimate/ekf.ts";
import { fixedLag } from "../../../core/estimate/fixedLag.ts";
import { forecast } from "../../../core/estimate/forecast.ts";
import { informationFilter } from "../../../core/estimate/information.ts";
import { kalmanBucy } from "../../../core/estimate/kalmanBucy.ts";
import { kalmanFilter, type KalmanEstimate } from "../../../core/estimate/kalmanFilter.ts";
import type { LinearGaussian } from "../../../core/estimate/linearGaussian.ts";
import { observer, steadyKalman } from "../../../core/estimate/observer.ts";
import { particleFilter } from "../../../core/estimate/particle.ts";
import { rts } from "../../../core/estimate/rts.ts";
import { ukf } from "../../../core/estimate/ukf.ts";
import { relativeError } from "../math/reference.ts";
import { formulas } from "./formulas.ts";
import { nile } from "./nile.ts";
import { noiseOf, simulated } from "./simulated.ts";

const ok = <T extends { readonly ok: boolean }>(outcome: T): Extract<T, { ok: true }> => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome as Extract<T, { ok: true }>;
};
const block = (data: Float64Array, row: number, size: number) => data.subarray(row * size, (row + 1) * size);

const track: LinearGaussian = {
  A: [
    [1, 0.1],
    [0, 0.95],
  ],
  B: [[0.005], [0.1]],
  C: [[1, 0]],
  D: [[0.2]],
  Q: [
    [0.02, 0.01],
    [0.01, 0.05],
  ],
  R: [[0.3]],
  x0: [1, -1],
  P0: [
    [1, 0.2],
    [0.2, 2],
  ],
};
const u = Array.from({ length: 60 }, (_, k) => [Math.sin(k / 5)]);
const holes = (y: number[][]) => y.map((row, k) => (k % 7 === 3 ? [Number.NaN] : row));

describe("continuous plants", () => {
  const A = [
    [0, 1],
    [-2, -0.4],
  ];
  const plant = {
    A,
    B: [[0], [1]],
    G: [[0], [1]],
    C: [[1, 0]],
    Q: [[0.5]],
    R: [[0.1]],
    P0: [
      [1, 0],
      [0, 1],
    ],
  };

  test("one interval is two of half its length, in every matrix", () => {
    const whole = kalmanBucy(plant, [0, 0.6]);
    const halves = kalmanBucy(plant, [0, 0.3]);
    const filter = (model: LinearGaussian, count: number) =>
      ok(
        kalmanFilter(
          { ...model, x0: [1, 2] },
          Array.from({ length: count }, () => [Number.NaN]),
          Array.from({ length: count }, () => [0.7]),
        ),
      );
    const [one, two] = [filter(whole, 1), filter(halves, 2)];
    expect(relativeError(one.xp.subarray(2), two.xp.subarray(4))).toBeLessThan(1e-14);
    expect(relativeError(block(one.Pp, one.row[1]!, 4), block(two.Pp, two.row[2]!, 4))).toBeLessThan(1e-14);
  });

  test("irregular instants are regular ones with measurements missing", () => {
    const fine = Array.from({ length: 40 }, (_, k) => k * 0.1);
    const y = simulated(kalmanBucy({ ...plant }, fine), 40, 3, u).y;
    const kept = fine.map((_, k) => k % 3 !== 1 && k % 7 !== 2);
    const all = ok(
      kalmanFilter(
        kalmanBucy(plant, fine),
        y.map((row, k) => (kept[k] ? row : [Number.NaN])),
        Array.from({ length: 40 }, () => [1]),
      ),
    );
    const few = fine.filter((_, k) => kept[k]);
    const some = ok(
      kalmanFilter(
        kalmanBucy(plant, few),
        y.filter((_, k) => kept[k]),
        few.map(() => [1]),
      ),
    );
    const places = fine.flatMap((_, k) => (kept[k] ? [k] : []));
    places.forEach((k, i) => {
      expect(relativeError(some.x.subarray(2 * i, 2 * i + 2), all.x.subarray(2 * k, 2 * k + 2))).toBeLessThan(1e-12);
    });
    expect(some.loglik).toBeCloseTo(all.loglik, 10);
  });

  test("with R an intensity and fast sampling the covariance is Kalman and Bucy's", () => {
    const wanted = lqe(A, plant.G, plant.C, plant.Q, plant.R);
    if (!wanted.ok) throw new Error(wanted.code);
    const off = [1e-2, 1e-3].map((h) => {
      const model = kalmanBucy({ ...plant, noise: "intensity" }, [0, h]);
      const steps = Math.round(30 / h);
      const found = ok(
        kalmanFilter(
          model,
          Array.from({ length: steps }, () => [0]),
          Array.from({ length: steps }, () => [0]),
        ),
      );
      return relativeError(block(found.P, found.row[steps - 1]!, 4), wanted.P.to1DArray());
    });
    expect(off[1]!).toBeLessThan(1.1e-3);
    expect(off[0]! / off[1]!).toBeGreaterThan(8);
  });

  test("a stiff plant over a long interval keeps a positive covariance", () => {
    const stiff = kalmanBucy(
      {
        A: [
          [-1e6, 0],
          [1, -1e-3],
        ],
        C: [[0, 1]],
        Q: [
          [1, 0],
          [0, 1],
        ],
        R: [[1]],
      },
      [0, 100],
    );
    const found = ok(
      kalmanFilter(
        {
          ...stiff,
          P0: [
            [0, 0],
            [0, 0],
          ],
        },
        [[0], [0]],
      ),
    );
    // Of the fast state q / (2 a), of the slow one (1 - e^(-2 a h)) / (2 a), to the coupling.
    expect(found.Pp[found.row[1]! * 4]!).toBeCloseTo(5e-7, 15);
    expect(found.Pp[found.row[1]! * 4 + 3]!).toBeCloseTo((1 - Math.exp(-0.2)) / 2e-3, 4);
  });
});

test("the information form says the same, and starts from nothing", () => {
  const { y } = simulated(track, 60, 5, u);
  const wanted = ok(kalmanFilter(track, holes(y), u));
  const found = ok(informationFilter(track, holes(y), u));
  expect(found.determined).toBe(0);
  expect(relativeError(found.x, wanted.x)).toBeLessThan(1e-11);
  const [, last] = [0, block(wanted.P, wanted.row[59]!, 4)];
  const Y = block(found.Y, 59, 4);
  const product = [0, 1].flatMap((i) => [0, 1].map((j) => Y[2 * i]! * last[j]! + Y[2 * i + 1]! * last[2 + j]!));
  expect(relativeError(product, [1, 0, 0, 1])).toBeLessThan(1e-11);
  const { P0: _P0, ...unknown } = track;
  const diffuse = ok(kalmanFilter(unknown, y, u));
  const blank = ok(informationFilter(unknown, y, u));
  expect(diffuse.diffuse).toBe(2);
  expect(blank.determined).toBe(1);
  expect(relativeError(blank.x.subarray(2), diffuse.x.subarray(2))).toBeLessThan(1e-9);
  expect(
    informationFilter(
      {
        ...track,
        A: [
          [1, 1],
          [1, 1],
        ],
      },
      y,
      u,
    ),
  ).toMatchObject({ ok: false, code: "SINGULAR_A", k: 0 });
});

test("steady gain of the Nile; no other constant gain does better", () => {
  const level: LinearGaussian = { A: [[1]], C: [[1]], Q: [[1469.1]], R: [[15099]], x0: [1120], P0: [[5501.257941808]] };
  const y = nile().map((v) => [v]);
  const steady = ok(steadyKalman(level, y));
  expect(steady.Lp[0]!).toBeCloseTo(0.26704801257093, 12);
  expect(steady.steady.P[0]!).toBeCloseTo(5501.257941808476, 8);
  const filter = ok(kalmanFilter(level, y));
  expect(relativeError(steady.x, filter.xp)).toBeLessThan(1e-12);
  for (const gain of [0.1, 0.2, 0.3, 0.6]) {
    const other = ok(observer(level, [[gain]], y));
    expect(other.P[100]!).toBeGreaterThan(steady.P[100]! * 1.001);
    // x[k+1] = x[k] + gain e[k].
    expect(other.x[1]!).toBeCloseTo(1120 + gain * (y[0]![0]! - 1120), 10);
  }
  expect(steadyKalman({ ...level, A: [[2]], C: [[0]] }, y)).toMatchObject({ ok: false });
});

test("correlated noise: the steady gain is that which the filter settles at", () => {
  const model: LinearGaussian = { ...track, S: [[0.05], [0.02]] };
  const { y } = simulated(
    model,
    400,
    11,
    Array.from({ length: 400 }, () => [0]),
  );
  const zeros = y.map(() => [0]);
  const steady = ok(steadyKalman(model, y, zeros));
  const filter = ok(kalmanFilter(model, y, zeros));
  expect(relativeError(block(filter.Pp, filter.row[400]!, 4), steady.steady.P)).toBeLessThan(1e-12);
  expect(relativeError(steady.P.subarray(1600, 1604), steady.steady.P)).toBeLessThan(1e-12);
  expect(relativeError(steady.x.subarray(780), filter.xp.subarray(780))).toBeLessThan(1e-10);
});

describe("smoothing", () => {
  const { y } = simulated(track, 60, 7, u);
  const model = {
    ...formulas(["x[0]+0.1*x[1]+0.005*u", "0.95*x[1]+0.1*u-0.05*sin(x[0])"], ["x[0]+0.1*x[1]*x[1]"]),
    Q: track.Q,
    R: track.R,
    x0: track.x0!,
    P0: track.P0!,
  };

  test.for([
    ["linear", () => ok(kalmanFilter(track, holes(y), u))],
    ["extended", () => ok(ekf(model, holes(y), u))],
    ["unscented", () => ok(ukf(model, holes(y), u))],
  ] as const)(
    "%s: a lag of nothing is the filter, one of the record the smoother, and more lag is never worse",
    ([, run]) => {
      const filter = run();
      const smooth = ok(rts(filter));
      const lags = [0, 1, 3, 10, 59].map((lag) => ok(fixedLag(filter, lag)));
      expect(relativeError(lags[0]!.x, filter.x)).toBe(0);
      expect(relativeError(lags.at(-1)!.x, smooth.x)).toBeLessThan(1e-11);
      for (let k = 0; k < 60; k++) {
        const spread = (data: Float64Array, row: number) => [data[row * 4]!, data[row * 4 + 3]!];
        const chain = [
          spread(filter.P, filter.row[k]!),
          ...lags.map((one) => spread(one.P, k)),
          spread(smooth.P, smooth.row[k]!),
        ];
        for (let i = 1; i < chain.length; i++) {
          for (const s of [0, 1]) expect(chain[i]![s]!).toBeLessThan(chain[i - 1]![s]! * (1 + 1e-9));
        }
      }
    },
  );

  test("the smoother's variances are never above the filter's, on random models", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const noise = noiseOf(seed);
        const grid = (rows: number, cols: number) =>
          Array.from({ length: rows }, () => Array.from({ length: cols }, noise));
        const squared = (rows: number[][]) =>
          rows.map((a) => rows.map((b) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)));
        const random: LinearGaussian = {
          A: grid(3, 3).map((row) => row.map((v) => 0.5 * v)),
          C: grid(2, 3),
          Q: squared(grid(3, 3)),
          R: squared(grid(2, 2)),
          P0: squared(grid(3, 3)),
        };
        const record = simulated(random, 25, seed).y.map((row, k) => (k % 5 === 2 ? [Number.NaN, row[1]!] : row));
        const filter = kalmanFilter(random, record);
        if (!filter.ok) throw new Error(filter.code);
        const smooth = ok(rts(filter));
        for (let k = 0; k < 25; k++) {
          for (let i = 0; i < 3; i++) {
            const [wide, narrow] = [filter.P[filter.row[k]! * 9 + 4 * i]!, smooth.P[smooth.row[k]! * 9 + 4 * i]!];
            expect(narrow).toBeLessThan(wide * (1 + 1e-8));
            expect(narrow).toBeGreaterThan(-1e-12 * wide);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("forms that stay positive", () => {
  test("Joseph's form and factors agree where the short form breaks down", () => {
    // Two exact measurements of nearly the same sum: condition 1e12.
    const hard: LinearGaussian = {
      A: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      C: [
        [1, 1, 1],
        [1, 1, 1 + 1e-5],
      ],
      Q: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      R: [
        [1e-10, 0],
        [0, 1e-10],
      ],
      P0: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    };
    const y = Array.from({ length: 50 }, () => [3, 3.00001]);
    const [joseph, factors] = (["joseph", "sqrt"] as const).map((form) =>
      ok(kalmanFilter(hard, y, undefined, { form })),
    );
    for (const found of [joseph!, factors!]) {
      for (let k = 0; k < 50; k++) {
        const P = block(found.P, found.row[k]!, 9);
        for (const [i, j] of [
          [0, 1],
          [0, 2],
          [1, 2],
        ] as const) {
          expect(P[3 * i + j]).toBe(P[3 * j + i]);
          expect(P[4 * i]! * P[4 * j]! - P[3 * i + j]! ** 2).toBeGreaterThan(-1e-9 * P[4 * i]! * P[4 * j]!);
        }
      }
    }
    expect(relativeError(block(joseph!.P, joseph!.row[49]!, 9), block(factors!.P, factors!.row[49]!, 9))).toBeLessThan(
      1e-5,
    );
  });

  test("they agree to rounding on ordinary models, holes and all", () => {
    const { y } = simulated(track, 60, 9, u);
    const [joseph, factors] = (["joseph", "sqrt"] as const).map((form) =>
      ok(kalmanFilter(track, holes(y), u, { form })),
    );
    expect(relativeError(joseph!.x, factors!.x)).toBeLessThan(1e-13);
    expect(joseph!.loglik).toBeCloseTo(factors!.loglik, 10);
    const { P0: _P0, ...unknown } = track;
    const [a, b] = (["joseph", "sqrt"] as const).map((form) => ok(kalmanFilter(unknown, holes(y), u, { form })));
    expect(relativeError(a!.x, b!.x)).toBeLessThan(1e-12);
  });
});

describe("forecast", () => {
  const spread = (found: KalmanEstimate) =>
    forecast({ ...track, x0: undefined, P0: undefined }, found, 20, u.slice(0, 20));

  test("is the filter over missing samples, with measurement noise in its intervals", () => {
    const { y } = simulated(track, 60, 13, u);
    const found = ok(kalmanFilter(track, y, u));
    const ahead = spread(found);
    const longer = ok(
      kalmanFilter(track, [...y, ...Array.from({ length: 20 }, () => [Number.NaN])], [...u, ...u.slice(0, 20)]),
    );
    expect(relativeError(ahead.x, longer.x.subarray(120))).toBeLessThan(1e-13);
    for (let k = 0; k < 20; k++) {
      const P = block(longer.P, longer.row[60 + k]!, 4);
      expect(ahead.deviation[k]!).toBeCloseTo(Math.sqrt(P[0]! + 0.3), 12);
      expect(ahead.high[k]! - ahead.y[k]!).toBeCloseTo(1.959963984540054 * ahead.deviation[k]!, 12);
    }
  });

  test("its 95 % intervals hold 95 % of what comes", () => {
    let inside = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { y } = simulated(track, 80, 1000 + seed, [...u, ...u.slice(0, 20)]);
      const ahead = spread(ok(kalmanFilter(track, y.slice(0, 60), u)));
      for (let k = 0; k < 20; k++) if (y[60 + k]![0]! > ahead.low[k]! && y[60 + k]![0]! < ahead.high[k]!) inside++;
    }
    expect(inside / 4000).toBeGreaterThan(0.93);
    expect(inside / 4000).toBeLessThan(0.97);
  });
});

describe("particles", () => {
  const linear = {
    f: (x: Float64Array, v: Float64Array) => [x[0]! + 0.1 * x[1]! + 0.005 * v[0]!, 0.95 * x[1]! + 0.1 * v[0]!],
    h: (x: Float64Array, v: Float64Array) => [x[0]! + 0.2 * v[0]!],
    Q: track.Q,
    R: track.R,
    x0: track.x0!,
    P0: track.P0!,
  };

  test("come to the Kalman filter as they grow many; the same seed gives the same numbers", () => {
    const { y } = simulated(track, 60, 17, u);
    const wanted = ok(kalmanFilter(track, holes(y), u));
    const miss = [200, 10_000].map((particles) => {
      const found = ok(particleFilter(linear, holes(y), u, { particles, seed: 4 }));
      let sum = 0;
      for (let i = 0; i < found.x.length; i++) sum += (found.x[i]! - wanted.x[i]!) ** 2;
      return Math.sqrt(sum / found.x.length);
    });
    expect(miss[0]!).toBeLessThan(0.2);
    expect(miss[1]!).toBeLessThan(0.03);
    const again = [1, 2].map(() => ok(particleFilter(linear, y, u, { particles: 300, seed: 8 })));
    expect(again[0]!.x).toEqual(again[1]!.x);
    const big = ok(particleFilter(linear, holes(y), u, { particles: 10_000 }));
    expect(Math.abs(big.loglik - wanted.loglik)).toBeLessThan(0.5);
  });

  test("see both sides of a measurement that forgets the sign", () => {
    const square = {
      f: (x: Float64Array) => [x[0]!],
      h: (x: Float64Array) => [x[0]! ** 2],
      Q: [[0.001]],
      R: [[0.01]],
      x0: [0],
      P0: [[1]],
    };
    const found = ok(
      particleFilter(
        square,
        Array.from({ length: 10 }, () => [1]),
        undefined,
        { particles: 2000 },
      ),
    );
    expect(Math.abs(found.x[9]!)).toBeLessThan(0.4);
    expect(found.P[9]!).toBeGreaterThan(0.8);
    const lost = { ...square, h: () => [0], R: [[1e-320]] };
    expect(particleFilter(lost, [[1]], undefined, { particles: 20 })).toMatchObject({ ok: false });
  });
});
