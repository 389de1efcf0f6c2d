/** Expectation maximisation against the reference set, on the Nile, with holes; the likelihood rises in every round. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { em } from "../../../core/identify/em.ts";
import { structural } from "../../../core/identify/structural.ts";
import { mle } from "../../../core/identify/mle.ts";
import { nile } from "../estimate/nile.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { channels, noise, normal } from "./sets.ts";

interface Inputs {
  readonly kind: string;
  readonly F: Rows;
  readonly H: Rows;
  readonly Q: Rows;
  readonly R: Rows;
  readonly x0: readonly number[];
  readonly P0: Rows;
  readonly y: Rows;
  readonly iterations: number;
}
interface Expected {
  readonly Q: Rows;
  readonly R: Rows;
  readonly loglik: readonly number[];
}

function fitted(...args: Parameters<typeof em>) {
  const found = em(...args);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found;
}

const cases = referenceCases<Inputs, Expected>("estimation").filter(({ inputs }) => inputs.kind === "em");

test.for(cases.map((one) => [one.name, one] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const { F, H, Q, R, x0, P0, y, iterations } = inputs;
  const found = fitted(
    { A: F, C: H, Q, R, x0, P0 },
    { u: [], y: channels(y) },
    { estimate: ["Q", "R"], iterations, tolerance: 0 },
  );
  const rows = (m: unknown) => (m as { to1DArray(): number[] }).to1DArray();
  expect(relativeError(rows(found.model.Q), expected.Q.flat())).toBeLessThan(rtol);
  expect(relativeError(rows(found.model.R), expected.R.flat())).toBeLessThan(rtol);
  expect(relativeError(found.logLikelihoods, expected.loglik)).toBeLessThan(rtol);
  expect(found.falls).toEqual([]);
});

test("the Nile: published variances and likelihood, by both ways", () => {
  const data = { u: [], y: [nile()] };
  const climbed = fitted({ A: [[1]], C: [[1]], Q: [[5000]], R: [[5000]] }, data, {
    estimate: ["Q", "R"],
    iterations: 3000,
    tolerance: 0,
  });
  const [Q, R] = [climbed.model.Q, climbed.model.R].map((m) =>
    (m as unknown as { get(i: number, j: number): number }).get(0, 0),
  );
  expect(R! / 15098.577 - 1).toBeCloseTo(0, 4);
  expect(Q! / 1469.147 - 1).toBeCloseTo(0, 4);
  expect(climbed.falls).toEqual([]);
  const found = mle(([eta, eps]) => ({ A: [[1]], C: [[1]], Q: [[eta!]], R: [[eps!]] }), data, {
    start: [5000, 5000],
    lower: [0, 0],
  });
  if (!found.ok) throw new Error(found.code);
  expect(found.converged).toBe(true);
  expect(relativeError(found.parameters, [1469.147, 15098.577])).toBeLessThan(1e-5);
  expect(climbed.logLikelihoods.at(-1)).toBeCloseTo(found.logLikelihood, 6);
});

test("a model with inputs, found again from what it made; holes are no hindrance", () => {
  const [n, count] = [2, 1500];
  const A = [
    [0.9, 0.2],
    [-0.2, 0.7],
  ];
  const C = [
    [1, 0],
    [0.5, 1],
  ];
  const u = [noise(5, count)];
  const y = [new Float64Array(count), new Float64Array(count)];
  const x = [0, 0];
  for (let k = 0; k < count; k++) {
    const now = u[0]![k]!;
    for (let o = 0; o < 2; o++)
      y[o]![k] = C[o]![0]! * x[0]! + C[o]![1]! * x[1]! + (o === 0 ? 0.5 * now : 0) + 0.3 * normal(60 + o, k);
    const next = [0, 1].map(
      (i) => A[i]![0]! * x[0]! + A[i]![1]! * x[1]! + (i === 1 ? now : 0) + 0.2 * normal(80 + i, k),
    );
    for (let i = 0; i < n; i++) x[i] = next[i]!;
    if (k % 7 === 3) y[0]![k] = Number.NaN;
    if (k % 50 < 3) y[1]![k] = Number.NaN;
  }
  const start = {
    A: [
      [0.8, 0],
      [0, 0.8],
    ],
    B: [[0.1], [0.5]],
    C,
    D: [[0], [0]],
    Q: [
      [0.1, 0],
      [0, 0.1],
    ],
    R: [
      [0.5, 0.1],
      [0.1, 0.5],
    ],
    x0: [0, 0],
    P0: [
      [1, 0],
      [0, 1],
    ],
  };
  const found = fitted(start, { u, y }, { estimate: ["A", "B", "D", "Q", "R", "x0"], iterations: 40, tolerance: 0 });
  expect(found.falls).toEqual([]);
  expect(relativeError(found.system.A.to1DArray(), A.flat())).toBeLessThan(0.1);
  expect(relativeError(found.system.B.to1DArray(), [0, 1])).toBeLessThan(0.1);
  expect(relativeError(found.system.D.to1DArray(), [0.5, 0])).toBeLessThan(0.1);
});

test("never lowers the likelihood, whatever it begins with", () => {
  const entry = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 14, maxLength: 14 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.boolean(),
      (v, seed, holes) => {
        const y = [0, 1].map((o) => noise(seed + o, 40).map((e, k) => (holes && (k + o) % 5 === 0 ? Number.NaN : e)));
        const { falls, logLikelihoods } = fitted(
          {
            A: [
              [v[0]!, v[1]!],
              [v[2]!, v[3]!],
            ],
            C: [
              [1 + v[4]!, v[5]!],
              [v[6]!, 1 + v[7]!],
            ],
            Q: [
              [1 + v[8]! / 2, v[9]! / 3],
              [v[9]! / 3, 1],
            ],
            R: [
              [1, v[10]! / 2],
              [v[10]! / 2, 1 + v[11]! / 2],
            ],
            x0: [v[12]!, v[13]!],
            P0: [
              [1, 0],
              [0, 1],
            ],
          },
          { u: [], y },
          { estimate: ["A", "C", "Q", "R", "x0", "P0"], iterations: 15, tolerance: 0 },
        );
        expect(falls).toEqual([]);
        expect(logLikelihoods).toHaveLength(16);
      },
    ),
    { numRuns: 20 },
  );
});

test("refusals: a diffuse start of several samples, and states that say nothing", () => {
  const y = [noise(3, 50)];
  const two = {
    A: [
      [1, 1],
      [0, 1],
    ],
    C: [[1, 0]],
    Q: [
      [1, 0],
      [0, 1],
    ],
    R: [[1]],
  };
  expect(em(two, { u: [], y })).toEqual({ ok: false, code: "DIFFUSE", samples: 2 });
  const still = { A: [[0]], C: [[1]], Q: [[0]], R: [[1]], x0: [0], P0: [[0]] };
  expect(em(still, { u: [], y })).toMatchObject({ ok: false, code: "SINGULAR" });
});

test("a structural level by EM: the variances and deviations of maximum likelihood", () => {
  const [climbed, found] = (["em", "likelihood"] as const).map((by) => structural(nile(), { by }));
  if (!climbed!.ok || !found!.ok) throw new Error("refused");
  for (const name of ["level", "noise"] as const) {
    expect(climbed!.variances[name]! / found!.variances[name]!).toBeCloseTo(1, 3);
    expect(climbed!.sd[name]! / found!.sd[name]!).toBeCloseTo(1, 2);
  }
  expect(climbed!.logLikelihood).toBeCloseTo(found!.logLikelihood, 6);
  expect(climbed!.logLikelihoods!.every((v, k, all) => k === 0 || v >= all[k - 1]! - 1e-9)).toBe(true);
  expect(() => structural(nile(), { by: "em", trend: true })).toThrow(RangeError);
});
