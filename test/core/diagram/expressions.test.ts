/** What expressions mean: arithmetic against JavaScript's own, matrices, functions, and errors that say what to do. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateExpression, type Scope, type Value } from "../../../core/diagram/parameters.ts";

const row = (...data: number[]): Value => ({ rows: 1, cols: data.length, data });
const scope: Scope = new Map([
  ["k", row(3)],
  ["A", { rows: 2, cols: 2, data: [1, 2, 3, 4] }],
  ["v", row(5, 6, 7)],
  ["año", row(2)],
  ["ω", row(10)],
]);

function value(source: string): Value {
  const result = evaluateExpression(source, scope);
  if (!result.ok) throw new Error(`${source}: ${result.code} ${result.message}`);
  return result.value;
}
const number = (source: string): number => {
  const { rows, cols, data } = value(source);
  expect([rows, cols]).toEqual([1, 1]);
  return data[0]!;
};
const refusal = (source: string): string => {
  const result = evaluateExpression(source, scope);
  return result.ok ? `value ${result.value.data.join(",")}` : result.code;
};

describe("numbers", () => {
  test.each([
    ["1e3", 1000],
    [".5", 0.5],
    ["5.", 5],
    ["-2.5E-2", -0.025],
    [" 7 ", 7],
    ["+3", 3],
    ["0x10", 16],
    ["1+2*k", 7],
    ["-2^2", -4],
    ["2^3^2", 512],
    ["2^-1", 0.5],
    ["(1+2)*3", 9],
    ["7/2/2", 1.75],
    ["10-3-2", 5],
    ["2*pi", 2 * Math.PI],
    ["e", Math.E],
    ["1/inf", 0],
    ["año*ω", 20],
    ["mod(7, 3)", 1],
    ["mod(-1, 3)", 2],
    ["7 mod 3", 1],
    ["round(2.5)", 3],
    ["round(-2.5)", -2],
    ["floor(-1.5)", -2],
    ["ceil(1.2)", 2],
    ["sign(-3)", -1],
    ["abs(-3)", 3],
    ["hypot(3,4)", 5],
    ["log10(1000)", 3],
    ["atan2(1,1)", Math.PI / 4],
    ["deg2rad(180)", Math.PI],
    ["step(0)", 1],
    ["step(-1e-9)", 0],
    ["min(4,2,3)", 2],
    ["max([1,9,3])", 9],
    ["k > 2", 1],
    ["k >= 3 and not (k == 4)", 1],
    ["k < 2 or k != 3", 0],
    ["1 < k < 2", 0],
    ["1 < k <= 3", 1],
    ["1 xor 2", 0],
    ["true", 1],
    ["k > 2 ? 1 : 0/0", 1],
    ["k > 2 ? (k > 5 ? 1 : 2) : 3", 2],
    ["k > 5 ? 1 : k > 2 ? 2 : 3", 2],
    ["k>2?.5:1", 0.5],
  ])("%s", (source, expected) => expect(number(source)).toBe(expected));
});

describe("matrices", () => {
  test.each<[string, number, number, number[]]>([
    ["[1, 2; 3, 4]", 2, 2, [1, 2, 3, 4]],
    ["[[1, 2], [3, 4]]", 2, 2, [1, 2, 3, 4]],
    ["[1 -2]", 1, 2, [1, -2]],
    ["[1 - 2]", 1, 1, [-1]],
    ["[1 2\n3 4]", 2, 2, [1, 2, 3, 4]],
    ["[k 2]", 1, 2, [3, 2]],
    ["[1 k*2 A[1, 2] sin(0) k']", 1, 5, [1, 6, 2, 0, 3]],
    ["[k 2\n4 k]", 2, 2, [3, 2, 4, 3]],
    ["[k  - 2]", 1, 1, [1]],
    ["[k mod 2]", 1, 1, [1]],
    ["[ 1e3, -2.5E-2 ; .5, 1. ]", 2, 2, [1000, -0.025, 0.5, 1]],
    ["[A, [5; 6]]", 2, 3, [1, 2, 5, 3, 4, 6]],
    ["[A; v[1:2]]", 3, 2, [1, 2, 3, 4, 5, 6]],
    ["[A, A; A, A]", 4, 4, [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4]],
    ["[k, -k; 0, k + 1]", 2, 2, [3, -3, 0, 4]],
    ["A'", 2, 2, [1, 3, 2, 4]],
    ["A*A", 2, 2, [7, 10, 15, 22]],
    ["A^2", 2, 2, [7, 10, 15, 22]],
    ["A.^2", 2, 2, [1, 4, 9, 16]],
    ["A.*A", 2, 2, [1, 4, 9, 16]],
    ["2*A + 1", 2, 2, [3, 5, 7, 9]],
    ["[2, 0; 0, 4]^-1", 2, 2, [0.5, 0, 0, 0.25]],
    ["[4, 6] / [2, 0; 0, 3]", 1, 2, [2, 2]],
    ["A[2, 1]", 1, 1, [3]],
    ["A[1:2, 2]", 2, 1, [2, 4]],
    ["v[2]", 1, 1, [6]],
    ["v[3:-1:1]", 1, 3, [7, 6, 5]],
    ["1:4", 1, 4, [1, 2, 3, 4]],
    ["0:0.5:1", 1, 3, [0, 0.5, 1]],
    ["3:1", 1, 0, []],
    ["zeros(2, 1)", 2, 1, [0, 0]],
    ["ones(2)", 2, 2, [1, 1, 1, 1]],
    ["eye(2)", 2, 2, [1, 0, 0, 1]],
    ["diag([1, 2])", 2, 2, [1, 0, 0, 2]],
    ["diag(A)", 2, 1, [1, 4]],
    ["blkdiag(A, 9)", 3, 3, [1, 2, 0, 3, 4, 0, 0, 0, 9]],
    ["linspace(0, 1, 5)", 1, 5, [0, 0.25, 0.5, 0.75, 1]],
    ["kron([1, 2], [1; 1])", 2, 2, [1, 2, 1, 2]],
    ["conv([1, 1], [1, 2])", 1, 3, [1, 3, 2]],
    ["inv([2, 0; 0, 4])", 2, 2, [0.5, 0, 0, 0.25]],
    ["size(A)", 1, 2, [2, 2]],
    ["det([0, 2; 3, 0])", 1, 1, [-6]],
    ["sum(v)", 1, 1, [18]],
    ["prod(v)", 1, 1, [210]],
    ["mean(v)", 1, 1, [6]],
    ["norm([3, 4])", 1, 1, [5]],
    ["dot(v, v)", 1, 1, [110]],
    ["trace(A)", 1, 1, [5]],
    ["numel(A)", 1, 1, [4]],
    ["size(v, 2)", 1, 1, [3]],
    ["sum([])", 1, 1, [0]],
  ])("%s", (source, rows, cols, data) => expect(value(source)).toEqual({ rows, cols, data }));

  test("0:0.1:1 ends at its end in spite of rounding", () => expect(value("0:0.1:1").data).toHaveLength(11));

  test("a plain matrix may be longer than a formula", () => {
    const n = 60;
    const source = `[${Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => String(i * n + j + 0.25)).join(", ")).join("; ")}]`;
    expect(source.length).toBeGreaterThan(20_000);
    expect(value(source)).toMatchObject({ rows: n, cols: n });
    expect(value(source).data[n * n - 1]).toBe(n * n - 1 + 0.25);
  });
});

describe("errors say what is wrong", () => {
  test.each([
    ["", "EXPR_EMPTY"],
    ["1 +", "EXPR_SYNTAX"],
    ["(1", "EXPR_SYNTAX"],
    ["1)", "EXPR_SYNTAX"],
    ["[1, 2)", "EXPR_SYNTAX"],
    ["0,5", "EXPR_SYNTAX"],
    ["2 k", "EXPR_SYNTAX"],
    ["2(3)", "EXPR_SYNTAX"],
    ["1e", "EXPR_SYNTAX"],
    ["[k -2]", "EXPR_SYNTAX"],
    ["[k (2)]", "EXPR_UNKNOWN_FUNCTION"],
    ["[1 (2)]", "EXPR_SYNTAX"],
    ["[[1; 2], [3; 4]]", "EXPR_SYNTAX"],
    ["2 ** 3", "EXPR_SYNTAX"],
    ["x", "EXPR_UNKNOWN_NAME"],
    ["sin", "EXPR_UNKNOWN_NAME"],
    ["i", "EXPR_UNKNOWN_NAME"],
    ["NaN", "EXPR_FORBIDDEN"],
    ["sni(1)", "EXPR_UNKNOWN_FUNCTION"],
    ["A(1)", "EXPR_UNKNOWN_FUNCTION"],
    ["sin(1, 2)", "EXPR_ARITY"],
    ["atan2(1)", "EXPR_ARITY"],
    ["A*v", "EXPR_SHAPE"],
    ["A + v", "EXPR_SHAPE"],
    ["[1, 2; 3]", "EXPR_SHAPE"],
    ["[A, v]", "EXPR_SHAPE"],
    ["v^2", "EXPR_SHAPE"],
    ["sum(A)", "EXPR_SHAPE"],
    ["inv(v)", "EXPR_SHAPE"],
    ["A ? 1 : 2", "EXPR_SHAPE"],
    ["max([])", "EXPR_SHAPE"],
    ["inv([1, 2; 2, 4])", "EXPR_SINGULAR"],
    ["1/[1, 2; 2, 4]", "EXPR_SHAPE"],
    ["eye(2)/zeros(2)", "EXPR_SINGULAR"],
    ["1/0", "EXPR_NOT_FINITE"],
    ["0/0", "EXPR_NOT_FINITE"],
    ["log(-1)", "EXPR_NOT_FINITE"],
    ["1e999", "EXPR_NOT_FINITE"],
    ["inf", "EXPR_NOT_FINITE"],
    ["exp(1000)", "EXPR_NOT_FINITE"],
    ["v[0]", "EXPR_INDEX"],
    ["v[4]", "EXPR_INDEX"],
    ["v[1.5]", "EXPR_INDEX"],
    ["A[1]", "EXPR_INDEX"],
    ["A[3, 1]", "EXPR_INDEX"],
    ["zeros(-1)", "EXPR_VALUE"],
    ["zeros(1.5)", "EXPR_VALUE"],
    ["1:0:2", "EXPR_VALUE"],
    ["1:inf", "EXPR_VALUE"],
  ])("%s is %s", (source, code) => expect(refusal(source)).toBe(code));

  test.each([
    ["kk", "Did you mean k?"],
    ["sni(1)", "Did you mean sin?"],
    ["sin", "sin is a function: write sin( )."],
    ["0,5", "Write 0.5."],
    ["2 pi", "Write * between the factors: 2*k."],
    ["A .* v", undefined],
    ["A(1)", "Write * for a product, A[1] for an element."],
    ["a = 1", "To compare write ==. To name a value, add a variable to the diagram."],
    ["5 %", "Write mod(a, b) for the remainder, 0.05 for 5 %."],
    ["3 && 4", "Write and, or, not."],
    ["!k", "Write not x; for a factorial use prod(1:n)."],
    ["2 × 3", "Write * / + - with the characters of the keyboard."],
  ])("%s hints %s", (source, hint) => {
    const result = evaluateExpression(source, scope);
    expect(result.ok).toBe(false);
    expect(result.ok ? undefined : result.hint).toBe(hint);
  });

  test("infinity where it is allowed", () => {
    expect(evaluateExpression("[-inf, 1]", scope, { infinite: true })).toEqual({ ok: true, value: row(-Infinity, 1) });
    expect(evaluateExpression("0/0", scope, { infinite: true }).ok).toBe(false);
  });
});

/** A tree of arithmetic as text (fully bracketed, or with as few brackets as precedence allows) and its value. */
type Sum = { text: string; value: number; level: number };
const leaf = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x): Sum => {
  const value = Object.is(x, -0) ? 0 : x;
  return { text: value < 0 ? `(${value})` : String(value), value, level: 9 };
});
const ops = [
  { op: "+", level: 1, f: (a: number, b: number) => a + b },
  { op: "-", level: 1, f: (a: number, b: number) => a - b },
  { op: "*", level: 2, f: (a: number, b: number) => a * b },
  { op: "/", level: 2, f: (a: number, b: number) => a / b },
] as const;
const sum: fc.Arbitrary<Sum> = fc.letrec<{ sum: Sum }>((tie) => ({
  sum: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom(...ops), tie("sum"), tie("sum")).map(([{ op, level, f }, a, b]): Sum => {
      const left = a.level >= level ? a.text : `(${a.text})`;
      const right = b.level > level ? b.text : `(${b.text})`;
      return { text: `${left} ${op} ${right}`, value: f(a.value, b.value), level };
    }),
  ),
})).sum;

describe("laws", () => {
  test("arithmetic is JavaScript's, with the usual precedence", () => {
    fc.assert(
      fc.property(sum, ({ text, value: expected }) => {
        fc.pre(text.length <= 2000 && Number.isFinite(expected));
        const result = evaluateExpression(text, scope);
        // An intermediate division by zero may still end finite; the value is the same either way.
        expect(result).toEqual({ ok: true, value: { rows: 1, cols: 1, data: [expected] } });
      }),
      { numRuns: 2000 },
    );
  });

  test("whole numbers agree with exact arithmetic", () => {
    const int = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("+", "-", "*"), int), { minLength: 1, maxLength: 5 }),
        int,
        (rest, first) => {
          const text = rest.reduce((t, [op, x]) => `(${t}) ${op} (${x})`, String(first));
          const exact = rest.reduce(
            (t, [op, x]) => (op === "+" ? t + BigInt(x) : op === "-" ? t - BigInt(x) : t * BigInt(x)),
            BigInt(first),
          );
          fc.pre(exact < 2n ** 53n && exact > -(2n ** 53n));
          expect(BigInt(number(text))).toBe(exact);
        },
      ),
    );
  });

  test("numbers survive printing and reading", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(number(String(x))).toBe(x === 0 ? number(String(x)) : x);
      }),
    );
  });

  test("A inv(A) is the identity, and det turns products into products", () => {
    const square = fc
      .integer({ min: 1, max: 5 })
      .chain((n) =>
        fc
          .array(fc.integer({ min: -9, max: 9 }), { minLength: 2 * n * n, maxLength: 2 * n * n })
          .map((data) => ({ n, data })),
      );
    fc.assert(
      fc.property(square, ({ n, data }) => {
        const local: Scope = new Map([
          ["P", { rows: n, cols: n, data: data.slice(0, n * n) }],
          ["Q", { rows: n, cols: n, data: data.slice(n * n) }],
        ]);
        const dets = evaluateExpression("[det(P*Q), det(P)*det(Q)]", local);
        if (!dets.ok) throw new Error(dets.message);
        const [both, each] = dets.value.data as [number, number];
        expect(Math.abs(both - each)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(each)) * 1e3);
        const product = evaluateExpression("P*inv(P) - eye(numel(P[1:numel(P[1:size(P,1),1]),1]))", local);
        if (product.ok) for (const x of product.value.data) expect(Math.abs(x)).toBeLessThan(1e-6);
        else expect(product.code).toBe("EXPR_SINGULAR");
      }),
    );
  });
});
