/** Variables that stand on each other, and formulas: traced, they mean what they mean as numbers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  evaluateExpression,
  evaluateVariables,
  FormulaError,
  formulaLength,
  parseFormula,
  type Scope,
  traceFormula,
  variableNameProblem,
} from "../../../core/diagram/parameters.ts";
import { createAlgebra } from "../../../core/expr/algebra.ts";
import { evaluate } from "../../../core/expr/evaluate.ts";
import type { Expr } from "../../../core/expr/expr.ts";

const variables = (all: { [name: string]: string }) =>
  evaluateVariables(Object.entries(all).map(([name, value]) => ({ name, value })));
const codes = (problems: readonly { path: string; code: string }[]): string[] =>
  problems.map((p) => `${p.path} ${p.code}`);

describe("variables", () => {
  test("stand on each other in any order", () => {
    const { scope, problems } = variables({ c: "b^2", b: "a + 1", a: "2", A: "[a, b; c, 0]" });
    expect(problems).toEqual([]);
    expect(scope.get("A")).toEqual({ rows: 2, cols: 2, data: [2, 3, 9, 0] });
  });

  test("all that is wrong is said at once, each with its place", () => {
    const { scope, problems } = evaluateVariables([
      { name: "ok", value: "1" },
      { name: "ok", value: "2" },
      { name: "pi", value: "3" },
      { name: "two words", value: "1" },
      { name: "", value: "1" },
      { name: "p", value: "q" },
      { name: "q", value: "p" },
      { name: "user", value: "p + 1" },
      { name: "self", value: "self" },
      { name: "bad", value: "1 +" },
      { name: "uses", value: "bad*2" },
      { name: "lost", value: "nothing" },
      { name: "big", value: "1/0" },
    ]);
    expect(codes(problems).sort()).toEqual([
      "variable: VAR_NAME",
      "variable:bad EXPR_SYNTAX",
      "variable:big EXPR_NOT_FINITE",
      "variable:lost EXPR_UNKNOWN_NAME",
      "variable:ok VAR_DUPLICATE",
      "variable:p VAR_CYCLE",
      "variable:pi VAR_NAME",
      "variable:q VAR_CYCLE",
      "variable:self VAR_CYCLE",
      "variable:two words VAR_NAME",
      "variable:user EXPR_BROKEN_NAME",
      "variable:uses EXPR_BROKEN_NAME",
    ]);
    expect([...scope.keys()]).toEqual(["ok"]);
    expect(problems.find((p) => p.path === "variable:p")).toMatchObject({
      message: "The variable p stands on itself: p -> q -> p.",
      related: ["variable:p", "variable:q"],
    });
    expect(evaluateExpression("bad", scope)).toMatchObject({ ok: false, code: "EXPR_BROKEN_NAME" });
  });

  test("a chain of thousands and a ring of thousands are no trouble", () => {
    const n = 5000;
    const chain = Array.from({ length: n }, (_, i) => ({ name: `v${i}`, value: i === n - 1 ? "1" : `v${i + 1} + 1` }));
    expect(evaluateVariables(chain).scope.get("v0")!.data).toEqual([n]);
    const ring = chain.map((v, i) => (i === n - 1 ? { ...v, value: "v0" } : v));
    const { problems, scope } = evaluateVariables(ring);
    expect(problems).toHaveLength(n);
    expect(scope.size).toBe(0);
  });

  test.each([
    ["k", true],
    ["k_1", true],
    ["año", true],
    ["ω0", true],
    ["step", true],
    ["t", false],
    ["e", false],
    ["1k", false],
    ["a-b", false],
    ["", false],
    ["and", false],
    ["a".repeat(65), false],
    ["×", false],
  ])("%s as a name: %s", (name, good) => expect(variableNameProblem(name) === undefined).toBe(good));
});

describe("formulas", () => {
  const u = [0.3, -1.7];
  const k = 2.5;
  const t = 0.75;
  const numbers: Scope = new Map([
    ["u", { rows: 2, cols: 1, data: u }],
    ["k", { rows: 1, cols: 1, data: [k] }],
    ["t", { rows: 1, cols: 1, data: [t] }],
  ]);
  const traced = (source: string) => {
    const parsed = parseFormula(source);
    if (!parsed.ok) throw new Error(parsed.message);
    const m = createAlgebra();
    const slots = (...indices: number[]) => ({
      rows: indices.length,
      cols: 1,
      data: indices.map((i): Expr => m.slot(i)),
    });
    return traceFormula(
      parsed.formula,
      new Map([
        ["u", slots(0, 1)],
        ["k", slots(2)],
        ["t", slots(3)],
      ]),
      m,
    );
  };
  const run = (source: string): number[] =>
    traced(source).data.map((e) => evaluate(e, Float64Array.from([...u, k, t]), []));

  test.each([
    "u",
    "u[1]",
    "u[1] + k*u[2]",
    "[u[2]; t]",
    "sin(t)*u",
    "u.^2",
    "u'",
    "u'*u",
    "max(u)",
    "min(u[1], k)",
    "abs(u)",
    "sign(u)",
    "floor(k*u)",
    "ceil(u)",
    "round(u)",
    "mod(t, 0.5)",
    "step(t - 0.5)",
    "t > 0.5 ? u : -u",
    "t > 0.5 and u[1] < 0",
    "not (t < 0.5) or 0",
    "u[1] == 0.3",
    "1 < k < 3",
    "log10(k)",
    "hypot(u[1], u[2])",
    "norm(u)",
    "sum(u)",
    "prod(u)",
    "mean(u)",
    "dot(u, u)",
    "atan2(u[1], u[2])",
    "k^3",
    "k^t",
    "exp(-t)*cos(2*pi*t)",
    "tanh(u)",
    "sqrt(k)",
    "[1, 2; 3, 4]*u",
    "[k, 0; 0, 1]^2*u",
    "diag(u)",
    "kron(u, [1; 2])",
    "linspace(0, k, 3)",
    "deg2rad(t)",
    "u[2:-1:1]",
    "conv(u, [1, k])",
    "blkdiag(k, t)",
  ])("%s means the same traced as in numbers", (source) => {
    const direct = evaluateExpression(source, numbers);
    if (!direct.ok) throw new Error(direct.message);
    const { rows, cols } = traced(source);
    expect([rows, cols]).toEqual([direct.value.rows, direct.value.cols]);
    const values = run(source);
    values.forEach((x, i) =>
      expect(Math.abs(x - direct.value.data[i]!)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x))),
    );
  });

  test.each([
    ["u + [1; 2; 3]", "EXPR_SHAPE"],
    ["w", "EXPR_UNKNOWN_NAME"],
    ["u[3]", "EXPR_INDEX"],
    ["u[k]", "EXPR_FORBIDDEN"],
    ["zeros(k)", "EXPR_FORBIDDEN"],
    ["inv([k, 0; 0, 1])", "EXPR_FORBIDDEN"],
    ["1:k", "EXPR_FORBIDDEN"],
    ["u^2", "EXPR_SHAPE"],
    ["1/0", "EXPR_NOT_FINITE"],
    ["ones(200)*t", "EXPR_TOO_LARGE"],
  ])("%s is refused with %s", (source, code) => {
    try {
      traced(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaError);
      expect((error as FormulaError).code).toBe(code);
    }
  });

  test("symbols are what it stands on", () => {
    const parsed = parseFormula("k*sin(u[1]) + pi*t + e + u[2]");
    expect(parsed.ok && parsed.formula.symbols).toEqual(["k", "u", "t"]);
  });

  test.each<[string, number | undefined]>([
    ["u", undefined],
    ["sin(u)", undefined],
    ["[u; t]", undefined],
    ["u[1]", 1],
    ["u[1] + u[5]", 1],
    ["[u[1]; t; 3]", 3],
    ["t", 1],
    ["sum(u)", 1],
    ["u^2", 1],
    ["[1, 0]*u", 1],
    ["[1, 0; 0, 1; 1, 1]*u", 3],
    ["zeros(2, 1)", 2],
    ["t + k", 1],
  ])("length of %s is %s", (source, length) => {
    const parsed = parseFormula(source);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(formulaLength(parsed.formula, ["u", "t"], numbers)).toBe(length);
  });

  test("random formulas agree with their numbers", () => {
    const term = fc.constantFrom("u[1]", "u[2]", "k", "t", "1.5", "-2", "0.1");
    const tree: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
      e: fc.oneof(
        { maxDepth: 5 },
        term,
        fc
          .tuple(tie("e"), fc.constantFrom("+", "-", "*", "<", "and"), tie("e"))
          .map(([a, op, b]) => `(${a}) ${op} (${b})`),
        fc
          .tuple(fc.constantFrom("sin", "abs", "floor", "tanh", "sign", "step"), tie("e"))
          .map(([f, a]) => `${f}(${a})`),
        fc.tuple(tie("e"), tie("e"), tie("e")).map(([c, a, b]) => `(${c}) ? (${a}) : (${b})`),
        fc.tuple(fc.constantFrom("min", "max"), tie("e"), tie("e")).map(([f, a, b]) => `${f}(${a}, ${b})`),
      ),
    })).e;
    fc.assert(
      fc.property(tree, (source) => {
        fc.pre(source.length < 2000);
        const direct = evaluateExpression(source, numbers);
        fc.pre(direct.ok);
        const [x] = run(source);
        const y = direct.ok ? direct.value.data[0]! : NaN;
        expect(Math.abs(x! - y)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(y)));
      }),
      { numRuns: 500 },
    );
  });
});
