import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

const of = (u: readonly [string, Record<string, string>?], limiter: Record<string, string>, stop = 4, step = 0.25) =>
  drawnRun({ u, r: ["rate-limiter", limiter], s: ["scope"] }, ["u -> r", "r -> s"], stop, step);

test("a step becomes a ramp that ends exactly on it, up and down", () => {
  const { at } = of(["pulse", { amplitude: "1", period: "2.5", duty: "0.5", delay: "0.5" }], {
    rising: "2",
    falling: "4",
  });
  for (const [t, y] of [
    [0.5, 0],
    [0.75, 0.5],
    [1, 1],
    [1.5, 1],
    [1.75, 1],
    [2, 0],
    [3.25, 0.5],
    [4, 1],
  ] as const)
    expect(at("r", t)).toBeCloseTo(y, 9);
});

test("a ramp within the limits passes as it is; one beyond them is left behind", () => {
  const slow = of(["ramp", { slope: "0.9", time: "0" }], {});
  for (const t of [0.5, 2, 4]) expect(slow.at("r", t)).toBeCloseTo(0.9 * t, 12);
  const fast = of(["ramp", { slope: "-3", time: "1" }], { falling: "2" });
  for (const t of [0.5, 1, 2, 4]) expect(fast.at("r", t)).toBeCloseTo(-2 * Math.max(0, t - 1), 9);
});

test("a sine is left where its slope passes the limit, and met again where the line meets it", () => {
  const limit = 0.5;
  const { at } = of(["sine", {}], { rising: "0.5", falling: "10" }, 6, 0.125);
  // From the start it slides at 0.5, until t/2 = sin t.
  let meet = 1.8;
  for (let i = 0; i < 50; i++) meet -= (Math.sin(meet) - limit * meet) / (Math.cos(meet) - limit);
  // It leaves again where the sine rises faster than 0.5, at 5 pi / 3.
  const leave = (5 * Math.PI) / 3;
  for (const t of [0.25, 1, 1.75, 2, 3, 4, 5, 5.25, 5.5, 6]) {
    const exact = t <= meet ? limit * t : t <= leave ? Math.sin(t) : Math.sin(leave) + limit * (t - leave);
    expect(at("r", t)).toBeCloseTo(exact, 7);
  }
});

test("of states too: it follows an integrator's turn", () => {
  const { at } = drawnRun(
    {
      u: ["step", { time: "1", before: "0.5", after: "3" }],
      x: ["integrator"],
      r: ["rate-limiter", {}],
      s: ["scope"],
    },
    ["u -> x", "x -> r", "r -> s"],
    3,
    0.25,
  );
  expect(at("r", 1)).toBeCloseTo(0.5, 9);
  expect(at("r", 3)).toBeCloseTo(2.5, 9);
});

test("slides from a given value, and each element has its own rates", () => {
  const { at } = of(["constant", { value: "[1; -1]" }], {
    begins: "value",
    initial: "0",
    rising: "[0.5; 1]",
    falling: "0.25",
  });
  expect([at("r[1]", 1), at("r[1]", 4)]).toEqual([expect.closeTo(0.5, 9), expect.closeTo(1, 9)]);
  expect([at("r[2]", 2), at("r[2]", 4)]).toEqual([expect.closeTo(-0.5, 9), expect.closeTo(-1, 9)]);
});

test("sampled, it moves by at most its rate times the sample time", () => {
  const block = traceBlock("rate-limiter", { rising: [1], falling: [2], period: 0.5 });
  const next = (u: number) => block.at({ in: { in: [u] }, state: { x: [3] } });
  expect(next(9)).toMatchObject({ out: { out: [3.5] }, next: { x: [3.5] } });
  expect(next(3.25).out).toEqual({ out: [3.25] });
  expect(next(-9).out).toEqual({ out: [2] });
  expect(traceBlock("rate-limiter", { rising: [0] }).problem).toBe("Rising R must be greater than 0, not 0");
});
