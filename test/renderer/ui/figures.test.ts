import { expect, test } from "vitest";
import { sure, written } from "../../../renderer/ui/figures.ts";

test("numbers have a true minus sign, few figures and no negative zero", () => {
  expect(written(-0.05)).toBe("−0.05");
  expect(written(1 / 3, 3)).toBe("0.333");
  expect(written(-0)).toBe("0");
  expect(written(1.5e-9)).toBe("1.5e−9");
  expect(written(-0.0000152381)).toBe("−1.5238e−5");
  expect(written(0.0001)).toBe("0.0001");
  expect(written(NaN)).toBe("–");
  expect(written(-Infinity)).toBe("−∞");
});

test("a value ends at the second figure of its deviation", () => {
  expect(sure(12.3, 0.4521)).toBe("12.30 ± 0.45");
  expect(sure(0.79999, 0.00123)).toBe("0.8000 ± 0.0012");
  expect(sure(-3, 0.0996)).toBe("−3.00 ± 0.10");
  expect(sure(1.5, 3.14)).toBe("1.5 ± 3.1");
  expect(sure(1234.5, 345)).toBe("1230 ± 350");
  expect(sure(1.2, 3456)).toBe("0 ± 3500");
  expect(sure(-0.001, 0.2)).toBe("0.00 ± 0.20");
  expect(sure(1.23456e-7, 1.2e-9)).toBe("(1.235 ± 0.012)e−7");
  expect(sure(6.1e9, 2.5e10)).toBe("(0.6 ± 2.5)e10");
  expect(sure(1, 1e-12)).toBe("1.0000000000000 ± 0.0000000000010");
  expect(sure(2.5, NaN)).toBe("2.5");
  expect(sure(2.5, 0)).toBe("2.5");
  expect(sure(2.5, Infinity)).toBe("2.5");
});
