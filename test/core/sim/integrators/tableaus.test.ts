/** Order of every explicit method: from its coefficients, and as observed. */
import { describe, expect, it } from "vitest";
import { createFixedStep } from "../../../../core/sim/integrators/fixedStep.ts";
import * as tableaus from "../../../../core/sim/integrators/tableaus.ts";
import type { Tableau } from "../../../../core/sim/integrators/tableaus.ts";
import { drive, handmade } from "./field.ts";
import type { RightSide } from "./field.ts";

const all: Tableau[] = Object.values(tableaus);
const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);

/** Nonlinear, coupled and not autonomous, without symmetries that would flatter a method. */
const start = [0.3, 0.2];
const driven: RightSide = (t, y, d) => {
  d[0] = Math.cos(t) * y[0]! + 0.1 * y[1]!;
  d[1] = Math.sin(t) - y[0]! * y[1]!;
};

/** The states after 2 s in n equal steps. */
function after(tableau: Tableau, n: number): readonly number[] {
  const { engine, y } = handmade(start, driven);
  drive(createFixedStep(engine, tableau, 2 / n), engine, 2);
  return [...y];
}

const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((v, i) => v - b[i]!));

/** How far the interpolant of a first step of h strays from the solution inside it. */
function strays(tableau: Tableau, h: number): number {
  const integrated = handmade(start, driven);
  const integrator = createFixedStep(integrated.engine, tableau, h);
  integrator.restart();
  integrator.step(h);
  return Math.max(
    ...[0.3, 0.55, 0.8].map((share) => {
      const fine = handmade(start, driven);
      drive(createFixedStep(fine.engine, tableaus.rk8Tableau, (share * h) / 20), fine.engine, share * h);
      integrator.at(share * h);
      return distance([...integrated.y], [...fine.y]);
    }),
  );
}

/** Order of the interpolant's error in h: one more than that of the polynomial, or of the step itself. */
const dense: { readonly [name: string]: number } = { Euler: 2, Heun: 3, "Dormand-Prince 5(4)": 5 };

describe.each(all.map((tableau) => [tableau.name, tableau] as const))("%s", (name, tableau) => {
  it("fulfils the conditions on nodes and weights", () => {
    tableau.a.forEach((row, i) => {
      expect(row.length).toBe(i);
      expect(Math.abs(sum(row) - tableau.c[i]!)).toBeLessThan(1e-14);
    });
    for (let q = 1; q <= tableau.order; q++)
      expect(sum(tableau.b.map((b, i) => b * tableau.c[i]! ** (q - 1)))).toBeCloseTo(1 / q, 14);
    tableau.extra.a.forEach((row, e) => expect(Math.abs(sum(row) - tableau.extra.c[e]!)).toBeLessThan(1e-14));
    for (const row of tableau.dense) expect(Math.abs(sum(row))).toBeLessThan(1e-12);
    if (tableau.error) expect(Math.abs(sum(tableau.error.weights))).toBeLessThan(1e-15);
    if (tableau.fsal) expect(tableau.a.at(-1)).toEqual(tableau.b.slice(0, -1));
  });

  it(`converges with order ${tableau.order} (Richardson)`, () => {
    const n = tableau.order === 8 ? 5 : 40;
    const [a = [], b = [], c = []] = [n, 2 * n, 4 * n].map((count) => after(tableau, count));
    expect(Math.abs(Math.log2(distance(a, b) / distance(b, c)) - tableau.order)).toBeLessThan(0.2);
  });

  it("interpolates with the order that it promises", () => {
    const promised = dense[name] ?? (tableau.order === 8 ? 8 : 4);
    const h = tableau.order === 8 ? 0.8 : 0.1;
    const order = Math.log2(strays(tableau, h) / strays(tableau, h / 2));
    expect(order).toBeGreaterThan(promised - 0.4);
  });
});

describe("fixed steps", () => {
  it("stay on their grid through events between, and do not drift", () => {
    const { engine } = handmade([0], (_, __, d) => void (d[0] = 1));
    const integrator = createFixedStep(engine, tableaus.rk4Tableau, 0.1);
    const ends: number[] = [];
    integrator.restart();
    for (const limit of [0.25, 0.5, 1]) {
      let { t } = { t: engine.memory[0]! };
      while (t < limit) ends.push((t = integrator.step(limit).t));
      integrator.restart();
    }
    expect(ends).toEqual([0.1, 0.2, 0.25, 0.1 * 3, 0.4, 0.5, 0.1 * 6, 0.1 * 7, 0.8, 0.9, 1]);
    expect(integrator.counts.steps).toBe(11);
  });
});
