/** Lead and lag: what was asked comes out to rounding, or a refusal says what could. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { type LeadLag, leadlag, type LeadLagOptions } from "../../../core/design/leadlag.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { relativeError } from "../math/reference.ts";

type Plant = Parameters<typeof leadlag>[0];

function designed(plant: Plant, options: LeadLagOptions): LeadLag {
  const found = leadlag(plant, options);
  if (!found.ok) throw new Error(found.code);
  return found;
}

test("A double integrator at 2 rad/s with 50 degrees: T1/T2 = (1 + sin)/(1 - sin), turned most at the crossover", () => {
  const { gain, lead, lag, crossover, margins } = designed(tf([1], [1, 0, 0]), { phaseMargin: 50, crossover: 2 });
  const sine = Math.sin((50 * Math.PI) / 180);
  const ratio = (1 + sine) / (1 - sine);
  expect(lead / lag).toBeCloseTo(ratio, 10);
  expect(1 / Math.sqrt(lead * lag)).toBeCloseTo(2, 12);
  expect(gain).toBeCloseTo(4 / Math.sqrt(ratio), 12);
  expect(crossover).toBe(2);
  expect(margins.stable).toBe(true);
});

test("4/(s (s + 2)) with velocity constant 20 and 50 degrees: lead near 9 rad/s, as in Ogata, but with the margin met", () => {
  const { gain, lead, lag, crossover, margins } = designed(tf([4], [1, 2, 0]), { phaseMargin: 50, gain: 10 });
  expect(gain).toBe(10);
  expect([crossover, 1 / lead, 1 / lag].map((v, i) => Math.abs(v / [9, 4.41, 18.4][i]! - 1) < 0.1)).toEqual([
    true,
    true,
    true,
  ]);
  expect(margins.phases[0]!.phase).toBeCloseTo(50, 9);
  expect(margins.stable).toBe(true);
});

test("1/(s (s + 1)(s/2 + 1)) with velocity constant 5 and 40 degrees: lag near 0.5 rad/s, zero a decade below", () => {
  const { lead, lag, crossover, margins } = designed(tf([2], [1, 3, 2, 0]), { phaseMargin: 40, gain: 5, kind: "lag" });
  expect(lead * crossover).toBeCloseTo(10, 10);
  expect(lag).toBeGreaterThan(lead);
  expect(Math.abs(crossover - 0.5)).toBeLessThan(0.1);
  expect(margins.phases[0]!.phase).toBeCloseTo(40, 9);
  expect(margins.stable).toBe(true);
});

const time = fc.double({ min: 0.1, max: 2, noNaN: true });
const plants = fc
  .record({
    k: fc.double({ min: 0.2, max: 5, noNaN: true }),
    negative: fc.boolean(),
    lags: fc.array(time, { minLength: 1, maxLength: 3 }),
    integrates: fc.boolean(),
    dead: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true })),
  })
  .map(({ k, negative, lags, integrates, dead }): Plant => {
    const plain = zpk([], [...lags.map((t) => -1 / t), ...(integrates ? [0] : [])], negative ? -k : k);
    return dead === null ? plain : delayed(plain, { input: dead });
  });
const asked = fc.record({
  phaseMargin: fc.integer({ min: 20, max: 80 }),
  crossover: fc.option(fc.double({ min: 0.1, max: 4, noNaN: true }), { nil: undefined }),
  gain: fc.option(fc.double({ min: 0.2, max: 20, noNaN: true }), { nil: undefined }),
  kind: fc.constantFrom("lead", "lag"),
});

test("Margin, crossover and gain at rest are met, or refused for what they are", () => {
  const met: Record<string, number> = {};
  fc.assert(
    fc.property(plants, asked, (plant, { phaseMargin, crossover, gain, kind }) => {
      fc.pre(crossover !== undefined || gain !== undefined);
      const options: LeadLagOptions = {
        phaseMargin,
        kind,
        ...(crossover === undefined ? {} : { crossover }),
        ...(gain === undefined ? {} : { gain }),
      };
      const found = leadlag(plant, options);
      const outcome = found.ok ? `${crossover === undefined}${gain === undefined}` : found.code;
      met[outcome] = (met[outcome] ?? 0) + 1;
      if (!found.ok) {
        if (found.code === "UNREACHABLE") expect(Math.abs(found.angle)).toBeGreaterThanOrEqual(found.reachable[1]);
        if (found.code === "GAIN") {
          const [low, high] = found.reachable;
          expect(found.share > low && found.share < high).toBe(false);
          // The same margin there with a gain that leaves a share within.
          const share = high === Number.POSITIVE_INFINITY ? 2 * low : high / 2;
          const other = leadlag(plant, { ...options, gain: (gain! * found.share) / share });
          expect(other.ok && other.residual < 1e-11).toBe(true);
        }
        return;
      }
      expect(Math.min(found.lead, found.lag)).toBeGreaterThan(0);
      expect(found.residual).toBeLessThan(1e-9);
      if (gain !== undefined) expect(Math.abs(found.gain)).toBe(gain);
      if (crossover !== undefined) expect(found.crossover).toBe(crossover);
      else expect(found.lead > found.lag).toBe(kind === "lead");
      const near = found.margins.phases.map(({ frequency, phase }) =>
        Math.max(Math.abs(frequency / found.crossover - 1), Math.abs(phase / phaseMargin - 1)),
      );
      expect(Math.min(...near)).toBeLessThan(1e-9);
    }),
    { numRuns: 60, seed: 5 },
  );
  for (const outcome of ["truefalse", "falsetrue", "falsefalse", "UNREACHABLE", "GAIN", "NO_CROSSOVER"])
    expect(met[outcome] ?? 0, outcome).toBeGreaterThan(0);
});

test("The compensator is that of the Lead-Lag block", () => {
  const plant = tf([3], [1, 1, 0]);
  const { gain, lead, lag, crossover } = designed(plant, { phaseMargin: 60, crossover: 4 });
  const [c, g] = [freqresp(tf([gain * lead, gain], [lag, 1]), [crossover]), freqresp(plant, [crossover])];
  const size = ({ re, im }: typeof c): number => Math.hypot(re[0]![0]![0]!, im[0]![0]![0]!);
  expect(relativeError([size(c) * size(g)], [1])).toBeLessThan(1e-13);
});

test("Refusals and mistakes", () => {
  expect(leadlag(tf([1], [1, 3, 3, 1]), { phaseMargin: 80, crossover: 20 })).toMatchObject({ code: "UNREACHABLE" });
  expect(leadlag(tf([1], [1, 0, 4]), { phaseMargin: 80, crossover: 2 })).toMatchObject({ code: "NO_RESPONSE" });
  expect(leadlag(tf([1], [1, 1]), { phaseMargin: 60, gain: 0.5 })).toEqual({ ok: false, code: "NO_CROSSOVER" });
  expect(() => leadlag(tf([1], [1, 1]), { phaseMargin: 60 })).toThrow(RangeError);
  expect(() => leadlag(tf([1], [1, -0.5], 0.1), { phaseMargin: 60, crossover: 1 })).toThrow(RangeError);
});
