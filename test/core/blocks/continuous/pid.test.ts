import { describe, expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

const law = { P: 2, I: 3, D: 0.5, N: 10 };
const state = { integral: [0.25], filter: [1] };

test("adds its three terms, parallel or ideal", () => {
  const at = (form: string) => traceBlock("pid", { ...law, form }).at({ in: { e: [4] }, state });
  expect(at("parallel")).toMatchObject({
    out: { u: [8 + 0.25 + 0.5 * 10 * 3] },
    next: { integral: [12], filter: [30] },
  });
  expect(at("ideal")).toMatchObject({ out: { u: [8 + 0.25 + 2 * 0.5 * 10 * 3] }, next: { integral: [24] } });
  const p = traceBlock("pid", { terms: "P", P: 2 });
  expect(p.states).toEqual({});
  expect(p.at({ in: { e: [4, 5] } }).out).toEqual({ u: [8, 10] });
});

test("weighs the reference in two degrees of freedom, never in the integral", () => {
  const block = traceBlock("pid", { ...law, inputs: "r and y", b: 0.5, c: 0 });
  expect(Object.keys(block.ports.in ?? {})).toEqual(["r", "y"]);
  expect(block.at({ in: { r: [4], y: [1] }, state })).toMatchObject({
    out: { u: [2 * (2 - 1) + 0.25 + 0.5 * 10 * (-1 - 1)] },
    next: { integral: [9], filter: [-20] },
  });
});

describe("against windup", () => {
  // A constant error of 1 for 5 s, then of -1.
  const run = (limits: string) =>
    drawnRun(
      {
        e: ["step", { time: "5", before: "1", after: "-1" }],
        c: ["pid", { terms: "PI", P: "1", I: "1", limits, lower: "-2", upper: "2", Kb: "5" }],
        s: ["scope"],
      },
      ["e -> c", "c -> s"],
      8,
      0.5,
    );
  test("none: the integral must first run all the way back", () => {
    const { at } = run("no anti-windup");
    expect(at("c", 4.5)).toBe(2);
    expect(at("c", 6.5)).toBeCloseTo(2, 9);
    expect(at("c", 7)).toBeCloseTo(-1 + 5 - 2, 9);
  });
  test("clamping: it stands within a hundredth of the range beyond the limit", () => {
    const { at } = run("clamping");
    expect(at("c", 4.5)).toBe(2);
    expect(at("c", 5.5)).toBeGreaterThan(-1 + 1 - 0.5 - 1e-9);
    expect(at("c", 5.5)).toBeLessThan(-1 + 1 + 0.04 - 0.5 + 1e-9);
  });
  test("back-calculation: it settles I e / Kb beyond the limit", () => {
    const { at } = run("back-calculation");
    // v -> 2 + 1/5 with time constant 1/5, so the integral is 1.2 at t = 5.
    expect(at("c", 5.5)).toBeCloseTo(-1 + 1.2 - 0.5, 4);
  });
});

test("goes on from what it tracked without a bump", () => {
  const { at, of, result } = drawnRun(
    {
      e: ["constant", { value: "0.5" }],
      t: ["sine", { amplitude: "2" }],
      m: ["step", { time: "1.3", before: "1", after: "0" }],
      c: ["pid", { ...{ P: "3", I: "1", D: "0.2", N: "20" }, manual: "ports" }],
      s: ["scope"],
    },
    ["e -> c.e", "t -> c.track", "m -> c.manual", "c -> s"],
    2,
    0.1,
  );
  expect(at("c", 1)).toBeCloseTo(2 * Math.sin(1), 9);
  const jump = result.t.findIndex((t) => t > 1.3 - 1e-9);
  expect(of("c")[jump]).toBeCloseTo(2 * Math.sin(1.3), 6);
  // The derivative has died out, so only the integral moves.
  expect(at("c", 2)).toBeCloseTo(2 * Math.sin(1.3) + 0.5 * 0.7, 6);
});

test("refuses limits that contradict each other", () => {
  expect(traceBlock("pid", { limits: "clamping", lower: 2, upper: 1 }).problem).toMatch(/2 is more than 1/);
  expect(traceBlock("pid", { limits: "none", lower: 2, upper: 1 }).problem).toBeUndefined();
});
