import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withSame } from "../../../renderer/store/same.ts";

/** What answers of the engine are made of. */
const answers = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.double(),
    fc.string({ maxLength: 2 }),
    fc.constant(undefined),
    fc.float64Array({ maxLength: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
  ),
})).value;

describe("an answer beside the one before", () => {
  test("says what it says; one that says the same is the one before", () => {
    fc.assert(
      fc.property(answers, answers, (before, now) => {
        expect(withSame(before, now)).toStrictEqual(now);
        expect(withSame(before, structuredClone(before))).toBe(before);
      }),
    );
  });

  test("its parts that say the same are those of before, whatever else changed", () => {
    fc.assert(
      fc.property(answers, answers, (kept, now) => {
        const before = { kept, list: [kept, "old"], of: 1 };
        const next = withSame(before, structuredClone({ kept, list: [kept, "new", now], of: 2 }));
        expect(next).not.toBe(before);
        expect(next.kept).toBe(before.kept);
        expect(next.list[0]).toBe(before.list[0]);
      }),
    );
  });

  test("what is no plain data is never taken for another", () => {
    const [a, b] = [new Set([1]), new Set([1])];
    expect(withSame({ a }, { a: b }).a).toBe(b);
    expect(withSame(Float64Array.of(0), Float64Array.of(-0))).toStrictEqual(Float64Array.of(-0));
    expect(withSame(Int32Array.of(1), Float64Array.of(1))).toBeInstanceOf(Float64Array);
    expect(withSame({ a: undefined }, {})).toStrictEqual({});
  });
});
