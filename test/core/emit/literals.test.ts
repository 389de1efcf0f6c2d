import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commentText, jsonNumber, numberText, textLiteral, wrapped } from "../../../core/emit/literals.ts";
import { hostileNames } from "./hostileNames.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileNames));

describe("numbers", () => {
  it("read back as the same double, -0 included", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(Object.is(Number(numberText(value)), value)).toBe(true);
      }),
    );
  });

  it("are valid JSON even when they are not finite", () => {
    expect([NaN, Infinity, -Infinity, -0, 0.1].map(jsonNumber)).toEqual([
      '"NaN"',
      '"Infinity"',
      '"-Infinity"',
      "-0",
      "0.1",
    ]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(JSON.parse(jsonNumber(value)), value),
      ),
    );
  });
});

describe("text", () => {
  it("reads back as the same text from a literal of one line without tags", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const literal = textLiteral(text);
        expect(JSON.parse(literal)).toBe(text);
        expect(literal).not.toMatch(/[<>&\u2028\u2029\n\r]/);
      }),
    );
  });

  it("leaves nothing in a comment that could end it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(commentText(text)).toMatch(/^[\p{L}\p{N}_.,()[\]=+ -]*$/u);
        expect([...commentText(text)].length).toBeLessThanOrEqual(84);
      }),
    );
  });
});

it("wraps long lists without losing or reordering anything", () => {
  fc.assert(
    fc.property(fc.array(fc.integer().map(String)), fc.integer({ min: 1, max: 60 }), (items, width) => {
      expect(
        wrapped(items, "  ", width)
          .join("")
          .split(",")
          .map((s) => s.trim())
          .filter((s) => s !== ""),
      ).toEqual(items);
    }),
  );
});
