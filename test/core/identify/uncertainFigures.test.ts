/** Standard deviations of what is read off a model are those seen over many records; what they are of agrees with the model. */
import { expect, test } from "vitest";
import { lsim } from "../../../core/analysis/lsim.ts";
import { arx } from "../../../core/identify/arx.ts";
import { n4sid } from "../../../core/identify/n4sid.ts";
import { bootstrap } from "../../../core/identify/bootstrap.ts";
import type { Recordings } from "../../../core/identify/recording.ts";
import {
  coefficientsOf,
  coefficientsSd,
  uncertainPoles,
  uncertainStep,
} from "../../../core/identify/uncertainFigures.ts";
import type { ParameterUncertainty } from "../../../core/identify/uncertainty.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { noise } from "./sets.ts";

function record(run: number, count: number) {
  const u = noise(50_000 + run, count);
  const e = noise(90_000 + run, count, 0.3);
  const y = new Float64Array(count);
  for (let t = 2; t < count; t++) y[t] = 1.2 * y[t - 1]! - 0.6 * y[t - 2]! + 0.5 * u[t - 1]! + 0.2 * u[t - 2]! + e[t]!;
  return { u: [u], y: [y] };
}

/** Everything that has a standard deviation, in one list, with what is told of it. */
function figures(system: StateSpace, uncertainty: ParameterUncertainty) {
  const { response, sd } = uncertainStep(system, uncertainty, 12);
  const poles = uncertainPoles(system, uncertainty).filter(({ im }) => im >= 0);
  const [c, cSd] = [coefficientsOf(system), coefficientsSd(system, uncertainty)];
  return {
    values: [
      response[0]![0]![3]!,
      response[0]![0]![11]!,
      ...poles.flatMap(({ re, im }) => [re, im]),
      ...c.num,
      ...c.den,
    ],
    told: [sd[0]![0]![3]!, sd[0]![0]![11]!, ...poles.flatMap(({ reSd, imSd }) => [reSd, imSd]), ...cSd.num, ...cSd.den],
  };
}

const spreadOf = (list: readonly number[]): number => {
  const mean = list.reduce((sum, v) => sum + v, 0) / list.length;
  return Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (list.length - 1));
};

test("of ARX models, over 200 records", () => {
  const runs = Array.from({ length: 200 }, (_, run) => {
    const found = arx(record(run, 400), { na: 2, nb: 2, nk: 1 });
    if (!found.ok) throw new Error(found.code);
    return figures(found.system, found.uncertainty);
  });
  runs[0]!.told.forEach((_, i) => {
    const spread = spreadOf(runs.map(({ values }) => values[i]!));
    const told = runs.reduce((sum, run) => sum + run.told[i]!, 0) / runs.length;
    if (told < 1e-9) expect(spread).toBeLessThan(1e-9);
    else expect(Math.abs(told / spread - 1)).toBeLessThan(0.2);
  });
});

const subspace = (data: Recordings) => {
  const found = n4sid(data, { order: 2, weighting: "CVA", horizon: 6, feedthrough: false });
  if (!found.ok) throw new Error(found.code);
  return found;
};

test("of subspace models, over 60 records: the method run anew on records of the model", () => {
  const runs = Array.from({ length: 60 }, (_, run) => {
    const { system } = subspace(record(run, 400));
    const { num, den } = coefficientsOf(system);
    return [...num, ...den];
  });
  const data = record(0, 400);
  const found = subspace(data);
  const told = bootstrap(found, data, subspace, { count: 60, feedthrough: false })!;
  const sd = coefficientsSd(found.system, told);
  [...sd.num, ...sd.den].forEach((v, i) => {
    const spread = spreadOf(runs.map((run) => run[i]!));
    if (spread < 1e-9) expect(v).toBeLessThan(1e-9);
    else expect(Math.abs(v / spread - 1)).toBeLessThan(0.45);
  });
  expect(bootstrap(found, data, () => ({ ok: false }))).toBeUndefined();
});

test("responses and coefficients are the model's", () => {
  const found = arx(record(1, 400), { na: 2, nb: 2, nk: 1 });
  if (!found.ok) throw new Error(found.code);
  const [a1, a2, b1, b2] = found.theta.to1DArray();
  const { num, den } = coefficientsOf(found.system);
  [0, b1!, b2!].forEach((v, i) => expect(num[i]).toBeCloseTo(v, 12));
  [1, a1!, a2!].forEach((v, i) => expect(den[i]).toBeCloseTo(v, 12));
  const sd = coefficientsSd(found.system, found.uncertainty);
  [0, 1].forEach((i) => expect(sd.den[i + 1]! / Math.sqrt(found.covariance.get(i, i))).toBeCloseTo(1, 4));
  [2, 3].forEach((i) => expect(sd.num[i - 1]! / Math.sqrt(found.covariance.get(i, i))).toBeCloseTo(1, 4));
  const { y } = lsim(found.system, [new Float64Array(12).fill(1)]);
  const told = uncertainStep(found.system, found.uncertainty, 12).response[0]![0]!;
  y[0]!.forEach((v, k) => expect(told[k]).toBeCloseTo(v, 12));
});
