/** Least squares of lags against the reference set; exact without noise; its covariance holds over many records. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arx } from "../../../core/identify/arx.ts";
import { aryule } from "../../../core/identify/aryule.ts";
import { predict } from "../../../core/identify/predict.ts";
import { uncertainResponse } from "../../../core/identify/uncertainty.ts";
import { lsim } from "../../../core/analysis/lsim.ts";
import { tf } from "../../../core/lti/tf.ts";
import { relativeError } from "../math/reference.ts";
import { casesOf, channels, noise } from "./sets.ts";

function fitted(...args: Parameters<typeof arx>) {
  const found = arx(...args);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found;
}

test.for(casesOf("arx"))("%s", ([, { inputs, expected, rtol }]) => {
  const { na, nb, nk } = inputs;
  const data = { u: channels(inputs.u), y: channels(inputs.y) };
  const found = fitted(data, { na, nb, nk });
  expect(relativeError(found.theta.to1DArray(), expected.theta)).toBeLessThan(rtol);
  expect(Math.abs(found.sse[0]! / expected.sse - 1)).toBeLessThan(rtol);
  // The state space says what the regression says: one instant ahead, from where it begins to know its lags.
  const said = predict(found, data, { ahead: 1 });
  if (!said.ok) throw new Error(said.code);
  const first = Math.max(na, nk + nb - 1);
  const [u, y] = [data.u[0]!, data.y[0]!];
  const theta = found.theta.to1DArray();
  for (let t = first; t < y.length; t++) {
    let sum = 0;
    for (let k = 1; k <= na; k++) sum -= theta[k - 1]! * y[t - k]!;
    for (let k = 0; k < nb; k++) sum += theta[na + k]! * u[t - nk - k]!;
    if (t >= first + Math.max(na, nk + nb)) expect(said.y[0]![0]![t]).toBeCloseTo(sum, 6);
  }
});

test("exact on records without noise", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.2, max: 0.9, noNaN: true }),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      (radius, angle, zero) => {
        const den = [1, -2 * radius * Math.cos(angle), radius * radius];
        const u = noise(7, 120);
        const y = lsim(tf([1.5, zero], den, 1), [u]).y;
        const { theta, sse } = fitted({ u: [u], y }, { na: 2, nb: 2, nk: 1 });
        expect(relativeError(theta.to1DArray(), [den[1]!, den[2]!, 1.5, zero])).toBeLessThan(1e-9);
        expect(sse[0]).toBeLessThan(1e-20);
      },
    ),
  );
});

test("two outputs and two inputs: each by the lags of all", () => {
  const [u1, u2] = [noise(1, 400), noise(2, 400)];
  const [y1, y2] = [new Float64Array(400), new Float64Array(400)];
  for (let t = 1; t < 400; t++) {
    y1[t] = 0.5 * y1[t - 1]! + 0.2 * y2[t - 1]! + u1[t]! - 0.3 * u2[t]! + 0.4 * u2[t - 1]!;
    y2[t] = -0.1 * y1[t - 1]! + 0.7 * y2[t - 1]! + 2 * u2[t - 1]!;
  }
  const data = { u: [u1, u2], y: [y1, y2] };
  const found = fitted(data, { na: 1, nb: 2, nk: 0 });
  const wanted = [-0.5, -0.2, 1, 0, -0.3, 0.4, 0.1, -0.7, 0, 0, 0, 2];
  expect(relativeError(found.theta.to1DArray(), wanted)).toBeLessThan(1e-10);
  const said = predict(found, data);
  if (!said.ok) throw new Error(said.code);
  said.fit.forEach((fit) => expect(fit).toBeGreaterThan(99.9999));
});

test("covariances of parameters and of the response hold over 300 records", () => {
  const w = [0.3, 1];
  const [thetas, gains]: [number[][], number[][]] = [[], []];
  let last;
  for (let run = 0; run < 300; run++) {
    const u = noise(50_000 + run, 400);
    const e = noise(90_000 + run, 400, 0.3);
    const y = new Float64Array(400);
    for (let t = 2; t < 400; t++) y[t] = 1.2 * y[t - 1]! - 0.6 * y[t - 2]! + 0.5 * u[t - 1]! + 0.2 * u[t - 2]! + e[t]!;
    last = fitted({ u: [u], y: [y] }, { na: 2, nb: 2, nk: 1 });
    thetas.push(last.theta.to1DArray());
    gains.push([...uncertainResponse(last.system, last.uncertainty, w).gain[0]![0]!]);
  }
  const spread = (list: number[][], i: number): number => {
    const mean = list.reduce((sum, v) => sum + v[i]!, 0) / list.length;
    return Math.sqrt(list.reduce((sum, v) => sum + (v[i]! - mean) ** 2, 0) / (list.length - 1));
  };
  for (let i = 0; i < 4; i++) expect(spread(thetas, i) / Math.sqrt(last!.covariance.get(i, i))).toBeCloseTo(1, 0);
  const told = uncertainResponse(last!.system, last!.uncertainty, w);
  for (let i = 0; i < 2; i++) expect(spread(gains, i) / told.gainSd[0]![0]![i]!).toBeCloseTo(1, 0);
});

test("refusals: samples, and lags that the record does not tell apart", () => {
  const y = noise(3, 6);
  expect(arx({ u: [y], y: [y] }, { na: 2, nb: 2, nk: 1 })).toMatchObject({ code: "TOO_FEW_SAMPLES", needed: 7 });
  const still = new Float64Array(100).fill(1);
  expect(arx({ u: [still], y: [noise(3, 100)] }, { na: 1, nb: 2, nk: 1 })).toMatchObject({ code: "SINGULAR" });
});

test("an autoregression of what an autoregression made is stable and near it", () => {
  const e = noise(12, 5000);
  const y = new Float64Array(5000);
  for (let t = 2; t < 5000; t++) y[t] = 1.5 * y[t - 1]! - 0.8 * y[t - 2]! + e[t]!;
  const found = aryule(y, 3);
  if (!found.ok) throw new Error(found.code);
  expect(relativeError(found.ar, [1.5, -0.8, 0])).toBeLessThan(0.03);
  expect(found.variance).toBeCloseTo(1, 1);
  expect(Math.abs(found.partial[2]!)).toBeLessThan(2 / Math.sqrt(5000));
  expect(aryule([1, 2], 3)).toMatchObject({ code: "TOO_FEW_SAMPLES", needed: 5 });
  expect(aryule([1, 1, 1, 1], 1)).toEqual({ ok: false, code: "CONSTANT" });
});
