/** H-infinity design against closed forms, Octave and H2 design, and as the least gamma. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { hinfnorm } from "../../../core/analysis/norm.ts";
import { h2syn } from "../../../core/design/h2syn.ts";
import { hinfsyn } from "../../../core/design/hinfsyn.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import { growth } from "../../../core/lti/stability.ts";
import { plain, random, rightly, scalar, several, third } from "./generalizedPlants.ts";

test("of one state: X = Y = gamma at the least one, a + sqrt(a^2 + 2)", () => {
  for (const a of [-2, 0, 1.5]) {
    const least = a + Math.sqrt(a * a + 2);
    const found = hinfsyn(scalar(a), 1, 1, { tolerance: 1e-6 });
    if (!found.ok) throw new Error(found.message);
    expect(found.bracket[0]).toBeLessThanOrEqual(least * (1 + 1e-9));
    expect(found.gamma / least - 1).toBeLessThan(2e-6);
    expect(found.norm).toBeLessThanOrEqual(found.gamma * (1 + 1e-6));
    expect(hinfsyn(scalar(a), 1, 1, { gamma: 0.999 * least })).toMatchObject({ ok: false, code: "GAMMA_TOO_SMALL" });
  }
});

test("below the gamma that Octave's hinfsyn stops at (SLICOT SB10AD), 6.84174900030237, by less than a thousandth", () => {
  const found = hinfsyn(third(plain), 1, 1);
  if (!found.ok) throw new Error(found.message);
  expect(found.gamma).toBeLessThan(6.84174900030237);
  expect(found.gamma).toBeGreaterThan(6.84174900030237 * 0.999);
  expect(found.norm / found.gamma).toBeCloseTo(1, 6);
});

test("of two controls and two measurements, no worse than Octave's hinfsyn (SLICOT SB10AD, SB10DD)", () => {
  for (const [period, norm] of [
    [undefined, 1.96369797113013],
    [0.1, 2.22355022607047],
  ] as const) {
    const found = hinfsyn(several(period), 2, 2, { tolerance: 1e-6 });
    if (!found.ok) throw new Error(found.message);
    expect(found.norm).toBeLessThan(norm * (1 + 1e-5));
    expect(found.gamma - found.bracket[0]).toBeLessThan(2e-6 * found.gamma);
    expect(pole(found.N).every((p) => growth(p, found.N.time) < 0)).toBe(true);
    // Below the bracket there is none, and which condition stands against it is said.
    const less = hinfsyn(several(period), 2, 2, { gamma: 0.99 * found.bracket[0], tolerance: 1e-3 });
    expect(less).toMatchObject({ ok: false, code: "GAMMA_TOO_SMALL" });
  }
});

test("what stands against any gamma is named, with its number", () => {
  const { A, B, C, D } = scalar(1);
  const still = (M: Matrix, i: number, j: number): Matrix => M.clone().set(i, j, 0);
  expect(hinfsyn(ss(A, still(B, 0, 2), C, D), 1, 1)).toMatchObject({ code: "UNSTABILIZABLE", eigenvalues: [[1, 0]] });
  expect(hinfsyn(ss(A, B, still(C, 2, 0), D), 1, 1)).toMatchObject({ code: "UNDETECTABLE", eigenvalues: [[1, 0]] });
  expect(hinfsyn(ss(A, B, C, still(D, 1, 2)), 1, 1)).toMatchObject({ code: "SINGULAR_D12", size: 0 });
  expect(hinfsyn(ss(A, B, C, still(D, 2, 1)), 1, 1)).toMatchObject({ code: "SINGULAR_D21", size: 0 });
  // A sampled plant whose pole -1 the bilinear transformation takes to infinity.
  const sampled = ss(new Matrix([[-1]]), B, C, D, 0.1);
  expect(hinfsyn(sampled, 1, 1)).toMatchObject({ ok: false, code: "POLE_AT_INFINITY", pole: -1 });
  expect(() => hinfsyn(scalar(1), 3, 1)).toThrow(RangeError);
});

test("the closed loop is stable within gamma, the least gamma is the least, and H2 design does no better", () => {
  let tried = 0;
  const plants = fc.oneof(random(undefined, true), random(0.1, true));
  fc.assert(
    fc.property(plants, (P) => {
      const found = hinfsyn(P, 1, 1, { tolerance: 1e-3 });
      if (!found.ok) {
        expect(rightly).toContain(found.code);
        return;
      }
      if (Math.min(found.feedback.rcond, found.estimator.rcond) < 1e-6) return;
      tried++;
      expect(pole(found.N).every((p) => growth(p, P.time) < 0)).toBe(true);
      expect(hinfnorm(found.N).norm).toBeLessThanOrEqual(found.gamma * (1 + 1e-6));
      expect(found.gamma).toBeLessThanOrEqual(found.bracket[0] * (1 + 2e-3) + 1e-6);
      if (found.bracket[0] > 1e-6) {
        const less = hinfsyn(P, 1, 1, { gamma: 0.99 * found.bracket[0], tolerance: 1e-2 });
        expect(less).toMatchObject({ ok: false, code: "GAMMA_TOO_SMALL" });
      }
      const quadratic = h2syn(P, 1, 1);
      if (quadratic.ok) expect(hinfnorm(quadratic.N).norm).toBeGreaterThan(found.bracket[0] * (1 - 1e-6));
    }),
    { numRuns: 25 },
  );
  expect(tried).toBeGreaterThan(8);
});

test("D11 alone may be too large; a range that ends below the least is refused with it", () => {
  const { A, B, C, D } = scalar(1);
  const P = ss(A, B, C, D.clone().set(0, 0, 5));
  expect(hinfsyn(P, 1, 1, { gamma: 4.9 })).toMatchObject({ code: "GAMMA_TOO_SMALL", condition: "D11" });
  const found = hinfsyn(P, 1, 1);
  expect(found.ok && found.gamma).toBeGreaterThan(5);
  expect(hinfsyn(scalar(1), 1, 1, { range: [0.1, 1] })).toMatchObject({ ok: false, code: "GAMMA_TOO_SMALL" });
  expect(hinfsyn(scalar(1), 1, 1, { range: [1, 10] })).toMatchObject({ ok: true });
  expect(() => hinfsyn(P, 1, 1, { gamma: -1 })).toThrow(RangeError);
});
