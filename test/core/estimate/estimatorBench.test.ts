/** The bench on plants that are drawn: who knows how well it knows is told from who does not, and what went wrong is named. */
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import {
  type BenchReport,
  type BenchTask,
  benchTrack,
  estimatorBench,
  type Judged,
} from "../../../core/estimate/estimatorBench.ts";
import { estimators } from "../../../core/estimate/estimators.ts";
import { kalmanFilter } from "../../../core/estimate/kalmanFilter.ts";
import type { DenseModel } from "../../../core/estimate/linearized.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { type Plant, plantModel, type PlantOptions } from "../../../core/plant/plantModel.ts";
import { draw } from "../drawing.ts";
import { relativeError } from "../math/reference.ts";

const eye = (n: number, v: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? v : 0)));
const compiled = (document: LazoDocument) => {
  const done = compile(document);
  if (!done.ok) throw new Error(done.problems[0]!.message);
  return done.model;
};
/** Its inputs go as they are drawn. */
function plantOf(document: LazoDocument, options: PlantOptions): Plant {
  const plant = plantModel(compiled(document), { inputs: [], ...options });
  if (!plant.ok) throw new Error(plant.problems[0]!.message);
  return plant;
}
const noisy = ({ f, h, F, H, x0 }: Plant, p: number, Q: number, R: number, P0: number): DenseModel => ({
  ...{ f, h, F, H, x0 },
  Q: eye(x0.length, Q),
  R: eye(p, R),
  P0: eye(x0.length, P0),
});
function report(task: BenchTask): BenchReport {
  const work = estimatorBench(task);
  let next = work.next();
  while (!next.done) next = work.next();
  if (!next.value.ok) throw new Error(next.value.code);
  return next.value;
}

/** x'' = f of a State Space of functions: rates from u = [states], sensors from the same. */
const system = (rates: readonly string[], sensors: readonly string[], start: readonly string[]) =>
  draw(
    {
      Rate: ["function", { formula: rates.length === 1 ? rates[0]! : `[${rates.join("; ")}]` }],
      Held: ["state", { initial: `[${start.join("; ")}]` }],
      Sensor: ["function", { formula: sensors.length === 1 ? sensors[0]! : `[${sensors.join("; ")}]` }],
      Out: ["output"],
    },
    ["Held -> Rate", "Rate -> Held", "Held -> Sensor", "Sensor -> Out"],
  );

const spring = draw(
  {
    In: ["input", { signal: "sin(3*t)" }],
    Plant: ["state-space", { A: "[0, 1; -3, -0.4]", B: "[0; 2]", C: "[1, 0.5]", D: "0.1" }],
    Out: ["output"],
  },
  ["In -> Plant", "Plant -> Out"],
);
const sampled = draw(
  {
    In: ["input", { signal: "1" }],
    Plant: [
      "discrete-state-space",
      { A: "[0.9, 0.2; -0.3, 0.8]", B: "[0.1; 0.3]", C: "[1, 0.5]", D: "0.1", period: "0.1" },
    ],
    Out: ["output"],
  },
  ["In -> Plant", "Plant -> Out"],
);
const pendulum = system(["u[2]", "-9.81*sin(u[1]) - 0.3*u[2]"], ["sin(u[1])"], ["0.5", "0"]);

const models: { readonly [name: string]: { readonly document: LazoDocument; readonly p: number } } = {
  "a spring, driven": { document: spring, p: 1 },
  sampled: { document: sampled, p: 1 },
  "a pendulum by its sine": { document: pendulum, p: 1 },
  "van der Pol's oscillator": { document: system(["u[2]", "(1 - u[1]^2)*u[2] - u[1]"], ["u[1]"], ["1", "0"]), p: 1 },
  "a tank that empties": { document: system(["0.4 - 0.5*sqrt(u)"], ["u"], ["2"]), p: 1 },
  "a walker by two distances": {
    document: system(["0.3", "0.1"], ["sqrt(u[1]^2 + u[2]^2)", "sqrt((u[1] - 4)^2 + u[2]^2)"], ["1", "2"]),
    p: 2,
  },
};

describe.for(Object.entries(models))("%s", ([, { document, p }]) => {
  const plant = plantOf(document, { interval: 0.1 });
  const model = noisy(plant, p, 1e-4, 1e-2, 1e-2);
  const { judged } = report({
    model,
    estimators: [
      { kind: "ekf" },
      { kind: "ekf", scaleR: 0.05 },
      { kind: "ekf", scaleQ: 20, scaleR: 20 },
      { kind: "smoother" },
    ],
    record: { kind: "simulated", steps: 30, p, seeds: 200 },
  });
  const [right, bold, shy, smooth] = judged as [Judged, Judged, Judged, Judged];

  test("the extended filter's NEES and NIS lie in their bands over 200 seeds, and its innovations are white", () => {
    const { nees } = right.error!;
    expect(right.runs).toBe(200);
    expect(nees.verdict).toBe("consistent");
    expect(nees.mean).toBeGreaterThan(nees.low);
    expect(nees.mean).toBeLessThan(nees.high);
    expect(right.nis.verdict).toBe("consistent");
    expect(right.white.verdict).toBe(true);
    expect(right.lost).toEqual([]);
  });

  test("one that takes its sensors for better than they are, or all noise for more, is told", () => {
    expect([bold.error!.nees.verdict, bold.nis.verdict]).toEqual(["optimistic", "optimistic"]);
    expect([shy.error!.nees.verdict, shy.nis.verdict]).toEqual(["pessimistic", "pessimistic"]);
    expect(bold.error!.all).toBeGreaterThan(right.error!.all);
  });

  test("the smoother is off by less than the filter, and knows by how much", () => {
    expect(smooth.error!.all).toBeLessThan(right.error!.all);
    expect(smooth.error!.nees.verdict).toBe("consistent");
  });
});

test("on a linear plant all are the Kalman filter, with gaps in the record too", () => {
  const plant = plantOf(spring, { interval: 0.1, inputs: ["In"] });
  const found = linearize(compiled(spring));
  if (!found.ok) throw new Error();
  const exact = c2d(found.linearization.system, 0.1);
  if (!exact.ok) throw new Error();
  const { A, B, C, D } = exact.system;
  const u = { rows: 60, cols: 1, data: Float64Array.from({ length: 60 }, (_, k) => Math.cos(k / 5)) };
  const model = noisy(plant, 1, 0.01, 0.2, 1);
  const made = benchTrack({ model, estimators: [], record: { kind: "simulated", steps: 60, p: 1, seeds: 1, u } }, 4);
  if (!made.ok) throw new Error(made.code);
  const y = Array.from(made.y, (v, k) => [k % 7 === 3 ? Number.NaN : v]);
  const wanted = kalmanFilter({ A, B, C, D, Q: model.Q, R: model.R, x0: [...plant.x0], P0: model.P0 }, y, u);
  const all = estimators(model, 60, 1, u);
  if (!all.ok || !wanted.ok) throw new Error();
  expect(all.linear).toBe(true);
  for (const kind of ["kalman", "ekf", "iekf", "ukf"] as const) {
    const one = all.run({ kind }, y);
    if (!one.ok) throw new Error(one.code);
    expect(relativeError(one.x, wanted.x)).toBeLessThan(1e-10);
    expect(Math.abs(one.loglik! - wanted.loglik)).toBeLessThan(1e-8);
  }
  const cloud = all.run({ kind: "particle", particles: 4000 }, y, 3);
  const smooth = all.run({ kind: "smoother", over: "kalman" }, y);
  // Without gaps its gain is that of the filter once that has come to rest.
  const whole = y.map(([v]) => [Number.isNaN(v) ? 0 : v!]);
  const [steady, filter] = [all.run({ kind: "observer" }, whole), all.run({ kind: "kalman" }, whole)];
  if (!steady.ok || !filter.ok || !cloud.ok || !smooth.ok) throw new Error();
  expect(relativeError(steady.x.subarray(112), filter.x.subarray(112))).toBeLessThan(1e-3);
  expect(
    relativeError(steady.P.subarray(59 * 4), filter.P.subarray(filter.row[59]! * 4, filter.row[59]! * 4 + 4)),
  ).toBeLessThan(1e-3);
  const gap = (k: number): number =>
    Math.abs(cloud.x[k]! - wanted.x[k]!) / Math.sqrt(wanted.P[wanted.row[k >> 1]! * 4]!);
  for (let k = 0; k < 60; k++) expect(gap(2 * k)).toBeLessThan(0.3);
  for (let k = 0; k < 60; k++)
    expect(Math.abs(cloud.z[k]! - wanted.z[k]!) < 0.2 || Number.isNaN(wanted.e[k])).toBe(true);
  expect(smooth.x.subarray(118)).toEqual(wanted.x.subarray(118));
});

test("a recorded set is judged by its innovations alone; an observer with a gain of one's own has no likelihood", () => {
  const plant = plantOf(sampled, { interval: 0.1 });
  const model = noisy(plant, 1, 1e-3, 1e-2, 0.1);
  const made = benchTrack({ model, estimators: [], record: { kind: "simulated", steps: 400, p: 1, seeds: 1 } }, 7);
  if (!made.ok) throw new Error(made.code);
  const y = { data: made.y.map((v, k) => (k % 10 === 5 ? Number.NaN : v)), rows: 400, cols: 1 };
  const { judged, linear } = report({
    model,
    estimators: [
      { kind: "kalman" },
      { kind: "kalman", scaleQ: 0.001, scaleR: 0.01 },
      { kind: "observer", gain: [[0.5], [0]] },
    ],
    record: { kind: "recorded", y },
  });
  expect(linear).toBe(true);
  const [right, wrong, own] = judged as [Judged, Judged, Judged];
  expect(right.error).toBeUndefined();
  expect([right.nis.verdict, right.white.verdict, wrong.nis.verdict]).toEqual(["consistent", true, "optimistic"]);
  expect(right.loglik!).toBeGreaterThan(wrong.loglik!);
  expect(right.ahead[0]!).toBeLessThan(wrong.ahead[0]!);
  expect(own.loglik).toBeUndefined();
  expect(own.ahead[0]!).toBeGreaterThan(right.ahead[0]!);
});

test("the same seeds give the same numbers, one at a time or all together, and others give others", () => {
  const plant = plantOf(pendulum, { interval: 0.1 });
  const task: BenchTask = {
    model: noisy(plant, 1, 1e-4, 1e-2, 1e-2),
    estimators: [{ kind: "ukf" }, { kind: "particle", particles: 60 }],
    record: { kind: "simulated", steps: 20, p: 1, seeds: 3 },
  };
  const [one, two] = [report(task), report(task)];
  expect(two).toEqual(one);
  const other = report({ ...task, record: { ...task.record, first: 2 } as BenchTask["record"] });
  expect(other.judged[0]!.error!.all).not.toBe(one.judged[0]!.error!.all);
  // What is drawn of a seed is what was judged.
  const sums = [1, 2, 3].map((seed) => {
    const track = benchTrack(task, seed);
    if (!track.ok || !track.estimates[1]!.ok) throw new Error();
    return track.estimates[1].x.reduce((sum, v, i) => sum + (v - track.truth![i]!) ** 2, 0);
  });
  const all = Math.sqrt(sums.reduce((a, b) => a + b, 0) / (3 * 20 * 2));
  expect(all).toBeCloseTo(one.judged[1]!.error!.all, 12);
});

test("progress rises to 1, and a clock times each sample", () => {
  const plant = plantOf(sampled, { interval: 0.1 });
  let ticks = 0;
  const work = estimatorBench({
    model: noisy(plant, 1, 1e-4, 1e-2, 1e-2),
    estimators: [{ kind: "kalman" }, { kind: "ekf" }],
    record: { kind: "simulated", steps: 10, p: 1, seeds: 2 },
    now: () => ticks++,
  });
  const parts: number[] = [];
  let next = work.next();
  for (; !next.done; next = work.next()) parts.push(next.value);
  expect(parts).toEqual([0.25, 0.5, 0.75, 1]);
  expect(next.value.ok && next.value.judged.map(({ time }) => time)).toEqual([0.1, 0.1]);
});

describe("what cannot be is refused or named", () => {
  const plant = plantOf(pendulum, { interval: 0.1 });
  const record = { kind: "simulated", steps: 20, p: 1, seeds: 3 } as const;
  const right = noisy(plant, 1, 1e-4, 1e-2, 1e-2);
  const end = (task: BenchTask) => {
    const work = estimatorBench(task);
    let next = work.next();
    while (!next.done) next = work.next();
    return next.value;
  };

  test("covariances that are none", () => {
    const estimatorsOf = [{ kind: "ekf" }] as const;
    expect(end({ model: { ...right, Q: eye(2, -1) }, estimators: estimatorsOf, record })).toMatchObject({
      code: "Q_NOT_PSD",
    });
    expect(end({ model: { ...right, R: eye(1, -1) }, estimators: estimatorsOf, record })).toMatchObject({
      code: "R_NOT_PSD",
    });
    expect(end({ model: { ...right, P0: eye(2, -1) }, estimators: estimatorsOf, record })).toMatchObject({
      code: "P_NOT_PSD",
    });
  });

  test("a sensor without noise and an observer without a gain, each with its seed; the others go on", () => {
    const still = plantOf(system(["0", "u[1]"], ["u[2]*0 + u[1]"], ["1", "1"]), { interval: 0.1 });
    const blind: DenseModel = { ...noisy(still, 1, 0, 0, 0), P0: eye(2, 0) };
    const { judged } = report({ model: blind, estimators: [{ kind: "ekf" }, { kind: "observer" }], record });
    expect(judged[0]!.runs).toBe(0);
    expect(judged[0]!.lost.map(({ seed, code }) => [seed, code])).toEqual([1, 2, 3].map((seed) => [seed, "S_NOT_PD"]));
    expect(judged[1]!.lost[0]).toMatchObject({ seed: 1, code: "NO_GAIN" });
  });

  test("a filter that lost its plant, by the seed", () => {
    // A pendulum that starts near its top is seen by its sine, which does not tell top from bottom.
    const top = noisy(plant, 1, 1e-5, 1e-4, 1e-4);
    const { judged } = report({
      model: { ...top, x0: [3.1, 0] },
      estimators: [{ kind: "kalman" }, { kind: "ukf" }],
      record: { ...record, steps: 60 },
    });
    expect(judged[0]!.lost.length).toBeGreaterThan(0);
    expect(judged[0]!.lost[0]).toMatchObject({ code: "LOST" });
    expect(judged[0]!.lost[0]!.value).toBeGreaterThan(10);
    expect(judged[1]!.lost).toEqual([]);
  });

  test("a plant that runs away", () => {
    const wild = plantOf(system(["u^3"], ["u"], ["3"]), { interval: 0.1 });
    expect(end({ model: noisy(wild, 1, 1e-4, 1e-2, 1e-2), estimators: [{ kind: "ekf" }], record })).toMatchObject({
      ok: false,
      code: "PLANT_DIVERGED",
      seed: 1,
    });
  });

  test("signals that nobody has; inputs stay as drawn where the record does not set them", () => {
    expect(plantModel(compiled(spring), { interval: 0.1, outputs: ["Nowhere"] })).toMatchObject({
      ok: false,
      problems: [{ code: "SIGNAL_UNKNOWN" }],
    });
    expect(plantModel(compiled(spring), { interval: 0.1, inputs: ["Nothing"] })).toMatchObject({
      ok: false,
      problems: [{ code: "POINT_NAME" }],
    });
    const driven = plantOf(spring, { interval: 0.1 });
    expect([driven.u, driven.y]).toEqual([[], ["Out"]]);
    const [now, later] = [0, 5].map((k) => driven.f(Float64Array.of(0, 0), new Float64Array(0), k)[1]!);
    expect(now).not.toBe(later);
    const other = plantOf(spring, { interval: 0.1, outputs: ["Plant", "In"] });
    expect(other.h(Float64Array.of(1, 0), new Float64Array(0), 0)).toHaveLength(2);
  });
});
