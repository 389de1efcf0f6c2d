/** Whole runs of every example and of small models, by every solver: the module's steps are the interpreter's. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { emitWasm, interpret, runSettings, simulate } from "../../../../core/index.ts";
import type { Engine, Model, SimResult, SimSettings, Solver } from "../../../../core/index.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import type { Expr } from "../../../../core/expr/expr.ts";
import { smallModel } from "../../sim/smallModel.ts";
import { exampleDocument, exampleFolder, modelOf } from "./exampleModels.ts";

const explicit = ["euler", "heun", "rk4", "rk8", "bs32", "dopri5", "dop853"] as const satisfies readonly Solver[];
const stepping = [...explicit, "rodas4", "bdf"] as const satisfies readonly Solver[];
const solvers = ["auto", ...stepping] as const satisfies readonly Solver[];

const accelerated = (model: Model): Engine => runInWasm(model, emitWasm(model.ir));

/** Largest difference beside the largest value of its signal; Infinity where runs differ in kind. */
function difference(a: SimResult, b: SimResult): number {
  if (a.status !== b.status || a.t.length !== b.t.length || a.events.length !== b.events.length) return Infinity;
  let worst = 0;
  const compare = (x: Float64Array, y: Float64Array): void => {
    let scale = 0;
    for (const v of x) if (Number.isFinite(v)) scale = Math.max(scale, Math.abs(v));
    for (let i = 0; i < x.length; i++) {
      if (Object.is(x[i], y[i]) || x[i] === y[i]) continue;
      const d = Math.abs(x[i]! - y[i]!) / scale;
      worst = Math.max(worst, Number.isNaN(d) ? Infinity : d);
    }
  };
  compare(a.t, b.t);
  a.traces.forEach((trace, k) => compare(trace.values, b.traces[k]!.values));
  return worst;
}

function both(model: Model, settings: SimSettings): readonly [SimResult, SimResult] {
  return [simulate(interpret(model), model.ir, settings), simulate(accelerated(model), model.ir, settings)];
}

describe.each(readdirSync(exampleFolder).filter((name) => name.endsWith(".lazo")))("%s", (name) => {
  const model = modelOf(name);
  const { settings } = runSettings(exampleDocument(name), true);
  // Explicit methods would take millions of steps over stiff kinetics.
  const suited = solvers.filter((solver) => name !== "kinetics.lazo" || ["auto", "rodas4", "bdf"].includes(solver));
  it.each(suited)("runs by %s as interpreted", (solver) => {
    const [reference, result] = both(model, { ...settings, solver });
    expect(result.method).toBe(reference.method);
    // Exact steps of a grid take their forcing anew each.
    const exact = reference.method.startsWith("exact");
    if (exact) expect(result.counts.steps).toBe(reference.counts.steps);
    else expect(result.counts).toEqual(reference.counts);
    expect(result.problems).toEqual(reference.problems);
    expect(difference(reference, result)).toBeLessThan(1e-12);
  });
});

const settings: SimSettings = {
  start: 0,
  stop: 10,
  step: 0.01,
  solver: "auto",
  rtol: 1e-6,
  atol: 1e-9,
  maxStep: 0,
  events: true,
};

/** x'' = -x, with what else a test wants of it. */
function oscillator() {
  const s = smallModel();
  const x = s.state("x", 1);
  const v = s.state("v", 0);
  s.flow(x, v);
  s.flow(v, s.m.neg(s.m.sin(x)));
  s.record(x);
  s.record(v);
  return { s, x, v };
}

describe.each(stepping)("by %s", (solver) => {
  it("records fine grids, beyond what one buffer holds, to the bit", () => {
    const { s } = oscillator();
    const [reference, result] = both(s.build(), { ...settings, solver, step: 1e-4, stop: 3 });
    expect(result.t.length).toBe(30001);
    expect(difference(reference, result)).toBe(0);
    expect(result.counts).toEqual(reference.counts);
  });

  it("finds state events at the same times", () => {
    const { s, x } = oscillator();
    const up = s.mode("up", "above", x);
    const p = s.state("p", 0);
    s.flow(p, up);
    s.record(p);
    const [reference, result] = both(s.build(), { ...settings, solver });
    expect(reference.events.length).toBeGreaterThan(2);
    expect(result.events).toEqual(reference.events);
    expect(difference(reference, result)).toBe(0);
  });

  it("takes many states through memory as few through locals", () => {
    const s = smallModel();
    const n = 41;
    const states = Array.from({ length: n }, (_, i) => s.state(`x${i}`, Math.cos(i)));
    states.forEach((x, i) => s.flow(x, s.m.sub(s.m.mul(0.9, s.m.sin(states[(i + n - 1) % n]!)), x)));
    for (const x of states) s.record(x);
    const [reference, result] = both(s.build(), { ...settings, solver });
    expect(difference(reference, result)).toBeLessThan(1e-15);
    expect(result.counts).toEqual(reference.counts);
  });

  it("fails where and as the interpreter does", () => {
    for (const make of [
      // Grows without bound, leaves its domain, is not finite from the start.
      (s: ReturnType<typeof smallModel>, x: Expr) => s.m.mul(x, x),
      (s: ReturnType<typeof smallModel>, x: Expr) => s.m.neg(s.m.div(1, s.m.sqrt(s.m.sub(x, 0.5)))),
      (s: ReturnType<typeof smallModel>, x: Expr) => s.m.log(s.m.sub(x, 2)),
    ]) {
      const s = smallModel();
      const x = s.state("x", 1);
      s.flow(x, make(s, x));
      s.record(x);
      const [reference, result] = both(s.build(), { ...settings, solver });
      expect(result.status).toBe(reference.status);
      expect(result.problems.map(({ code, path }) => ({ code, path }))).toEqual(
        reference.problems.map(({ code, path }) => ({ code, path })),
      );
      expect(result.t).toEqual(reference.t);
    }
  });

  it("solves loops in line and through JavaScript", () => {
    for (const linear of [true, false]) {
      const { s, x } = oscillator();
      const z = s.slot("z");
      const m = s.m;
      // z = x - z/2, or z = x - z^3.
      const inner = linear ? m.div(z, 2) : m.mul(z, m.mul(z, z));
      s.step({
        do: "solve",
        unknowns: [z.value],
        residual: [m.sub(m.sub(x, inner), z)],
        jacobian: [linear ? m.num(-1.5) : m.sub(m.neg(m.mul(3, m.mul(z, z))), 1)],
        linear,
        loop: ["z"],
        block: "z",
      });
      const q = s.state("q", 0);
      s.flow(q, m.sub(z, q));
      s.record(z);
      const [reference, result] = both(s.build(), { ...settings, solver });
      expect(difference(reference, result)).toBeLessThan(1e-12);
    }
  });
});

it("goes over to the implicit method when and where the interpreter does", () => {
  const s = smallModel();
  const x = s.state("x", 2);
  const v = s.state("v", 0);
  const m = s.m;
  s.flow(x, v);
  s.flow(v, m.sub(m.mul(100, m.mul(m.sub(1, m.mul(x, x)), v)), x));
  s.record(x);
  const [reference, result] = both(s.build(), { ...settings, stop: 200, step: 0.5 });
  expect(reference.method).toContain("then");
  expect(result.method).toBe(reference.method);
  expect(difference(reference, result)).toBeLessThan(1e-12);
});

describe.each(["rodas4", "bdf"] as const)("%s inside the module", (solver) => {
  const made = (model: Model) =>
    accelerated(model).integrator?.({ solver, rtol: 1e-6, atol: 1e-9, maxStep: 1, fixedStep: 1 });

  /** Stiff, nonlinear, everything depends on everything, driven by time, and with factors that need their rows exchanged. */
  function crowd(n: number): Model {
    const s = smallModel();
    const m = s.m;
    const states = Array.from({ length: n }, (_, i) => s.state(`x${i}`, Math.cos(i)));
    states.forEach((x, i) => {
      let sum = m.mul(-(10 ** ((3 * i) / n)), m.sub(x, m.sin(m.mul(0.3, s.t))));
      states.forEach((other, j) => {
        if (j === i) return;
        sum = m.add(sum, m.mul((j > i ? 40 : -40) * Math.cos(i * j), m.sin(m.mul(0.1, other))));
      });
      s.flow(x, sum);
    });
    for (const x of states) s.record(x);
    return s.build();
  }

  it.each([1, 2, 3, 8, 9, 20])("takes its steps with a Jacobian of %i states", (n) => {
    const model = crowd(n);
    expect(made(model)).toBeDefined();
    const [reference, result] = both(model, { ...settings, solver, stop: 0.5 });
    expect(reference.status).toBe("finished");
    expect(result.counts).toEqual(reference.counts);
    expect(difference(reference, result)).toBeLessThan(1e-12);
  });

  it("takes a sparse Jacobian of up to 16 states as a dense one", () => {
    const s = smallModel();
    const m = s.m;
    const states = Array.from({ length: 16 }, (_, i) => s.state(`x${i}`, Math.cos(i)));
    states.forEach((x, i) => s.flow(x, m.mul(10 ** (i / 5), m.sub(m.sin(states[(i + 15) % 16]!), x))));
    for (const x of states) s.record(x);
    const model = s.build();
    expect(emitWasm(model.ir).integrator(solver)!.implicit!.sparse).toBeUndefined();
    const [reference, result] = both(model, { ...settings, solver, stop: 2 });
    expect(result.counts).toEqual(reference.counts);
    expect(difference(reference, result)).toBeLessThan(1e-12);
  });

  it("leaves to JavaScript what is crowded and has more states than there is room for", () => {
    expect(made(crowd(65))).toBeUndefined();
  });
});
