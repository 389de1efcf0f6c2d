/** Disk margins by sensitivity peaks, by what the worst change does, and by changes inside that do no harm. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { diskmargin } from "../../../core/analysis/diskmargin.ts";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { margin } from "../../../core/analysis/margin.ts";
import { append, feedback, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import type { Lti } from "../../../core/lti/ss.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { referenceCases, relativeError } from "../math/reference.ts";

interface Inputs {
  readonly op: string;
  readonly num: readonly number[];
  readonly den: readonly number[];
  readonly T?: number;
}
interface Expected {
  readonly Ms: number;
  readonly stable_closed_loop: boolean;
}
const cases = referenceCases<Inputs, Expected>("freq_margins").filter(({ inputs }) => inputs.op === "margin");
test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected }]) => {
  const found = diskmargin(tf(inputs.num, inputs.den, inputs.T), 1);
  if (!expected.stable_closed_loop) {
    expect(found).toMatchObject({ disk: 0, gain: [1, 1], phase: 0, refused: { code: "UNSTABLE" } });
    return;
  }
  expect(relativeError([found.disk], [1 / expected.Ms])).toBeLessThan(1e-9);
  expect(found.refused).toBeUndefined();
});

const loops = fc
  .record({
    k: fc.double({ min: 0.1, max: 5, noNaN: true }),
    lags: fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 2, maxLength: 4 }),
  })
  .map(({ k, lags }) =>
    tf(
      [k],
      lags.reduce<number[]>((p, t) => [...p, 0].map((c, i) => c * t + (p[i - 1] ?? 0)), [1]),
    ),
  );
const skews = fc.constantFrom(-1, -0.5, 0, 0.5, 1, 2);

test("The worst change lies on the disk's edge, and the classic margins outside", () => {
  fc.assert(
    fc.property(loops, skews, (loop, skew) => {
      const {
        disk,
        gain: [low, high],
        phase,
        frequency,
        refused,
      } = diskmargin(loop, skew);
      fc.pre(!refused && Number.isFinite(frequency));
      const { re, im } = freqresp(loop, [frequency]);
      const [a, b] = [re[0]![0]![0]!, im[0]![0]![0]!];
      // f = -1 / L, and d from f = (1 + (1 - s)/2 d) / (1 - (1 + s)/2 d).
      const size = a * a + b * b;
      const [x, y] = [-a / size, b / size];
      const d = Math.hypot(x - 1, y) / Math.hypot((1 - skew) / 2 + ((1 + skew) / 2) * x, ((1 + skew) / 2) * y);
      expect(relativeError([d], [disk])).toBeLessThan(1e-8);
      const classic = margin(loop);
      if (classic.gain)
        expect(classic.gain.gain >= high * (1 - 1e-9) || classic.gain.gain <= low * (1 + 1e-9)).toBe(true);
      if (classic.phase) expect(Math.abs(classic.phase.phase)).toBeGreaterThanOrEqual(phase * (1 - 1e-9));
    }),
    { numRuns: 80 },
  );
});

test("With skew 0, gains are each other's inverse and the phase is 2 atan(disk / 2)", () => {
  const {
    disk,
    gain: [low, high],
    phase,
  } = diskmargin(tf([4], [1, 3, 3, 1]));
  expect(low * high).toBeCloseTo(1, 12);
  expect(high).toBeCloseTo((2 + disk) / (2 - disk), 12);
  expect(phase).toBeCloseTo((2 * Math.atan(disk / 2) * 180) / Math.PI, 10);
});

test("Several channels may change at once within the disk: spinning satellite", () => {
  // Doyle (1978): each loop alone has 90 degrees and any gain, both together almost nothing.
  const a = 10;
  const plant = ss(
    [
      [0, a],
      [-a, 0],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, a],
      [-a, 1],
    ],
    [
      [0, 0],
      [0, 0],
    ],
  );
  const {
    disk,
    gain: [low, high],
    refused,
  } = diskmargin(plant);
  expect(refused).toBeUndefined();
  // |S - 1/2|^2 has the peak of (1/4 + (w/2 + a)^2) / (1 + w^2), an eigenvalue of [[a^2 + 1/4, a/2], [a/2, 1/4]].
  expect(disk).toBeCloseTo(1 / Math.sqrt((a * a + 0.5) / 2 + Math.hypot((a * a) / 2, a / 2)), 10);
  const grows = (f: number, g: number): number => {
    const changed = series(
      gain(
        new Matrix([
          [f, 0],
          [0, g],
        ]),
      ),
      plant,
    );
    const closed = feedback(changed, gain(Matrix.eye(2)));
    if (!closed.ok) throw new Error(closed.code);
    return Math.max(...pole(closed.system).map(([re]) => re));
  };
  for (const f of [low, 1, high]) for (const g of [low, 1, high]) expect(grows(f ** 0.99, g ** 0.99)).toBeLessThan(0);
  expect(grows(1.12, 0.88)).toBeGreaterThan(0);
});

test("Loops side by side are as good as the worse of them; a loop of nothing bears everything", () => {
  const one: Lti = tf([4], [1, 3, 3, 1]);
  const other: Lti = tf([1], [1, 1, 0]);
  const both = diskmargin(append(one, other));
  expect(relativeError([both.disk], [Math.min(diskmargin(one).disk, diskmargin(other).disk)])).toBeLessThan(1e-9);
  expect(diskmargin(tf([0], [1]), -1)).toMatchObject({ disk: Number.POSITIVE_INFINITY, phase: 180 });
  expect(diskmargin(tf([-1], [1])).refused).toMatchObject({ code: "ILL_POSED" });
  expect(() => diskmargin(ss([[-1]], [[1, 1]], [[1]], [[0, 0]]))).toThrow(RangeError);
});

test("25/(s^3 + 10 s^2 + 10 s + 10), the example of Seiler, Packard & Gahinet", () => {
  const { disk, gain: bounds, phase, frequency } = diskmargin(tf([25], [1, 10, 10, 10]));
  expect([disk, ...bounds].map((v) => v.toFixed(2))).toEqual(["0.46", "0.63", "1.59"]);
  expect([phase, frequency].map((v) => v.toFixed(1))).toEqual(["25.8", "2.0"]);
});
