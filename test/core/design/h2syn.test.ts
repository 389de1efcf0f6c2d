/** H2 design against closed forms, Octave and the regulator that it contains, and as the best of its neighbours. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { h2norm } from "../../../core/analysis/norm.ts";
import { h2syn } from "../../../core/design/h2syn.ts";
import { lqg } from "../../../core/design/lqg.ts";
import { lft } from "../../../core/lti/interconnect.ts";
import { ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { relativeError } from "../math/reference.ts";
import { plain, random, rightly, scalar, several, third } from "./generalizedPlants.ts";

test("of one state: X = Y = a + sqrt(a^2 + 1), norm^2 = X + X^3", () => {
  for (const a of [-2, 0, 1.5]) {
    const found = h2syn(scalar(a), 1, 1);
    if (!found.ok) throw new Error(found.message);
    const x = a + Math.sqrt(a * a + 1);
    expect(found.feedback.X.get(0, 0)).toBeCloseTo(x, 12);
    expect(found.norm).toBeCloseTo(Math.sqrt(x + x ** 3), 10);
    expect(found.K.C.get(0, 0) * found.K.B.get(0, 0)).toBeCloseTo(-x * x, 10);
  }
});

test("the norm that Octave's h2syn reaches (SLICOT SB10HD), 10.4874976788744", () => {
  const found = h2syn(third(plain), 1, 1);
  if (!found.ok) throw new Error(found.message);
  expect(Math.abs(found.norm / 10.4874976788744 - 1)).toBeLessThan(1e-13);
  expect(Math.abs(found.measured / found.norm - 1)).toBeLessThan(1e-12);
  expect(found.feedback.residual).toBeLessThan(1e-14);
});

test("of two controls and two measurements, the norms that Octave's h2syn reaches (SLICOT SB10HD, SB10ED)", () => {
  for (const [period, norm] of [
    [undefined, 3.39469618980995],
    [0.1, 1.12108265118625],
  ] as const) {
    const found = h2syn(several(period), 2, 2);
    if (!found.ok) throw new Error(found.message);
    expect(Math.abs(found.norm / norm - 1)).toBeLessThan(1e-12);
    expect(Math.abs(found.measured / found.norm - 1)).toBeLessThan(1e-11);
    expect(Math.max(found.feedback.residual, found.estimator.residual)).toBeLessThan(30 * 4 * 2 ** -52);
  }
});

test("with the regulator's weights it is the regulator, and its norm squared the cost", () => {
  const { A, B, C } = third(plain);
  const [b, c] = [B.subMatrixColumn([3]), C.subMatrixRow([2])];
  const [r, v] = [0.5, 0.2];
  const model = ss(A, b, c, [[0]]);
  const eye = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)));
  const wanted = lqg(model, { Q: eye, R: [[r]], W: eye, V: [[v]] });
  const P = ss(
    A,
    eye.map((row, i) => [...row, 0, b.get(i, 0)]),
    [...eye, [0, 0, 0], c.getRow(0)],
    [...eye.map(() => [0, 0, 0, 0, 0]), [0, 0, 0, 0, Math.sqrt(r)], [0, 0, 0, Math.sqrt(v), 0]],
  );
  const found = h2syn(P, 1, 1);
  if (!found.ok || !wanted.ok) throw new Error("refused");
  for (const part of ["A", "B", "C", "D"] as const)
    expect(relativeError(found.K[part].to1DArray(), wanted.controller[part].to1DArray())).toBeLessThan(1e-10);
  expect(found.norm ** 2 / wanted.cost!).toBeCloseTo(1, 10);
});

test("in both times the norm is the one measured, and no controller beside it is better", () => {
  let tried = 0;
  const plants = fc.oneof(random(undefined, false), random(0.1, true));
  fc.assert(
    fc.property(plants, fc.constantFrom("A", "B", "C", "D"), fc.constantFrom(-0.03, 0.03), (P, part, change) => {
      const found = h2syn(P, 1, 1);
      if (!found.ok) {
        expect(rightly).toContain(found.code);
        return;
      }
      if (Math.min(found.feedback.rcond, found.estimator.rcond) < 1e-6) return;
      tried++;
      // A norm of 0 is known to the root of the rounding in its square.
      expect(Math.abs(found.measured - found.norm)).toBeLessThan(1e-6 * found.norm + 1e-7);
      const K: StateSpace = { ...found.K, [part]: Matrix.mul(found.K[part], 1 + change) };
      const other = lft(P, K, 1, 1);
      const norm = other.ok ? h2norm(other.system) : other;
      if (norm.ok) expect(norm.norm).toBeGreaterThan(found.norm * (1 - 1e-8) - 1e-7);
    }),
    { numRuns: 60 },
  );
  expect(tried).toBeGreaterThan(20);
});

test("a direct path that the controller cancels, and one that it cannot", () => {
  const { A, B, C } = scalar(1);
  const D = (d: number) => [
    [0, d, 0],
    [0, 0.7, 1],
    [0, 1, 0],
  ];
  const found = h2syn(ss(A, B, C, D(0)), 1, 1);
  if (!found.ok) throw new Error(found.message);
  expect(found.K.D.get(0, 0)).toBeCloseTo(-0.7, 12);
  expect(Math.abs(found.measured / found.norm - 1)).toBeLessThan(1e-10);
  expect(h2syn(ss(A, B, C, D(2)), 1, 1)).toMatchObject({ ok: false, code: "DIRECT_PATH", size: 2 });
});

test("what stands against it is named, with its number", () => {
  const { A, B, C, D } = scalar(1);
  const still = (M: Matrix, i: number, j: number): Matrix => M.clone().set(i, j, 0);
  expect(h2syn(ss(A, still(B, 0, 2), C, D), 1, 1)).toMatchObject({ code: "UNSTABILIZABLE", eigenvalues: [[1, 0]] });
  expect(h2syn(ss(A, B, still(C, 2, 0), D), 1, 1)).toMatchObject({ code: "UNDETECTABLE", eigenvalues: [[1, 0]] });
  expect(h2syn(ss(A, B, C, still(D, 1, 2)), 1, 1)).toMatchObject({ code: "SINGULAR_D12", size: 0 });
  expect(h2syn(ss(A, B, C, still(D, 2, 1)), 1, 1)).toMatchObject({ code: "SINGULAR_D21", size: 0 });
  // From u to z (s^2 + 4) / (s + 1)^2.
  const zeros = ss(
    [
      [-2, -1],
      [1, 0],
    ],
    [
      [1, 0, 1],
      [0, 0, 0],
    ],
    [
      [-2, 3],
      [0, 1],
    ],
    [
      [0, 0, 1],
      [0, 1, 0],
    ],
  );
  const refused = h2syn(zeros, 1, 1);
  expect(refused).toMatchObject({ ok: false, code: "ZERO_ON_BORDER" });
  expect(!refused.ok && refused.frequency).toBeCloseTo(2, 6);
  expect(() => h2syn(scalar(1), 3, 1)).toThrow(RangeError);
});
