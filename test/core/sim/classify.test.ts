import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "../../../core/sim/interpret.ts";
import { run, smallModel, stepAt, values } from "./smallModel.ts";
import type { SmallModel } from "./smallModel.ts";
import type { Expr } from "../../../core/expr/expr.ts";

/** The engine of x' = what `equation` says. */
function engineOf(equation: (s: SmallModel, x: Expr) => Expr) {
  const s = smallModel();
  const x = s.state("x", 1);
  s.flow(x, equation(s, x));
  return interpret(s.build());
}

describe("what kind of model it is", () => {
  it("knows a constant system matrix from anything else", () => {
    const linear = (f: (s: SmallModel, x: Expr) => Expr): number[] | undefined => {
      const a = engineOf(f).linear!();
      return a && Array.from(a);
    };
    expect(linear((s, x) => s.m.mul(s.param("a", -3), x))).toEqual([-3]);
    expect(linear((s, x) => s.m.div(x, s.signal("c", s.m.add(s.param("a", 3), 1))))).toEqual([0.25]);
    expect(linear((s, x) => s.m.mul(s.t, x))).toBeUndefined();
    expect(linear((s, x) => s.m.mul(x, x))).toBeUndefined();
    expect(linear((s, x) => s.m.mul(stepAt(s, "Step", s.param("t0", 1)), x))).toBeUndefined();
    expect(linear((s, x) => s.m.mul(s.sample("hold", s.task(1), x), x))).toBeUndefined();
    expect(linear((s, x) => s.m.sub(s.sample("hold", s.task(1), x), x))).toEqual([-1]);
    expect(linear((s, x) => s.m.choose(s.mode("m", "above", x), x, s.m.neg(x)))).toBeUndefined();
    expect(linear((s, x) => s.m.sub(s.mode("m", "above", x), x))).toEqual([-1]);
  });

  it("knows how the forcing varies between events", () => {
    const forcing = (f: (s: SmallModel, x: Expr) => Expr): string | undefined =>
      engineOf((s, x) => s.m.sub(f(s, x), x)).forcing;
    expect(forcing((s) => s.param("c", 1))).toBe("constant");
    expect(forcing((s) => stepAt(s, "Step", s.param("t0", 1)))).toBe("constant");
    expect(forcing((s) => s.m.mul(s.t, s.param("slope", 2)))).toBe("linear");
    expect(forcing((s) => s.m.mul(s.t, stepAt(s, "Step", s.param("t0", 1))))).toBe("linear");
    expect(forcing((s) => s.signal("u", s.m.div(s.signal("v", s.m.add(s.t, 1)), 3)))).toBe("linear");
    expect(forcing((s) => s.m.sin(s.t))).toBe("other");
    expect(forcing((s) => s.m.mul(s.t, s.t))).toBe("other");
    expect(forcing((s) => s.m.div(1, s.m.add(s.t, 1)))).toBe("other");
  });

  it("knows whether modes have to be searched for, and whether they act back", () => {
    const searched = (f: (s: SmallModel, x: Expr) => Expr): string => engineOf(f).searched;
    expect(searched((s, x) => s.m.sub(stepAt(s, "Step", s.param("t0", 1)), x))).toBe("none");
    expect(searched((s, x) => (s.signal("shown", s.mode("m", "above", x)), s.m.neg(x)))).toBe("outside");
    expect(searched((s, x) => s.m.sub(s.signal("fed", s.mode("m", "above", x)), x))).toBe("inside");
    expect(searched((s, x) => (s.mode("n", "above", s.m.sub(x, s.mode("m", "above", x))), s.m.neg(x)))).toBe("inside");
  });

  it("sees through loops and matrices: A of x' = z, z = x - 2 z, and of x' = M x", () => {
    const a = engineOf((s, x) => {
      const z = s.slot("z");
      s.step({
        do: "solve",
        unknowns: [z.value],
        residual: [s.m.sub(s.m.sub(x, s.m.mul(2, z)), z)],
        jacobian: [s.m.num(-3)],
        linear: true,
        loop: ["a"],
        block: "a",
      });
      return z;
    });
    expect(a.linear!()![0]).toBeCloseTo(1 / 3, 15);
    const s = smallModel();
    const x = [s.state("x1", 1), s.state("x2", 2)];
    const matrix = s.params("M", [1, 2, 3, 4]);
    const to = [s.slot("y1"), s.slot("y2")];
    s.step({
      do: "matvec",
      matrix,
      rows: 2,
      cols: 2,
      from: x.map((e) => e.value),
      to: to.map((e) => e.value),
      block: "M",
    });
    s.flow(x[0]!, s.m.mul(2, to[0]!));
    s.flow(x[1]!, to[1]!);
    expect(Array.from(interpret(s.build()).linear!()!)).toEqual([2, 4, 3, 4]);
  });
});

describe("laws of linear models", () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true });
  const matrix = fc.array(number, { minLength: 9, maxLength: 9 });
  /** Three states, two driven: a step at t1 and a ramp that starts at t2. */
  function model(a: readonly number[], x0: readonly number[], gains: readonly number[], t1: number, t2: number) {
    const s = smallModel();
    const x = [0, 1, 2].map((i) => s.state(`x${i}`, x0[i]!));
    const u = stepAt(s, "Step", s.param("t1", t1));
    const from = s.param("t2", t2);
    const ramp = s.m.mul(stepAt(s, "Ramp", from), s.m.sub(s.t, from));
    x.forEach((e, i) => {
      const forcing =
        i === 0 ? s.m.mul(s.param("g0", gains[0]!), u) : i === 1 ? s.m.mul(s.param("g1", gains[1]!), ramp) : s.m.num(0);
      s.flow(
        e,
        s.m.add(
          s.m.dot(
            [0, 1, 2].map((j) => s.param(`a${i}${j}`, a[3 * i + j]!)),
            x,
          ),
          forcing,
        ),
      );
    });
    s.record(x[2]!);
    return s.build();
  }
  const last = (y: Float64Array): number => y[y.length - 1]!;

  it("exact and adaptive integration agree", () => {
    fc.assert(
      fc.property(
        matrix,
        fc.array(number, { minLength: 5, maxLength: 5 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (a, v, t1, t2) => {
          const m = model(a, v, v.slice(3), t1, t2);
          const exact = run(m, { stop: 2, step: 0.25 });
          const adaptive = run(m, { stop: 2, step: 0.25, solver: "dopri5", rtol: 1e-10, atol: 1e-12 });
          expect(exact.method).toMatch(/^exact/);
          const x = values(exact, "x2");
          const scale = Math.max(1, ...x.map(Math.abs));
          values(adaptive, "x2").forEach((y, i) => expect(Math.abs(y - x[i]!) / scale).toBeLessThan(1e-7));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("responses add up", () => {
    fc.assert(
      fc.property(matrix, fc.array(number, { minLength: 5, maxLength: 5 }), (a, v) => {
        const at = (x0: readonly number[], gains: readonly number[]): number =>
          last(values(run(model(a, x0, gains, 0.3, 0.7), { stop: 2, step: 0.1 }), "x2"));
        const parts = [at(v, [0, 0]), at([0, 0, 0], [v[3]!, 0]), at([0, 0, 0], [0, v[4]!])];
        const scale = Math.max(1, ...parts.map(Math.abs));
        expect(Math.abs(at(v, v.slice(3)) - parts[0]! - parts[1]! - parts[2]!) / scale).toBeLessThan(1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it("the output grid does not change the answer", () => {
    fc.assert(
      fc.property(
        matrix,
        fc.array(number, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (a, v, n) => {
          const m = model(a, v, v.slice(3), 0.3, 0.7);
          const one = last(values(run(m, { stop: 2, step: 2 }), "x2"));
          const many = last(values(run(m, { stop: 2, step: 2 / n }), "x2"));
          expect(Math.abs(one - many) / Math.max(1, Math.abs(one))).toBeLessThan(1e-10);
        },
      ),
      { numRuns: 60 },
    );
  });
});
