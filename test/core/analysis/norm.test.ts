/** H2 and H-infinity norms against the reference set, and as bounds of responses. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { h2norm, hinfnorm, norm } from "../../../core/analysis/norm.ts";
import { impulse } from "../../../core/analysis/step.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { referenceCases, type Complex, type Rows } from "../math/reference.ts";

interface Inputs {
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
  readonly discrete: boolean;
}
interface Expected {
  readonly h2: number | null;
  readonly hinf: number;
  readonly wpeak: number | null;
}

test.for(referenceCases<Inputs, Expected>("norms").map((c) => [c.name, c] as const))(
  "%s",
  ([name, { inputs, expected, rtol }]) => {
    const { A, B, C, D, discrete } = inputs;
    const system = ss(A, B, C, D, discrete ? 1 : undefined);
    const h2 = h2norm(system);
    if (expected.h2 === null) expect(h2.ok).toBe(false);
    else expect(h2.ok && Math.abs(h2.norm / expected.h2 - 1)).toBeLessThan(rtol);
    const found = hinfnorm(system);
    expect(Math.abs(found.norm / expected.hinf - 1)).toBeLessThan(rtol);
    // An all-pass has its norm everywhere.
    if (name === "allpass") return;
    if (expected.wpeak === null) expect(found.frequency).toBe(Number.POSITIVE_INFINITY);
    else expect(Math.abs(found.frequency - expected.wpeak)).toBeLessThan(1e-13 * Math.max(1, expected.wpeak));
  },
);

test("the place of a resonance is that of its closed form, though the top is flat", () => {
  for (const zeta of [0.001, 0.05, 0.3, 0.6, 0.7]) {
    const { frequency, norm: top } = hinfnorm(tf([1], [1, 2 * zeta, 1]));
    expect(Math.abs(frequency / Math.sqrt(1 - 2 * zeta * zeta) - 1)).toBeLessThan(1e-13);
    expect(Math.abs(top * 2 * zeta * Math.sqrt(1 - zeta * zeta) - 1)).toBeLessThan(1e-14);
  }
});

test("both go by one name too", () => {
  const model = tf([1], [1, 0.2, 1]);
  expect(norm(model)).toEqual(h2norm(model));
  expect(norm(model, "inf")).toEqual(hinfnorm(model));
});

const stable = fc.array(
  fc.tuple(fc.double({ min: 0.002, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 8, noNaN: true })),
  { minLength: 1, maxLength: 3 },
);

test("no frequency has more than the H-infinity norm, and an impulse has the energy of the H2 norm", () => {
  fc.assert(
    fc.property(stable, fc.double({ min: -3, max: 3, noNaN: true }), (list, zero) => {
      const poles = list.flatMap(([zeta, w]): Complex[] => [
        [-zeta * w, w * Math.sqrt(1 - zeta * zeta)],
        [-zeta * w, -w * Math.sqrt(1 - zeta * zeta)],
      ]);
      const model = zpk([[zero, 0]], poles, 1);
      const { norm: largest, unstable } = hinfnorm(model);
      expect(unstable).toBeUndefined();
      const w = Float64Array.from({ length: 400 }, (_, k) => 10 ** (-2 + k / 100));
      const { re, im } = freqresp(model, w);
      const most = Math.max(...re[0]![0]!.map((a, k) => Math.hypot(a, im[0]![0]![k]!)));
      expect(most).toBeLessThanOrEqual(largest * (1 + 1e-9));
      const h2 = h2norm(model);
      if (!h2.ok) throw new Error(h2.code);
      const { t, y } = impulse(model);
      const energy = y[0]![0]!.reduce((sum, v, k) => {
        const [before, after] = [t[Math.max(0, k - 1)]!, t[Math.min(t.length - 1, k + 1)]!];
        return sum + ((after - before) / 2) * v * v;
      }, 0);
      // What is left after the last instant, and between, is little: instants follow every swing for as long as it lasts.
      expect(Math.abs(Math.sqrt(energy) / h2.norm - 1)).toBeLessThan(0.01);
    }),
    { numRuns: 40 },
  );
});

test("a pure gain, a system that grows, one with a direct path", () => {
  expect(hinfnorm(tf([-3], [1]))).toMatchObject({ norm: 3 });
  expect(hinfnorm(tf([1], [1, -2]))).toMatchObject({ norm: 0.5, unstable: { code: "UNSTABLE", pole: [2, 0] } });
  expect(h2norm(tf([1], [1, -2]))).toMatchObject({ ok: false, code: "UNSTABLE" });
  expect(h2norm(tf([1, 2], [1, 1]))).toMatchObject({ ok: false, code: "DIRECT_PATH", size: 1 });
  expect(hinfnorm(tf([1], [1, 0])).norm).toBe(Number.POSITIVE_INFINITY);
});
