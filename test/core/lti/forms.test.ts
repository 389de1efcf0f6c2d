/** Laws of the forms of a linear model: no conversion changes the response, and what cannot be is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minreal } from "../../../core/lti/minreal.ts";
import { damp, pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import { balance, ssbal } from "../../../core/lti/ssbal.ts";
import { tf } from "../../../core/lti/tf.ts";
import { tzero } from "../../../core/lti/tzero.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import type { Complex } from "../../../core/math/complex.ts";
import { responseDistance, setError } from "./referenceSystem.ts";

/** To the right of all poles that are drawn, so that nothing is measured at one. */
const points = { re: [5, 6, 5.5, 8], im: [0.7, 2, 5, 0] };
const tenth = (min: number, max: number) => fc.integer({ min: 10 * min, max: 10 * max }).map((v) => v / 10);
const factor = fc.oneof(
  tenth(-4, 4).map((re): Complex[] => [[re, 0]]),
  fc.tuple(tenth(-4, 4), tenth(1, 5)).map(([re, im]): Complex[] => [
    [re, im],
    [re, -im],
  ]),
);
const roots = (max: number) => fc.array(factor, { maxLength: max }).map((parts) => parts.flat());
const single = fc
  .tuple(roots(2), roots(4), tenth(-9, 9))
  .filter(([z, p, k]) => z.length <= p.length && k !== 0)
  .map(([z, p, k]) => zpk(z, p, k));
const column = fc
  .tuple(
    fc.array(tenth(-5, 5), { minLength: 1, maxLength: 4 }),
    fc.array(fc.array(tenth(-5, 5), { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 2 }),
  )
  .map(([tail, nums]) => ({ den: [2, ...tail], nums: nums.map((n) => n.slice(0, tail.length + 1)) }));

describe("conversions", () => {
  test("zpk -> ss -> zpk keeps the response and the poles", () => {
    fc.assert(
      fc.property(single, (model) => {
        const system = ss(model);
        expect(system.A.rows).toBe(model.poles[0]![0]!.length);
        expect(responseDistance(system, model, points)).toBeLessThan(1e-12);
        expect(responseDistance(zpk(system), system, points)).toBeLessThan(1e-6);
        expect(responseDistance(tf(model), model, points)).toBeLessThan(1e-10);
      }),
      { numRuns: 60 },
    );
  });

  test("tf -> ss -> tf keeps the response of grids; a denominator for a column needs its states once", () => {
    fc.assert(
      fc.property(column, column, (a, b) => {
        const grid = tf(
          [0, 1].map((i) => [a.nums[i]!, b.nums[i]!]),
          [0, 1].map(() => [a.den, b.den]),
        );
        const system = ss(grid);
        expect(system.A.rows).toBe(a.den.length + b.den.length - 2);
        const at = { re: [12, 15, 20], im: [1, 5, 0] };
        expect(responseDistance(tf(system), grid, at)).toBeLessThan(1e-9);
        expect(responseDistance(zpk(grid), grid, at)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test("a denominator for a row needs its states once, too", () => {
    const system = ss(
      tf(
        [[[1], [2], [3]]],
        [
          [
            [1, 2, 3],
            [2, 4, 6],
            [1, 2, 3],
          ],
        ],
      ),
    );
    expect([system.A.rows, system.u.length]).toEqual([2, 3]);
  });

  test("a double integrator's poles, zeros and gain are exact", () => {
    expect(zpk(tf([2, 4], [1, 0, 0]))).toMatchObject({
      zeros: [[[[-2, 0]]]],
      poles: [
        [
          [
            [0, 0],
            [0, 0],
          ],
        ],
      ],
      gain: [[2]],
    });
    expect(zpk(ss(tf([2, 4], [1, 0, 0])))).toMatchObject({ zeros: [[[[expect.closeTo(-2, 14), 0]]]], gain: [[2]] });
  });

  test("small gains and modes eleven decades apart cancel nothing", () => {
    const model = zpk([-1e-4, -1e5], [-1e-5, -1, [-1e3, 1e4], [-1e3, -1e4], -1e6], 1e-9);
    const found = zpk(ss(model));
    const each = (list: readonly Complex[]): number[] => list.map(([re]) => re).toSorted((a, b) => a - b);
    const [zeros, poles] = [each(found.zeros[0]![0]!), each(found.poles[0]![0]!)];
    [-1e5, -1e-4].forEach((z, k) => expect(Math.abs(zeros[k]! / z - 1)).toBeLessThan(1e-6));
    [-1e6, -1e3, -1e3, -1, -1e-5].forEach((p, k) => expect(Math.abs(poles[k]! / p - 1)).toBeLessThan(1e-6));
    expect(Math.abs(found.gain[0]![0]! / 1e-9 - 1)).toBeLessThan(1e-6);
  });

  test("what no model can be is refused", () => {
    expect(() => tf([1, 2, 3], [1, 1])).toThrow(/not proper/);
    expect(() => tf([1], [0, 0])).toThrow(RangeError);
    expect(() => zpk([1, 2], [3], 1)).toThrow(/not proper/);
    expect(() => zpk([], [[1, 2]], 1)).toThrow(/conjugate/);
    expect(() => ss([[1]], [[1], [2]], [[1]], [[0]])).toThrow(RangeError);
    expect(() => ss([[1]], [[1]], [[1]], [[0]], -1)).toThrow(RangeError);
  });

  test("a gain alone is a system without states", () => {
    const system = ss([], [], [], [[1, 2, 3]]);
    expect([system.A.rows, system.B.columns, system.C.rows]).toEqual([0, 3, 1]);
    expect(tf(system)).toMatchObject({ num: [[[1], [2], [3]]], den: [[[1], [1], [1]]] });
    expect(pole(system)).toEqual([]);
  });
});

describe("balancing", () => {
  test("a similarity of A, and one of the model, by powers of 2 alone", () => {
    const A = [
      [1, 1e8, 3],
      [2e-8, -5, 4e-4],
      [1, 6e5, 7],
    ];
    const found = balance(A);
    found.scale.forEach((s) => expect(Number.isInteger(Math.log2(s))).toBe(true));
    A.forEach((row, i) =>
      row.forEach((v, j) => expect(found.A.get(i, j)).toBe((v * found.scale[j]!) / found.scale[i]!)),
    );
    expect(found.A.norm()).toBeLessThan(1e3);
    const model = ss(A, [[1e6], [0], [0]], [[0, 0, 1e-6]], [[1]]);
    const { system } = ssbal(model);
    expect(responseDistance(system, model, { re: [0, 1], im: [3, 1] })).toBeLessThan(1e-12);
    expect(system.x).toEqual(model.x);
  });
});

describe("poles and zeros", () => {
  test("damp: frequency, ratio and time constant, continuous and sampled alike", () => {
    const plant = zpk([], [[-3, 4], [-3, -4], -0.5], 1);
    const [slow, fast] = damp(plant);
    expect(slow).toMatchObject({ frequency: 0.5, damping: 1, timeConstant: 2 });
    expect(fast!.frequency).toBeCloseTo(5, 12);
    expect(fast!.damping).toBeCloseTo(0.6, 12);
    const h = 0.1;
    const sampled = zpk([], [Math.exp(-0.5 * h)], 1, h);
    expect(damp(sampled)[0]!.frequency).toBeCloseTo(0.5, 12);
    expect(damp(ss([[0]], [[1]], [[1]], [[0]]))[0]).toMatchObject({
      frequency: 0,
      timeConstant: Number.POSITIVE_INFINITY,
    });
  });

  test("damp: an integrator that rounding moves, sampled or not, is one; a slow pole is none", () => {
    const hidden = { Q: [[3, 1], [1, 2]], inverse: [[0.4, -0.2], [-0.2, 0.6]] }; // prettier-ignore
    const A = (d: readonly number[]) =>
      hidden.Q.map((row) => [0, 1].map((j) => row.reduce((sum, q, k) => sum + q * d[k]! * hidden.inverse[k]![j]!, 0)));
    const of = (d: readonly number[], period?: number) => damp(ss(A(d), [[1], [0]], [[1, 0]], [[0]], period))[0]!;
    for (const h of [0.001, undefined]) {
      const found = of(h ? [1, 0.83333] : [0, -7.3], h);
      expect(found).toMatchObject({ frequency: 0, damping: Number.NaN, timeConstant: Number.POSITIVE_INFINITY });
      const slow = of(h ? [1 - 1e-12, 0.83333] : [-1e-11, -7.3], h);
      expect(slow.frequency).toBeGreaterThan(0);
    }
  });

  test("invariant zeros count what inputs do not reach; minreal leaves that out and says what", () => {
    // (s + 1)(s + 2) / ((s + 1)(s + 3)(s + 4)), the mode at -1 hidden.
    const model = ss(tf([1, 3, 2], [1, 8, 19, 12]));
    expect(setError(tzero(model).zeros, [-1, -2])).toBeLessThan(1e-12);
    const { system, uncontrollable, unobservable } = minreal(model);
    expect(setError([...uncontrollable, ...unobservable], [-1])).toBeLessThan(1e-12);
    expect(setError(tzero(system).zeros, [-2])).toBeLessThan(1e-12);
    expect(setError(pole(system), [-3, -4])).toBeLessThan(1e-12);
    expect(responseDistance(system, model, { re: [0, 1], im: [3, 1] })).toBeLessThan(1e-13);
    expect(minreal(system).system).toBe(system);
  });

  test("a path of zeros everywhere has no normal rank", () => {
    const model = ss(
      [
        [-1, 0],
        [0, -2],
      ],
      [[1], [0]],
      [[0, 1]],
      [[0]],
    );
    expect(tzero(model).normalRank).toBe(0);
    expect(zpk(model)).toMatchObject({ zeros: [[[]]], poles: [[[]]], gain: [[0]] });
    expect(minreal(model).system.A.rows).toBe(0);
  });
});
