import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDerivative } from "../../../core/expr/derivative.ts";
import type { Expr } from "../../../core/expr/expr.ts";
import { flowJacobian } from "../../../core/ir/jacobian.ts";
import type { Model } from "../../../core/ir/ir.ts";
import type { Engine } from "../../../core/sim/engine.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { defaults, smallModel } from "../sim/smallModel.ts";
import type { SmallModel } from "../sim/smallModel.ts";
import { example, exampleIds, modelOf } from "../../examples/example.ts";

/** The engine's Jacobian as a dense matrix with one column more, for time. */
function symbolic(engine: Engine): Float64Array {
  const n = engine.states.length;
  const { rows, columns, evaluate } = engine.jacobian!()!;
  const values = new Float64Array(rows.length);
  engine.flow(new Float64Array(n));
  evaluate(values);
  const dense = new Float64Array(n * (n + 1));
  values.forEach((v, e) => (dense[rows[e]! * (n + 1) + columns[e]!]! += v));
  return dense;
}

/** The same by central differences. */
function differences(engine: Engine): Float64Array {
  const n = engine.states.length;
  const { memory, states } = engine;
  const dense = new Float64Array(n * (n + 1));
  const high = new Float64Array(n);
  const low = new Float64Array(n);
  [...states, 0].forEach((slot, j) => {
    const held = memory[slot]!;
    const step = 1e-5 * Math.max(1, Math.abs(held));
    memory[slot] = held + step;
    engine.flow(high);
    memory[slot] = held - step;
    engine.flow(low);
    memory[slot] = held;
    for (let i = 0; i < n; i++) dense[i * (n + 1) + j] = (high[i]! - low[i]!) / (2 * step);
  });
  return dense;
}

function agree(model: Model): void {
  const engine = interpret(model);
  engine.refresh(new Uint8Array(engine.tasks.length).fill(1));
  const exact = symbolic(engine);
  const estimate = differences(engine);
  const size = Math.max(1, ...exact.map(Math.abs));
  exact.forEach((v, e) => expect(Math.abs(v - estimate[e]!)).toBeLessThan(1e-6 * size));
}

/** Smooth signals of states, of time and of each other, some of them solved for in a loop of one unknown. */
function randomModel(choices: readonly number[], n: number): Model {
  const s = smallModel();
  const { m } = s;
  let at = 0;
  const next = (below: number): number => choices[at++ % choices.length]! % below;
  const states = Array.from({ length: n }, (_, i) => s.state(`x${i}`, 0.3 + 0.2 * i));
  const known: Expr[] = [...states, s.t, s.param("p", 0.7)];
  const pick = (): Expr => known[next(known.length)]!;
  for (let k = 0; k < 8; k++) {
    const a = pick();
    const b = pick();
    const made = [
      () => m.add(a, b),
      () => m.sub(a, b),
      () => m.mul(a, b),
      () => m.div(a, m.add(2, m.mul(b, b))),
      () => m.sin(a),
      () => m.exp(m.neg(m.mul(a, a))),
      () => m.tanh(m.add(a, b)),
      () => m.choose(s.mode(`mode${k}`, "above", m.sub(a, 0.1)), a, b),
    ][next(8)]!();
    known.push(next(4) === 0 ? loop(s, `z${k}`, made) : s.signal(`s${k}`, made));
  }
  states.forEach((x) => s.flow(x, m.sub(pick(), m.mul(pick(), pick()))));
  return s.build();
}

/** z + z^3 / 10 = e. */
function loop(s: SmallModel, path: string, e: Expr): Expr {
  const { m } = s;
  const z = s.slot(path);
  s.step({
    do: "solve",
    unknowns: [z.value],
    residual: [m.sub(e, m.add(z, m.div(m.mul(z, m.mul(z, z)), 10)))],
    jacobian: [m.neg(m.add(1, m.mul(0.3, m.mul(z, z))))],
    linear: false,
    loop: [path],
    block: path,
  });
  return z;
}

/** A loop of any unknowns, its Jacobian from the equations. */
function solve(s: SmallModel, z: readonly Expr[], residual: readonly Expr[]): void {
  const unknowns = z.map((e) => e.value);
  const columns = unknowns.map((slot) => createDerivative(s.m, slot));
  const jacobian = residual.flatMap((equation) => columns.map((d) => d(equation)));
  s.step({ do: "solve", unknowns, residual, jacobian, linear: false, loop: ["z0"], block: "z0" });
}

/** Twice as many states as a loop has unknowns, fast and slow; every equation has every unknown. */
function coupled(order: number): Model {
  const s = smallModel();
  const { m } = s;
  const x = Array.from({ length: 2 * order }, (_, i) => s.state(`x${i}`, 1 / (1 + i)));
  const z = Array.from({ length: order }, (_, i) => s.slot(`z${i}`));
  const residual = z.map((own, i) =>
    z.reduce(
      (sum, other, j) => (i === j ? sum : m.sub(sum, m.mul(0.5 / (order + i + 2 * j), m.tanh(other)))),
      m.sub(m.sin(m.mul(x[i]!, x[i + order]!)), own),
    ),
  );
  solve(s, z, residual);
  x.forEach((own, i) => {
    const pull = m.sub(m.add(z[i % order]!, m.sin(m.add(s.t, i))), own);
    s.flow(own, m.mul(10 ** ((4 * i) / x.length), pull));
    s.record(own);
  });
  return s.build();
}

describe("Jacobian of the flow", () => {
  for (const id of exampleIds)
    it(`agrees with differences: ${id}`, () => {
      agree(modelOf(example(id)));
    });

  it("agrees with differences on random models", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 40, maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (choices, n) =>
        agree(randomModel(choices, n)),
      ),
      { numRuns: 300 },
    );
  });

  it("goes through matrices", () => {
    const s = smallModel();
    const x = [s.state("x0", 1), s.state("x1", 2)];
    const matrix = s.params("M", [1, 2, 3, 4]);
    const y = [s.slot("y0"), s.slot("y1")];
    s.step({
      do: "matvec",
      matrix,
      rows: 2,
      cols: 2,
      from: x.map((e) => e.value),
      to: y.map((e) => e.value),
      block: "M",
    });
    x.forEach((e, i) => s.flow(e, s.m.mul(y[i]!, y[0]!)));
    agree(s.build());
  });

  it("goes through loops of up to eight unknowns, and leaves larger ones to differences", () => {
    for (const order of [2, 3, 5, 8]) agree(coupled(order));
    expect(flowJacobian(coupled(8).ir)).toBeDefined();
    expect(flowJacobian(coupled(9).ir)).toBeUndefined();
  });

  it("goes through loops whose equations stand in any order: no entry need be a pivot", () => {
    const s = smallModel();
    const u = s.state("u", 0.4);
    const z = ["p", "q", "r"].map((name) => s.slot(name));
    // Each unknown alone in the equation of the next: zeros on the diagonal, and where elimination would look first.
    solve(
      s,
      z,
      z.map((_, i) => s.m.sub(s.m.sin(s.m.mul(i + 1, u)), s.m.mul(2 + i, z[(i + 1) % 3]!))),
    );
    s.flow(u, s.m.add(z[0]!, s.m.mul(z[1]!, z[2]!)));
    agree(s.build());
  });

  it("spares a stiff run the evaluations of differences, and leaves its end where it was", () => {
    const model = coupled(4);
    const settings = { ...defaults, stop: 4, solver: "rodas4", rtol: 1e-7, atol: 1e-9 } as const;
    const known = simulate(interpret(model), model.ir, settings);
    const engine = Object.create(interpret(model), { jacobian: { value: () => undefined } }) as Engine;
    const bare = simulate(engine, model.ir, settings);
    for (const result of [known, bare]) expect(result.status).toBe("finished");
    known.traces.forEach(({ values }, k) => {
      const other = bare.traces[k]!.values;
      values.forEach((v, i) => expect(Math.abs(v - other[i]!)).toBeLessThan(1e-5));
    });
    // One for each state and one for time, at every step: 8 + 1 beside the stages.
    expect(bare.counts.evaluations).toBeGreaterThan(2 * known.counts.evaluations);
  });

  it("has as many entries as a chain of 10,000 states has wires", () => {
    const s = smallModel();
    let before: Expr = s.m.sin(s.t);
    for (let i = 0; i < 10000; i++) {
      const x = s.state(`x${i}`, 0);
      s.flow(x, s.signal(`d${i}`, s.m.sub(before, s.m.mul(x, x))));
      before = s.signal(`y${i}`, s.m.mul(2, x));
    }
    expect(flowJacobian(s.build().ir)!.length).toBe(20000);
  });
});
