import { describe, expect, test } from "vitest";
import { valueAt } from "../../../renderer/store/reading.ts";

// A jump at t = 1: both sides are recorded at the same instant.
const t = Float64Array.of(0, 1, 1, 3);
const y = Float64Array.of(0, 2, 10, 20);

describe("a signal read at an instant", () => {
  test("is on the line between samples", () => {
    expect(valueAt(t, y, false, 0.5)).toBe(1);
    expect(valueAt(t, y, false, 2)).toBe(15);
  });
  test("is held between samples where it is sampled", () => {
    expect(valueAt(t, y, true, 0.5)).toBe(0);
    expect(valueAt(t, y, true, 2.9)).toBe(10);
  });
  test("is the later side of a jump", () => {
    expect(valueAt(t, y, false, 1)).toBe(10);
    expect(valueAt(t, y, true, 1)).toBe(10);
  });
  test("is its ends at the ends, and nothing outside", () => {
    expect(valueAt(t, y, false, 0)).toBe(0);
    expect(valueAt(t, y, false, 3)).toBe(20);
    expect(valueAt(t, y, false, 3.01)).toBeNaN();
    expect(valueAt(t, y, false, -0.01)).toBeNaN();
    expect(valueAt(new Float64Array(), new Float64Array(), false, 0)).toBeNaN();
  });
});
