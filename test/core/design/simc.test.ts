/** SIMC against the examples and figures of its paper. */
import { expect, test } from "vitest";
import { simc, type SimcOptions } from "../../../core/design/simc.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";

function tuned(plant: Parameters<typeof simc>[0], options?: SimcOptions) {
  const found = simc(plant, options);
  if (!found.ok) throw new Error(found.code);
  return found;
}
test("One lag and dead time: gain margin pi, phase margin 90 degrees less half a radian", () => {
  const model = { gain: 3, timeConstants: [2], delay: 0.5 };
  const { P, I, D, terms, tauc, margins } = tuned(model);
  expect([terms, tauc, P, I, D]).toEqual(["PI", 0.5, 2 / 3, 1 / 3, 0]);
  expect(margins.gains[0]!.gain).toBeCloseTo(Math.PI, 10);
  expect(margins.phases[0]!.phase).toBeCloseTo(90 - 90 / Math.PI, 9);
  expect(margins.stable).toBe(true);
  // A plant says the same as its numbers.
  expect(tuned(delayed(tf([3], [2, 1]), { input: 0.5 })).P).toBeCloseTo(P, 12);
});

test("Example E5 of the paper: four lags by the half rule", () => {
  const plant = zpk([], [-1, -1 / 0.2, -1 / 0.04, -1 / 0.008], 1 / (0.2 * 0.04 * 0.008));
  const pi = tuned(plant);
  expect(pi.model.timeConstants[0]).toBeCloseTo(1.1, 10);
  expect(pi.model.delay).toBeCloseTo(0.148, 10);
  expect([pi.P, pi.P / pi.I].map((v) => v.toFixed(2))).toEqual(["3.72", "1.10"]);
  const pid = tuned(plant, { terms: "PID" });
  expect(pid.model.timeConstants.map((t) => t.toFixed(4))).toEqual(["1.0000", "0.2200"]);
  expect(pid.model.delay).toBeCloseTo(0.028, 10);
  const series = 1 / 0.056;
  expect(pid.I).toBeCloseTo(series / 0.224, 6);
  expect(pid.D).toBeCloseTo(series * 0.22, 6);
  expect(pid.P).toBeCloseTo(series * (1 + 0.22 / 0.224), 6);
  expect(pid.margins.stable).toBe(true);
});

test("A zero beside a slow lag takes it out, one beside none on the right is delay", () => {
  const plant = zpk([-1 / 15], [-1 / 20, -1, -10, -10], (2 * 15) / 20 / 0.01);
  const { model, P, I } = tuned(plant);
  expect([model.gain, model.timeConstants[0], model.delay].map((v) => v!.toFixed(4))).toEqual([
    "1.5000",
    "1.0500",
    "0.1500",
  ]);
  expect([P, P / I].map((v) => v.toFixed(2))).toEqual(["2.33", "1.05"]);
  const pid = tuned(plant, { terms: "PID" });
  expect(pid.model).toMatchObject({ gain: expect.closeTo(1.5, 8), delay: expect.closeTo(0.05, 8) });
  const wrong = tuned(zpk([0.5], [-1, -2], -1));
  // (1 - 2 s) / 4 ... over (s + 1)(s/2 + 1): 2 s of delay from the zero, half of half a second from the lag.
  expect(wrong.model).toMatchObject({ gain: expect.closeTo(0.25, 10), delay: expect.closeTo(2.25, 10) });
  expect(wrong.margins.stable).toBe(true);
});

test("An integrator: gain 1/(k (tauc + delay)), integral time 4 (tauc + delay)", () => {
  const { P, I, margins } = tuned(delayed(tf([0.4], [1, 0]), { output: 0.3 }), { tauc: 0.7 });
  expect([P, P / I].map((v) => v.toFixed(10))).toEqual([(1 / 0.4).toFixed(10), (4).toFixed(10)]);
  expect(margins.stable).toBe(true);
  expect(tuned({ gain: 0.4, timeConstants: [Infinity], delay: 0.3 }, { tauc: 0.7 }).P).toBeCloseTo(P, 12);
  // In factors 1/(tauc) = 2, integral time 2, derivative time 1.
  const second = tuned(zpk([], [0, -1], 1), { tauc: 0.5, terms: "PID" });
  expect([second.P, second.I, second.D].map((v) => v.toFixed(8))).toEqual(["3.00000000", "1.00000000", "2.00000000"]);
});

test("Equal lags count as equal however their polynomial rounds them", () => {
  const { model } = tuned(tf([2], [1, 4, 6, 4, 1]));
  expect(model.gain).toBeCloseTo(2, 9);
  expect(model.timeConstants[0]).toBeCloseTo(1.5, 2);
  expect(model.delay).toBeCloseTo(2.5, 2);
});

test("What is no lags is named, and what leaves the speed open", () => {
  expect(simc(tf([1], [1, 0.4, 1]))).toMatchObject({ code: "NOT_LAGS", roots: [expect.anything(), expect.anything()] });
  expect(simc(tf([1], [1, -1]))).toMatchObject({ code: "NOT_LAGS" });
  expect(simc(tf([1], [1, 1, 0, 0]))).toMatchObject({ code: "NOT_LAGS" });
  expect(simc(tf([1, 1], [1, 0]))).toMatchObject({ code: "NOT_LAGS" });
  expect(simc(tf([1], [1, 1]))).toEqual({ ok: false, code: "NO_DELAY" });
  expect(simc({ gain: 1, timeConstants: [], delay: 1 })).toEqual({ ok: false, code: "NO_LAG" });
  expect(() => simc(tf([1], [1, -0.5], 0.1))).toThrow(RangeError);
});

test("Examples E2, E6 and E7 of the paper: zeros on both sides, an integrator", () => {
  const rounded = ({ model }: ReturnType<typeof tuned>): readonly string[] =>
    [...model.timeConstants, model.delay].map((v) => v.toFixed(3));
  const e2 = zpk(
    [1 / 0.3, -1 / 0.08],
    [-0.5, -1, -2.5, -5, -20, -20, -20],
    (-0.3 * 0.08) / (2 * 0.4 * 0.2 * 0.05 ** 3),
  );
  expect(rounded(tuned(e2))).toEqual(["2.500", "1.470"]);
  expect(rounded(tuned(e2, { terms: "PID" }))).toEqual(["2.000", "1.200", "0.770"]);
  const e6 = zpk([-1 / 0.17, -1 / 0.17], [0, -1, -1, -1 / 0.028], 0.17 ** 2 / 0.028);
  expect(rounded(tuned(e6))).toEqual(["Infinity", "1.688"]);
  expect(rounded(tuned(e6, { terms: "PID" }))).toEqual(["Infinity", "1.330", "0.358"]);
  const e7 = zpk([0.5], [-1, -1, -1], -2);
  expect(rounded(tuned(e7))).toEqual(["1.500", "3.500"]);
  for (const plant of [e2, e6, e7]) expect(tuned(plant).margins.stable).toBe(true);
});
