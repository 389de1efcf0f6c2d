/** Delays between dynamics, in parallel paths and at unlike outputs, sampled exactly for a held input; in loops by the rule. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lsim } from "../../../core/analysis/lsim.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { type Delayed, delayed, interconnectDelayed } from "../../../core/lti/delay.ts";
import { delayPaths } from "../../../core/lti/delayPaths.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { type Complex, exponential, over, times } from "../../../core/math/complex.ts";

const value = (model: Parameters<typeof evalfr>[0], s: Complex): Complex => {
  const { re, im } = evalfr(model, s);
  return [re.get(0, 0), im.get(0, 0)];
};
const close = (a: Complex, b: Complex, room = 1e-12): void => {
  expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(room * (1 + Math.hypot(...b)));
};
const joined = (parts: Parameters<typeof interconnectDelayed>[0], K: number[][], Kr: number[][], L: number[][]) => {
  const made = interconnectDelayed(parts, K, Kr, L);
  if (!made.ok) throw new Error(made.code);
  return made.model;
};
/** u into the first, each into the next, y of the last. */
function chain(...parts: Parameters<typeof interconnectDelayed>[0]): Delayed {
  const n = parts.length;
  const K = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (j === i - 1 ? 1 : 0)));
  return joined(parts, K, [[1], ...Array.from({ length: n - 1 }, () => [0])], [[...Array.from({ length: n - 1 }, () => 0), 1]]); // prettier-ignore
}
/** What a sampled system gives for a sequence, against the continuous one with its delays, by the method of steps. */
function expectSamples(model: Delayed, h: number, room = 1e-9): void {
  const found = c2d(model, h);
  if (!found.ok) throw new Error(found.code);
  const count = 40;
  const u = model.input.map((_, j) =>
    Array.from({ length: count }, (__, k) => Math.sin(1.3 * k + j) + (k > 7 ? 1 : 0)),
  );
  const sampled = lsim(found.system, u);
  const exact = lsim(model, u, h, { hold: "zoh" });
  const size = Math.max(...exact.y.flatMap((list) => [...list].map(Math.abs)), 1e-12);
  exact.y.forEach((list, i) =>
    list.forEach((v, k) => expect(Math.abs(sampled.y[i]![k]! - v)).toBeLessThan(room * size)),
  );
}

const lag = (a: number) => tf([1], [1, a]);

describe("zero-order hold", () => {
  test("a delay between two lags is that of the whole at its input, with as many states", () => {
    const inside = chain(lag(1), delayed(ss([], [], [], [[1]]), { input: 0.237 }), lag(2));
    const [a, b] = [inside, delayed(tf([1], [1, 3, 2]), { input: 0.237 })].map((model) => c2d(model, 0.1));
    if (!a?.ok || !b?.ok) throw new Error("refused");
    for (const angle of [0.01, 0.4, 2, 3.1]) {
      const z: Complex = [Math.cos(angle), Math.sin(angle)];
      close(value(a.system, z), value(b.system, z));
    }
    expect(a.system.A.rows).toBe(b.system.A.rows);
    expectSamples(inside, 0.1);
  });

  test("parallel paths that wait unlike times, as in a Smith predictor; several inputs, outputs that wait unlike times", () => {
    const direct = ss([], [], [], [[1]]);
    const parallel = joined(
      [lag(1), delayed(direct, { input: 0.33 }), delayed(tf([3], [1, 0.4, 2]), { input: 0.1, output: 0.05 })],
      [[0, 0, 0], [1, 0, 0], [0, 0, 0]], // prettier-ignore
      [[1], [0], [1]],
      [[0.5, -1, 2]],
    );
    expectSamples(parallel, 0.1);
    const wide = ss([[-1, 1], [0, -2]], [[1, 0], [0, 1]], [[1, 0], [1, 1]], [[0, 1], [0, 0]]); // prettier-ignore
    expectSamples(delayed(wide, { input: [0.3, 0.07], output: [0, 0.52] }), 0.1);
  });

  test("chains of any order with any delays", () => {
    const time = fc.double({ min: 0.01, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ min: 0.2, max: 4, noNaN: true }), time), { minLength: 1, maxLength: 3 }), (list) => {
        const parts = list.flatMap(([a, T], k) => (k % 2 === 0 ? [lag(a), delayed(lag(a + 1), { input: T })] : [delayed(ss([], [], [], [[a]]), { output: T })]));
        expectSamples(chain(...parts), 0.2, 1e-8);
      }),
      { numRuns: 15 },
    ); // prettier-ignore
  });
});

describe("in loops", () => {
  const loop = (wait: number) =>
    joined([lag(0), delayed(ss([], [], [], [[1]]), { input: wait })], [[0, -1], [1, 0]], [[1], [0]], [[1, 0]]); // prettier-ignore

  test("they are no paths from inputs", () => expect(delayPaths(loop(0.3))).toBeUndefined());

  test("a rule of integration puts its s and z^-k where s and e^(-s T) were", () => {
    const h = 0.1;
    const found = c2d(loop(0.3), h, "tustin");
    if (!found.ok) throw new Error(found.code);
    expect(found.held).toBeUndefined();
    for (const angle of [0.02, 0.7, 2.5]) {
      const z = exponential([0, angle]);
      const s = times([2 / h, 0], over([z[0] - 1, z[1]], [z[0] + 1, z[1]]));
      const back = exponential([0, -3 * angle]);
      close(value(found.system, z), over([1, 0], [s[0] + back[0], s[1] + back[1]]));
    }
  });

  test("holds hold inside too, and say so; parts of a sample are refused with the delay", () => {
    const found = c2d(loop(0.3), 0.1);
    expect(found).toMatchObject({ ok: true, held: true });
    if (!found.ok) return;
    // x[k+1] = x[k] + h (u[k] - x[k-3])
    const z = exponential([0, 0.3]);
    const back = exponential([0, -0.9]);
    close(value(found.system, z), over([0.1, 0], [z[0] - 1 + 0.1 * back[0], z[1] + 0.1 * back[1]]));
    for (const method of ["zoh", "tustin"] as const)
      expect(c2d(loop(0.33), 0.1, method)).toMatchObject({ code: "DELAY_BETWEEN_SAMPLES", delay: 0.33 });
  });
});
