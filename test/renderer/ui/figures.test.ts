import { expect, test } from "vitest";
import { written } from "../../../renderer/ui/figures.ts";

test("numbers have a true minus sign, few figures and no negative zero", () => {
  expect(written(-0.05)).toBe("−0.05");
  expect(written(1 / 3, 3)).toBe("0.333");
  expect(written(-0)).toBe("0");
  expect(written(1.5e-9)).toBe("1.5e−9");
  expect(written(NaN)).toBe("–");
  expect(written(-Infinity)).toBe("−∞");
});
