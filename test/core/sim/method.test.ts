/** Which integrator runs get, in words and in work. */
import { describe, expect, it } from "vitest";
import { interpret } from "../../../core/sim/interpret.ts";
import { chooseMethod } from "../../../core/sim/method.ts";
import type { Solver } from "../../../core/sim/result.ts";
import { defaults, run, smallModel, values } from "./smallModel.ts";
import type { Expr } from "../../../core/expr/expr.ts";

function vanDerPol(mu: number) {
  const s = smallModel();
  const { m } = s;
  const x = s.state("x", 2);
  const y = s.state("y", 0);
  s.flow(x, y);
  s.flow(y, m.sub(m.mul(mu, m.mul(m.sub(1, m.mul(x, x)), y)), x));
  s.record(x);
  return s.build();
}

/** x' = -x + sin(t), and a copy of it whose rate grows with time. */
function stiffLater() {
  const s = smallModel();
  const { m } = s;
  const x = s.state("x", 0);
  const fast = s.state("fast", 0);
  s.flow(x, m.sub(m.sin(s.t), x));
  s.flow(fast, m.mul(m.exp(m.mul(3, s.t)), m.sub(x, m.add(fast, m.mul(0.01, m.mul(fast, fast))))));
  s.record(fast);
  return s.build();
}

describe("the choice of an integrator", () => {
  it("is Rodas from the start where the fastest dynamics are a far faster decay than the run is long", () => {
    const r = run(vanDerPol(1000), { stop: 3000, step: 300 });
    expect(r.status).toBe("finished");
    expect(r.method).toBe("Rodas 4(3), rtol 1e-6 (stiff from the start)");
    expect(r.problems).toEqual([]);
    expect(r.counts.steps).toBeLessThan(2200);
    expect(values(r, "x")[10]!).toBeCloseTo(-1.5106069367441115, 4);
  });

  it("changes over in mid-run, and says when", () => {
    const r = run(stiffLater(), { stop: 4, step: 0.1 });
    expect(r.method).toMatch(
      /^Dormand-Prince 5\(4\), then Rodas 4\(3\) from t = [23]\.\d+ s, rtol 1e-6 \(stiff from there on\)$/,
    );
    expect(r.problems).toEqual([]);
    const explicit = run(stiffLater(), { stop: 4, step: 0.1, solver: "dopri5", rtol: 1e-9, atol: 1e-12 });
    expect(explicit.problems).toMatchObject([{ code: "STIFF", severity: "warning" }]);
    explicit.traces[0]!.values.forEach((v, k) => expect(Math.abs(values(r, "fast")[k]! - v)).toBeLessThan(1e-5));
    expect(r.counts.steps).toBeLessThan(explicit.counts.steps / 5);
  });

  it("stays with Dormand-Prince where accuracy sets the step", () => {
    expect(run(vanDerPol(1), { stop: 50, step: 1 }).method).toBe(
      "Dormand-Prince 5(4), rtol 1e-6 (the model is nonlinear or time-varying)",
    );
  });

  it("is BDF for many states, and takes no dense matrix to get there", () => {
    const s = smallModel();
    const n = 3000;
    const x = Array.from({ length: n }, (_, i) => s.state(`x${i}`, i === 0 ? 1 : 0));
    const k = s.param("k", 1e6);
    x.forEach((e, i) => {
      const left: Expr = x[i - 1] ?? e;
      const right = x[i + 1] ?? e;
      const cubed = s.m.mul(s.m.mul(0.1, e), s.m.mul(e, e));
      s.flow(e, s.m.sub(s.m.mul(k, s.m.sub(s.m.add(left, right), s.m.mul(2, e))), cubed));
    });
    s.record(x[1]!);
    const engine = interpret(s.build());
    Object.defineProperty(engine, "linear", {
      value: () => {
        throw new Error("nobody asked for a dense matrix");
      },
    });
    const chosen = chooseMethod(engine, defaults);
    if (!chosen.ok) throw new Error(chosen.problem.message);
    const { integrator } = chosen;
    engine.refresh(new Uint8Array(0));
    integrator.restart();
    for (let t = 0; t < 1;) {
      const made = integrator.step(1);
      expect(made.failed).toBeUndefined();
      t = made.t;
    }
    expect(chosen.method()).toMatch(/^BDF of order 1 to 5/);
    expect(integrator.counts.steps).toBeLessThan(600);
  });

  it.each<readonly [Solver, string, number]>([
    ["euler", "Euler, step 0.01 s (as chosen)", 0.05],
    ["heun", "Heun, step 0.01 s (as chosen)", 1e-3],
    ["rk4", "Runge-Kutta 4, step 0.01 s (as chosen)", 1e-7],
    ["rk8", "Runge-Kutta 8 (Dormand-Prince), step 0.01 s (as chosen)", 1e-12],
    ["bs32", "Bogacki-Shampine 3(2), rtol 1e-6 (as chosen)", 1e-4],
    ["dopri5", "Dormand-Prince 5(4), rtol 1e-6 (as chosen)", 1e-4],
    ["dop853", "Dormand-Prince 8(5,3), rtol 1e-6 (as chosen)", 1e-4],
    ["rodas4", "Rodas 4(3), rtol 1e-6 (as chosen)", 1e-4],
    ["bdf", "BDF of order 1 to 5, rtol 1e-6 (as chosen)", 1e-3],
  ])("is what was asked for: %s", (solver, method, tolerance) => {
    const s = smallModel();
    const x = s.state("x", 1);
    s.flow(x, s.m.mul(x, s.m.cos(s.t)));
    s.record(x);
    const r = run(s.build(), { stop: 5, step: 0.01, solver });
    expect(r.method).toBe(method);
    expect(r.t.length).toBe(501);
    r.t.forEach((t, k) => expect(Math.abs(values(r, "x")[k]! / Math.exp(Math.sin(t)) - 1)).toBeLessThan(tolerance));
  });

  it("divides the output step where the longest step is shorter", () => {
    const s = smallModel();
    const x = s.state("x", 1);
    s.flow(x, s.m.mul(x, s.m.cos(s.t)));
    s.record(x);
    const r = run(s.build(), { stop: 1, step: 0.1, solver: "rk4", maxStep: 0.03 });
    expect(r.method).toBe("Runge-Kutta 4, step 0.025 s (as chosen)");
    expect(r.counts.steps).toBe(40);
  });
});
