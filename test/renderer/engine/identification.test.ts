/** What the worker tells the Identify tab: bands that hold the truth, tests that find what is left, orders side by side, series foretold. */
import { describe, expect, test } from "vitest";
import { lsim } from "../../../core/analysis/lsim.ts";
import { step } from "../../../core/analysis/step.ts";
import type { Banded, IdentifiedModel, IdentifyJob } from "../../../renderer/engine/dataProtocol.ts";
import { identified } from "../../../renderer/engine/identification.ts";
import { compared } from "../../../renderer/engine/orderComparison.ts";
import { nile } from "../../core/estimate/nile.ts";
import { noise, plant, record } from "../../core/identify/sets.ts";
import { ss } from "../../../core/lti/ss.ts";

const series: IdentifyJob["series"] = { trend: false, season: undefined, relative: false, by: "likelihood", ahead: 10 };

function jobOf(data: { u: Float64Array[]; y: readonly Float64Array[]; period: number }): IdentifyJob {
  return {
    ...data,
    method: "CVA",
    order: 3,
    delayed: false,
    series,
    t: Float64Array.from(data.y[0]!, (_, k) => k * data.period),
    names: { u: data.u.map((_, j) => `u${j}`), y: data.y.map((_, j) => `y${j}`) },
    split: 0.7,
  };
}
const seriesJob = (values: Float64Array, change: Partial<IdentifyJob["series"]> = {}, split = 1): IdentifyJob => ({
  ...jobOf({ u: [], y: [values], period: 1 }),
  method: "STRUCTURAL",
  series: { ...series, ...change },
  split,
});

function model(job: IdentifyJob): IdentifiedModel {
  const shares: number[] = [];
  const found = identified(job, (share) => shares.push(share));
  if (!found.ok) throw new Error(JSON.stringify(found));
  expect(shares.every((share, k) => share >= 0 && share <= 1 && share >= (shares[k - 1] ?? 0))).toBe(true);
  return found;
}

/** Share of the places at which a band holds the truth. */
function held({ y, low, high }: Banded, truth: Float64Array): number {
  const inside = Array.from(y, (_, k) => truth[k]! >= low![k]! - 1e-9 && truth[k]! <= high![k]! + 1e-9);
  return inside.filter(Boolean).length / inside.length;
}

describe("a plant of two inputs and outputs under noise", () => {
  const data = record(plant, 500, 3, 0.3);
  const job = jobOf({ ...data, y: data.y.map((v) => Float64Array.from(v)) });

  test.each(["CVA", "PEM", "EM"] as const)("%s: steps lie in their bands, errors are noise", (method) => {
    const found = model({ ...job, method });
    expect(found.responses).toHaveLength(4);
    const shares = found.responses.map(({ output, input, step: band }) => {
      const u = plant.u.map((_, j) => band.x.map(() => (j === input ? 1 : 0)));
      return held(band, Float64Array.from(lsim(plant, u).y[output]!));
    });
    // Of one record, whose errors go together along a curve.
    expect(shares.reduce((sum, v) => sum + v, 0) / 4).toBeGreaterThan(0.7);
    // Of six tests at 95 % one may fail by chance; at 99.9 % none here.
    for (const { pValue } of [...found.white, ...found.independent]) expect(pValue).toBeGreaterThan(0.001);
    expect(found.poles.map(({ reSd }) => reSd > 0 && reSd < 0.2)).toEqual([true, true, true]);
    expect(found.sureBy).toBe(method === "CVA" ? "bootstrap" : "formula");
    expect(found.rounds?.of).toBe({ CVA: undefined, PEM: "errors", EM: "likelihood" }[method]);
    expect(found.transfer).toBeUndefined();
  });

  test("too few states: errors remember, or go with inputs; BIC and cross-validation speak for more", () => {
    const poor = model({ ...job, order: 1 });
    expect([...poor.white, ...poor.independent].some(({ passed }) => !passed)).toBe(true);
    const shares: number[] = [];
    const { orders } = compared({ ...job, most: 3, folds: 2 }, (share) => shares.push(share));
    expect(orders.map(({ order }) => order)).toEqual([1, 2, 3]);
    const bic = orders.map(({ criteria }) => criteria!.bic);
    expect(Math.min(...bic)).toBe(bic[2]);
    expect(orders[2]!.criteria!.parameters).toBe(3 * (2 + 4) + 4);
    expect(orders[2]!.crossed!.mean).toBeGreaterThan(orders[0]!.crossed!.mean + 5);
    expect(orders[2]!.crossed!.worst).toBeLessThanOrEqual(orders[2]!.crossed!.mean);
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, k) => share > (shares[k - 1] ?? 0))).toBe(true);
  });

  test("an order that the data do not carry is told beside the others", () => {
    const few = {
      ...job,
      u: job.u.map((v) => v.slice(0, 60)),
      y: job.y.map((v) => v.slice(0, 60)),
      t: job.t.slice(0, 60),
    };
    const { orders } = compared({ ...few, most: 20, folds: 2 }, () => {});
    expect(orders.at(-1)!.refusal).toMatchObject({ ok: false });
    expect(orders[0]!.refusal).toBeUndefined();
  });
});

test("one input and output: the transfer function is the model's", () => {
  const one = ss([[0.7]], [[0.5]], [[2]], [[0]], 0.5);
  const data = record(one, 400, 5, 0.1);
  const found = model({
    ...jobOf({ ...data, y: data.y.map((v) => Float64Array.from(v)) }),
    method: "ARX",
    order: 1,
    delayed: true,
  });
  const { num, den } = found.transfer!;
  expect(num[1]).toBeCloseTo(1, 1);
  expect(den[1]).toBeCloseTo(-0.7, 1);
  expect(found.figures.map(({ name }) => name)).toEqual(["K", "b1", "a1"]);
  const rising = step(ss(found.A, found.B, found.C, found.D, 0.5)).y[0]![0]!;
  found.responses[0]!.step.y.forEach((v, k) => rising[k] !== undefined && expect(v).toBeCloseTo(rising[k], 9));
});

describe("a series", () => {
  test.each(["likelihood", "em"] as const)(
    "the Nile by %s: the published variances, a level foretold with its band",
    (by) => {
      const found = model(seriesJob(Float64Array.from(nile()), { by }));
      const of = (name: string): number => found.figures.find((one) => one.name === name)!.value;
      expect(of("σ²(noise)") / 15_098.6).toBeCloseTo(1, 3);
      expect(of("σ²(level)") / 1469.1).toBeCloseTo(1, 2);
      expect(found.criteria.parameters).toBe(2);
      const [said] = found.simulated;
      expect(said!.y).toHaveLength(10);
      expect(new Set(said!.y.map((v) => Math.round(1e6 * v))).size).toBe(1);
      // The band of a measurement that far ahead: sqrt(P + k q + r).
      const width = (k: number): number => said!.high![k]! - said!.y[k]!;
      expect(width(0) / (1.959964 * Math.sqrt(5501.26 + 15_098.6))).toBeCloseTo(1, 2);
      expect(width(9)).toBeGreaterThan(width(0));
      expect(found.x0).toHaveLength(1);
      expect(found.rounds?.of).toBe(by === "em" ? "likelihood" : undefined);
    },
  );

  test("trend and season of what is held back, in logarithms", () => {
    const e = noise(4, 120, 0.02);
    const values = Float64Array.from(e, (v, k) => Math.exp(5 + 0.01 * k + 0.2 * Math.sin((2 * Math.PI * k) / 12) + v));
    const found = model(seriesJob(values, { trend: true, season: 12, relative: true }, 0.8));
    expect(found.fit.held[0]).toBeGreaterThan(70);
    const [said] = found.simulated;
    expect(said!.y).toHaveLength(24 + 10);
    expect(held({ ...said!, y: said!.y.slice(0, 24) }, values.slice(96))).toBeGreaterThan(0.9);
    expect(found.components!.map(({ name }) => name)).toEqual(["level", "trend", "season", "noise"]);
    expect(found.white[0]!.passed).toBe(true);
  });

  test("refusals: two outputs, logarithms of what is not positive, too few samples", () => {
    const y = noise(1, 40);
    expect(identified({ ...seriesJob(y), y: [y, y] }, () => {})).toEqual({ ok: false, code: "ONE_OUTPUT", outputs: 2 });
    const at = y.findIndex((v) => v <= 0);
    expect(identified(seriesJob(y, { relative: true }), () => {})).toEqual({
      ok: false,
      code: "NOT_POSITIVE",
      sample: at,
      value: y[at],
    });
    expect(identified(seriesJob(y.slice(0, 6), { season: 12 }), () => {})).toMatchObject({ code: "TOO_FEW_SAMPLES" });
  });
});
