import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("gives a sine and a step later, the initial value before", () => {
  const { at } = drawnRun(
    {
      u: ["sine", { frequency: "2" }],
      step: ["step", { time: "0.33" }],
      d: ["transport-delay", { time: "0.5", initial: "7" }],
      e: ["transport-delay", { time: "0.5" }],
      x: ["integrator"],
      s: ["scope", { count: "2" }],
    },
    ["u -> d", "d -> s.in1", "step -> e", "e -> x", "x -> s.in2"],
    2,
    0.25,
  );
  expect(at("d", 0.25)).toBe(7);
  for (const t of [0.75, 1.5, 2]) expect(at("d", t)).toBeCloseTo(Math.sin(2 * (t - 0.5)), 6);
  expect(at("x", 2)).toBeCloseTo(2 - 0.83, 9);
});

test("sampled signals that it delays by whole samples arrive at samples, at every one, and no sample is missed", () => {
  const { at } = drawnRun(
    {
      one: ["constant", { value: "1" }],
      count: ["state", { period: "0.1" }],
      d: ["transport-delay", { time: "0.3" }],
      late: ["unit-delay", { period: "0.1" }],
      tick: ["step", { time: "0" }],
      early: ["transport-delay", { time: "0.05" }],
      slow: ["state", { period: "0.3" }],
      s: ["scope", { count: "3" }],
    },
    ["one -> count", "count -> count", "count -> d", "d -> late", "late -> s.in1"].concat([
      "one -> slow",
      "slow -> slow",
      "slow -> s.in2",
      "tick -> early",
      "early -> s.in3",
    ]),
    4,
    0.05,
  );
  for (let k = 5; k < 39; k++) expect([k, at("late", k * 0.1)]).toEqual([k, k - 4]);
  for (let k = 1; k < 13; k++) expect([k, at("slow", k * 0.3)]).toEqual([k, k]);
});

test("asks for a delay line of its time for each element, and refuses no time", () => {
  const { delays } = traceBlock("transport-delay", { time: [1, 2], initial: [3] }).at({ in: { in: [5, 6] } });
  expect(delays).toEqual([
    { value: 5, time: 1, initial: 3 },
    { value: 6, time: 2, initial: 3 },
  ]);
  expect(traceBlock("transport-delay", { time: [0] }).problem).toBe("Time T must be greater than 0, not 0");
});
