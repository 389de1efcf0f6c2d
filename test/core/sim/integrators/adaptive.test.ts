import { describe, expect, it } from "vitest";
import { interpret } from "../../../../core/sim/interpret.ts";
import { createAdaptive } from "../../../../core/sim/integrators/adaptive.ts";
import { dopri5Tableau } from "../../../../core/sim/integrators/tableaus.ts";
import { run, smallModel, values } from "../smallModel.ts";

/** A nonlinear oscillator with a known solution: x = tan(t) from x' = 1 + x^2, beside a sine. */
function tangent() {
  const s = smallModel();
  const x = s.state("x", 0);
  const y = s.state("y", 0);
  s.flow(x, s.m.add(1, s.m.mul(x, x)));
  s.flow(y, s.m.cos(s.t));
  s.record(x);
  s.record(y);
  return { model: s.build(), x, y };
}

/** Pendulum at t = 3 with the step held at 3/n: tolerances so loose that every step is accepted. */
function pendulumWith(n: number): number {
  const s = smallModel();
  const q = s.state("q", 2);
  const p = s.state("p", 0);
  s.flow(q, p);
  s.flow(p, s.m.neg(s.m.sin(q)));
  const engine = interpret(s.build());
  const integrator = createAdaptive(engine, dopri5Tableau, 0.9, 1e6, 3 / n);
  integrator.restart();
  let t = 0;
  let steps = 0;
  while (t < 3) {
    t = integrator.step(3).t;
    steps++;
  }
  expect(steps).toBeGreaterThanOrEqual(n);
  expect(steps).toBeLessThan(n + 6);
  return engine.memory[q.value]!;
}

describe("Dormand-Prince 5(4)", () => {
  it("converges with order 5 (Richardson)", () => {
    const [a = 0, b = 0, c = 0, d = 0] = [40, 80, 160, 320].map(pendulumWith);
    for (const order of [Math.log2(Math.abs((a - b) / (b - c))), Math.log2(Math.abs((b - c) / (c - d)))]) {
      expect(order).toBeGreaterThan(4.6);
      expect(order).toBeLessThan(5.4);
    }
  });

  it("interpolates within a step with an error of order 5", () => {
    const worst = (h: number): number => {
      const { model, y } = tangent();
      const engine = interpret(model);
      const integrator = createAdaptive(engine, dopri5Tableau, 0.9, 1e6, h);
      integrator.restart();
      let from = 0;
      let t = 0;
      // The first steps are short guesses.
      while (t - from < 0.999 * h) {
        from = t;
        t = integrator.step(10).t;
      }
      const offset = engine.memory[y.value]! - Math.sin(t);
      let error = 0;
      for (let i = 1; i < 20; i++) {
        const at = from + ((t - from) * i) / 20;
        integrator.at(at);
        error = Math.max(error, Math.abs(engine.memory[y.value]! - Math.sin(at) - offset));
      }
      return error;
    };
    const order = Math.log2(worst(0.4) / worst(0.2));
    expect(order).toBeGreaterThan(4.5);
    expect(worst(0.2)).toBeLessThan(1e-6);
  });

  it("meets its tolerance on the grid, and works in proportion", () => {
    const { model } = tangent();
    const steps: number[] = [];
    for (const rtol of [1e-4, 1e-6, 1e-8, 1e-10]) {
      const r = run(model, { stop: 1.4, step: 0.01, rtol, atol: rtol });
      const error = Math.max(
        ...Array.from(r.t, (t, i) => Math.abs(values(r, "x")[i]! - Math.tan(t)) / (1 + Math.tan(t) ** 2)),
      );
      expect(error).toBeLessThan(20 * rtol);
      steps.push(r.counts.steps);
    }
    expect(steps[3]! / steps[2]!).toBeLessThan(3.5);
  });

  it("reuses the last stage: six evaluations a step", () => {
    const r = run(tangent().model, { stop: 1.4, rtol: 1e-9, atol: 1e-12 });
    expect(r.counts.evaluations).toBe(6 * (r.counts.steps + r.counts.rejected) + 2);
  });

  it("keeps the longest step that it is given", () => {
    const s = smallModel();
    const x = s.state("x", 0);
    s.flow(x, s.m.sin(s.t));
    s.record(x);
    expect(run(s.build(), { stop: 10, maxStep: 0.01 }).counts.steps).toBeGreaterThanOrEqual(1000);
  });

  it("notices stiffness and warns", () => {
    const s = smallModel();
    const x = s.state("x", 0);
    s.flow(x, s.m.mul(-2000, s.m.sub(x, s.m.sin(s.t))));
    s.record(x);
    const r = run(s.build(), { stop: 5, solver: "dopri5" });
    expect(r.status).toBe("finished");
    expect(r.problems).toMatchObject([{ severity: "warning", code: "STIFF" }]);
    expect(run(tangent().model, { stop: 1 }).problems).toEqual([]);
  });

  it("conserves the energy of a pendulum within its tolerance", () => {
    const s = smallModel();
    const q = s.state("q", 2);
    const p = s.state("p", 0);
    s.flow(q, p);
    s.flow(p, s.m.neg(s.m.sin(q)));
    s.record(q);
    s.record(p);
    const r = run(s.build(), { stop: 200, step: 0.5, rtol: 1e-9, atol: 1e-12 });
    const energy = Array.from(values(r, "q"), (v, i) => values(r, "p")[i]! ** 2 / 2 - Math.cos(v));
    expect(Math.max(...energy.map((e) => Math.abs(e - energy[0]!)))).toBeLessThan(1e-6);
  });
});
