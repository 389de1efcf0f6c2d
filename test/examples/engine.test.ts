/** The examples of events, delays, samples, subsystems and stiff models against what is known of them. */
import { expect, test } from "vitest";
import { example, matricesOf, run } from "./example.ts";

const last = (values: Float64Array): number => values.at(-1)!;

test("bouncing ball: every bounce at the closed form's instant, and the run ends with the twelfth", () => {
  const result = run(example("bouncing-ball"));
  const [g, e, h] = [9.81, 0.8, 2];
  const fall = Math.sqrt((2 * h) / g);
  const bounce = (n: number): number => fall * (1 + (2 * e * (1 - e ** (n - 1))) / (1 - e));
  expect(result.status).toBe("stopped");
  expect(Math.abs(last(result.t) - bounce(12))).toBeLessThan(1e-10 * bounce(12));
  const heard = result.events.map(({ t }) => t);
  for (let n = 1; n <= 12; n++)
    expect(Math.min(...heard.map((t) => Math.abs(t - bounce(n))))).toBeLessThan(1e-10 * bounce(n));
});

test("thermostat: the temperature stays within the hysteresis once it is there, and cycles as its exponentials say", () => {
  const result = run(example("thermostat"));
  const room = result.of("Temperature.inside");
  result.t.forEach((t, i) => {
    if (t > 9) expect(Math.abs(room[i]! - 21)).toBeLessThan(0.5 + 1e-6);
  });
  expect(Math.max(...result.of("Thermostat"))).toBe(5);
});

test("delay in the loop: with the predictor the plant answers as one without a delay would, two seconds later", () => {
  const result = run(example("delay-loop"));
  const y = result.of("Sensors.Smith predictor");
  // P = 3.6 and I = 0.96 on 1/(3 s + 1): 3 y'' + (1 + P) y' + I y = P r' + I r.
  const [tau, P, I] = [3, 3.6, 0.96];
  const [sum, product] = [(1 + P) / tau, I / tau];
  const root = Math.sqrt((sum / 2) ** 2 - product);
  const [p1, p2] = [-sum / 2 + root, -sum / 2 - root];
  const step = (t: number): number => {
    if (t <= 0) return 0;
    const residue = (p: number, q: number) => (P * p + I) / (tau * p * (p - q));
    return 1 + residue(p1, p2) * Math.exp(p1 * t) + residue(p2, p1) * Math.exp(p2 * t);
  };
  result.t.forEach((t, i) => expect(Math.abs(y[i]! - step(t - 3))).toBeLessThan(2e-5));
});

test("sampled control: the matrices of the loop say what the run does at the sample instants", () => {
  const document = example("sampled-control");
  const { A, B, C, D, time } = matricesOf(document);
  expect(time).toEqual({ kind: "discrete", period: 0.2 });
  const result = run(document);
  const position = result.of("Position.position");
  let x = A.map(() => 0);
  for (let k = 0; k * 0.2 <= 6; k++) {
    const t = k * 0.2;
    // The reference jumps at 0.5 s, between two samples: only from there on is it held.
    const u = t >= 0.6 ? 1 : 0;
    const i = result.t.findIndex((time_) => Math.abs(time_ - t) < 1e-9);
    const y = C[0]!.reduce((s, c, j) => s + c * x[j]!, D[0]![0]! * u);
    expect(Math.abs(y - position[i]!)).toBeLessThan(1e-9);
    x = A.map((row, r) => row.reduce((s, a, j) => s + a * x[j]!, B[r]![0]! * u));
  }
});

test("stiff kinetics: nothing is lost, and the end is Robertson's", () => {
  const result = run(example("kinetics"));
  expect(result.counts.steps).toBeLessThan(2000);
  const [a, b, c] = ["A", "B", "C"].map((name) => result.of(`Amounts.${name}`));
  result.t.forEach((_, i) => expect(Math.abs(a![i]! + b![i]! + c![i]! - 1)).toBeLessThan(1e-8));
  // At 4000 s: reference value of the problem, 9 figures.
  const at = result.t.findIndex((t) => Math.abs(t - 4000) < 1e-6);
  expect(a![at]).toBeCloseTo(0.18320225777670932, 5);
  expect(b![at]! * 1e6).toBeCloseTo(0.894237125277591, 4);
});

test("three tanks: each has its own parameters, and no water is lost", () => {
  const result = run(example("three-tanks"));
  const levels = ["Upper tank", "Middle tank", "Lower tank"].map((name) => result.of(`${name}/level`));
  const bases = [0.3, 0.5, 0.8];
  const stored = (i: number): number => levels.reduce((sum, level, k) => sum + bases[k]! * level[i]!, 0);
  const out = result.of("Outflow.outflow");
  let drained = 0;
  for (let i = 1; i < result.t.length; i++)
    drained += ((out[i]! + out[i - 1]!) / 2) * (result.t[i]! - result.t[i - 1]!);
  const pumped = 0.03 * 60;
  expect(stored(0) + pumped - drained - stored(result.t.length - 1)).toBeCloseTo(0, 2);
  for (const level of levels) expect(Math.min(...level)).toBeGreaterThan(-1e-9);
});

test("PID on a motor: reaches the angle, stays within the supply, and takes up the load", () => {
  const result = run(example("pid-motor"));
  const angle = result.of("Encoder.angle");
  const before = result.t.findIndex((t) => t >= 2.49);
  expect(angle[before]).toBeCloseTo(Math.PI / 2, 2);
  expect(last(angle)).toBeCloseTo(Math.PI / 2, 2);
  for (const u of result.of("PID")) expect(Math.abs(u)).toBeLessThanOrEqual(24 + 1e-9);
});

test("tank: pump and level stay within what they can be, and the level comes back after the drain has opened", () => {
  const result = run(example("tank-level"));
  for (const u of result.of("Pump")) expect(u >= 0 && u <= 1).toBe(true);
  expect(last(result.of("Gauge.level"))).toBeCloseTo(1.5, 2);
});

test("cart and pendulum: without friction the energy that the push gave stays", () => {
  const result = run(example("cart-pendulum", { c: "0" }));
  const [M, m, l, g] = [1, 0.3, 0.5, 9.81];
  const [v, angle, rate] = ["v", "θ", "ω"].map((name) => result.of(`Cart and rod.${name}`));
  const energy = (i: number): number => {
    const [vi, a, w] = [v![i]!, angle![i]!, rate![i]!];
    return 0.5 * (M + m) * vi * vi + m * l * vi * w * Math.cos(a) + 0.5 * m * l * l * w * w - m * g * l * Math.cos(a);
  };
  const after = result.t.findIndex((t) => t > 0.85);
  for (let i = after; i < result.t.length; i++) expect(Math.abs(energy(i) - energy(after))).toBeLessThan(1e-5);
});

test("Lorenz: bounded on its attractor, the same in every run", () => {
  const result = run(example("lorenz"));
  const z = result.of("Air.z");
  expect(Math.max(...z)).toBeLessThan(50);
  expect(Math.min(...z.slice(500))).toBeGreaterThan(0);
  expect(run(example("lorenz")).of("Air.z")).toEqual(z);
});
