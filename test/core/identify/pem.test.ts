/** Refinement by prediction errors: it never loses, finds what made the record, and says how sure it is. */
import { describe, expect, test } from "vitest";
import { n4sid } from "../../../core/identify/n4sid.ts";
import { pem } from "../../../core/identify/pem.ts";
import { predict } from "../../../core/identify/predict.ts";
import { uncertainResponse } from "../../../core/identify/uncertainty.ts";
import { ss } from "../../../core/lti/ss.ts";
import { eigenvalues } from "../../../core/math/eigenvalues.ts";
import { distance, relativeError } from "../math/reference.ts";
import { casesOf, channels, noise, plant, record } from "./sets.ts";

function refined(...args: Parameters<typeof pem>) {
  const found = pem(...args);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found;
}
function fitOf(...args: Parameters<typeof predict>): readonly number[] {
  const said = predict(...args);
  if (!said.ok) throw new Error(said.code);
  return said.fit;
}

/** A plant of two states under two inputs, driven by noise that its gain K lets in. */
const made = ss(
  [
    [1.2, -0.6],
    [0.8, 0.1],
  ],
  [
    [1, 0.3],
    [0, 0.5],
  ],
  [[1, 0]],
  [[0, 0]],
  1,
);
const gain = [0.5, -0.2];
function driven(count: number, seed: number, size: number) {
  const u = [noise(seed, count), noise(seed + 1, count)];
  const e = noise(seed + 2, count, size);
  const whole = ss(
    made.A,
    made.B.to2DArray().map((row, i) => [...row, gain[i]!]),
    made.C,
    [[0, 0, 1]],
    1,
  );
  const x = [0, 0];
  const y = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const now = [u[0]![k]!, u[1]![k]!, e[k]!];
    y[k] = x[0]! + e[k]!;
    const next = [0, 1].map((i) => {
      let sum = 0;
      for (let j = 0; j < 2; j++) sum += whole.A.get(i, j) * x[j]!;
      for (let j = 0; j < 3; j++) sum += whole.B.get(i, j) * now[j]!;
      return sum;
    });
    [x[0], x[1]] = [next[0]!, next[1]!];
  }
  return { u, y: [y] };
}

describe.each(["prediction", "simulation"] as const)("%s", (focus) => {
  test.for(casesOf("noisy"))("%s: at least as good as where it began", ([, { inputs, expected }]) => {
    const data = { u: channels(inputs.u), y: channels(inputs.y) };
    const options = { order: inputs.order, horizon: inputs.s };
    const found = refined(data, { ...options, focus });
    for (let i = 1; i < found.losses.length; i++) expect(found.losses[i]).toBeLessThan(found.losses[i - 1]!);
    expect(found.converged).toBe(true);
    if (focus === "prediction") return;
    const start = n4sid(data, options);
    if (!start.ok) throw new Error(start.code);
    const before = fitOf(start, data);
    fitOf(found, data).forEach((fit, i) => {
      if (before.length === 1) expect(fit).toBeGreaterThan(before[i]! - 1e-6);
      expect(fit).toBeGreaterThan(expected.fit_peer[i]! - 0.1);
    });
  });
});

test("without noise the plant itself", () => {
  const data = record(plant, 200, 31);
  const found = refined(data, { order: 3 });
  expect(distance(eigenvalues(found.system.A).values, eigenvalues(plant.A).values)).toBeLessThan(1e-9);
  fitOf(found, data).forEach((fit) => expect(fit).toBeGreaterThan(99.9999));
});

test("plant, gain and variance of what made a long record; better than the subspace estimate, no better than the truth", () => {
  const data = driven(4000, 400, 0.5);
  const found = refined(data, { order: 2 });
  expect(distance(eigenvalues(found.system.A).values, eigenvalues(made.A).values)).toBeLessThan(0.02);
  expect(found.noise.get(0, 0)).toBeCloseTo(0.25, 1);
  const { A, C } = found.system;
  expect(C.mmul(found.K).get(0, 0)).toBeCloseTo(gain[0]!, 1);
  expect(C.mmul(A).mmul(found.K).get(0, 0)).toBeCloseTo(1.2 * gain[0]! - 0.6 * gain[1]!, 1);
  const fresh = driven(4000, 900, 0.5);
  const start = n4sid(data, { order: 2 });
  if (!start.ok) throw new Error(start.code);
  expect(fitOf(found, fresh, { ahead: 1 })[0]).toBeGreaterThan(fitOf(start, fresh, { ahead: 1 })[0]! - 0.05);
});

test("its standard deviations are those of a hundred estimates", () => {
  const w = [0.2, 0.7, 2];
  for (const focus of ["prediction", "simulation"] as const) {
    const gains: number[][] = [];
    const told: number[][] = [];
    for (let run = 0; run < 100; run++) {
      const found = refined(driven(500, 10_000 + 10 * run, 0.3), { order: 2, horizon: 5, focus });
      const response = uncertainResponse(found.system, found.uncertainty, w);
      gains.push([...response.gain[0]![0]!]);
      told.push([...response.gainSd[0]![0]!]);
    }
    for (let k = 0; k < w.length; k++) {
      const mean = gains.reduce((sum, v) => sum + v[k]!, 0) / 100;
      const spread = Math.sqrt(gains.reduce((sum, v) => sum + (v[k]! - mean) ** 2, 0) / 99);
      const said = told.reduce((sum, v) => sum + v[k]!, 0) / 100;
      expect(spread / said, `${focus} at ${w[k]}`).toBeGreaterThan(0.75);
      expect(spread / said, `${focus} at ${w[k]}`).toBeLessThan(1.35);
    }
  }
});

test("from a model of one's own, whatever its coordinates; refusals", () => {
  const data = driven(600, 77, 0.4);
  const one = refined(data, { order: 2, tolerance: 1e-12 });
  const turned = ss(
    [
      [0, 1],
      [-0.5, 1],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    [[1, 1]],
    [[0, 0]],
    1,
  );
  const two = refined(data, { start: { system: turned, K: turned.B.subMatrix(0, 1, 0, 0).mul(0) }, tolerance: 1e-12 });
  expect(two.losses.at(-1)).toBeCloseTo(one.losses.at(-1)!, 6);
  expect(relativeError(two.noise.to1DArray(), one.noise.to1DArray())).toBeLessThan(1e-6);
  const short = { u: data.u.map((v) => v.slice(0, 9)), y: data.y.map((v) => v.slice(0, 9)) };
  expect(pem(short, { start: one })).toMatchObject({ code: "TOO_FEW_SAMPLES", samples: 9 });
  const wild = ss(
    [
      [1.5, 0],
      [0, 0.5],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    [[1, 1]],
    [[0, 0]],
    1,
  );
  expect(pem(data, { start: { system: wild, K: turned.B.subMatrix(0, 1, 0, 0).mul(0) } })).toEqual({
    ok: false,
    code: "UNSTABLE",
    modulus: 1.5,
  });
});
