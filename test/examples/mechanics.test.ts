/** Cars, a mass on a spring and a pendulum, against closed forms. */
import { expect, test } from "vitest";
import { error, example, matricesOf, run } from "./example.ts";

test("toy car on a track: friction c/m, push 1/m, and the closed form through the first two pushes", () => {
  expect(matricesOf(example("toy-car-track"))).toMatchObject({
    A: [
      [0, 1],
      [0, -0.6],
    ],
    B: [[0], [2]],
    C: [[1, 0]],
    D: [[0]],
    x: ["position", "speed"],
    u: ["force"],
    y: ["position"],
    exact: true,
  });
  const [rate, final] = [0.6, 0.6 / 0.3];
  // Pushed or coasting from (p, v) for h seconds.
  const go = (p: number, v: number, target: number, h: number) => {
    const decay = 1 - Math.exp(-rate * h);
    return { p: p + target * h + ((v - target) * decay) / rate, v: v + (target - v) * decay };
  };
  const position = (t: number): number => {
    let at = { p: 0, v: 0 };
    for (let from = 0; from < 12; from += 2) {
      const target = from % 6 === 0 ? final : 0;
      if (t <= from + 2) return go(at.p, at.v, target, t - from).p;
      at = go(at.p, at.v, target, 2);
    }
    return at.p;
  };
  expect(error(run(example("toy-car-track")), "Finish camera.position", position)).toBeLessThan(1e-12);
});

test("toy car in a field: two inputs, two outputs, and the response to a cosine and a sine", () => {
  const made = matricesOf(example("toy-car-field"));
  expect(made).toMatchObject({
    x: ["x", "y", "speed x", "speed y"],
    u: ["push x", "push y"],
    y: ["x", "y"],
    exact: true,
  });
  expect(made.C).toEqual([
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ]);
  const { m, cx, cy, bend } = { m: 0.5, cx: 0.3, cy: 0.6, bend: 0.2 };
  expect(made.A).toEqual([
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, -cx / m, 0],
    [0, 0, 0, -cy / m],
  ]);
  expect(made.B).toEqual([
    [0, 0],
    [0, 0],
    [1 / m, 0],
    [bend / m, 1 / m],
  ]);
  /** Position from rest of p'' = -a p' + cos(w t), and of p'' = -a p' + sin(w t). */
  const cosine = (a: number, w: number, t: number) =>
    (-Math.cos(w * t) + (a / w) * Math.sin(w * t) + Math.exp(-a * t)) / (a * a + w * w);
  const sine = (a: number, w: number, t: number) =>
    1 / (a * w) -
    ((a / w) * Math.cos(w * t) + Math.sin(w * t)) / (a * a + w * w) -
    ((w / a) * Math.exp(-a * t)) / (a * a + w * w);
  const result = run(example("toy-car-field"));
  expect(error(result, "Beacon.x", (t) => cosine(cx / m, 1, t) / m)).toBeLessThan(1e-5);
  expect(error(result, "Beacon.y", (t) => (sine(cy / m, 2, t) + bend * cosine(cy / m, 1, t)) / m)).toBeLessThan(1e-5);
});

test("mass, spring and damper: the step response, underdamped as drawn", () => {
  expect(matricesOf(example("mass-spring-damper"))).toMatchObject({
    A: [
      [0, 1],
      [-4, -0.4],
    ],
    B: [[0], [1]],
    C: [[1, 0]],
    D: [[0]],
    x: ["position", "speed"],
    u: ["force"],
    exact: true,
  });
  const [zeta, w] = [0.1, 2];
  const damped = w * Math.sqrt(1 - zeta ** 2);
  const step = (t: number) =>
    t < 0
      ? 0
      : (1 - Math.exp(-zeta * w * t) * (Math.cos(damped * t) + ((zeta * w) / damped) * Math.sin(damped * t))) / 4;
  expect(error(run(example("mass-spring-damper")), "Ruler", (t) => step(t - 1))).toBeLessThan(1e-12);
});

test("mass, spring and damper: critical with c = 4", () => {
  const step = (t: number) => (t < 0 ? 0 : (1 - Math.exp(-2 * t) * (1 + 2 * t)) / 4);
  expect(error(run(example("mass-spring-damper", { c: "4" })), "Ruler", (t) => step(t - 1))).toBeLessThan(1e-12);
});

test("pendulum: nonlinear, and its matrices are those at the angle where it starts", () => {
  const made = matricesOf(example("pendulum"));
  expect(made).toMatchObject({ x: ["angle", "rate"], exact: false });
  expect(made.A[1]![0]).toBeCloseTo(-9.81 * Math.cos((150 / 180) * Math.PI), 12);
  expect(made.A[1]![1]).toBe(-0.1);
});

test("pendulum: without damping its period is that of the elliptic integral, and its energy stays", () => {
  const result = run(example("pendulum", { d: "0" }));
  const angle = result.of("Protractor");
  const start = (150 / 180) * Math.PI;
  // T = 2 pi sqrt(l/g) / agm(1, cos(start/2)).
  let [a, b] = [1, Math.cos(start / 2)];
  while (Math.abs(a - b) > 1e-15) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  const period = (2 * Math.PI * Math.sqrt(1 / 9.81)) / a;
  // Downward zero crossings, by a secant on samples 0.02 s apart, are a period apart.
  const crossings: number[] = [];
  for (let i = 1; i < angle.length; i++) {
    const [before, after] = [angle[i - 1]!, angle[i]!];
    if (before > 0 && after <= 0) crossings.push(result.t[i - 1]! + (0.02 * before) / (before - after));
  }
  expect(crossings.length).toBe(Math.floor((20 - period / 4) / period) + 1);
  crossings.forEach((t, i) => expect(Math.abs(t - (i + 0.25) * period)).toBeLessThan(1e-4));
  const rate = result.of("rate");
  angle.forEach((value, i) => {
    const energy = rate[i]! ** 2 / 2 - 9.81 * Math.cos(value);
    expect(Math.abs(energy + 9.81 * Math.cos(start))).toBeLessThan(1e-5);
  });
});
