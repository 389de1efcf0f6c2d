import katex from "katex";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entries, polynomial, scalarOr, tex } from "../../../core/blocks/tex.ts";

test.each([
  ["2.5", "2.5"],
  ["1e-3", "10^{-3}"],
  ["2e6", "2\\!\\cdot\\!10^{6}"],
  ["k*m/2", "k\\,m/2"],
  ["omega^2", "\\omega^{2}"],
  ["mass", "\\mathrm{mass}"],
  ["k_p", "k_{\\mathrm{p}}"],
  ["K1", "K_{1}"],
  ["", "F"],
  ["[1, 2]", "F"],
  ["x^(2)", "F"],
  ["a_very_long_name + another", "F"],
])("%s becomes %s", (typed, expected) => expect(tex(typed, "F")).toBe(expected));

test("whatever is typed, the result is TeX that KaTeX sets", () => {
  const strange = fc.oneof(fc.string(), fc.stringMatching(/^[-+*/^()0-9.eA-Za-z_ ,;[\]{}\\$%&#~]{0,20}$/));
  fc.assert(
    fc.property(strange, strange, (a, b) => {
      for (const made of [
        tex(a, "F"),
        scalarOr(a, "K"),
        `\\frac{${polynomial(a, "s") ?? "b"}}{${polynomial(b, "z") ?? "a"}}`,
      ]) {
        expect(() => katex.renderToString(made, { throwOnError: true, strict: "error" })).not.toThrow();
      }
    }),
  );
});

test("entries of a vector, or of a scalar; undefined where commas mean something else", () => {
  expect(entries("[1, 2; a*b]")).toEqual(["1", "2", "a*b"]);
  expect(entries("k")).toEqual(["k"]);
  expect(entries("[ 1 0 -1 ]")).toEqual(["1", "0", "-1"]);
  expect(entries("[m 2*k + 1, 0]")).toEqual(["m", "2*k + 1", "0"]);
  expect(entries("[max(a, b), 1]")).toBeUndefined();
  expect(entries("[[1, 2], [3, 4]]")).toBeUndefined();
  expect(entries("1:3")).toBeUndefined();
});

test("polynomials drop zeros and ones, and bracket sums", () => {
  expect(polynomial("[1, 0, -1]", "s")).toBe("s^{2}-1");
  expect(polynomial("[a+b, 1]", "s")).toBe("(a+b)\\,s+1");
  expect(polynomial("[0, 0]", "s")).toBe("0");
  expect(polynomial("[1, 2, 3, 4, 5]", "s")).toBeUndefined();
});
