import { runInThisContext } from "node:vm";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isEqual, isTrue } from "../../../../core/emit/typescript/exportedEngine.ts";
import { createExpressionPrinter } from "../../../../core/emit/typescript/expressions.ts";
import { createAlgebra } from "../../../../core/expr/algebra.ts";
import { cellAt, createEvaluator, findIndex } from "../../../../core/expr/evaluate.ts";
import type { Expr } from "../../../../core/expr/expr.ts";
import { uniform } from "../../../../core/math/random.ts";

const m = createAlgebra();
const series = [Float64Array.from([0, 1, 1.5, 4]), Float64Array.from([3, -1, 2, 7])];
const slots = 5;

/** Any expression, built from a stack program so that parts are shared. */
const unary = [
  "neg",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "exp",
  "log",
  "sqrt",
  "floor",
  "not",
  "abs",
  "sign",
] as const;
const binary = [
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "atan2",
  "lt",
  "le",
  "gt",
  "ge",
  "eq",
  "and",
  "or",
  "min",
  "max",
  "mod",
  "uniform",
] as const;
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.constantFrom(-0, Infinity, -Infinity, NaN),
);
const instruction = fc.oneof(
  fc.record({ do: fc.constant("slot" as const), slot: fc.integer({ min: 0, max: slots - 1 }) }),
  fc.record({ do: fc.constant("num" as const), value }),
  fc.record({ do: fc.constant("unary" as const), op: fc.constantFrom(...unary), a: fc.nat() }),
  fc.record({ do: fc.constant("binary" as const), op: fc.constantFrom(...binary), a: fc.nat(), b: fc.nat() }),
  fc.record({ do: fc.constant("if" as const), a: fc.nat(), b: fc.nat(), c: fc.nat() }),
  fc.record({
    do: fc.constantFrom("find" as const, "cell" as const),
    series: fc.integer({ min: 0, max: 1 }),
    a: fc.nat(),
  }),
);
const expressions = fc.array(instruction, { minLength: 1, maxLength: 60 }).map((program) => {
  const made: Expr[] = [m.slot(1)];
  const at = (i: number): Expr => made[i % made.length]!;
  for (const step of program) {
    switch (step.do) {
      case "slot":
        made.push(m.slot(step.slot));
        break;
      case "num":
        made.push(m.num(step.value));
        break;
      case "unary":
        made.push(m[step.op](at(step.a)));
        break;
      case "binary":
        made.push(m[step.op](at(step.a), at(step.b)));
        break;
      case "if":
        made.push(m.choose(at(step.a), at(step.b), at(step.c)));
        break;
      case "find":
        made.push(m.find(0, at(step.a)));
        break;
      case "cell":
        made.push(m.cell(step.series, at(step.a)));
        break;
    }
  }
  return made.slice(-4);
});

function printed(roots: readonly Expr[]): string {
  const lines: string[] = [];
  const print = createExpressionPrinter(roots, (line) => lines.push(line), { next: 0 });
  const results = roots.map((root) => print(root));
  return `${lines.join("\n")}\nreturn [${results.join(", ")}];`;
}

function run(text: string, memory: Float64Array): number[] {
  const js = ts.transpile(
    `function f(m: Float64Array, own: any, isTrue: any, isEqual: any, findIndex: any, cellAt: any, uniform: any) {\n${text}\n}`,
    {
      target: ts.ScriptTarget.ES2022,
    },
  );
  return runInThisContext(`(() => {${js}; return f;})()`)(
    memory,
    { series },
    isTrue,
    isEqual,
    findIndex,
    cellAt,
    uniform,
  );
}

describe("printed expressions", () => {
  it("compute the interpreter's value to the last bit", () => {
    fc.assert(
      fc.property(expressions, fc.array(value, { minLength: slots, maxLength: slots }), (roots, cells) => {
        const memory = Float64Array.from(cells);
        const evaluate = createEvaluator(
          memory,
          series.map((values) => ({ values })),
        );
        const wanted = roots.map(evaluate);
        const got = run(printed(roots), memory);
        got.forEach((one, i) => expect(one, printed(roots)).toBe(wanted[i]!));
      }),
      { numRuns: 400 },
    );
  });

  it("keep the order of operations that rounding can tell", () => {
    const [a, b, c] = [m.slot(1), m.slot(2), m.slot(3)];
    expect(printed([m.add(a, m.add(b, c))])).toBe("\nreturn [m[1] + (m[2] + m[3])];");
    expect(printed([m.add(m.add(a, b), c)])).toBe("\nreturn [m[1] + m[2] + m[3]];");
    expect(printed([m.sub(a, m.sub(b, m.num(-1)))])).toBe("\nreturn [m[1] - (m[2] - -1)];");
    expect(printed([m.div(a, m.mul(b, c))])).toBe("\nreturn [m[1] / (m[2] * m[3])];");
    expect(printed([m.mul(m.neg(a), m.neg(m.add(b, c)))])).toBe("\nreturn [-m[1] * -(m[2] + m[3])];");
  });

  it("stay short where the graph shares its parts, and shallow where it is deep", () => {
    let shared: Expr = m.slot(1);
    for (let i = 0; i < 200; i++) shared = m.add(m.sin(shared), m.cos(shared));
    expect(printed([shared]).length).toBeLessThan(20_000);
    let deep: Expr = m.slot(1);
    for (let i = 0; i < 20_000; i++) deep = m.sin(deep);
    const text = printed([deep]);
    expect(Math.max(...text.split("\n").map((line) => line.split("(").length))).toBeLessThan(30);
    expect(run(text, new Float64Array(slots))).toEqual([0]);
  });

  it("satisfy strict TypeScript even where a condition is constant", () => {
    const odd = [
      m.choose(m.rebuild(m.and(m.slot(1), m.slot(2)), [m.num(1), m.slot(2)]), 2, 3),
      m.eq(m.choose(m.slot(1), 2, 3), 0),
      m.not(m.choose(m.slot(1), 2, 3)),
    ];
    const source = `declare function isTrue(x: number): boolean; declare function isEqual(a: number, b: number): boolean; export function f(m: Float64Array) {\n${printed(odd)}\n}`;
    expect(strictProblems(source)).toEqual([]);
  });
});

function strictProblems(source: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === "a.ts" ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : read(name, ...rest);
  const program = ts.createProgram(["a.ts"], options, host);
  return ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
}
