/** Examples that start from a record: what they draw is what identification finds in the data beside them. */
import { describe, expect, test } from "vitest";
import { lsim } from "../../core/analysis/lsim.ts";
import { createFingerprint } from "../../core/data/fingerprint.ts";
import { readCsv } from "../../core/diagram/data.ts";
import { forecast } from "../../core/estimate/forecast.ts";
import { kalmanFilter } from "../../core/estimate/kalmanFilter.ts";
import { pem } from "../../core/identify/pem.ts";
import { predict } from "../../core/identify/predict.ts";
import { structural } from "../../core/identify/structural.ts";
import { coefficientsOf } from "../../core/identify/uncertainFigures.ts";
import { c2d } from "../../core/lti/c2d.ts";
import { ss } from "../../core/lti/ss.ts";
import { tf } from "../../core/lti/tf.ts";
import { normalQuantile } from "../../core/math/chiSquare.ts";
import { uniform } from "../../core/math/random.ts";
import { designsOf } from "../../renderer/engine/designs.ts";
import { variable } from "./designs.ts";
import { example, exampleText, matricesOf, run } from "./example.ts";

function columns(file: string, ...names: string[]): number[][] {
  const read = readCsv(file, exampleText(file));
  if (!read.ok) throw new Error(read.problem.message);
  return names.map((name) => Array.from(read.table.columns.find((one) => one.name === name)!.values));
}

test.each(["nile", "airline", "vibration"])("%s: the data set is the file that comes with it", (id) => {
  const [set] = example(id).sets!;
  const bytes = new TextEncoder().encode(exampleText(set!.file.name));
  const print = createFingerprint();
  print.add(bytes);
  expect(set!.file).toMatchObject({ bytes: bytes.length, print: print.value() });
  expect(exampleText(set!.file.name)).toMatch(/\n# source: /);
});

describe("the Nile", () => {
  const [flow] = columns("nile.csv", "flow");
  const document = example("nile");

  test("its variances are what the record gives, by maximum likelihood and by EM", () => {
    for (const by of ["likelihood", "em"] as const) {
      const found = structural(flow!, { by });
      if (!found.ok) throw new Error(found.code);
      expect(found.variances.noise! / variable(document, "r").get(0, 0)).toBeCloseTo(1, 3);
      expect(found.variances.level! / variable(document, "q").get(0, 0)).toBeCloseTo(1, 3);
      expect(found.logLikelihood).toBeCloseTo(-632.545_625, 4);
    }
  });

  test("the drawing is the local level model, and its filter's gain is the published one", () => {
    const { A, B, C, D, u, y } = matricesOf(document);
    const [w, v] = [u.indexOf("w"), u.indexOf("v")];
    const flowAt = y.indexOf("flow");
    const at = C[flowAt]!.indexOf(1);
    expect([A[at]![at], B[at]![w], B[at]![v], D[flowAt]![w], D[flowAt]![v]]).toEqual([1, 1, 0, 0, 1]);
    expect(variable(document, "K").get(0, 0)).toBeCloseTo(0.267_048, 6);
    expect(variable(document, "P").get(0, 0)).toBeCloseTo(5501.258, 3);
  });

  test("the level that it finds is the Kalman filter's once that has settled, and follows the dam of 1902", () => {
    const found = run(document).of("Estimate.level found");
    const all = kalmanFilter(
      { A: [[1]], C: [[1]], Q: [[1469.1]], R: [[15_099]] },
      { rows: 100, cols: 1, data: Float64Array.from(flow!) },
    );
    if (!all.ok) throw new Error(all.code);
    for (let k = 40; k < 100; k++) expect(Math.abs(found[k]! - all.xp[k]!)).toBeLessThan(0.01);
    const mean = (from: number, to: number): number =>
      found.slice(from, to).reduce((sum, x) => sum + x, 0) / (to - from);
    expect(mean(5, 28)).toBeGreaterThan(1000);
    expect(mean(33, 100)).toBeLessThan(900);
  });
});

describe("airline passengers", () => {
  const [passengers] = columns("airline.csv", "passengers");
  const document = example("airline");
  const found = structural(passengers!.slice(0, 120).map(Math.log), { trend: true, season: 12 });
  if (!found.ok) throw new Error(found.code);

  test("variances, state and how sure it is come from the ten years before", () => {
    const { variances, filtered, model } = found;
    [
      ["q", variances.level],
      ["s", variances.season],
      ["r", variances.noise],
    ].forEach(([name, value]) =>
      expect(variable(document, name as string).get(0, 0) / (value as number)).toBeCloseTo(1, 3),
    );
    expect(variances.trend! / variances.level!).toBeLessThan(1e-3);
    expect(variable(document, "A").to2DArray()).toEqual((model.A as { to2DArray(): number[][] }).to2DArray());
    const n = 13;
    const x0 = filtered.xp.slice(120 * n, 121 * n);
    variable(document, "x0")
      .to1DArray()
      .forEach((v, i) => expect(v).toBeCloseTo(x0[i]!, 5));
    const S = variable(document, "S");
    const P = filtered.Pp.slice(filtered.row[120]! * n * n);
    S.transpose()
      .mmul(S)
      .to1DArray()
      .forEach((v, i) => expect(v).toBeCloseTo(P[i]!, 6));
  });

  test("foretold and band are the forecast's; the band holds two years that the model has not seen", () => {
    const said = forecast(found.model, found.filtered, 24);
    const result = run(document);
    const at = (path: string, k: number): number => result.of(path)[k]!;
    const last = passengers!.slice(120);
    let inside = 0;
    for (let k = 0; k < 24; k++) {
      expect(at("Foretold", k) / Math.exp(said.y[k]!)).toBeCloseTo(1, 3);
      const [low, high] = [at("Band[1]", k), at("Band[2]", k)];
      expect(low / Math.exp(said.low[k]!)).toBeCloseTo(1, 3);
      expect(high / Math.exp(said.high[k]!)).toBeCloseTo(1, 3);
      expect(at("Recorded.passengers", k)).toBe(last[k]);
      if (last[k]! > low && last[k]! < high) inside++;
    }
    expect(inside).toBeGreaterThanOrEqual(23);
  });
});

describe("vibration", () => {
  const document = example("vibration");
  const [force, place] = columns("vibration.csv", "force (N)", "place (m)");
  const T = 0.05;

  test("the record is our own simulation of the real plant", () => {
    const real = c2d(tf([1], [1, 0.4, 40]), T);
    if (!real.ok) throw new Error(real.code);
    const u = Float64Array.from(force!, (_, k) => (uniform(11, Math.floor(k / 4)) < 0.5 ? -1 : 1));
    expect([...u]).toEqual(force);
    lsim(real.system, [u]).y[0]!.forEach((v, k) =>
      expect(Math.abs(v + 0.005 * normalQuantile(uniform(12, k)) - place![k]!)).toBeLessThan(6e-6),
    );
  });

  test("the model drawn is the one that prediction errors find in the first part; it foretells the rest to its noise", () => {
    const own = Math.round(0.7 * force!.length);
    const part = (from: number, to: number) => ({
      u: [force!.slice(from, to)],
      y: [place!.slice(from, to)],
      period: T,
    });
    const found = pem(part(0, own), { order: 2, feedthrough: false });
    if (!found.ok) throw new Error(found.code);
    const [A, B, C] = ["A", "B", "C"].map((name) => variable(document, `Model found.${name}`));
    const drawn = coefficientsOf(ss(A!, B!, C!, [[0]], T));
    const wanted = coefficientsOf(found.system);
    // Where the search ends, to the noise it leaves out of account, depends on where it began.
    for (const name of ["num", "den"] as const) {
      const size = Math.max(...wanted[name].map(Math.abs));
      drawn[name].forEach((v, i) => expect(Math.abs(v - wanted[name][i]!)).toBeLessThan(5e-3 * size));
    }
    const said = predict(found, part(own, force!.length));
    if (!said.ok) throw new Error(said.code);
    const errors = place!.slice(own).map((v, k) => v - said.y[0]![0]![k]!);
    expect(Math.sqrt(errors.reduce((sum, v) => sum + v * v, 0) / errors.length)).toBeLessThan(0.006);
  });

  test("LQG follows from its weights on the model found, and both loops have it", () => {
    const view = designsOf(document)["lqg"];
    expect(view).toMatchObject({ ok: true, follows: true });
    const [designed, same] = ["LQG", "The same LQG"].map(
      (name) => document.root.blocks.find((block) => block.name === name)!.params,
    );
    expect(same).toEqual(designed);
  });

  test("a push dies away on the model and on the real plant alike, and goes on without control", () => {
    const result = run(document);
    const most = (path: string, from: number, to: number): number =>
      result.t.reduce((sum, t, k) => (t >= from && t < to ? Math.max(sum, Math.abs(result.of(path)[k]!)) : sum), 0);
    const [model, real, alone] = ["model", "plant", "alone"].map((name) => `Places.${name}`);
    expect(most(real!, 1, 3)).toBeGreaterThan(0.02);
    expect(most(model!, 3, 10)).toBeLessThan(0.02 * most(model!, 1, 3));
    expect(most(real!, 3, 10)).toBeLessThan(0.15 * most(real!, 1, 3));
    expect(most(alone!, 8, 10)).toBeGreaterThan(0.2 * most(alone!, 1, 3));
  });
});
