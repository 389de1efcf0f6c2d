/** Rodas and BDF: order, stability, dense output, and how much work they are. */
import { describe, expect, it } from "vitest";
import { createAdaptive } from "../../../../core/sim/integrators/adaptive.ts";
import { createBdf } from "../../../../core/sim/integrators/bdf.ts";
import { createRodas4 } from "../../../../core/sim/integrators/rodas4.ts";
import { dop853Tableau, dopri5Tableau } from "../../../../core/sim/integrators/tableaus.ts";
import { drive, handmade } from "./field.ts";
import type { Handmade, RightSide } from "./field.ts";

const both = { Rodas: createRodas4, BDF: createBdf };

/** y' = -l (y - cos t) - sin t: y = cos t, whatever l. */
const prothero =
  (l: number): RightSide =>
  (t, y, d) =>
    void (d[0] = -l * (y[0]! - Math.cos(t)) - Math.sin(t));

function vanDerPol(mu: number): Handmade {
  return handmade(
    [2, 0],
    (_, y, d) => {
      d[0] = y[1]!;
      d[1] = mu * (1 - y[0]! * y[0]!) * y[1]! - y[0]!;
    },
    (m) => ({
      rows: Int32Array.of(0, 1, 1),
      columns: Int32Array.of(1, 0, 1),
      evaluate(v) {
        v[0] = 1;
        v[1] = -2 * mu * m[1]! * m[2]! - 1;
        v[2] = mu * (1 - m[1]! * m[1]!);
      },
    }),
  );
}

describe("Rodas 4(3)", () => {
  const pushed: RightSide = (t, y, d) => {
    d[0] = y[1]!;
    d[1] = Math.cos(2 * t) - Math.sin(y[0]!);
  };
  const exactJacobian = (m: Float64Array) => ({
    rows: Int32Array.of(0, 1, 1),
    columns: Int32Array.of(1, 0, 2),
    evaluate(v: Float64Array) {
      v[0] = 1;
      v[1] = -Math.cos(m[1]!);
      v[2] = -2 * Math.sin(2 * m[0]!);
    },
  });

  it("converges with order 4 (Richardson), the column of time included", () => {
    const after = (n: number): number => {
      const { engine, y } = handmade([2, 0], pushed, exactJacobian);
      // Tolerances so loose that the longest step is the step, but for the first.
      const integrator = createRodas4(engine, 0.9, 1e9, 2 / n);
      drive(integrator, engine, 2);
      expect(integrator.counts.steps).toBeLessThan(n + 4);
      return y[0]!;
    };
    const [a = 0, b = 0, c = 0] = [80, 160, 320].map(after);
    expect(Math.abs(Math.log2(Math.abs((a - b) / (b - c))) - 4)).toBeLessThan(0.2);
  });

  it("interpolates with an error of order 4", () => {
    const strays = (h: number): number => {
      const { engine, y } = handmade([2, 0], pushed, exactJacobian);
      const integrator = createRodas4(engine, 0.9, 1e9, h);
      integrator.restart();
      expect(integrator.step(100 * h).t).toBe(h);
      integrator.at(h / 3);
      const fine = handmade([2, 0], pushed);
      drive(createAdaptive(fine.engine, dop853Tableau, 1e-13, 1e-13, h), fine.engine, h / 3);
      return Math.abs(y[0]! - fine.y[0]!);
    };
    expect(Math.log2(strays(0.1) / strays(0.05))).toBeGreaterThan(3.6);
  });
});

describe("BDF", () => {
  it.each([1, 2, 3, 4, 5])("converges with order %i when that is held", (order) => {
    // What the start spoils decays long before the end.
    const after = (n: number): number => {
      const { engine, y } = handmade([1], (t, v, d) => void (d[0] = -5 * (v[0]! - Math.sin(t)) + 0.1 * v[0]! ** 2));
      drive(createBdf(engine, 1e-9, 1e9, 10 / n, order), engine, 10);
      return y[0]!;
    };
    const [a = 0, b = 0, c = 0] = [200, 400, 800].map(after);
    expect(Math.abs(Math.log2(Math.abs((a - b) / (b - c))) - order)).toBeLessThan(0.2);
  });

  it("raises its order where the solution is smooth: twice the digits for less than four times the steps", () => {
    const count = (rtol: number): number => {
      const { engine, y } = handmade([1], prothero(10));
      const integrator = createBdf(engine, rtol, rtol, Infinity);
      drive(integrator, engine, 20);
      expect(Math.abs(y[0]! - Math.cos(20))).toBeLessThan(20 * rtol);
      return integrator.counts.steps;
    };
    expect(count(1e-8) / count(1e-4)).toBeLessThan(8);
    expect(count(1e-8)).toBeLessThan(800);
  });
});

describe.each(Object.entries(both))("%s on stiff models", (name, create) => {
  it("takes few steps where y = cos t attracts with 1e6/s, and where it starts off that", () => {
    for (const start of [1, 3]) {
      const { engine, y } = handmade([start], prothero(1e6));
      const integrator = create(engine, 1e-6, 1e-6, Infinity);
      drive(integrator, engine, 10);
      expect(Math.abs(y[0]! - Math.cos(10))).toBeLessThan(1e-5);
      expect(integrator.counts.steps).toBeLessThan(name === "BDF" ? 200 : 150);
    }
  });

  it("follows van der Pol with mu = 1000 to T = 3000 in a few thousand steps", () => {
    const { engine, y } = vanDerPol(1000);
    const integrator = create(engine, 1e-6, 1e-9, Infinity);
    drive(integrator, engine, 3000);
    expect(Math.abs(y[0]! + 1.5106069367441115)).toBeLessThan(2e-4);
    expect(integrator.counts.steps).toBeLessThan(2200);
    expect(integrator.counts.evaluations).toBeLessThan(name === "BDF" ? 6000 : 12000);
  });

  it("interpolates within its tolerance", () => {
    const { engine, y } = handmade([1, 0], (t, v, d) => {
      d[0] = v[1]!;
      d[1] = -v[0]!;
    });
    const integrator = create(engine, 1e-8, 1e-8, Infinity);
    let worst = 0;
    drive(integrator, engine, 10, (from, to) => {
      for (let i = 1; i < 8; i++) {
        const time = from + ((to - from) * i) / 8;
        integrator.at(time);
        worst = Math.max(worst, Math.abs(y[0]! - Math.cos(time)));
      }
    });
    expect(worst).toBeLessThan(name === "BDF" ? 2e-5 : 1e-6);
  });

  it("needs no Jacobian from the engine", () => {
    const { engine, y } = handmade([2, 0], (_, v, d) => {
      d[0] = v[1]!;
      d[1] = 100 * (1 - v[0]! * v[0]!) * v[1]! - v[0]!;
    });
    drive(create(engine, 1e-8, 1e-10, Infinity), engine, 200);
    expect(Math.abs(y[0]! - 1.7185872080192406)).toBeLessThan(1e-5);
  });

  it("solves 2,000 states of a diffusing rod with a sparse Jacobian", () => {
    const n = 2000;
    const places: (readonly [number, number])[] = [];
    for (let i = 0; i < n; i++) for (let j = Math.max(0, i - 1); j <= Math.min(n - 1, i + 1); j++) places.push([i, j]);
    const wave = (i: number): number => Math.sin((Math.PI * (i + 1)) / (n + 1));
    const k = (n + 1) ** 2;
    const { engine, y } = handmade(
      Array.from({ length: n }, (_, i) => wave(i)),
      (_, v, d) => {
        for (let i = 0; i < n; i++) d[i] = k * ((v[i - 1] ?? 0) - 2 * v[i]! + (v[i + 1] ?? 0));
      },
      () => ({
        rows: Int32Array.from(places, ([i]) => i),
        columns: Int32Array.from(places, ([, j]) => j),
        evaluate: (v) => places.forEach(([i, j], e) => (v[e] = i === j ? -2 * k : k)),
      }),
    );
    const integrator = create(engine, 1e-6, 1e-8, Infinity);
    drive(integrator, engine, 0.1);
    const decay = Math.exp(-4 * k * Math.sin(Math.PI / (2 * (n + 1))) ** 2 * 0.1);
    expect(Math.abs(y[n / 2]! - decay * wave(n / 2))).toBeLessThan(2e-5);
    expect(integrator.counts.steps).toBeLessThan(200);
  });

  it("says where it can't go on", () => {
    const root = handmade([1], (_, v, d) => void (d[0] = -1 / Math.sqrt(v[0]! - 0.5)));
    const integrator = create(root.engine, 1e-6, 1e-9, Infinity);
    integrator.restart();
    let outcome = integrator.step(10);
    for (let i = 0; i < 10000 && !outcome.failed; i++) outcome = integrator.step(10);
    expect(["NONFINITE", "HMIN"]).toContain(outcome.failed);
    // 2/3 (1/2)^(3/2) s until the root has nothing under it.
    expect(outcome.t).toBeCloseTo(0.2357, 3);
    const nothing = handmade([1], (_, __, d) => void (d[0] = Number.NaN));
    const lost = create(nothing.engine, 1e-6, 1e-9, Infinity);
    lost.restart();
    expect(lost.step(1)).toMatchObject({ t: 0, failed: "NONFINITE" });
  });
});

it("the explicit method would take a hundred times the steps on van der Pol's", () => {
  const { engine } = vanDerPol(1000);
  const integrator = createAdaptive(engine, dopri5Tableau, 1e-6, 1e-9, Infinity);
  drive(integrator, engine, 50);
  expect(integrator.counts.steps).toBeGreaterThan(20000);
  expect(integrator.stiff).toBe(true);
});
