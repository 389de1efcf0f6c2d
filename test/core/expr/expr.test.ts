import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAlgebra } from "../../../core/expr/algebra.ts";
import { derivative } from "../../../core/expr/derivative.ts";
import { cellAt, evaluate, findIndex } from "../../../core/expr/evaluate.ts";
import type { Algebra, Expr } from "../../../core/expr/expr.ts";
import { createRewriter, postorder, slotsOf } from "../../../core/expr/walk.ts";

/** Random smooth expressions over slots 0 and 1, safe on positive arguments. */
function smooth(m: Algebra): fc.Arbitrary<Expr> {
  const { tree } = fc.letrec<{ tree: Expr }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(m.slot(0), m.slot(1)),
      fc.double({ min: -3, max: 3, noNaN: true }).map((v) => m.num(v)),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => m.add(a, b)),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => m.sub(a, b)),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => m.mul(a, b)),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => m.div(a, m.add(2, m.mul(b, b)))),
      tie("tree").map((a) => m.sin(a)),
      tie("tree").map((a) => m.tanh(a)),
      tie("tree").map((a) => m.exp(m.sin(a))),
      tie("tree").map((a) => m.sqrt(m.add(1, m.mul(a, a)))),
      tie("tree").map((a) => m.log(m.add(2, m.cos(a)))),
      tie("tree").map((a) => m.atan2(a, 2)),
      tie("tree").map((a) => m.pow(m.add(1.5, m.sin(a)), 2.5)),
    ),
  }));
  return tree;
}

describe("building", () => {
  test("equal expressions are the same object", () => {
    const m = createAlgebra();
    expect(m.add(m.slot(1), m.mul(2, m.slot(2)))).toBe(m.add(m.slot(1), m.mul(2, m.slot(2))));
    expect(m.slot(1)).not.toBe(m.slot(2));
  });

  test("neutral elements and constants fold, signs of zero stay", () => {
    const m = createAlgebra();
    const x = m.slot(0);
    expect(m.add(x, 0)).toBe(x);
    expect(m.mul(1, x)).toBe(x);
    expect(m.mul(0, x)).toBe(m.num(0));
    expect(m.pow(x, 1)).toBe(x);
    expect(m.neg(m.neg(x))).toBe(x);
    expect(m.mul(3, 4)).toBe(m.num(12));
    expect(m.sub(x, x)).toBe(m.num(0));
    expect(m.num(-0)).not.toBe(m.num(0));
    expect(Object.is(m.num(-0).value, -0)).toBe(true);
  });

  test("expressions of two algebras can be mixed without being confused", () => {
    const first = createAlgebra();
    const second = createAlgebra();
    const a = first.sin(first.slot(0));
    const b = second.cos(second.slot(0));
    expect(evaluate(second.add(a, b), [0.3])).toBe(Math.sin(0.3) + Math.cos(0.3));
    expect(second.neg(a)).not.toBe(second.neg(b));
  });

  test.each([
    [-2.5, 2.5, -1, -3, -2, 1.5],
    [0, 0, 0, 0, 0, 0],
    [3.25, 3.25, 1, 3, 4, 1.25],
  ])("abs, sign, floor, ceil and mod 2 of %d", (x, abs, sign, floor, ceil, mod) => {
    const m = createAlgebra();
    const s = m.slot(0);
    const value = (e: Expr): number => evaluate(e, [x]) + 0;
    expect([m.abs(s), m.sign(s), m.floor(s), m.ceil(s), m.mod(s, 2)].map(value)).toEqual([abs, sign, floor, ceil, mod]);
  });
});

describe("derivatives", () => {
  test("agree with central differences", () => {
    const m = createAlgebra();
    fc.assert(
      fc.property(
        smooth(m),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (e, x, y) => {
          const h = 1e-5;
          const d = evaluate(derivative(m, e, 0), [x, y]);
          const central = (evaluate(e, [x + h, y]) - evaluate(e, [x - h, y])) / (2 * h);
          const coarse = (evaluate(e, [x + 2 * h, y]) - evaluate(e, [x - 2 * h, y])) / (4 * h);
          // The two differences tell how far a difference can be trusted here.
          const doubt = 10 * Math.abs(central - coarse) + 1e-6 * (1 + Math.abs(evaluate(e, [x, y])) + Math.abs(d));
          return Math.abs(d - central) <= doubt;
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a power with a constant exponent needs no logarithm", () => {
    const m = createAlgebra();
    expect(evaluate(derivative(m, m.pow(m.slot(0), 3), 0), [-2])).toBe(12);
  });

  test("what jumps has derivative zero between its jumps", () => {
    const m = createAlgebra();
    const x = m.slot(0);
    expect(derivative(m, m.floor(x), 0)).toBe(m.num(0));
    expect(derivative(m, m.lt(x, 1), 0)).toBe(m.num(0));
    expect(evaluate(derivative(m, m.abs(x), 0), [-3])).toBe(-1);
  });
});

describe("walking", () => {
  test("shared parts are met once, however deep", () => {
    const m = createAlgebra();
    let e = m.slot(0);
    for (let i = 0; i < 5000; i++) e = m.sin(m.add(e, e));
    expect(postorder([e]).length).toBe(1 + 2 * 5000);
    expect(slotsOf(e)).toEqual([0]);
  });

  test("a rewriter replaces slots everywhere and keeps the rest", () => {
    const m = createAlgebra();
    const put = createRewriter(m, (e) => (e.op === "slot" && e.value === 0 ? m.num(2) : e));
    expect(put(m.mul(m.slot(0), m.add(m.slot(0), 1)))).toBe(m.num(6));
    const other = m.cos(m.slot(1));
    expect(put(other)).toBe(other);
  });
});

test("finding a segment and reading a cell stay inside the series", () => {
  const t = Float64Array.of(0, 1, 4, 9);
  expect([-1, 0, 0.5, 1, 8.99, 9, 100].map((x) => findIndex(t, x))).toEqual([0, 0, 0, 1, 2, 2, 2]);
  expect([-1, 0, 3, 4].map((i) => cellAt(t, i))).toEqual([0, 0, 9, 9]);
  expect(findIndex(Float64Array.of(5), 7)).toBe(0);
});
