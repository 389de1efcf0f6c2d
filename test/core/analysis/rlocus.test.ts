/** Root loci: roots are poles of the closed loop, branches are smooth, and known loci have their known points. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { gainAt, rlocus } from "../../../core/analysis/rlocus.ts";
import type { RootLocus } from "../../../core/analysis/rlocus.ts";
import { feedback, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import type { Lti } from "../../../core/lti/ss.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { distance, type Complex } from "../math/reference.ts";

function closedPoles(loop: Lti, k: number): readonly Complex[] {
  const { time } = ss(loop);
  const closed = feedback(series(loop, gain(new Matrix([[k]]), time)), gain(new Matrix([[1]]), time));
  if (!closed.ok) throw new Error(`${closed.code} ${k} ${JSON.stringify(ss(loop).D)}`);
  return pole(closed.system);
}

const rootsAt = ({ branches }: RootLocus, k: number): readonly Complex[] => branches.map((branch) => branch[k]!);

test("roots are the poles of the closed loop, at gains of its own and at given ones", () => {
  const root = fc.tuple(fc.double({ min: -3, max: 0.5, noNaN: true }), fc.double({ min: 0.3, max: 4, noNaN: true }));
  const pairs = fc.array(root, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(pairs, fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { maxLength: 2 }), (list, reals) => {
      // Apart from one another: clusters are not known to the figures compared.
      const poles = list.flatMap(([re, im], k): Complex[] => [
        [re, im + 4 * k],
        [re, -im - 4 * k],
      ]);
      const loop = zpk(
        reals.map((z): Complex => [z, 0]),
        poles,
        1.5,
      );
      const locus = rlocus(loop);
      expect(locus.gains.length).toBeLessThanOrEqual(500);
      for (const k of [0, 1, Math.floor(locus.gains.length / 2), locus.gains.length - 1])
        expect(distance(rootsAt(locus, k), closedPoles(loop, locus.gains[k]!))).toBeLessThan(1e-5);
      const given = rlocus(loop, [0.1, 1, 10]);
      expect(distance(rootsAt(given, 2), closedPoles(loop, 10))).toBeLessThan(1e-5);
    }),
    { numRuns: 40 },
  );
});

test("pairs on the imaginary axis meet there and leave it to both sides", () => {
  const loop = zpk(
    [],
    [
      [0, 3.302345788479933],
      [0, -3.302345788479933],
      [0, 4.3],
      [0, -4.3],
    ],
    1.5,
  );
  const locus = rlocus(loop);
  locus.gains.forEach((k, i) => expect(distance(rootsAt(locus, i), closedPoles(loop, k))).toBeLessThan(1e-5 * (1 + k)));
});

test("two real poles meet, part at a right angle and stay on the vertical between them", () => {
  const locus = rlocus(tf([1], [1, 4, 0]));
  const { gains, branches } = locus;
  gains.forEach((k, i) => {
    for (const branch of branches) {
      const [re, im] = branch[i]!;
      if (k > 4.001) expect(re).toBeCloseTo(-2, 5);
      if (k < 3.999) expect(im).toBeCloseTo(0, 5);
    }
  });
});

test("branches are smooth on the picture: no step is longer than a fortieth of it, but where gains run out", () => {
  const loop = zpk(
    [[-1, 0]],
    [
      [0, 0],
      [-2, 0],
      [-3, 4],
      [-3, -4],
    ],
    1,
  );
  const { branches, gains } = rlocus(loop);
  expect(gains.length).toBeLessThan(500);
  for (const branch of branches)
    for (let i = 2; i < branch.length; i++) {
      const [[a, b], [c, d]] = [branch[i - 1]!, branch[i]!];
      if (Math.hypot(c, d) < 20) expect(Math.hypot(c - a, d - b)).toBeLessThan(5 / 40 + 1e-9);
    }
});

test("branches end at the zeros or run along the asymptotes; several poles in one place part evenly", () => {
  const ended = rlocus(tf([1, 1], [1, 0, 0]));
  const last = rootsAt(ended, ended.gains.length - 1);
  expect(Math.min(...last.map(([re, im]) => Math.hypot(re + 1, im)))).toBeLessThan(0.05);
  const triple = rlocus(tf([1], [1, 3, 3, 1]), [0.001, 8]);
  expect(distance(rootsAt(triple, 1), closedPoles(tf([1], [1, 3, 3, 1]), 8))).toBeLessThan(1e-6);
});

test("sampled loops leave the unit circle at their gain margin", () => {
  const loop = tf([0.5], [1, -1, 0], 0.1);
  const locus = rlocus(loop, [1.9999, 2.0001]);
  const outer = (k: number): number => Math.max(...rootsAt(locus, k).map((z) => Math.hypot(...z)));
  expect(outer(0)).toBeLessThan(1);
  expect(outer(1)).toBeGreaterThan(1);
});

test("the gain at a point of the locus is the one that brings a root there", () => {
  const loop = tf([1], [1, 4, 0]);
  const found = gainAt(rlocus(loop, [1]), 1, [-2, 2]);
  expect(found.gain).toBeCloseTo(8, 12);
  expect(found.off).toBeCloseTo(0, 12);
});

test("a pure gain has no roots; several inputs or outputs are refused, and gains that are none", () => {
  expect(rlocus(tf([3], [1])).branches).toEqual([]);
  expect(() => rlocus(ss([[-1]], [[1, 1]], [[1]], [[0, 0]]))).toThrow(RangeError);
  expect(() => rlocus(tf([1], [1, 1]), [Number.NaN])).toThrow(RangeError);
});
