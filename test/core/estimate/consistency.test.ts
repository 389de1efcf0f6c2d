/** Estimates are as good as their covariances say, over 200 seeds on six models; a filter that believes otherwise is found out. */
import { describe, expect, test } from "vitest";
import { type Band, consistency, ljungBox, nees, nis } from "../../../core/estimate/consistency.ts";
import { kalmanBucy } from "../../../core/estimate/kalmanBucy.ts";
import { kalmanFilter, type KalmanEstimate } from "../../../core/estimate/kalmanFilter.ts";
import type { LinearGaussian } from "../../../core/estimate/linearGaussian.ts";
import { nile } from "./nile.ts";
import { noiseOf, simulated } from "./simulated.ts";

const seeds = 200;
const steps = 50;
const eye = (n: number, v = 1) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? v : 0)));

const models: { readonly [name: string]: LinearGaussian } = {
  "local level": { A: [[1]], C: [[1]], Q: [[1469.1]], R: [[15099]], P0: [[1e4]] },
  "constant velocity": {
    A: [
      [1, 0.1],
      [0, 1],
    ],
    C: [[1, 0]],
    Q: [
      [1e-4, 1e-3],
      [1e-3, 2e-2],
    ],
    R: [[0.25]],
    P0: eye(2),
  },
  "oscillator, two sensors": {
    A: [
      [0.95, 0.3],
      [-0.3, 0.95],
    ],
    C: [
      [1, 0],
      [0.5, 1],
    ],
    Q: eye(2, 0.1),
    R: [
      [0.4, 0.1],
      [0.1, 0.9],
    ],
    P0: eye(2, 2),
  },
  "correlated noise": {
    A: [
      [0.8, 0.2],
      [0, 0.5],
    ],
    C: [[1, 1]],
    Q: [
      [0.5, 0.1],
      [0.1, 0.4],
    ],
    R: [[0.6]],
    S: [[0.3], [-0.1]],
    P0: eye(2),
  },
  "irregular instants": kalmanBucy(
    {
      A: [
        [0, 1],
        [-4, -0.3],
      ],
      C: [[1, 0]],
      G: [[0], [1]],
      Q: [[2]],
      R: [[0.05]],
      P0: eye(2),
    },
    Array.from({ length: steps }, (_, k) => 0.2 * k + 0.08 * Math.sin(5 * k)),
  ),
  "six states, changing sensors": {
    A: Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (_, j) => (i === j ? 0.7 : j === i + 1 ? 0.25 : 0)),
    ),
    C: Array.from({ length: steps }, (_, k) =>
      [0, 1, 2].map((i) => Array.from({ length: 6 }, (_, j) => ((i + j + k) % 3 === 0 ? 1 : 0.1))),
    ),
    Q: eye(6, 0.3),
    R: eye(3, 0.5),
    P0: eye(6),
  },
};

function runsOf(model: LinearGaussian, believed: LinearGaussian) {
  return Array.from({ length: seeds }, (_, i) => {
    const { x, y } = simulated(model, steps, 50_000 + i);
    // A sixth of the record is missing.
    const kept = y.map((row, k) => (k % 6 === 4 ? row.map((v, j) => (j === 0 ? Number.NaN : v)) : row));
    const estimate = kalmanFilter(believed, kept);
    if (!estimate.ok) throw new Error(estimate.code);
    return { estimate, truth: x };
  });
}
const within = (band: Band) => {
  expect(band.verdict).toBe("consistent");
  expect(band.mean).toBeGreaterThan(band.low);
  expect(band.mean).toBeLessThan(band.high);
};
const scaled = (matrix: LinearGaussian["Q"], factor: number): LinearGaussian["Q"] =>
  JSON.parse(JSON.stringify(matrix), (_, v: unknown) =>
    typeof v === "number" ? v * factor : v,
  ) as LinearGaussian["Q"];

describe.for(Object.entries(models))("%s", ([, model]) => {
  const fit = runsOf(model, model);
  test("NEES lies in its band over 200 seeds, and so do nearly all samples and the NIS", () => {
    const errors = nees(fit);
    within(errors);
    expect(errors.inside).toBeGreaterThan(0.85);
    within(nis(fit.map(({ estimate }) => estimate)));
  });

  test("a filter that believes in a tenth of the measurement noise is optimistic, in ten times pessimistic", () => {
    for (const [factor, verdict] of [
      [0.1, "optimistic"],
      [10, "pessimistic"],
    ] as const) {
      const R = scaled(
        Array.isArray(model.R) && "to2DArray" in (model.R[0] as object)
          ? (model.R as readonly { to2DArray(): number[][] }[]).map((m) => m.to2DArray())
          : model.R,
        factor,
      );
      const { S: _S, ...free } = model;
      const mistuned = runsOf(model, { ...free, R });
      expect(nees(mistuned).verdict).toBe(verdict);
      expect(nis(mistuned.map(({ estimate }) => estimate)).verdict).toBe(verdict);
    }
  });
});

describe("one record", () => {
  const level: LinearGaussian = { A: [[1]], C: [[1]], Q: [[1469.1]], R: [[15099]] };
  const filter = (model: LinearGaussian, y: number[][]): KalmanEstimate => {
    const found = kalmanFilter(model, y);
    if (!found.ok) throw new Error(found.code);
    return found;
  };
  const y = nile().map((v) => [v]);

  test("the Nile's innovations are white, and of the size that the level model gives them", () => {
    const found = consistency(filter(level, y), { lags: 9, fitted: 1 });
    // Durbin & Koopman (2012), table 2 and figure 2.7: Q(9) = 8.84 of the standardized one-step errors.
    expect(found.whiteness[0]!.Q).toBeCloseTo(8.84, 1);
    expect(found.whiteness[0]!.white).toBe(true);
    expect(found.nis.verdict).toBe("consistent");
    expect(found.nis.values[0]).toBeNaN();
  });

  test("a level that is believed not to move leaves innovations that remember", () => {
    const found = consistency(filter({ ...level, Q: [[0]] }, y));
    expect(found.whiteness[0]!.white).toBe(false);
    expect(found.whiteness[0]!.autocorrelation[0]!).toBeGreaterThan(found.whiteness[0]!.bound);
    expect(found.nis.verdict).toBe("optimistic");
  });

  test("Ljung and Box's test says white of white noise nineteen times in twenty", () => {
    let white = 0;
    for (let seed = 0; seed < 400; seed++) {
      const noise = noiseOf(900 + seed);
      if (ljungBox(Array.from({ length: 200 }, noise), 12).white) white++;
    }
    expect(white / 400).toBeGreaterThan(0.92);
    expect(white / 400).toBeLessThan(0.98);
  });
});
