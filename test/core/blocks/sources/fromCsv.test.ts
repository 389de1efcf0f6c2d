import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const column = (name: string, ...values: number[]) => ({ name, values: Float64Array.from(values) });
const table = {
  file: "drops.csv",
  columns: [column("t", 0, 1, 3), column("food", 10, 20, 40), column("staff", 1, 2, 3)],
};
const params = { file: table, timing: "column", time: "", every: 1, start: 0, values: [], between: "hold" };
const at = (change: object, t: number) => traceBlock("from-csv", { ...params, ...change }).at({ t }).out["out"];

test("gives every column but the time, held between rows and at both ends", () => {
  expect(traceBlock("from-csv", params).labels).toEqual({ out: ["food", "staff"] });
  expect(traceBlock("from-csv", params).ports.out).toEqual({ out: { width: 2 } });
  expect(at({}, -1)).toEqual([10, 1]);
  expect(at({}, 0.99)).toEqual([10, 1]);
  expect(at({}, 1)).toEqual([20, 2]);
  expect(at({}, 9)).toEqual([40, 3]);
});

test("or joins them by straight lines", () => {
  expect(at({ between: "linear", values: ["food"] }, 2)).toEqual([30]);
  expect(at({ between: "linear", values: ["food"] }, -1)).toEqual([10]);
  expect(at({ between: "linear", values: ["food"] }, 5)).toEqual([40]);
});

test("columns come in the order asked for, timed by any of them, from any start", () => {
  expect(at({ values: ["staff", "food"] }, 1)).toEqual([2, 20]);
  expect(at({ time: "staff", values: ["t"] }, 2.5)).toEqual([1]);
  expect(at({ start: 100, values: ["food"] }, 101)).toEqual([20]);
});

test("without a column of times a row comes every sample time", () => {
  const rows = { timing: "sample time", every: 0.5, values: ["food"] };
  expect(traceBlock("from-csv", { ...params, timing: "sample time" }).labels).toEqual({ out: ["t", "food", "staff"] });
  expect([-1, 0, 0.4, 0.5, 1, 7].map((t) => at(rows, t)?.[0])).toEqual([10, 10, 10, 20, 40, 40]);
  expect([-1, 0, 0.25, 0.5, 0.75, 7].map((t) => at({ ...rows, between: "linear" }, t)?.[0])).toEqual([
    10, 10, 15, 20, 30, 40,
  ]);
});

test("one row is a constant, no file a zero", () => {
  expect(at({ file: { file: "one.csv", columns: [column("t", 0), column("v", 5)] } }, 3)).toEqual([5]);
  expect(at({ file: { file: "", columns: [] } }, 3)).toEqual([0]);
});

test("says which column is missing, and which row goes back in time", () => {
  const problem = (change: object) => traceBlock("from-csv", { ...params, ...change }).problem;
  expect(problem({})).toBeUndefined();
  expect(problem({ time: "time" })).toMatch(/no time column “time”.*“t”, “food”, “staff”/);
  expect(problem({ values: ["fodo"] })).toMatch(/no column “fodo”/);
  expect(problem({ file: { file: "a.csv", columns: [column("t", 0, 1)] } })).toMatch(/beside the time/);
  expect(problem({ file: { file: "a.csv", columns: [column("t", 0, 2, 2, 3), column("v", 1, 2, 3, 4)] } })).toMatch(
    /row 3 has 2 after 2/,
  );
});
