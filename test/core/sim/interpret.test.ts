import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAlgebra } from "../../../core/expr/algebra.ts";
import { evaluate } from "../../../core/expr/evaluate.ts";
import type { Algebra, Expr } from "../../../core/expr/expr.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { run, smallModel, stepAt, values } from "./smallModel.ts";

const none = new Uint8Array(0);

/** Random expressions over three slots and one series, from every operation. */
function grow(m: Algebra, leaves: readonly Expr[], recipe: readonly number[]): Expr[] {
  const pool = [...leaves];
  const pick = (n: number): Expr => pool[n % pool.length]!;
  const unary = [
    m.neg,
    m.sin,
    m.cos,
    m.tan,
    m.asin,
    m.acos,
    m.atan,
    m.sinh,
    m.cosh,
    m.tanh,
    m.exp,
    m.log,
    m.sqrt,
    m.not,
    m.floor,
    m.abs,
    m.sign,
  ] as const;
  const binary = [
    m.add,
    m.sub,
    m.mul,
    m.div,
    m.pow,
    m.atan2,
    m.lt,
    m.le,
    m.eq,
    m.and,
    m.or,
    m.uniform,
    m.min,
    m.max,
    m.mod,
  ] as const;
  for (let i = 0; i + 3 < recipe.length; i += 4) {
    const [kind = 0, a = 0, b = 0, c = 0] = recipe.slice(i, i + 4);
    const choice = kind % (unary.length + binary.length + 3);
    if (choice < unary.length) pool.push(unary[choice]!(pick(a)));
    else if (choice < unary.length + binary.length) pool.push(binary[choice - unary.length]!(pick(a), pick(b)));
    else if (choice === unary.length + binary.length) pool.push(m.choose(pick(a), pick(b), pick(c)));
    else if (choice === unary.length + binary.length + 1) pool.push(m.find(0, pick(a)));
    else pool.push(m.cell(0, pick(a)));
  }
  return pool;
}

describe("the tape", () => {
  it("computes what the slow evaluator does, to the last bit, for every operation", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 4, maxLength: 120 }),
        fc.array(fc.oneof(fc.double({ min: -4, max: 4, noNaN: true }), fc.integer({ min: -2, max: 2 })), {
          minLength: 3,
          maxLength: 3,
        }),
        (recipe, at) => {
          const s = smallModel();
          s.series("x", [-1, 0, 0.5, 2]);
          const leaves = at.map((v, i) => s.param(`p${i}`, v));
          const all = grow(s.m, [...leaves, s.m.num(0.5)], recipe);
          const signals = all.map((e, i) => s.signal(`y${i}`, e));
          const model = s.build();
          const engine = interpret(model);
          engine.settle();
          all.forEach((e, i) => {
            const expected = evaluate(e, model.values, model.ir.series);
            expect(
              Object.is(engine.memory[signals[i]!.value], expected),
              `${e.op}: ${engine.memory[signals[i]!.value]} for ${expected}`,
            ).toBe(true);
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it("shares nothing between engines of one structure", () => {
    const s = smallModel();
    const p = s.param("p", 2);
    const y = s.signal("y", s.m.mul(p, s.m.add(p, 1)));
    const model = s.build();
    const first = interpret(model);
    const second = interpret({ ir: model.ir, values: model.values.map((v) => v * 5) });
    first.settle();
    second.settle();
    expect(first.memory[y.value]).toBe(6);
    expect(second.memory[y.value]).toBe(110);
  });

  it("multiplies wide matrices in one step", () => {
    const s = smallModel();
    const matrix = s.params("M", [1, 2, 3, 4, 5, 6]);
    const from = [1, 10, 100].map((v, i) => s.param(`u${i}`, v).value);
    const to = [s.slot("y[1]"), s.slot("y[2]")].map((e) => e.value);
    s.step({ do: "matvec", matrix, rows: 2, cols: 3, from, to, block: "M" });
    const engine = interpret(s.build());
    engine.settle();
    expect(to.map((i) => engine.memory[i])).toEqual([321, 654]);
  });
});

describe("latches", () => {
  it("hold between events and change at them, each by its own test", () => {
    const s = smallModel();
    const series = s.series("x", [0, 1, 2, 4]);
    const x = s.state("x", 0);
    s.flow(x, 1);
    const modes = [
      s.mode("above", "above", x),
      s.mode("atLeast", "atLeast", x),
      s.mode("floor", "floor", x),
      s.mode("find", "find", x, { series }),
    ];
    const engine = interpret(s.build());
    const show = (): number[] => modes.map((e) => engine.memory[e.value]!);
    engine.refresh(none);
    expect(show()).toEqual([0, 1, 0, 0]);
    engine.memory[x.value] = 2.5;
    engine.settle();
    expect(show()).toEqual([0, 1, 0, 0]);
    const distance = new Float64Array(4);
    engine.guards(distance);
    expect(Array.from(distance)).toEqual([-2.5, 2.5, -1.5, -1.5]);
    engine.refresh(none);
    expect(show()).toEqual([1, 1, 2, 2]);
    engine.guards(distance);
    expect(Array.from(distance)).toEqual([2.5, 2.5, 0.5, 0.5]);
  });

  it("never calls a value held where its own test says otherwise, edges included", () => {
    const tests = ["above", "atLeast", "floor", "find"] as const;
    const value = fc.oneof(fc.constantFrom(-1, 0, 1, 2, 4, 5), fc.double({ min: -2, max: 6, noNaN: true }));
    fc.assert(
      fc.property(fc.constantFrom(...tests), value, value, (test, before, after) => {
        const s = smallModel();
        const series = s.series("x", [0, 1, 2, 4]);
        const x = s.state("x", before);
        s.flow(x, 1);
        const mode = s.mode("m", test, x, { series });
        const engine = interpret(s.build());
        engine.refresh(none);
        const held = engine.memory[mode.value];
        engine.memory[x.value] = after;
        engine.settle();
        const distance = new Float64Array(1);
        engine.guards(distance);
        engine.refresh(none);
        expect(distance[0]! < 0).toBe(engine.memory[mode.value] !== held);
      }),
      { numRuns: 500 },
    );
  });

  it("samples for the tasks that are due only", () => {
    const s = smallModel();
    s.task(1);
    s.task(2);
    const u = s.state("u", 5);
    s.flow(u, 0);
    const a = s.sample("a", 0, u);
    const b = s.sample("b", 1, u);
    const engine = interpret(s.build());
    engine.refresh(Uint8Array.of(1, 0));
    expect([engine.memory[a.value], engine.memory[b.value]]).toEqual([5, 0]);
    engine.memory[u.value] = 7;
    engine.refresh(Uint8Array.of(0, 1));
    expect([engine.memory[a.value], engine.memory[b.value]]).toEqual([5, 7]);
  });

  it("reads its own old value before it takes the new one (hysteresis)", () => {
    const s = smallModel();
    const x = s.state("x", 0);
    s.flow(x, 1);
    const q = s.slot("q", "mode");
    const arg = s.m.sub(x, s.m.sub(1, s.m.mul(2, q)));
    s.step({ do: "latch", slot: q.value, test: "above", arg, block: "q" });
    const y = s.signal("y", arg);
    const engine = interpret(s.build());
    const at = (v: number): number[] => {
      engine.memory[x.value] = v;
      engine.refresh(none);
      return [engine.memory[q.value]!, engine.memory[y.value]!];
    };
    expect(at(0)).toEqual([0, -1]);
    expect(at(2)).toEqual([1, 3]);
    expect(at(0)).toEqual([1, 1]);
    expect(at(-2)).toEqual([0, -3]);
  });
});

describe("closed-form instants", () => {
  it("are the smallest double at which the mode flips", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.constantFrom("above", "atLeast", "floor"),
        (period, shift, test) => {
          const s = smallModel();
          const p = s.param("period", period);
          const o = s.param("shift", shift);
          const arg = s.m.div(s.m.sub(s.t, o), p);
          const mode = s.mode("m", test as "floor", arg, { line: [s.m.div(1, p), s.m.neg(s.m.div(o, p))] });
          const engine = interpret(s.build());
          const start = -10;
          engine.memory[0] = start;
          engine.refresh(none);
          const held = engine.memory[mode.value];
          const at = engine.nextInstant(0, start);
          expect(at).toBeGreaterThan(start);
          engine.memory[0] = at;
          engine.refresh(none);
          expect(engine.memory[mode.value]).not.toBe(held);
          const bits = new BigInt64Array(new Float64Array([at]).buffer);
          bits[0]! += at > 0 ? -1n : 1n;
          const previous = new Float64Array(bits.buffer)[0]!;
          if (previous <= start || at === 0 || Math.abs(at) < 1e-12) return;
          engine.memory[0] = start;
          const again = interpret(s.build());
          again.memory[0] = previous;
          again.refresh(none);
          expect(again.memory[mode.value]).toBe(held);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never come again where the line leads away", () => {
    const s = smallModel();
    stepAt(s, "Step", s.param("t0", 1));
    const engine = interpret(s.build());
    engine.refresh(none);
    expect(engine.nextInstant(0, 0)).toBe(1);
    engine.memory[0] = 1;
    engine.refresh(none);
    expect(engine.nextInstant(0, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("algebraic loops", () => {
  function loop(residual: (m: Algebra, z: Expr) => Expr, slope: (m: Algebra, z: Expr) => Expr, linear: boolean) {
    const s = smallModel();
    const z = s.slot("z");
    s.step({
      do: "solve",
      unknowns: [z.value],
      residual: [residual(s.m, z)],
      jacobian: [slope(s.m, z)],
      linear,
      loop: ["Sum", "Gain"],
      block: "Sum",
    });
    return { s, z };
  }

  it("solves z = cos z", () => {
    const { s, z } = loop(
      (m, x) => m.sub(m.cos(x), x),
      (m, x) => m.sub(m.neg(m.sin(x)), 1),
      false,
    );
    const engine = interpret(s.build());
    engine.settle();
    expect(engine.memory[z.value]).toBeCloseTo(0.7390851332151607, 15);
    expect(engine.failedLoop()).toBeUndefined();
  });

  it("solves a linear loop of two exactly and the same from any start", () => {
    const s = smallModel();
    const z = [s.slot("z1"), s.slot("z2")];
    const r = [s.m.sub(s.m.sub(1, s.m.mul(2, z[1]!)), z[0]!), s.m.sub(s.m.mul(3, z[0]!), z[1]!)];
    s.step({
      do: "solve",
      unknowns: z.map((e) => e.value),
      residual: r,
      jacobian: [-1, -2, 3, -1].map(s.m.num),
      linear: true,
      loop: ["A", "B"],
      block: "A",
    });
    const engine = interpret(s.build());
    for (const from of [0, 1e6]) {
      engine.memory[z[0]!.value] = from;
      engine.settle();
      expect(engine.memory[z[0]!.value]).toBeCloseTo(1 / 7, 15);
      expect(engine.memory[z[1]!.value]).toBeCloseTo(3 / 7, 15);
    }
  });

  it("says singular with the blocks and the condition, and recovers", () => {
    const s = smallModel();
    const g = s.state("g", 1);
    s.flow(g, 0);
    const z = s.slot("z");
    const r = s.m.sub(s.m.add(s.m.mul(g, z), 1), z);
    s.step({
      do: "solve",
      unknowns: [z.value],
      residual: [r],
      jacobian: [s.m.sub(g, 1)],
      linear: true,
      loop: ["Sum", "Gain"],
      block: "Sum",
    });
    s.record(z);
    const model = s.build();
    const engine = interpret(model);
    engine.settle();
    expect(engine.failedLoop()).toMatchObject({ loop: ["Sum", "Gain"], rcond: 0 });
    expect(engine.memory[z.value]).toBeNaN();
    engine.memory[g.value] = 0.5;
    engine.settle();
    expect(engine.memory[z.value]).toBe(2);
    expect(engine.failedLoop()).toBeUndefined();
    expect(run(model).problems[0]).toMatchObject({ code: "LOOP_SINGULAR", path: "Sum", related: ["Sum", "Gain"] });
  });

  it("says when there is no solution to converge to", () => {
    const { s, z } = loop(
      (m, x) => m.add(m.mul(x, x), 1),
      (m, x) => m.mul(2, x),
      false,
    );
    s.record(z);
    const r = run(s.build());
    expect(r.status).toBe("diverged");
    expect(["LOOP_NOT_CONVERGED", "LOOP_SINGULAR"]).toContain(r.problems[0]!.code);
    expect(r.problems[0]!.related).toEqual(["Sum", "Gain"]);
  });

  it("runs every operation inside the loop, comparisons too", () => {
    // z = 1 - max(0, z): 0.5.
    const { s, z } = loop(
      (m, x) => m.sub(m.sub(1, m.max(0, x)), x),
      (m, x) => m.sub(m.choose(m.lt(0, x), -1, 0), 1),
      false,
    );
    const engine = interpret(s.build());
    engine.settle();
    expect(engine.memory[z.value]).toBe(0.5);
  });

  it("follows the loop through a run: x' = -z, z + z^3 = x", () => {
    const s = smallModel();
    const x = s.state("x", 2);
    const z = s.slot("z");
    const r = s.m.sub(x, s.m.add(z, s.m.mul(z, s.m.mul(z, z))));
    s.step({
      do: "solve",
      unknowns: [z.value],
      residual: [r],
      jacobian: [s.m.sub(-1, s.m.mul(3, s.m.mul(z, z)))],
      linear: false,
      loop: ["f"],
      block: "f",
    });
    s.flow(x, s.m.neg(z));
    s.record(z);
    const result = run(s.build(), { stop: 2, rtol: 1e-11, atol: 1e-13 });
    // (1 + 3 z^2) z' = -z, so ln z + 1.5 z^2 = 1.5 - t from z = 1.
    result.t.forEach((t, i) => {
      const value = values(result, "z")[i]!;
      expect(Math.abs(Math.log(value) + 1.5 * value * value - (1.5 - t))).toBeLessThan(1e-9);
    });
  });
});

describe("not finite", () => {
  it("names the first step whose inputs were finite", () => {
    const s = smallModel();
    const p = s.param("p", 0);
    const a = s.signal("Good", s.m.add(p, 1));
    const b = s.signal("Bad", s.m.div(a, p));
    s.signal("Innocent", s.m.mul(b, 2));
    const engine = interpret(s.build());
    engine.settle();
    expect(engine.notFinite()).toEqual({ block: "Bad", path: "Bad" });
  });

  it("looks into the flow and the updates as well, and is silent when all is well", () => {
    const s = smallModel();
    const x = s.state("x", 0);
    s.flow(x, s.m.log(s.m.sub(x, 1)));
    const engine = interpret(s.build());
    engine.settle();
    expect(engine.notFinite()).toEqual({ block: "x", path: "x" });
    engine.memory[x.value] = 2;
    engine.settle();
    expect(engine.notFinite()).toBeUndefined();
  });
});

it("createAlgebra's expressions of another algebra may be mixed in", () => {
  const other = createAlgebra();
  const s = smallModel();
  const p = s.param("p", 3);
  const y = s.signal("y", s.m.add(other.mul(other.slot(p.value), 2), p));
  const engine = interpret(s.build());
  engine.settle();
  expect(engine.memory[y.value]).toBe(9);
});
