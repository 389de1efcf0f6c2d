/** Whole samples apart: the same frequency response as the whole sampled system, and no delay left that is longer than a sample. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { c2dInSeries } from "../../../core/lti/c2dInSeries.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { ss } from "../../../core/lti/ss.ts";

const number = fc.double({ min: -2, max: 2, noNaN: true });
const times = fc.constantFrom(0.3, 0.35, 0.7, 1.04, 0.123);

test("z^-n times what is left is c2d of the whole, n as many as fit", () => {
  const numbers = fc.array(number, { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(numbers, times, times, fc.constantFrom("zoh", "tustin", "foh"), (v, a, b, method) => {
      const model = ss([[v[0]! - 2, v[1]!], [v[2]!, v[3]! - 2]], [[v[4]!, v[5]!], [v[6]!, v[7]!]], [[v[8]!, v[9]!]], [[v[10]!, v[11]!]]); // prettier-ignore
      const late = delayed(model, { input: [a, b], output: 0.2 });
      const whole = c2d(late, 0.1, method);
      const { samples, sampled } = c2dInSeries(late, 0.1, method);
      expect(sampled.ok).toBe(whole.ok);
      if (!whole.ok || !sampled.ok) return;
      const waits = [a, b].map((t) => Math.floor((t + 0.2) / 0.1 + 1e-9));
      expect(samples).toBe(Math.min(...waits));
      expect(sampled.system.A.rows).toBeLessThanOrEqual(4 + 4 * (Math.abs(waits[0]! - waits[1]!) + 1));
      const w = [0.1, 2, 9, 30];
      const [one, other] = [freqresp(whole.system, w), freqresp(sampled.system, w)];
      for (const j of [0, 1])
        w.forEach((frequency, k) => {
          const [c, s] = [Math.cos(frequency * 0.1 * samples), -Math.sin(frequency * 0.1 * samples)];
          const [re, im] = [other.re[0]![j]![k]!, other.im[0]![j]![k]!];
          expect(re * c - im * s).toBeCloseTo(one.re[0]![j]![k]!, 9);
          expect(re * s + im * c).toBeCloseTo(one.im[0]![j]![k]!, 9);
        });
    }),
    { numRuns: 60 },
  );
});
