/** Every operation of expressions on every kind of number, latches and look-up among them: the bits of the interpreter. */
import { describe, expect, it } from "vitest";
import { emitWasm, interpret } from "../../../../core/index.ts";
import type { Algebra, Expr } from "../../../../core/expr/expr.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import { smallModel } from "../../sim/smallModel.ts";

const numbers = [0, -0, 1, -1, 0.5, -2.5, 3, 1e-300, -1e300, 1e16, Infinity, -Infinity, NaN];

const operations: readonly [string, (m: Algebra, a: Expr, b: Expr) => Expr][] = [
  ...(["add", "sub", "mul", "div", "pow", "atan2", "lt", "le", "eq", "and", "or", "min", "max", "mod"] as const).map(
    (op): [string, (m: Algebra, a: Expr, b: Expr) => Expr] => [op, (m, a, b) => m[op](a, b)],
  ),
  ...(["neg", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "sqrt"] as const).map(
    (op): [string, (m: Algebra, a: Expr, b: Expr) => Expr] => [op, (m, a) => m[op](a)],
  ),
  ...(["not", "floor", "ceil", "round", "abs", "sign"] as const).map(
    (op): [string, (m: Algebra, a: Expr, b: Expr) => Expr] => [op, (m, a) => m[op](a)],
  ),
  ["choose", (m, a, b) => m.choose(m.lt(a, b), m.add(a, 1), m.mul(b, 2))],
  ["choose by a number", (m, a, b) => m.choose(a, b, 7)],
  ["uniform", (m, a, b) => m.uniform(a, b)],
  ["shared parts", (m, a, b) => m.add(m.mul(m.add(a, b), m.add(a, b)), m.add(a, b))],
  ["deep on one side", (m, a, b) => m.sum(Array.from({ length: 300 }, (_, i) => m.mul(m.add(a, i), b)))],
  ["deep on the other", (m, a, b) => Array.from({ length: 300 }).reduce<Expr>((e) => m.add(a, m.mul(b, e)), b)],
];

describe.each(operations)("%s", (_, build) => {
  it("gives the interpreter's bits", () => {
    const s = smallModel();
    const a = s.param("a", 0);
    const b = s.param("b", 0);
    const y = s.signal("y", build(s.m, a, b));
    const model = s.build();
    const [reference, engine] = [interpret(model), runInWasm(model, emitWasm(model.ir))];
    for (const x of numbers) {
      for (const z of numbers) {
        for (const one of [reference, engine]) {
          one.memory[a.value] = x;
          one.memory[b.value] = z;
          one.settle();
        }
        expect([x, z, engine.memory[y.value]]).toEqual([x, z, reference.memory[y.value]]);
      }
    }
  });
});

it.each([0, 1, 2, 3, 50])("looks up in a series of %i", (length) => {
  const s = smallModel();
  const data = s.series(
    "rows",
    Array.from({ length }, (_, i) => i * i),
  );
  const x = s.param("x", 0);
  const found = s.mode("found", "find", x, { series: data });
  const cell = s.signal("cell", s.m.cell(data, s.m.add(s.m.find(data, x), 0.7)));
  const model = s.build();
  const [reference, engine] = [interpret(model), runInWasm(model, emitWasm(model.ir))];
  for (const at of [-1, 0, 0.5, 1, 3.9, 4, 100, 2400, 2401, 1e9, NaN]) {
    for (const one of [reference, engine]) {
      one.memory[x.value] = at;
      one.refresh(new Uint8Array(0));
    }
    for (const slot of [found.value, cell.value]) expect(engine.memory[slot]).toBe(reference.memory[slot]);
    const [a, b] = [new Float64Array(1), new Float64Array(1)];
    reference.memory[x.value] = engine.memory[x.value] = at + 1;
    reference.guards(a);
    engine.guards(b);
    if (length > 1) expect(b).toEqual(a);
  }
});

it("splits long programs, and values cross over", () => {
  const s = smallModel();
  const x = s.state("x", 0.3);
  let e: Expr = x;
  const all: Expr[] = [];
  for (let i = 0; i < 5000; i++) all.push((e = s.signal(`s${i}`, s.m.sin(s.m.add(e, i % 3)))));
  s.flow(x, s.m.add(e, all[17]!));
  const model = s.build();
  const [reference, engine] = [interpret(model), runInWasm(model, emitWasm(model.ir))];
  const [a, b] = [new Float64Array(1), new Float64Array(1)];
  for (const one of [reference, engine]) one.settle();
  expect(engine.memory).toEqual(reference.memory);
  for (const one of [reference, engine]) one.memory[x.value] = 0.9;
  reference.flow(a);
  engine.flow(b);
  expect(b).toEqual(a);
});
