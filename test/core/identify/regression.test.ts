/** What subspace identification is built of: one factor from another, and the least squares for B, D and the states at the beginnings. */
import { expect, test } from "vitest";
import { blockHankel } from "../../../core/identify/blockHankel.ts";
import { flatModel } from "../../../core/identify/identified.ts";
import { inputMatrices, matricesFrom, remainders } from "../../../core/identify/inputMatrices.ts";
import { recordsOf } from "../../../core/identify/recording.ts";
import { Matrix } from "ml-matrix";
import { relativeError } from "../math/reference.ts";
import { plant, record } from "./sets.ts";

const two = recordsOf([record(plant, 200, 1, 0.3), record(plant, 17, 50, 0.3)]);

test("the factor of a longer horizon gives that of a shorter one, instants at the ends and short recordings included", () => {
  const longer = blockHankel(two, 12)!;
  const [own, shared] = [blockHankel(two, 5)!, blockHankel(two, 5, longer)!];
  expect(shared.columns).toBe(own.columns);
  expect(relativeError(Array.from(shared.L), Array.from(own.L))).toBeLessThan(1e-12);
});

const { A, B, C, n } = flatModel({ system: plant, K: Matrix.zeros(3, 2) });
const L = Float64Array.of(0.3, 0.1, -0.2, 0.4, 0.1, 0.2);
const weight = Float64Array.of(2, 0, -1, 0.5);

/** Squares of the predictor's weighed errors, step by step. */
function squares(x0: readonly Float64Array[], B: Float64Array, D: Float64Array, L: Float64Array, W: Float64Array) {
  let sum = 0;
  two.segments.forEach(({ count, u, y }, segment) => {
    let x = x0[segment]!;
    for (let k = 0; k < count; k++) {
      const e = [0, 1].map((o) => {
        let left = y[2 * k + o]!;
        for (let i = 0; i < n; i++) left -= C[o * n + i]! * x[i]!;
        for (let j = 0; j < 2; j++) left -= D[2 * o + j]! * u[2 * k + j]!;
        return left;
      });
      sum += (W[0]! * e[0]! + W[1]! * e[1]!) ** 2 + (W[2]! * e[0]! + W[3]! * e[1]!) ** 2;
      x = x.map((_, i) => {
        let next = 0;
        for (let s = 0; s < n; s++) next += A[i * n + s]! * x[s]!;
        for (let j = 0; j < 2; j++) next += B[2 * i + j]! * u[2 * k + j]! + L[2 * i + j]! * e[j]!;
        return next;
      });
    }
  });
  return sum;
}

test.each([
  { of: "the simulation", given: {} },
  { of: "the predictor, weighed", given: { L, weight } },
])("B, D and the states at the beginnings leave the least errors of $of", ({ given }) => {
  const found = inputMatrices(two, { A, C, n, feedthrough: true, ...given })!;
  const [gain, W] = [given.L ?? new Float64Array(6), given.weight ?? Float64Array.of(1, 0, 0, 1)];
  const flat = Float64Array.of(...found.B, ...found.D, ...found.x0[0]!, ...found.x0[1]!);
  const at = (z: Float64Array) => squares([z.slice(10, 13), z.slice(13)], z.slice(0, 6), z.slice(6, 10), gain, W);
  const least = at(flat);
  flat.forEach((_, i) => {
    const [more, less] = [1e-3, -1e-3].map((step) => at(flat.map((v, k) => (k === i ? v + step : v))));
    expect(more).toBeGreaterThan(least);
    expect(less).toBeGreaterThan(least);
    // The slope vanishes beside the curvature.
    expect(Math.abs(more! - less!) / (more! + less! - 2 * least)).toBeLessThan(1e-5);
  });
  expect(relativeError(Array.from(found.B), Array.from(B))).toBeLessThan(0.1);
  // The same from triangles of whole recordings, the beginnings left out; of parts that are held back no number counts.
  const parts = remainders(two, { A, C, n, feedthrough: true, ...given }, 1);
  const whole = matricesFrom(parts)!;
  expect(relativeError([...whole.B, ...whole.D], [...found.B, ...found.D])).toBeLessThan(1e-10);
  expect(matricesFrom(parts, 0)!.B.every((v) => v === 0)).toBe(true);
});
