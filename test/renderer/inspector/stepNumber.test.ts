import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlainNumber, stepNumber } from "../../../renderer/inspector/stepNumber.ts";

const stepped = (text: string, caret: number, times: number, coarse?: number) =>
  stepNumber(text, caret, times, coarse)?.text;

describe("stepping the number at the caret", () => {
  test("changes one unit of its last digit", () => {
    expect(stepped("5", 1, 1)).toBe("6");
    expect(stepped("0.25", 4, -1)).toBe("0.24");
    expect(stepped("1.0", 3, 1)).toBe("1.1");
    expect(stepped("2e-3", 4, 1)).toBe("3e-3");
    expect(stepped(".5", 2, 1)).toBe("0.6");
  });
  test("takes ten with a coarse step and a tenth with a fine one", () => {
    expect(stepped("5", 1, 1, 10)).toBe("15");
    expect(stepped("5", 1, 1, 0.1)).toBe("5.1");
    expect(stepped("0.9", 3, 1, 0.1)).toBe("0.91");
  });
  test("leaves the rest of a matrix alone and knows a sign from a subtraction", () => {
    expect(stepped("[0.5, -4; 0.1, -0.05]", 8, 1)).toBe("[0.5, -3; 0.1, -0.05]");
    expect(stepped("a-4", 3, 1)).toBe("a-5");
    expect(stepped("-1", 2, 1)).toBe("0");
    expect(stepped("0", 1, -1)).toBe("-1");
  });
  test("does not touch digits of a name", () => {
    expect(stepped("k1*2", 2, 1)).toBeUndefined();
    expect(stepped("k1*2", 4, 1)).toBe("k1*3");
    expect(stepped("k", 1, 1)).toBeUndefined();
  });
  test("up and then down is where it began", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99999, max: 99999 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 50 }),
        (digits, places, times) => {
          const text = (digits / 10 ** places).toFixed(places);
          const up = stepNumber(text, text.length, times)!;
          expect(Number(stepNumber(up.text, up.to, -times)!.text)).toBe(Number(text));
          expect(Number(up.text)).toBeCloseTo(Number(text) + times / 10 ** places, 9);
        },
      ),
    );
  });
});

test("only a number alone can be scrubbed", () => {
  for (const text of ["1", "-2.5", " 3e4 ", ".5"]) expect(isPlainNumber(text), text).toBe(true);
  for (const text of ["", "k", "2*k", "[1, 2]", "1 2", "-"]) expect(isPlainNumber(text), text).toBe(false);
});
