import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("takes elements in any order, twice if asked, and ranges", () => {
  const at = (indices: string) => traceBlock("selector", { indices }).at({ in: { in: [7, 8, 9, 10] } }).out["out"];
  expect(at("3, 1")).toEqual([9, 7]);
  expect(at("2, 2")).toEqual([8, 8]);
  expect(at(" 4 , 1 : 3")).toEqual([10, 7, 8, 9]);
});

test("its input is no narrower than the last index", () => {
  expect(traceBlock("selector", { indices: "3, 1" }).ports).toEqual({
    in: { in: { width: [2, "rest"] } },
    out: { out: { width: 2 } },
  });
});

test.each(["", "0", "1.5", "-1", "a", "3:1", "1,,2", "1:99999", "10001"])("refuses the indices %j", (indices) => {
  expect(traceBlock("selector", { indices }).problem).toMatch(/^Indices must be whole numbers from 1 on/);
  expect(traceBlock("selector", { indices }).ports.out).toEqual({ out: { width: 1 } });
});
