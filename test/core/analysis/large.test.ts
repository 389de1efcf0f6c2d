/** Models of some hundred states: delays of whole samples, rods and lines, as one matrix, whatever the order of their states. */
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { bode } from "../../../core/analysis/bode.ts";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { margin } from "../../../core/analysis/margin.ts";
import { system } from "../../../core/lti/model.ts";
import type { StateSpace, TimeBase } from "../../../core/lti/stateSpace.ts";
import { tzero } from "../../../core/lti/tzero.ts";
import { type Complex, minus, modulus, over, times } from "../../../core/math/complex.ts";
import { uniform } from "../../../core/math/random.ts";

type Entry = readonly [row: number, column: number, value: number];

/** Of n states, in at the first and out at the last, its states shuffled. */
function shuffled(n: number, entries: readonly Entry[], into: number, time: TimeBase): StateSpace {
  const place = Array.from({ length: n }, (_, i) => i)
    .map((i) => [uniform(7, i), i] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, i]) => i);
  const [A, B, C] = [Matrix.zeros(n, n), Matrix.zeros(n, 1), Matrix.zeros(1, n)];
  for (const [i, j, value] of entries) A.set(place[i]!, place[j]!, value);
  B.set(place[0]!, 0, into);
  C.set(0, place[n - 1]!, 1);
  return system(A, B, C, Matrix.zeros(1, 1), time);
}

const sampled: TimeBase = { kind: "discrete", period: 0.1 };
const chain = (n: number): Entry[] => Array.from({ length: n - 1 }, (_, i) => [i + 1, i, 1]);

/** Heat in at one end, the temperature of the last of n pieces out; the other end insulated. */
function rod(n: number): StateSpace {
  const k = n * n;
  const entries = Array.from({ length: n }, (_, i): Entry[] => [
    [i, i, i === n - 1 ? -k : -2 * k],
    ...(i > 0 ? [[i, i - 1, k] as const] : []),
    ...(i < n - 1 ? [[i, i + 1, k] as const] : []),
  ]).flat();
  return shuffled(n, entries, k, { kind: "continuous" });
}

/** Piece by piece from the insulated end: T[i-1] = (s/k + 2) T[i] - T[i+1]. */
function rodResponse(n: number, w: number): Complex {
  const s: Complex = [0, w / (n * n)];
  let [after, here]: [Complex, Complex] = [
    [1, 0],
    [1, 0],
  ];
  for (let i = n - 1; i >= 0; i--) [after, here] = [here, minus(times(minus(s, [-2, 0]), here), after)];
  return over([1, 0], here);
}

describe("a large model", () => {
  test("a delay of 200 samples turns and does nothing else", () => {
    const n = 200;
    const { magnitude, phase, frequencies } = bode(shuffled(n, chain(n), 1, sampled));
    magnitude[0]![0]!.forEach((size) => expect(size).toBeCloseTo(1, 10));
    frequencies.forEach((w, k) => expect(phase[0]![0]![k]!).toBeCloseTo((-n * w * 0.1 * 180) / Math.PI, 6));
  });

  test.each([200, 400])("a rod of %i pieces answers as its difference equation says", (n) => {
    const points = [1e-3, 0.3, 3, 30, 300];
    const { re, im } = freqresp(rod(n), points);
    points.forEach((w, k) => {
      const exact = rodResponse(n, w);
      const off = modulus(minus([re[0]![0]![k]!, im[0]![0]![k]!], exact)) / modulus(exact);
      expect(off).toBeLessThan(1e-9);
    });
    expect(tzero(rod(n))).toMatchObject({ zeros: [], normalRank: 1 });
  });

  test("margins of an integrator behind 200 samples are those of its formula", () => {
    // 0.01 z^-200 / (z - 1): |e^(jw) - 1| = 0.01 at the crossover.
    const found = margin(shuffled(201, [...chain(200), [200, 199, 0.01], [200, 200, 1]], 1, sampled));
    const w = 2 * Math.asin(0.005);
    expect(found.phase?.frequency).toBeCloseTo(w / 0.1, 8);
    expect(found.phase?.phase).toBeCloseTo(180 - 90 - (w / 2 + 200 * w) * (180 / Math.PI), 5);
    expect(found.stable).toBe(false);
  });
});
