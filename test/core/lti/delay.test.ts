/** Dead time: exact in response and sampled form, in loops too; approximated on request. */
import { describe, expect, test } from "vitest";
import { c2d } from "../../../core/lti/c2d.ts";
import { absorbDelay, type Delayed, delayed, interconnectDelayed, pade } from "../../../core/lti/delay.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { feedback } from "../../../core/lti/interconnect.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { type Complex, exponential, over, times } from "../../../core/math/complex.ts";
import { referenceCases } from "../math/reference.ts";
import { type Given, given, type Points, responseDistance, responseError, type Responses } from "./referenceSystem.ts";

interface Inputs extends Given {
  readonly Ts: number;
  readonly method: string;
  readonly tau: number;
  readonly z: Points;
}
const cases = referenceCases<Inputs, { readonly H: Responses }>("c2d").filter(
  ({ inputs }) => inputs.method === "zoh_delay",
);
test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const found = c2d(delayed(given(inputs), { input: inputs.tau }), inputs.Ts);
  if (!found.ok) throw new Error(found.code);
  expect(responseError(found.system, inputs.z, expected.H)).toBeLessThan(rtol);
});

const at: Complex[] = [
  [0, 0.4],
  [0, 3],
  [0.5, 1],
  [0, 11],
];
const value = (model: Parameters<typeof evalfr>[0], s: Complex): Complex => {
  const { re, im } = evalfr(model, s);
  return [re.get(0, 0), im.get(0, 0)];
};
const close = (a: Complex, b: Complex, room = 1e-12): void => {
  expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(room * (1 + Math.hypot(...b)));
};
const late = (s: Complex, t: number): Complex => exponential([-s[0] * t, -s[1] * t]);
function loop(plant: Delayed, controller: ReturnType<typeof tf>): Delayed {
  const joined = interconnectDelayed(
    [controller, plant],
    [
      [0, -1],
      [1, 0],
    ],
    [[1], [0]],
    [[0, 1]],
    { u: ["r"], y: ["y"] },
  );
  if (!joined.ok) throw new Error(joined.code);
  return joined.model;
}

describe("delays", () => {
  test("at inputs and outputs multiply the response by e^(-s T)", () => {
    const plant = ss(
      [
        [-1, 1],
        [0, -2],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    );
    const model = delayed(plant, { input: [0.3, 0], output: [0, 0.5] });
    for (const s of at) {
      const [h, d] = [evalfr(plant, s), evalfr(model, s)];
      for (const i of [0, 1])
        for (const j of [0, 1]) {
          const wait = (j === 0 ? 0.3 : 0) + (i === 1 ? 0.5 : 0);
          close([d.re.get(i, j), d.im.get(i, j)], times([h.re.get(i, j), h.im.get(i, j)], late(s, wait)));
        }
    }
  });

  test("in a loop: C G e^(-s T) / (1 + C G e^(-s T)), exactly", () => {
    const [plant, controller] = [tf([2], [1, 0.5, 0]), tf([1, 0.3], [0.1, 1])];
    const model = loop(delayed(plant, { input: 0.4, output: 0.2 }), controller);
    expect(model.internal).toEqual([0.4, 0.2]);
    expect([model.system.u[0], model.system.y[0]]).toEqual(["r", "y"]);
    for (const s of at) {
      const open = times(times(value(plant, s), value(controller, s)), late(s, 0.6));
      close(value(model, s), over(open, [1 + open[0], open[1]]));
    }
  });

  test("Pade's approximation closes in with its order, and its static gain is exact", () => {
    const model = loop(delayed(tf([2], [1, 0.5, 0]), { input: 0.4 }), tf([0.4, 0.2], [0.1, 1]));
    const errors = [1, 2, 4, 8].map((order) => {
      const found = pade(model, order);
      if (!found.ok) throw new Error(found.code);
      close(value(found.system, [0, 0]), [1, 0], 1e-9);
      const [exact, near] = [value(model, [0, 3]), value(found.system, [0, 3])];
      return Math.hypot(exact[0] - near[0], exact[1] - near[1]);
    });
    expect(errors.every((e, k) => k === 0 || e < errors[k - 1]! / 5)).toBe(true);
    expect(errors[3]).toBeLessThan(1e-12);
  });

  test("of whole samples become states, and the sampled loop is that of the shifted plant", () => {
    const h = 0.1;
    const plant = tf([1], [1, -0.5], h);
    const model = delayed(plant, { output: 3 * h });
    const found = absorbDelay(model);
    if (!found.ok) throw new Error(found.code);
    expect(found.system.A.rows).toBe(4);
    const shifted = tf([1], [1, -0.5, 0, 0, 0], h);
    const points = { re: [0.5, -0.3, 1.2], im: [0.5, 1, 0] };
    expect(responseDistance(found.system, shifted, points)).toBeLessThan(1e-13);
    points.re.forEach((re, k) => close(value(model, [re, points.im[k]!]), value(shifted, [re, points.im[k]!])));
    expect(feedback(found.system, ss([], [], [], [[0.1]]))).toMatchObject({ ok: true });
    expect(() => absorbDelay(delayed(plant, { input: 0.05 }))).toThrow(RangeError);
  });

  test("sampled: any method for whole samples, zoh for parts of one, a refusal in loops", () => {
    const plant = tf([1], [1, 1]);
    const whole = c2d(delayed(plant, { input: 0.2, output: 0.1 }), 0.1, "tustin");
    const plain = c2d(plant, 0.1, "tustin");
    if (!whole.ok || !plain.ok) throw new Error("refused");
    const z: Complex = [0.8, 0.4];
    const back = over([1, 0], z);
    close(value(whole.system, z), times(value(plain.system, z), times(back, times(back, back))));
    expect(c2d(delayed(plant, { input: 0.25 }), 0.1, "foh")).toMatchObject({
      ok: false,
      code: "DELAY_BETWEEN_SAMPLES",
      delay: 0.25,
    });
    expect(c2d(loop(delayed(plant, { input: 0.25 }), plant), 0.1)).toMatchObject({
      code: "DELAY_BETWEEN_SAMPLES",
      delay: 0.25,
    });
    // An output's part of a sample is the input's where there is one output only.
    const ends = [c2d(delayed(plant, { input: 0.25 }), 0.1), c2d(delayed(plant, { output: 0.25 }), 0.1)];
    const [a, b] = ends.map((found) => {
      if (!found.ok) throw new Error(found.code);
      return value(found.system, z);
    });
    close(a!, b!);
    // A direct path waits for the whole sample that its part of one ends in.
    const direct = c2d(delayed(ss([], [], [], [[2]]), { input: 0.25 }), 0.1);
    if (!direct.ok) throw new Error(direct.code);
    close(value(direct.system, z), times([2, 0], times(back, times(back, back))));
    const two = ss([[-1]], [[1]], [[1], [1]], [[0], [0]]);
    expect(c2d(delayed(two, { output: [0, 0.05] }), 0.1, "foh")).toMatchObject({ code: "DELAY_BETWEEN_SAMPLES" });
  });

  test("what no delay is throws", () => {
    expect(() => delayed(tf([1], [1, 1]), { input: -1 })).toThrow(RangeError);
    expect(() => delayed(tf([1], [1, 1]), { input: [1, 2] })).toThrow(RangeError);
    expect(() => pade(delayed(tf([1], [1, 1], 0.1), { input: 0.1 }))).toThrow(RangeError);
  });
});
