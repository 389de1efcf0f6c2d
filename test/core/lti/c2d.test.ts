/** Sampling and its inverse against the reference set, and as laws. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { c2d } from "../../../core/lti/c2d.ts";
import type { SampleMethod } from "../../../core/lti/resampled.ts";
import { d2c } from "../../../core/lti/d2c.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { type Lti, ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import {
  type Given,
  given,
  type Points,
  responseDistance,
  responseError,
  type Responses,
  setError,
} from "./referenceSystem.ts";

interface Inputs extends Given {
  readonly Ts: number;
  readonly method: string;
  readonly w0?: number;
  readonly z: Points;
  readonly s: Points;
}
interface Expected extends Given {
  readonly H: Responses;
}

const methods: { readonly [name: string]: SampleMethod } = {
  zoh: "zoh",
  foh: "foh",
  tustin: "tustin",
  prewarp: "tustin",
  euler_forward: "forward",
  euler_backward: "backward",
  impulse: "impulse",
};
const options = ({ w0 }: Inputs) => (w0 === undefined ? {} : { prewarp: w0 });
const error = (actual: Matrix, expected: Rows): number => relativeError(actual.to1DArray(), expected.flat());

const sampled = referenceCases<Inputs, Expected>("c2d").filter(({ inputs }) => inputs.method !== "zoh_delay");
test.for(sampled.map((c) => [c.name, c] as const))("c2d %s", ([, { inputs, expected, rtol }]) => {
  const found = c2d(given(inputs), inputs.Ts, methods[inputs.method]!, options(inputs));
  if (!found.ok) throw new Error(found.code);
  const { system } = found;
  for (const matrix of ["A", "B", "C", "D"] as const)
    expect(error(system[matrix], expected[matrix])).toBeLessThan(rtol);
  expect(responseError(system, inputs.z, expected.H)).toBeLessThan(rtol);
});

test.for(referenceCases<Inputs, Expected>("d2c").map((c) => [c.name, c] as const))(
  "d2c %s",
  ([, { inputs, expected, rtol }]) => {
    const found = d2c(given(inputs, inputs.Ts), methods[inputs.method]!, options(inputs));
    if (!found.ok) throw new Error(found.code);
    const { system } = found;
    for (const matrix of ["A", "B", "C"] as const) expect(error(system[matrix], expected[matrix])).toBeLessThan(rtol);
    // A direct path of 1e-19 beside a response of order 1 is 0: D is measured with the response.
    expect(responseError(system, inputs.s, expected.H)).toBeLessThan(rtol);
    expect(found.residual ?? 0).toBeLessThan(1e-13);
  },
);

/** Stable, of moderate speed, so that nothing lies beyond the Nyquist frequency. */
const system = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([n, m, p]) => fc.record({ A: numbers(n, n), B: numbers(n, m), C: numbers(p, n), D: numbers(p, m) }));
function numbers(rows: number, columns: number) {
  const entry = fc.integer({ min: -100, max: 100 }).map((v) => v / 100);
  return fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
}
const period = fc.constantFrom(0.01, 0.1, 0.3);

describe("sampling", () => {
  test.for(["zoh", "foh", "tustin", "forward", "backward"] as const)("%s and back is the identity", (method) => {
    fc.assert(
      fc.property(system, period, (s, h) => {
        const model = given(s);
        const there = c2d(model, h, method);
        const back = there.ok ? d2c(there.system, method) : there;
        if (!back.ok) throw new Error(back.code);
        for (const matrix of ["A", "B", "C", "D"] as const) {
          const lost = Matrix.sub(back.system[matrix], model[matrix]).to1DArray();
          // Differences of the sampled matrices are divided by the period.
          for (const v of lost) expect(Math.abs(v)).toBeLessThan(1e-12 / h);
        }
        expect(back.system.x).toEqual(model.x);
      }),
      { numRuns: 40 },
    );
  });

  test("the sampled response of tustin is the continuous one at the mapped frequency, exactly so at the prewarped one", () => {
    const plant = tf([1, 3], [1, 0.4, 9]);
    const [h, w] = [0.2, 3];
    const there = c2d(plant, h, "tustin", { prewarp: w });
    if (!there.ok) throw new Error(there.code);
    const z = { re: [Math.cos(w * h)], im: [Math.sin(w * h)] };
    const exact = evalfr(plant, [0, w]);
    const found = evalfr(there.system, [z.re[0]!, z.im[0]!]);
    expect(found.re.get(0, 0)).toBeCloseTo(exact.re.get(0, 0), 12);
    expect(found.im.get(0, 0)).toBeCloseTo(exact.im.get(0, 0), 12);
  });

  test("matched keeps the poles, the gain at rest and strict properness, and comes back", () => {
    const plant = zpk([-2], [-1, [-1, 4], [-1, -4], -3], 5);
    const there = c2d(plant, 0.1, "matched");
    if (!there.ok) throw new Error(there.code);
    expect(there.system.D.get(0, 0)).toBe(0);
    const { zeros, poles } = zpk(there.system);
    const h = 0.1;
    const turned = [Math.exp(-h) * Math.cos(4 * h), Math.exp(-h) * Math.sin(4 * h)];
    const wanted = [Math.exp(-h), Math.exp(-3 * h), turned[0]!, turned[0]!];
    expect(setError(poles[0]![0]!, { re: wanted, im: [0, 0, turned[1]!, -turned[1]!] })).toBeLessThan(1e-12);
    expect(setError(zeros[0]![0]!, [Math.exp(-2 * h), -1, -1])).toBeLessThan(1e-6);
    const rest = (model: Lti, at: number): number => evalfr(model, [at, 0]).re.get(0, 0);
    expect(rest(there.system, 1)).toBeCloseTo(rest(plant, 0), 10);
    const back = d2c(there.system, "matched");
    if (!back.ok) throw new Error(back.code);
    const points = { re: [0, 0, 0.5], im: [0.5, 5, 1] };
    expect(responseDistance(back.system, plant, points)).toBeLessThan(1e-9);
  });

  test("what has no continuous counterpart is refused with the pole or the number that says so", () => {
    const one = (a: number, b = 1, d = 0) => ss([[a]], [[b]], [[1]], [[d]], 0.1);
    expect(d2c(one(-0.5))).toMatchObject({ ok: false, code: "NO_LOGARITHM", eigenvalue: [-0.5, 0] });
    expect(d2c(one(0), "foh")).toMatchObject({ ok: false, code: "NO_LOGARITHM", eigenvalue: [0, 0] });
    expect(d2c(one(-0.5), "matched")).toMatchObject({ ok: false, code: "NO_LOGARITHM" });
    expect(d2c(one(-1), "tustin")).toMatchObject({ ok: false, code: "POLE_AT_INFINITY", pole: -1 });
    expect(d2c(one(0), "backward")).toMatchObject({ ok: false, code: "POLE_AT_INFINITY", pole: 0 });
    expect(d2c(one(0.5, 1, 7), "impulse")).toMatchObject({ ok: false, code: "DIRECT_PATH" });
    expect(c2d(ss([[20]], [[1]], [[1]], [[0]]), 0.1, "tustin")).toMatchObject({
      ok: false,
      code: "POLE_AT_INFINITY",
      pole: 20,
    });
    expect(c2d(ss([[-1]], [[1]], [[1]], [[1]]), 0.1, "impulse")).toMatchObject({
      ok: false,
      code: "DIRECT_PATH",
      size: 1,
    });
    expect(c2d(ss([[-1]], [[1, 1]], [[1]], [[0, 0]]), 0.1, "matched")).toMatchObject({ ok: false, code: "NOT_SISO" });
    // Two poles on the negative axis in a block have a real logarithm, but not a principal one.
    expect(
      d2c(
        ss(
          [
            [-0.5, 0],
            [0, -0.5],
          ],
          [[1], [1]],
          [[1, 0]],
          [[0]],
          0.1,
        ),
      ),
    ).toMatchObject({ code: "NO_LOGARITHM" });
  });

  test("impulse invariance and back", () => {
    const plant = ss(tf([1, 2], [1, 0.5, 4, 1]));
    const there = c2d(plant, 0.2, "impulse");
    const back = there.ok ? d2c(there.system, "impulse") : there;
    if (!back.ok) throw new Error(back.code);
    expect(responseDistance(back.system, plant, { re: [0, 0], im: [0.5, 2] })).toBeLessThan(1e-12);
  });

  test("a wrong direction throws", () => {
    expect(() => c2d(tf([1], [1, 1], 0.1), 0.1)).toThrow(RangeError);
    expect(() => d2c(tf([1], [1, 1]))).toThrow(RangeError);
    expect(() => c2d(tf([1], [1, 1]), 0)).toThrow(RangeError);
    expect(() => c2d(tf([1], [1, 1]), 0.1, "tustin", { prewarp: 32 })).toThrow(RangeError);
  });
});
