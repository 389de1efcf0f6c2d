/** Expressions that attack: every escape known from the evaluators of others, memory bombs, deep nesting, noise. None may get through. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { functions } from "../../../core/diagram/functions.ts";
import { evaluateExpression, evaluateVariables, parseFormula } from "../../../core/diagram/parameters.ts";

const scope = new Map([["k", { rows: 1, cols: 1, data: [3] }]]);

const escapes = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "this",
  "globalThis",
  "window",
  "process",
  "require",
  "module",
  "constructor(1)",
  "__proto__(1)",
  "toString()",
  "hasOwnProperty(1)",
  "valueOf()",
  "__defineGetter__(1)",
  "eval(1)",
  "Function(1)",
  "k.constructor",
  "k.constructor.constructor",
  'k["constructor"]',
  "k['constructor']",
  "k[__proto__]",
  "sin.constructor",
  "sin['constructor']",
  "sin[1]",
  'cos.constructor("return process")()',
  "cos.constructor('return process')()",
  "(1).constructor",
  "[].map",
  "[1].constructor",
  "[1][1].constructor",
  '"a".length',
  "'a'.constructor",
  "import({a: 1})",
  "import(1)",
  "createUnit(1)",
  'createUnit("zz")',
  "evaluate(1)",
  'evaluate("1")',
  "parse(1)",
  'parse("x").compile()',
  "simplify(1)",
  "derivative(1, 1)",
  "compile(1)",
  "parser()",
  "help(sin)",
  "chain(1)",
  "typed(1)",
  "config({})",
  "reviver(1)",
  "resolve(1)",
  "print(1)",
  "format(1)",
  "bignumber(1)",
  "unit(1)",
  "matrix(1)",
  "factorial(1e6)",
  "random(1e9)",
  "f(x) = 1",
  "f(n) = f(n - 1)",
  "a = 1",
  "k = 1",
  "k[1] = 2",
  "a = b = 1",
  "{}",
  "{a: 1}",
  '{"__proto__": 1}',
  "{constructor: 1}.constructor",
  "1; 2",
  "1\n2",
  "1; import(1)",
  "x -> x",
  "map([1], f)",
  "k'.constructor",
  "(sin)(1)",
  "(k > 1 ? sin : cos)(1)",
  "sin(1)(2)",
  "k(1)(2)",
  "end",
  "null",
  "undefined",
  "NaN",
  "`a`",
  "${1}",
  "a?.b",
  "k?.[1]",
  "1 to 2",
  "5 cm in inch",
  "5!",
  "~1",
  "1 & 2",
  "1 | 2",
  "1 << 2",
  "1 >>> 2",
  "k++",
  "# c",
  "1 // c",
  "1 /* c */",
  "0b101n",
  "\u2028",
  "1\u2028+1",
  "\u202e1",
  "\0",
  "1\0",
  "ｋ",
  "k\u200b",
  "𝒌(1)",
  "\ud835",
  "$",
  "$k",
  "\\x",
  "@k",
  "k;",
  ";",
  ",",
  ":",
  "?",
  "1 ? 2",
  "k ? : 1",
  "[;]",
  "[,]",
  "()",
  "sin()",
  "[1;]k",
];

describe("escapes", () => {
  test.each(escapes)("%j is refused", (source) => {
    const before = Object.keys(Object.prototype).length;
    const result = evaluateExpression(source, scope);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.code).toMatch(/^EXPR_/);
    expect(Object.keys(Object.prototype)).toHaveLength(before);
  });

  test("a formula is no way round", () => {
    for (const source of escapes) {
      const parsed = parseFormula(source);
      // A bare word is a name to look up among signals and variables, nothing else.
      if (parsed.ok) expect(parsed.formula.symbols.every((name) => typeof name === "string")).toBe(true);
      else expect(parsed.code).toMatch(/^EXPR_/);
    }
  });

  test("no inherited name is a function or a variable", () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      expect(functions.has(name)).toBe(false);
      expect(evaluateExpression(`${name}(1)`, scope).ok).toBe(false);
      expect(evaluateExpression(name, scope).ok).toBe(false);
    }
  });
});

const bombs = [
  "1:1e9",
  "0:1e-9:1",
  "zeros(3e4, 3e4)",
  "ones(1e6, 1e6)",
  "eye(1e5)",
  "linspace(0, 1, 1e9)",
  "diag(1:1e6)",
  "diag(ones(1, 1e5))",
  "kron(ones(1000, 1000), ones(1000, 1000))",
  "kron(kron(ones(99), ones(99)), ones(99))",
  "ones(1000, 1000) * ones(1000, 1000)",
  "ones(900)^1000",
  "inv(ones(1000) + eye(1000))",
  "det(ones(1000))",
  "conv(ones(1, 1e5), ones(1, 1e5))",
  "blkdiag(ones(900), ones(900))",
  "ones(1000, 1) * ones(1, 1001)",
  "zeros(1e308)",
  "zeros(1e308, 1e308)",
  "zeros(2^53)",
  `[${Array(60).fill("zeros(1000)").join(", ")}]`,
  `${Array(40).fill("sum(1:1e6)").join(" + ")}`,
  "(".repeat(900) + "1" + ")".repeat(900),
  "[".repeat(900) + "1" + "]".repeat(900),
  "(".repeat(70) + "1" + ")".repeat(70),
  "-".repeat(1900) + "1",
  "not ".repeat(400) + "1",
  `${"1 + (".repeat(300)}1${")".repeat(300)}`,
  "2^".repeat(900) + "2",
  "1?".repeat(400) + "1" + ":1".repeat(400),
  "sin(".repeat(400) + "1" + ")".repeat(400),
  "1+".repeat(1500) + "1",
  "k'" + "'".repeat(1500),
  "k".repeat(3000),
  "(".repeat(1e5),
  "[".repeat(1e5),
  "-".repeat(1e5) + "1",
];

describe("bombs", () => {
  test.each(bombs.map((source) => [source.slice(0, 60), source] as const))("%s", (_, source) => {
    const start = performance.now();
    const result = evaluateExpression(source, scope);
    // Half a second at most on an idle machine; the bound leaves room for a busy one.
    expect(performance.now() - start).toBeLessThan(8000);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(["EXPR_TOO_LARGE", "EXPR_SYNTAX", "EXPR_NOT_FINITE", "EXPR_VALUE"]).toContain(result.code);
  });

  test("a long flat sum is not deep", () => {
    expect(evaluateExpression(`1${" + 1".repeat(400)}`, scope)).toMatchObject({ ok: true, value: { data: [401] } });
  });

  test("many variables share one allowance", () => {
    const variables = Array.from({ length: 200 }, (_, i) => ({ name: `v${i}`, value: "zeros(1000)" }));
    const { scope: result, problems } = evaluateVariables(variables);
    expect(problems.length).toBeGreaterThan(150);
    expect(problems.every((p) => p.code === "EXPR_TOO_LARGE")).toBe(true);
    expect(result.size).toBeLessThan(40);
  });
});

describe("noise", () => {
  const words = fc.constantFrom(
    "1",
    "2.5",
    "1e3",
    "k",
    "x",
    "sin",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    ":",
    "+",
    "-",
    "*",
    "/",
    "^",
    ".*",
    "./",
    ".^",
    "'",
    "<",
    "<=",
    "==",
    "!=",
    "?",
    " ",
    "and",
    "not",
    "zeros",
    "eye",
    "inv",
    ".",
    "=",
    "\n",
    "e",
    "inf",
    "mod",
    "1:",
    "u[1]",
  );
  test("never throws, always answers in shape", () => {
    const check = (source: string): void => {
      const result = evaluateExpression(source, scope);
      if (result.ok) {
        expect(result.value.data).toHaveLength(result.value.rows * result.value.cols);
        expect(result.value.data.every((x) => typeof x === "number" && Number.isFinite(x))).toBe(true);
      } else expect(result.message.length).toBeGreaterThan(5);
    };
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 25 }).map((w) => w.join("")),
        check,
      ),
      { numRuns: 5000 },
    );
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), check), { numRuns: 2000 });
  });
});
