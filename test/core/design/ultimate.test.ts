/** Ultimate gain and period, exactly and by a relay; the rules that start from them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { allmargin } from "../../../core/analysis/margin.ts";
import { openLoop } from "../../../core/design/openLoop.ts";
import { pidSystem } from "../../../core/design/pid.ts";
import { relay } from "../../../core/design/relay.ts";
import { ultimate } from "../../../core/design/ultimate.ts";
import { tyreusLuyben, zieglerNichols } from "../../../core/design/zieglerNichols.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";

const lag3 = tf([1], [1, 3, 3, 1]);

function sure<T extends { readonly ok: boolean }>(found: T): Extract<T, { readonly ok: true }> {
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found as Extract<T, { readonly ok: true }>;
}

test("Three equal lags swing at gain 8 and sqrt(3) rad/s; gains by the classic rules", () => {
  const { gain, period } = sure(ultimate(lag3));
  expect(gain).toBeCloseTo(8, 10);
  expect(period).toBeCloseTo((2 * Math.PI) / Math.sqrt(3), 10);
  const { P, I, D, N } = zieglerNichols({ gain, period });
  expect([P, I, D, N].map((v) => v!.toPrecision(6))).toEqual(
    [4.8, 4.8 / (period / 2), (4.8 * period) / 8, 80 / period].map((v) => v.toPrecision(6)),
  );
  expect(zieglerNichols({ gain, period }, "P")).toEqual({ terms: "P", P: gain / 2, I: 0, D: 0, N: undefined });
  expect(tyreusLuyben({ gain: 3.2, period: 10 }, "PI")).toEqual({ terms: "PI", P: 1, I: 1 / 22, D: 0, N: undefined });
  for (const gains of [
    zieglerNichols({ gain, period }),
    tyreusLuyben({ gain, period }),
    zieglerNichols({ gain, period }, "PI"),
  ])
    expect(allmargin(openLoop(pidSystem(gains), lag3)).stable).toBe(true);
});

test("A conditionally stable plant swings at the gain above which it was stable, not below", () => {
  // Unstable, stabilized by gain from 3 on; lags take it away again further up.
  const plant = zpk([], [1, -5, -20, -30], 3000);
  const { gain } = sure(ultimate(plant));
  expect(gain).toBeGreaterThan(1);
  const at = (k: number): boolean | undefined => allmargin(zpk([], [1, -5, -20, -30], 3000 * k)).stable;
  expect([at(0.99 * gain), at(1.01 * gain)]).toEqual([true, false]);
  expect(ultimate(tf([1], [1, 1]))).toEqual({ ok: false, code: "NO_ULTIMATE" });
});

test("The relay on a first-order plant with dead time swings as its equations say", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      (k, lag, size) => {
        const dead = 1;
        const found = sure(relay(delayed(tf([k], [lag, 1]), { input: 0.4, output: 0.6 }), size));
        const share = Math.exp(-dead / lag);
        expect(found.period / (2 * lag * Math.log(2 / share - 1)) - 1).toBeCloseTo(0, 9);
        expect(found.amplitude / (k * size * (1 - share)) - 1).toBeCloseTo(0, 9);
        expect(found.gain).toBeCloseTo((4 * size) / (Math.PI * found.amplitude), 12);
      },
    ),
    { numRuns: 15 },
  );
});

test("The relay comes near to what is exact: three lags within a few percent, without dead time", () => {
  const [near, exact] = [sure(relay(lag3)), sure(ultimate(lag3))];
  expect(Math.abs(near.period / exact.period - 1)).toBeLessThan(0.02);
  expect(Math.abs(near.gain / exact.gain - 1)).toBeLessThan(0.06);
  expect(near.drift).toBeLessThan(1e-9);
  expect(relay(tf([1], [1, 1]))).toEqual({ ok: false, code: "NO_ULTIMATE" });
  expect(() => relay(tf([1], [1, -0.5], 0.1))).toThrow(RangeError);
});
