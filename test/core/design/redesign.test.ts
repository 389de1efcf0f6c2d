/** A gain found for the plant around it: it does what it is meant to do, whatever the signs and the order of what it sees. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { lqr } from "../../../core/design/lqr.ts";
import { closedPoles, redesign } from "../../../core/design/redesign.ts";
import { ss } from "../../../core/lti/ss.ts";
import { distance, type Complex } from "../math/reference.ts";

const number = fc.double({ min: -2, max: 2, noNaN: true });
const square = (n: number) =>
  fc.array(fc.array(number, { minLength: n, maxLength: n }), { minLength: n, maxLength: n });
const eye = (n: number, size = 1): Matrix => Matrix.eye(n).mul(size);

describe("a gain that sees all states", () => {
  test("by LQR is -K in the coordinates of what it sees, and its poles are those of the loop closed with it", () => {
    fc.assert(
      fc.property(square(3), square(3), fc.array(number, { minLength: 3, maxLength: 3 }), (a, c, b) => {
        const B = b.map((v, i) => [v + (i === 0 ? 3 : 0)]);
        // Well away from singular.
        const C = Matrix.add(new Matrix(c), eye(3, 6));
        const plant = ss(a, B, C.to2DArray(), [[0], [0], [0]]);
        const found = redesign(plant, { method: "lqr", Q: eye(3), R: eye(1, 2) });
        const known = lqr(a, B, C.transpose().mmul(C), [[2]]);
        expect(found.ok).toBe(known.ok);
        if (!found.ok || !known.ok) return;
        const scale = 1 + known.K.norm();
        expect(Matrix.add(found.G.mmul(C), known.K).norm() / scale).toBeLessThan(1e-9);
        expect(distance(closedPoles(plant, found.G)!, found.poles)).toBeLessThan(1e-6 * scale);
      }),
      { numRuns: 60 },
    );
  });

  test("by poles puts them there, also where the plant passes its input on to what is seen", () => {
    const plant = ss([[0, 1], [2, 0]], [[0], [1]], [[1, 0], [1, 1]], [[0], [0.1]]); // prettier-ignore
    const poles: Complex[] = [
      [-2, 3],
      [-2, -3],
    ];
    const found = redesign(plant, { method: "poles", poles });
    if (!found.ok) throw new Error(found.code);
    expect(distance(closedPoles(plant, found.G)!, poles)).toBeLessThan(1e-9);
  });

  test("without poles asked for begins with those of LQR", () => {
    const plant = ss([[0, 1], [0, 0]], [[0], [1]], [[1, 0], [0, 1]], [[0], [0]]); // prettier-ignore
    const begun = redesign(plant, { method: "poles", poles: [] });
    const least = redesign(plant, { method: "lqr", Q: eye(2), R: eye(1) });
    if (!begun.ok || !least.ok) throw new Error("refused");
    expect(Matrix.sub(begun.G, least.G).norm()).toBeLessThan(1e-12);
    expect(begun.G.get(0, 0)).toBeCloseTo(-1, 9);
    expect(begun.G.get(0, 1)).toBeCloseTo(-Math.sqrt(3), 9);
  });
});

test("a crossover is where it was asked for, with the sign that is stable, sampled or not", () => {
  const lag = ss([[-1]], [[1]], [[3]], [[0]]);
  const integrator = ss([[1]], [[0.1]], [[1]], [[0]], 0.1);
  for (const plant of [lag, integrator]) {
    const found = redesign(plant, { method: "crossover", frequency: 5, sign: 1 });
    if (!found.ok) throw new Error(found.code);
    const { re, im } = freqresp(plant, [5]);
    expect(Math.abs(found.G.get(0, 0)) * Math.hypot(re[0]![0]![0]!, im[0]![0]![0]!)).toBeCloseTo(1, 12);
  }
  const held = redesign(integrator, { method: "crossover", frequency: 5, sign: 1 });
  expect(held.ok && held.G.get(0, 0)).toBeLessThan(0);
});

test("what cannot be is refused with the numbers that say why", () => {
  const double = ss([[0, 1], [0, 0]], [[0], [1]], [[1, 0]], [[0]]); // prettier-ignore
  const weights = { method: "lqr", Q: eye(1), R: eye(1) } as const;
  expect(redesign(double, weights)).toMatchObject({ ok: false, code: "NOT_MEASURED", values: { seen: 1, states: 2 } });
  const twice = ss([[0, 1], [0, 0]], [[0], [1]], [[1, 0], [2, 0]], [[0], [0]]); // prettier-ignore
  expect(redesign(twice, { ...weights, Q: eye(2) })).toMatchObject({ code: "NOT_MEASURED" });
  const full = ss([[0, 1], [0, 0]], [[0], [1]], [[1, 0], [0, 1]], [[0], [0]]); // prettier-ignore
  expect(redesign(full, { method: "poles", poles: [[-1, 0]] })).toMatchObject({
    code: "COUNT",
    values: { poles: 1, states: 2 },
  });
  const stuck = ss([[1, 0], [0, -1]], [[0], [1]], [[1, 0], [0, 1]], [[0], [0]]); // prettier-ignore
  expect(redesign(stuck, { method: "lqr", Q: eye(2), R: eye(1) })).toMatchObject({
    code: "UNSTABILIZABLE",
    values: { eigenvalues: "1" },
  });
  expect(redesign(full, { method: "crossover", frequency: 1, sign: 1 })).toMatchObject({ code: "NOT_SCALAR" });
});
