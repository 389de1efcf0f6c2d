/** Zero-order hold, first-order hold, rate transition and memory in runs. */
import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";

const of = (block: readonly [string, Record<string, string>?], stop = 3) =>
  drawnRun(
    { u: ["sine"], h: block, x: ["integrator"], s: ["scope", { count: "2" }] },
    ["u -> h", "h -> s.in1", "h -> x", "x -> s.in2"],
    stop,
    0.1,
  );

test("a zero-order hold holds, from its offset on", () => {
  const { at } = of(["zero-order-hold", { period: "[0.4, 0.2]" }]);
  for (const [t, sample] of [
    [0.2, 0.2],
    [0.5, 0.2],
    [0.6, 0.6],
    [2.9, 2.6],
  ] as const)
    expect(at("h", t)).toBeCloseTo(Math.sin(sample), 12);
});

test("a first-order hold goes on through its last two samples, with no slope at first", () => {
  const { at } = of(["first-order-hold", { period: "0.5" }]);
  const onwards = (t: number) => {
    const k = Math.floor(t / 0.5 + 1e-9);
    const [now, before] = [Math.sin(0.5 * k), Math.sin(0.5 * Math.max(0, k - 1))];
    return now + ((t - 0.5 * k) / 0.5) * (now - before);
  };
  for (const t of [0, 0.4, 0.5, 0.9, 1.7, 3]) expect(at("h", t)).toBeCloseTo(onwards(t), 9);
});

test("one sample late it joins its samples, so that its integral is the trapezoidal rule", () => {
  const { at } = of(["first-order-hold", { period: "0.5", line: "one sample late" }]);
  for (const t of [1, 1.2, 2.7]) {
    const k = Math.floor(t / 0.5 + 1e-9);
    const [now, before] = [Math.sin(0.5 * k), Math.sin(0.5 * (k - 1))];
    expect(at("h", t)).toBeCloseTo(before + ((t - 0.5 * k) / 0.5) * (now - before), 9);
  }
  const samples = [0, 0.5, 1, 1.5, 2, 2.5].map(Math.sin);
  const area = samples.slice(1).reduce((sum, v, i) => sum + 0.25 * (v + samples[i]!), 0);
  expect(at("x", 3)).toBeCloseTo(area, 9);
});

test("a rate transition takes every fifth fast sample, and holds slow ones", () => {
  const { at } = drawnRun(
    {
      u: ["ramp", { time: "0" }],
      fast: ["zero-order-hold", { period: "0.1" }],
      slow: ["rate-transition", { period: "0.5" }],
      again: ["rate-transition", { period: "0.1" }],
      x: ["integrator"],
      s: ["scope", { count: "3" }],
    },
    ["u -> fast", "fast -> slow", "slow -> again", "slow -> s.in1", "again -> s.in2", "again -> x", "x -> s.in3"],
    2,
    0.1,
  );
  for (const t of [0, 0.4, 0.5, 0.9, 1.9]) {
    expect(at("slow", t)).toBeCloseTo(0.5 * Math.floor(t / 0.5 + 1e-9), 12);
    expect(at("again", t)).toBe(at("slow", t));
  }
  expect(at("x", 2)).toBeCloseTo(0.5 * (0 + 0.5 + 1 + 1.5), 9);
});

test("memory gives the sample before at the rate that it inherits", () => {
  const { at } = drawnRun(
    {
      u: ["ramp", { time: "0" }],
      z: ["zero-order-hold", { period: "0.25" }],
      m: ["memory", { initial: "9" }],
      s: ["scope"],
    },
    ["u -> z", "z -> m", "m -> s"],
    1,
    0.25,
  );
  expect([0, 0.25, 0.5, 1].map((t) => at("m", t))).toEqual([9, 0, 0.25, 0.75]);
});
