/** Time responses behind dead time: shifts, the method of steps by hand, and what must hold of any of them. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { lsim } from "../../../core/analysis/lsim.ts";
import { impulse, initial, step } from "../../../core/analysis/step.ts";
import { stepinfo } from "../../../core/analysis/stepinfo.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { type Delayed, delayed, interconnectDelayed } from "../../../core/lti/delay.ts";
import { type Lti, ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";

const worst = (found: ArrayLike<number>, wanted: (k: number) => number): number =>
  Array.from(found).reduce((most, v, k) => {
    const off = Math.abs(v - wanted(k));
    return off <= most ? most : off;
  }, 0);
/** r - y through the plant, y out. */
function closed(plant: Lti | Delayed): Delayed {
  const joined = interconnectDelayed([plant], [[-1]], [[1]], [[1]], { u: ["r"], y: ["y"] });
  if (!joined.ok) throw new Error(joined.code);
  return joined.model;
}

describe("delays at inputs and outputs", () => {
  test("shift the step of a lag and of each pair of signals by their sum, to rounding", () => {
    const { t, y } = step(delayed(tf([2], [1, 3]), { input: 0.31, output: 0.2 }), { step: 0.05, count: 100 });
    expect(worst(y[0]![0]!, (k) => (t[k]! < 0.51 ? 0 : (2 / 3) * (1 - Math.exp(-3 * (t[k]! - 0.51)))))).toBeLessThan(
      1e-14,
    );
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
    const late = step(delayed(plant, { input: [0.3, 0], output: [0, 0.5] }), { step: 0.1, count: 60 });
    const plain = step(plant, { step: 0.1, count: 60 });
    for (const [i, j, shift] of [
      [0, 0, 3],
      [0, 1, 0],
      [1, 0, 8],
      [1, 1, 5],
    ] as const)
      expect(worst(late.y[i]![j]!, (k) => (k < shift ? 0 : plain.y[i]![j]![k - shift]!))).toBeLessThan(1e-14);
  });

  test("an impulse comes later; an initial state is seen later; of instants of its own the delay is one", () => {
    const { t, y } = impulse(delayed(tf([1], [1, 1]), { input: 0.25 }), { step: 0.1, count: 30 });
    expect(worst(y[0]![0]!, (k) => (t[k]! < 0.25 ? 0 : Math.exp(0.25 - t[k]!)))).toBeLessThan(1e-14);
    const seen = initial(delayed(ss([[-1]], [[1]], [[1]], [[0]]), { input: 3, output: 0.25 }), [2], {
      step: 0.1,
      count: 30,
    });
    expect(worst(seen.y[0]!, (k) => (seen.t[k]! < 0.25 ? 0 : 2 * Math.exp(0.25 - seen.t[k]!)))).toBeLessThan(1e-14);
    const own = step(delayed(tf([1], [1, 1]), { input: 0.7 }));
    expect(Math.min(...own.t.map((at) => Math.abs(at - 0.7)))).toBeLessThan(1e-12);
    expect(own.t.at(-1)).toBeGreaterThan(7.5);
    expect(own.y[0]![0]!.at(-1)).toBeCloseTo(1, 2);
  });

  test("a stiff lag is exact too", () => {
    const { t, y } = step(delayed(tf([1e6], [1, 1e6]), { output: 1 }), { step: 0.001, count: 2000 });
    expect(worst(y[0]![0]!, (k) => (t[k]! < 1 - 1e-9 ? 0 : 1 - Math.exp(-1e6 * Math.max(0, t[k]! - 1))))).toBeLessThan(
      1e-9,
    );
  });

  test("recorded inputs: lines and steps between samples, delays that are no whole number of them", () => {
    const model = delayed(ss([[-2]], [[1]], [[1]], [[0.5]]), { input: 0.13 });
    const u = [1, -2, 0.5, 3, 3, 0, 1, 2, -1, 0.25];
    const lag = (level: number, t: number) => (t <= 0 ? 0 : (level / 2) * (1 - Math.exp(-2 * t)) + 0.5 * level);
    const held = lsim(model, [u], 0.1, { hold: "zoh" });
    expect(
      worst(held.y[0]!, (k) => u.reduce((sum, v, i) => sum + lag(v - (u[i - 1] ?? 0), held.t[k]! - 0.1 * i - 0.13), 0)),
    ).toBeLessThan(1e-12);
    // The same signal on a grid that holds the delay, by the exact steps of lsim itself.
    const fine = Array.from({ length: 91 }, (_, k) => {
      const at = Math.floor(k / 10 + 1e-9);
      return u[at]! + ((u[at + 1] ?? 0) - u[at]!) * (k / 10 - at);
    });
    const straight = lsim(ss([[-2]], [[1]], [[1]], [[0.5]]), [[...new Array(13).fill(0), ...fine]], 0.01, {
      hold: "foh",
    });
    const lines = lsim(model, [u], 0.1);
    // Its first sample comes as a jump, which the fine grid draws as a line of 0.01 s.
    const jump = lsim(
      ss([[-2]], [[1]], [[1]], [[0.5]]),
      [[...new Array(12).fill(0), 0, ...new Array(91).fill(u[0])]],
      0.01,
    );
    const sharp = (t: number) => (t < 0.13 ? 0 : lag(u[0]!, t - 0.13));
    expect(worst(lines.y[0]!, (k) => straight.y[0]![10 * k]! - jump.y[0]![10 * k]! + sharp(lines.t[k]!))).toBeLessThan(
      1e-12,
    );
  });
});

describe("delays in loops", () => {
  test("an integrator with dead time in unit feedback: the method of steps by hand", () => {
    // y' = 1 - y(t - 1), y = t up to 1, and on each later interval the integral of what was there before.
    const { t, y } = step(closed(delayed(tf([1], [1, 0]), { output: 1 })), { step: 0.05, count: 101 });
    // y(t) is the loop's output behind the delay: 0 to 1, then the state of a second before.
    const x = (s: number): number => {
      let sum = 0;
      for (let k = 1; k - 1 <= s; k++) sum += ((-1) ** (k - 1) * (s - (k - 1)) ** k) / [1, 1, 2, 6, 24, 120, 720][k]!;
      return sum;
    };
    expect(worst(y[0]![0]!, (k) => (t[k]! < 1 ? 0 : x(t[k]! - 1)))).toBeLessThan(1e-12);
  });

  test("a gain and nothing else goes round for ever: 1, 1 - k, 1 - k + k^2, a step each second", () => {
    const { t, y } = step(closed(delayed(tf([0.5], [1]), { input: 1 })), { step: 0.25, count: 40 });
    expect(
      worst(y[0]![0]!, (k) => {
        let sum = 0;
        for (let i = 1; i <= Math.floor(t[k]! + 1e-9); i++) sum += -((-0.5) ** i);
        return sum;
      }),
    ).toBeLessThan(1e-13);
    const pulses = impulse(closed(delayed(ss([[-1]], [[1]], [[1]], [[0.5]]), { input: 1 })), { step: 0.1, count: 60 });
    const fine = step(closed(delayed(ss([[-1]], [[1]], [[1]], [[0.5]]), { input: 1 })), { step: 0.1, count: 60 });
    expect(pulses.y[0]![0]![5]).toBe(0);
    // Away from jumps the impulse response is the slope of the step response.
    const [before, after] = [fine.y[0]![0]![24]!, fine.y[0]![0]![26]!];
    expect(pulses.y[0]![0]![25]).toBeCloseTo((after - before) / 0.2, 2);
  });

  test("of a stable loop ends where its response at rest is, and is the sum that its frequency response says", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        (k, a, tau) => {
          const model = closed(delayed(tf([k * a], [1, a]), { input: tau }));
          const { y } = step(model, { step: (60 / a + 60 * tau) / 500, count: 501 });
          expect(y[0]![0]!.at(-1)).toBeCloseTo(k / (1 + k), 4);
          // A sine that has swung in: its size and angle.
          const w = 1;
          const h = freqresp(model, [w]);
          const [re, im] = [h.re[0]![0]![0]!, h.im[0]![0]![0]!];
          const dt = 0.05;
          const count = Math.ceil((40 / a + 40 * tau) / dt);
          const u = Float64Array.from({ length: count }, (_, i) => Math.sin(w * i * dt));
          const swung = lsim(model, [u], dt).y[0]!;
          const at = (count - 1) * dt;
          expect(Math.abs(swung.at(-1)! - (re * Math.sin(w * at) + im * Math.cos(w * at)))).toBeLessThan(2e-3);
        },
      ),
      { numRuns: 6 },
    );
  });

  test("two delays without a common measure agree with a finer look at the same, and with a sampled loop of it", () => {
    const plant = delayed(
      ss(
        [
          [0, 1],
          [-4, -1],
        ],
        [[0], [1]],
        [[3, 0]],
        [[0]],
      ),
      { input: Math.SQRT2 / 3 },
    );
    const inner = closed(plant);
    const outer = closed({ ...inner, input: [Math.PI / 10] });
    const coarse = step(outer, { step: 0.5, count: 21 });
    const fine = step(outer, { step: 0.005, count: 2001 });
    expect(worst(coarse.y[0]![0]!, (k) => fine.y[0]![0]![100 * k]!)).toBeLessThan(1e-10);
  });

  test("fast modes beside dead time: what they leave behind is the slow loop", () => {
    const { t, y } = step(closed(delayed(tf([1e4], [1, 10001, 1e4]), { input: 0.5 })), { step: 0.1, count: 100 });
    const slow = step(closed(delayed(tf([1], [1, 1]), { input: 0.5 })), { step: 0.1, count: 100 });
    expect(t.length).toBe(100);
    expect(worst(y[0]![0]!, (k) => slow.y[0]![0]![k]!)).toBeLessThan(3e-4);
    expect(worst(y[0]![0]!, (k) => slow.y[0]![0]![k]!)).toBeGreaterThan(1e-6);
  });

  test("a state at the start goes round too", () => {
    const model = closed(delayed(ss([[0]], [[1]], [[1]], [[0]]), { input: 1 }));
    const { t, y } = initial(model, [1], { step: 0.1, count: 31 });
    // x' = -x(t - 1) with nothing before: 1, 2 - t, ...
    expect(
      worst(y[0]!, (k) => {
        const s = t[k]!;
        return s <= 1 ? 1 : s <= 2 ? 2 - s : 2 - s + (s - 2) ** 2 / 2;
      }),
    ).toBeLessThan(1e-12);
  });
});

test("sampled models hold their delays as states", () => {
  const sampled = c2d(tf([1], [1, 1]), 0.1);
  if (!sampled.ok) throw new Error(sampled.code);
  const late = step(delayed(sampled.system, { input: 0.3 }), { step: 0.1, count: 30 });
  const plain = step(sampled.system, { step: 0.1, count: 30 });
  expect(worst(late.y[0]![0]!, (k) => (k < 3 ? 0 : plain.y[0]![0]![k - 3]!))).toBeLessThan(1e-15);
  expect(lsim(delayed(sampled.system, { input: 0.2 }), [[1, 0, 0, 0]]).y[0]![3]).toBeCloseTo(plain.y[0]![0]![1]!, 12);
});

test("what does not fit is said", () => {
  const model = delayed(tf([1], [1, 1]), { input: 0.1 });
  expect(() => lsim(model, [[1, 2]])).toThrow(RangeError);
  expect(() => lsim(model, [], 0.1)).toThrow(RangeError);
  expect(() => initial(model, [1, 2])).toThrow(RangeError);
  expect(() => step({ ...model, internal: [0], system: ss([[-1]], [[1, 1]], [[1], [1]], Matrix.zeros(2, 2)) })).toThrow(
    RangeError,
  );
  const tiny = closed(delayed(tf([1], [1, 1]), { input: 1e-6 }));
  expect(() => step(tiny, { step: 1, count: 100 })).toThrow("steps would be needed");
});

test("step info behind dead time: of a lag its own, later; of a loop with an integrator where it ends", () => {
  const lag = stepinfo(delayed(tf([2], [1, 1]), { input: 0.5, output: 0.25 }))[0]![0]!;
  if (!lag.ok) throw new Error(lag.code);
  expect(lag.rise).toBeCloseTo(Math.log(9), 6);
  expect(lag.settling).toBeCloseTo(0.75 + Math.log(50), 6);
  expect(lag.final).toBe(2);
  // 0.3 / s behind 1 s, unit feedback: x' = 0.3 (1 - x(t - 1)).
  const loop = stepinfo(closed(delayed(tf([0.3], [1, 0]), { input: 1 })))[0]![0]!;
  if (!loop.ok) throw new Error(loop.code);
  expect(loop.final).toBeCloseTo(1, 12);
  // From 1 s to 2 s it is 0.3 (t - 1), then 0.3 (t - 1) - 0.045 (t - 2)^2: 0.1 at 4/3 s.
  expect(loop.overshoot).toBe(0);
  expect(loop.settling).toBeGreaterThan(5);
  expect(loop.rise).toBeGreaterThan(3);
  expect(stepinfo(closed(delayed(tf([3], [1, 0]), { input: 1 })))[0]![0]).toMatchObject({
    ok: false,
    code: "UNSTABLE",
  });
});
