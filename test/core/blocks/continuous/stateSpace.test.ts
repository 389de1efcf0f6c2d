import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = {
  A: [
    [0, 1],
    [-2, -3],
  ],
  B: [[0], [1]],
  C: [[1, 0]],
  D: [[5]],
  initial: [1, 2],
  names: ["position", "speed"],
  period: null,
};

test("A x + B u and C x + D u", () => {
  const block = traceBlock("state-space", params);
  expect(block.at({ in: { u: [10] }, state: { x: [1, 2] } })).toMatchObject({
    out: { y: [51] },
    next: { x: [2, 2] },
    held: [],
  });
  expect(block.ports).toEqual({ in: { u: { width: 1 } }, out: { y: { width: 1 } } });
  expect(block.labels).toEqual({ x: ["position", "speed"] });
});

test("sampled, its direct path is held", () => {
  expect(
    traceBlock("state-space", { ...params, period: 0.1 }).at({ in: { u: [10] }, state: { x: [1, 2] } }).held,
  ).toEqual([10]);
});

test("a lone 0 stands for a zero D of any size", () => {
  const wide = {
    ...params,
    B: [
      [1, 0],
      [0, 1],
    ],
    C: [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    D: [[0]],
  };
  expect(traceBlock("state-space", wide).problem).toBeUndefined();
  expect(traceBlock("state-space", wide).at({ in: { u: [7, 8] }, state: { x: [1, 2] } }).out).toEqual({ y: [1, 2, 3] });
});

test("names the matrix that does not fit", () => {
  const problem = (change: object) => traceBlock("state-space", { ...params, ...change }).problem;
  expect(problem({})).toBeUndefined();
  expect(
    problem({
      A: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    }),
  ).toBe("A must be square, and is 2 × 3");
  expect(problem({ B: [[1]] })).toBe("B must have 2 rows like A, and is 1 × 1");
  expect(problem({ C: [[1]] })).toBe("C must have 2 columns like A, and is 1 × 1");
  expect(problem({ D: [[1, 1]] })).toBe("D must be 1 × 1, or 0, and is 1 × 2");
  expect(problem({ names: ["one"] })).toBe("there are 2 states, but 1 names");
  expect(problem({ initial: [1, 2, 3] })).toBe("there are 2 states, but 3 initial values");
});
