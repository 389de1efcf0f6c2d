/** The RLC circuit, the motor and the thermostat, against closed forms and recurrences. */
import { expect, test } from "vitest";
import { error, example, matricesOf, run } from "./example.ts";

test("RLC circuit: rings at every edge as the closed form", () => {
  const made = matricesOf(example("rlc"));
  const { R, L, C } = { R: 10, L: 10e-3, C: 8e-6 };
  expect(made).toMatchObject({
    A: [
      [-R / L, -1 / L],
      [1 / C, 0],
    ],
    B: [[1 / L], [0]],
    C: [[0, 1]],
    D: [[0]],
    x: ["current", "voltage"],
    exact: true,
  });
  const [decay, w] = [R / (2 * L), Math.sqrt(1 / (L * C) - (R / (2 * L)) ** 2)];
  const step = (t: number) =>
    t < 0 ? 0 : 1 - Math.exp(-decay * t) * (Math.cos(w * t) + (decay / w) * Math.sin(w * t));
  // A square wave is a sum of steps, up and down every 10 ms.
  const wave = (t: number) => [0, 1, 2, 3, 4].reduce((sum, k) => sum + (k % 2 === 0 ? 1 : -1) * step(t - 0.01 * k), 0);
  expect(error(run(example("rlc")), "Voltmeter.capacitor", wave)).toBeLessThan(1e-10);
});

test("DC motor: poles and steady speed as published for these constants, the load halves the speed", () => {
  const made = matricesOf(example("dc-motor"));
  expect(made).toMatchObject({ u: ["voltage", "load"], y: ["speed"], exact: true });
  // 0.01 / (0.005 s^2 + 0.06 s + 0.1001): poles at -2.0025 and -9.9975, gain 0.0999.
  const [[a, b], [c, d]] = made.A as [[number, number], [number, number]];
  expect(a + d).toBeCloseTo(-12, 12);
  expect(a * d - b * c).toBeCloseTo(20.02, 12);
  const [p, q] = [-6 + Math.sqrt(36 - 20.02), -6 - Math.sqrt(36 - 20.02)];
  expect(p).toBeCloseTo(-2.0025, 4);
  expect(q).toBeCloseTo(-9.9975, 4);
  // From voltage 2 / ((s - p)(s - q)); from load -100 (s + 2) / ((s - p)(s - q)).
  const response = (n0: number, n1: number, t: number) =>
    t < 0
      ? 0
      : n0 / (p * q) +
        ((n0 + n1 * p) * Math.exp(p * t)) / (p * (p - q)) +
        ((n0 + n1 * q) * Math.exp(q * t)) / (q * (q - p));
  const result = run(example("dc-motor"));
  expect(
    error(result, "Tachometer.speed", (t) => response(2, 0, t - 0.5) - 0.005 * response(200, 100, t - 4)),
  ).toBeLessThan(1e-12);
  const speed = result.of("Tachometer.speed");
  expect(speed[390]).toBeCloseTo(0.0999, 3);
  expect(speed[800]).toBeCloseTo(0.05, 3);
});

test("sampled thermostat: the recurrence, sample by sample", () => {
  const a = Math.exp(-60 / 1800);
  const b = 0.01 * (1 - a);
  expect(matricesOf(example("discrete"))).toMatchObject({
    A: [
      [a - b * 1000, b],
      [-100, 1],
    ],
    time: { kind: "discrete", period: 60 },
    x: ["temperature", "Memory"],
    exact: true,
  });
  const result = run(example("discrete"));
  expect(Array.from(result.t)).toEqual(Array.from({ length: 121 }, (_, k) => 60 * k));
  let [temperature, memory] = [0, 0];
  const values = result.of("Thermometer.temperature");
  for (let k = 0; k <= 120; k++) {
    expect(Math.abs(values[k]! - temperature)).toBeLessThan(1e-12);
    const miss = (k >= 10 ? 3 : 0) - temperature;
    const heat = 1000 * miss + memory;
    [temperature, memory] = [a * temperature + b * heat, memory + 100 * miss];
  }
  expect(values[120]).toBeCloseTo(3, 2);
});
