/** Maximum likelihood of chosen parameters: published series, slopes against differences, standard deviations, refusals. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aryule } from "../../../core/identify/aryule.ts";
import { likelihood } from "../../../core/identify/likelihood.ts";
import { mle, partsOf, type GaussianModel } from "../../../core/identify/mle.ts";
import { structural } from "../../../core/identify/structural.ts";
import { kalmanFilter } from "../../../core/estimate/kalmanFilter.ts";
import { Matrix } from "ml-matrix";
import { nile } from "../estimate/nile.ts";
import { relativeError } from "../math/reference.ts";
import { casesOf, noise } from "./sets.ts";

const series = (name: string): number[] =>
  readFileSync(new URL(`../../reference/series/${name}.csv`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .filter((line) => /^[0-9]/.test(line))
    .map((line) => Number(line.split(",")[1]));
const expected = (name: string) => {
  const found = casesOf("series").find(([one]) => one === `series_${name}`)![1];
  return found.expected as unknown as { readonly [key: string]: number & number[] };
};

test("the Nile as a wandering level: published variances, likelihood, components", () => {
  const wanted = expected("Nile");
  const found = structural(nile());
  if (!found.ok) throw new Error(found.code);
  expect(found.converged).toBe(true);
  expect(found.variances.level! / wanted["sigma2_eta"]! - 1).toBeCloseTo(0, 4);
  expect(found.variances.noise! / wanted["sigma2_eps"]! - 1).toBeCloseTo(0, 4);
  expect(found.logLikelihood / wanted["loglik_diffuse"]! - 1).toBeCloseTo(0, 4);
  // That one begins with a variance of 1e6; from an exactly diffuse start the same recursion in NumPy gives this one.
  expect(found.logLikelihood).toBeCloseTo(-632.545625, 5);
  const { level, noise: left } = found.components;
  nile().forEach((v, k) => expect(level!.mean[k]! + left!.mean[k]!).toBeCloseTo(v, 8));
  // Far from the ends the level is known as the published steady state says.
  expect(level!.sd[50]! ** 2).toBeLessThan(4032.158);
  expect(level!.sd[99]! ** 2).toBeCloseTo(4032.158, -1);
});

test("gas in Britain: level, slope, seasons", () => {
  const found = structural(series("UKgas").map(Math.log10), { trend: true, season: 4 });
  if (!found.ok) throw new Error(found.code);
  const published = expected("UKgas")["variances"]!;
  const { variances, logLikelihood, model } = found;
  // Nelder and Mead's search over a filter in NumPy finds this maximum; what R prints lies lower.
  expect(variances.level!).toBeLessThan(1e-9);
  expect(variances.trend! / 1.4903e-6 - 1).toBeCloseTo(0, 3);
  expect(variances.season! / 6.24038e-4 - 1).toBeCloseTo(0, 3);
  expect(variances.noise! / 3.43744e-4 - 1).toBeCloseTo(0, 3);
  const Q = Matrix.zeros(5, 5);
  published.slice(0, 3).forEach((v, i) => Q.set(i, i, v));
  const theirs = kalmanFilter(
    { A: model.A, C: model.C, Q, R: [[published[3]!]] },
    Matrix.columnVector(series("UKgas").map(Math.log10)),
  );
  expect(theirs.ok && theirs.loglik).toBeLessThan(logLikelihood);
  const { components } = found;
  const year = [100, 101, 102, 103].reduce((sum, k) => sum + components.season!.mean[k]!, 0);
  expect(Math.abs(year)).toBeLessThan(0.15);
});

test("air passengers: the airline model, exactly", () => {
  const y = series("AirPassengers").map(Math.log);
  const w = y.slice(13).map((v, k) => v - y[k + 12]! - y[k + 1]! + y[k]!);
  // Its states are the last thirteen shocks and the one now.
  const n = 14;
  const A = Matrix.zeros(n, n);
  for (let i = 1; i < n; i++) A.set(i, i - 1, 1);
  const found = mle(
    ([theta, season, variance]) => {
      const C = Matrix.zeros(1, n);
      C.set(0, 0, 1);
      C.set(0, 1, theta!);
      C.set(0, 12, season!);
      C.set(0, 13, theta! * season!);
      const Q = Matrix.zeros(n, n);
      Q.set(0, 0, variance!);
      return { A, C, Q, R: [[0]], P0: Matrix.eye(n).mul(variance!) };
    },
    { u: [], y: [w] },
    { start: [-0.1, -0.1, 0.002], lower: [-0.99, -0.99, 1e-6], upper: [0.99, 0.99, 1] },
  );
  if (!found.ok) throw new Error(found.code);
  const wanted = expected("AirPassengers");
  expect(found.converged).toBe(true);
  expect(relativeError(found.parameters, [wanted["ma"]!, wanted["sma"]!, wanted["sigma2"]!])).toBeLessThan(1e-4);
  expect(found.parameters[2]! / wanted["sigma2"]! - 1).toBeCloseTo(0, 3);
  expect(found.logLikelihood / wanted["loglik"]! - 1).toBeCloseTo(0, 4);
});

test("lynxes by Yule and Walker", () => {
  const found = aryule(series("lynx"), 2);
  if (!found.ok) throw new Error(found.code);
  const wanted = expected("lynx");
  expect(relativeError(found.ar, wanted["ar"]!)).toBeLessThan(1e-8);
  expect(found.variance / wanted["var_pred"]! - 1).toBeCloseTo(0, 8);
});

/** Everything moves: two outputs with noise that goes together, an input, an unknown start, holes. */
const rich = (t: readonly number[]): GaussianModel => ({
  A: [
    [0.7 + t[0]!, 0.3],
    [t[1]!, 0.5 + t[0]! * t[1]!],
  ],
  B: [[1], [t[2]!]],
  C: [
    [1, t[1]!],
    [t[3]!, 1],
  ],
  D: [[t[0]!], [0.2]],
  Q: [
    [0.5 + t[4]! ** 2, 0.1 * t[4]!],
    [0.1 * t[4]!, 0.4],
  ],
  R: [
    [0.3, 0.1 + t[2]! / 10],
    [0.1 + t[2]! / 10, 0.5 + t[3]! ** 2],
  ],
});

test("slopes are those of the likelihood, and the likelihood is the filter's", () => {
  const u = noise(1, 60);
  const y = [noise(2, 60), noise(3, 60)].map((v, o) => v.map((e, k) => (k % 9 === o ? Number.NaN : e)));
  const t = [0.05, -0.1, 0.2, 0.3, 0.4];
  const sizes = { n: 2, m: 1, p: 2 };
  const flat = new Float64Array(120);
  for (let k = 0; k < 60; k++) flat.set([y[0]![k]!, y[1]![k]!], 2 * k);
  const segment = { count: 60, u, y: flat };
  const starts = [
    { P0: undefined, Pinf: Float64Array.of(1, 0, 0, 1) },
    {
      P0: [
        [2, 0.5],
        [0.5, 1],
      ],
      Pinf: undefined,
    },
  ];
  for (const { P0, Pinf } of starts) {
    const at = (v: readonly number[]) =>
      likelihood(sizes, partsOf({ ...rich(v), P0 }, sizes), Pinf, [], [segment])!.logLikelihood;
    const filtered = kalmanFilter(
      { ...rich(t), P0 },
      { rows: 60, cols: 2, data: flat },
      { rows: 60, cols: 1, data: u },
    );
    if (!filtered.ok) throw new Error(filtered.code);
    expect(at(t)).toBeCloseTo(filtered.loglik, 9);
    const found = mle((v) => ({ ...rich(v), P0 }), { u: [u], y }, { start: t, iterations: 0 });
    if (!found.ok) throw new Error(found.code);
    t.forEach((_, j) => {
      const step = 1e-5;
      const moved = (s: number) => at(t.map((v, i) => (i === j ? v + s : v)));
      expect(found.gradient[j]!).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 4);
    });
  }
});

test("standard deviations are those of 80 estimates; from other starts the same point", () => {
  const estimates: number[][] = [];
  const model = ([a, q, r]: readonly number[]): GaussianModel => ({
    A: [[a!]],
    C: [[1]],
    Q: [[q!]],
    R: [[r!]],
    P0: [[2]],
  });
  const fit = (y: Float64Array, start: number[]) => {
    const found = mle(model, { u: [], y: [y] }, { start, lower: [-0.99, 1e-6, 1e-6], upper: [0.99, 10, 10] });
    if (!found.ok) throw new Error(found.code);
    expect(found.converged).toBe(true);
    return found;
  };
  const made = (run: number): Float64Array => {
    const [w, v] = [noise(20_000 + run, 300), noise(30_000 + run, 300, 0.5)];
    let x = 0;
    return v.map((e, k) => {
      const seen = x + e;
      x = 0.8 * x + w[k]!;
      return seen;
    });
  };
  for (let run = 0; run < 80; run++) estimates.push([...fit(made(run), [0.5, 1, 0.5]).parameters]);
  const told = fit(made(0), [0.5, 1, 0.5]);
  for (const start of [
    [0.1, 3, 3],
    [0.9, 0.1, 1],
    [0.6, 2, 0.05],
  ]) {
    const other = fit(made(0), start);
    expect(other.logLikelihood).toBeCloseTo(told.logLikelihood, 6);
    expect(relativeError(other.parameters, told.parameters)).toBeLessThan(1e-3);
  }
  for (let j = 0; j < 3; j++) {
    const mean = estimates.reduce((sum, v) => sum + v[j]!, 0) / 80;
    const spread = Math.sqrt(estimates.reduce((sum, v) => sum + (v[j]! - mean) ** 2, 0) / 79);
    expect(spread / told.sd[j]!).toBeGreaterThan(0.7);
    expect(spread / told.sd[j]!).toBeLessThan(1.5);
  }
});

test("refusals: parameters that can't be told apart, no likelihood to begin with, short series", () => {
  const y = [noise(1, 50)];
  const twice = mle(([a, b]) => ({ A: [[1]], C: [[1]], Q: [[a! + b!]], R: [[1]] }), { u: [], y }, { start: [1, 1] });
  expect(twice).toMatchObject({ ok: false, code: "SINGULAR" });
  const none = mle(([a]) => ({ A: [[1]], C: [[0]], Q: [[a!]], R: [[0]] }), { u: [], y }, { start: [1] });
  expect(none).toEqual({ ok: false, code: "NO_LIKELIHOOD" });
  expect(structural([1, 2, 3], { season: 4 })).toMatchObject({ code: "TOO_FEW_SAMPLES", samples: 3 });
  expect(structural(new Float64Array(40))).toMatchObject({ code: "SINGULAR" });
});
