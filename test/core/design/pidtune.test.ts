/** PID tuning: what was asked comes out, what cannot be is refused with what can; gains are those of the PID blocks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { compile } from "../../../core/compile/compile.ts";
import { pidSystem } from "../../../core/design/pid.ts";
import { type PidTuned, pidtune } from "../../../core/design/pidtune.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { series } from "../../../core/lti/interconnect.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { relativeError } from "../math/reference.ts";
import { draw } from "../drawing.ts";

function tuned(found: ReturnType<typeof pidtune>): PidTuned {
  if (!found.ok) throw new Error(found.code);
  return found;
}

test("PI of a first-order plant by hand: pole placed through crossover and margin", () => {
  // G = 2 / (s + 1), w = 3, 60 degrees: C at -120 + atan 3 degrees, size sqrt(10) / 2.
  const { P, I, D, N, margins, residual } = tuned(pidtune(tf([2], [1, 1]), { terms: "PI", bandwidth: 3 }));
  const angle = (-120 * Math.PI) / 180 + Math.atan(3);
  expect(P).toBeCloseTo((Math.sqrt(10) / 2) * Math.cos(angle), 12);
  expect(I).toBeCloseTo(-3 * (Math.sqrt(10) / 2) * Math.sin(angle), 12);
  expect([D, N]).toEqual([0, undefined]);
  expect(margins.stable).toBe(true);
  expect(residual).toBeLessThan(1e-14);
});

test("P takes the margin that the plant gives, and refuses another", () => {
  const plant = delayed(tf([1], [1, 1]), { input: 0.5 });
  const { P, margins } = tuned(pidtune(plant, { terms: "P", bandwidth: 2 }));
  expect(P).toBeCloseTo(Math.sqrt(5), 12);
  expect(margins.phases[0]!.phase).toBeCloseTo(180 - ((Math.atan(2) + 1) * 180) / Math.PI, 9);
  const own = 180 - ((Math.atan(2) + 1) * 180) / Math.PI;
  expect(pidtune(plant, { terms: "P", bandwidth: 2, phaseMargin: 60 })).toMatchObject({
    ok: false,
    code: "UNREACHABLE",
    reachable: [0, 0],
    phaseMargins: [expect.closeTo(own, 9), expect.closeTo(own, 9)],
  });
});

const time = fc.double({ min: 0.1, max: 2, noNaN: true });
const plants = fc.record({
  k: fc.double({ min: 0.2, max: 5, noNaN: true }),
  negative: fc.boolean(),
  lags: fc.array(time, { minLength: 1, maxLength: 4 }),
  integrates: fc.boolean(),
  zero: fc.option(fc.double({ min: -4, max: 4, noNaN: true })),
  dead: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true })),
});
const asked = fc.record({
  terms: fc.constantFrom("PI", "PD", "PID"),
  bandwidth: fc.double({ min: 0.05, max: 6, noNaN: true }),
  phaseMargin: fc.integer({ min: 20, max: 110 }),
  period: fc.option(fc.constantFrom(0.02, 0.1, 0.25), { nil: undefined }),
});

test("The loop has the crossover and the phase margin asked for, or the refusal says which margins there are", () => {
  const met = { ok: 0, refused: 0, stable: 0 };
  fc.assert(
    fc.property(plants, asked, ({ k, negative, lags, integrates, zero, dead }, { terms, period, ...wish }) => {
      const poles = [...lags.map((t) => -1 / t), ...(integrates ? [0] : [])];
      const plain = zpk(zero === null || poles.length < 2 ? [] : [zero], poles, negative ? -k : k);
      const plant = dead === null ? plain : delayed(plain, { input: dead });
      const options = { terms, ...wish, ...(period === undefined ? {} : { period }) } as const;
      const found = pidtune(plant, options);
      const { bandwidth, phaseMargin } = wish;
      if (!found.ok) {
        if (found.code !== "UNREACHABLE") throw new Error(found.code);
        met.refused++;
        const [least, most] = found.phaseMargins;
        for (const whole of [-360, 0, 360])
          expect(phaseMargin + whole > least + 1e-9 && phaseMargin + whole < most - 1e-9).toBe(false);
        // Inside of what it says there is one.
        const other = (least + most) / 2;
        expect(tuned(pidtune(plant, { ...options, phaseMargin: other })).residual).toBeLessThan(1e-11);
        return;
      }
      met.ok++;
      if (found.margins.stable) met.stable++;
      expect(found.residual).toBeLessThan(1e-11);
      expect(found.I / found.P).toBeGreaterThanOrEqual(0);
      expect(found.D / found.P).toBeGreaterThanOrEqual(0);
      if (terms === "PID") expect(relativeError([found.P / found.I], [(4 * found.D) / found.P])).toBeLessThan(1e-12);
      const near = found.margins.phases.map(({ frequency, phase }) =>
        Math.max(Math.abs(frequency / bandwidth - 1), Math.abs(phase / phaseMargin - 1)),
      );
      expect(Math.min(...near)).toBeLessThan(1e-9);
    }),
    { numRuns: 60, seed: 5 },
  );
  expect(Math.min(met.ok, met.refused, met.stable)).toBeGreaterThan(8);
});

test("A plant that grows is held by gains above 0, one of negative gain by gains below", () => {
  const grows = tuned(pidtune(tf([1], [1, -1]), { terms: "PI", bandwidth: 4 }));
  expect(grows.P).toBeGreaterThan(0);
  expect(grows.margins.stable).toBe(true);
  const negative = tuned(pidtune(tf([-1], [1, 1]), { bandwidth: 2, phaseMargin: 70 }));
  expect(negative.P).toBeLessThan(0);
  expect(negative.margins.stable).toBe(true);
});

test("Refusals and mistakes", () => {
  expect(pidtune(tf([1], [1, -0.5], 0.1), { bandwidth: 40 })).toMatchObject({
    code: "BEYOND_NYQUIST",
    last: 10 * Math.PI,
  });
  expect(pidtune(tf([0], [1, 1]), { bandwidth: 2 })).toMatchObject({ code: "NO_RESPONSE", size: 0 });
  expect(pidtune(tf([1], [1, 0, 4]), { bandwidth: 2 })).toMatchObject({ code: "NO_RESPONSE" });
  expect(() => pidtune(tf([1], [1, -0.5], 0.1), { bandwidth: 1, period: 0.2 })).toThrow(RangeError);
  expect(() => pidtune(ss([[-1]], [[1, 1]], [[1]], [[0, 0]]), { bandwidth: 1 })).toThrow(RangeError);
  expect(() => pidtune(tf([1], [1, 1]), { bandwidth: 0 })).toThrow(RangeError);
});

for (const period of [undefined, 0.1]) {
  test(`The gains mean in the ${period ? "discrete" : "continuous"} PID block what they mean here`, () => {
    const gains = { P: 1.5, I: 0.7, D: 0.3, N: 20 };
    const text = Object.fromEntries(Object.entries(gains).map(([name, value]) => [name, `${value}`]));
    const block = period ? (["discrete-pid", { ...text, period: `${period}` }] as const) : (["pid", text] as const);
    const compiled = compile(draw({ In: ["input"], C: block, Out: ["output"] }, ["In -> C", "C -> Out"]));
    if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join());
    const linear = linearize(compiled.model);
    if (!linear.ok) throw new Error(linear.problems.map(({ message }) => message).join());
    const w = [0.3, 2, 11];
    const [a, b] = [freqresp(linear.linearization.system, w), freqresp(pidSystem(gains, period), w)];
    expect(relativeError(a.re[0]![0]!, b.re[0]![0]!)).toBeLessThan(1e-13);
    expect(relativeError(a.im[0]![0]!, b.im[0]![0]!)).toBeLessThan(1e-13);
  });
}

test("The loop is the controller before the plant", () => {
  const plant = tf([1], [1, 2, 1]);
  const { controller, margins } = tuned(pidtune(plant, { bandwidth: 1 }));
  const { re, im } = freqresp(series(controller, plant), [1]);
  expect(Math.hypot(re[0]![0]![0]!, im[0]![0]![0]!)).toBeCloseTo(1, 12);
  expect(margins.stable).toBe(true);
});
