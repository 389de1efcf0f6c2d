/** Filters and identified models as layers, and layers as linear systems. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  answers,
  balred,
  dlqe,
  evalfr,
  hsvd,
  layerFrom,
  lsim,
  minreal,
  network,
  pole,
  ss,
  systemOf,
  type NetworkSpec,
  type StateSpace,
} from "../../../core/index.ts";
import { numbers as stream } from "../../../core/learn/numbers.ts";
import { Matrix } from "ml-matrix";
import { numbers } from "../../numbers.ts";

/** xhat[k|k] of x[k+1] = A x + w, y = C x + v, from y. */
function steadyFilter(A: number[][], C: number[][]): { filter: StateSpace; gain: number[][] } {
  const n = A.length;
  const eye = Matrix.eye(n);
  const found = dlqe(A, eye, C, Matrix.eye(n).mul(0.1), Matrix.eye(C.length));
  if (!found.ok || !found.L) throw new Error("no filter");
  const [a, c] = [new Matrix(A), new Matrix(C)];
  const corrected = Matrix.sub(eye, found.L.mmul(c));
  return {
    filter: ss(a.mmul(corrected), a.mmul(found.L), corrected, found.L, 0.1),
    gain: found.L.to2DArray(),
  };
}

const plant = {
  A: [
    [0.95, 0.2],
    [-0.15, 0.9],
  ],
  C: [[1, 0]],
};

describe.each(["s5", "s4d"] as const)("a Kalman filter as %s", (kind) => {
  it("is the recursion of the filter to 1e-10, before training", () => {
    const { filter, gain } = steadyFilter(plant.A, plant.C);
    const loaded = layerFrom(filter, kind);
    if (!loaded.ok) throw new Error(loaded.code);
    expect(loaded.residual).toBeLessThan(1e-10);
    const y = numbers(100, 3);
    const estimate = answers(loaded.spec, loaded.weights, { count: 1, length: 100, inputs: y, targets: y });
    let x = [0, 0];
    for (let t = 0; t < 100; t++) {
      const predicted = plant.A.map((row) => row[0]! * x[0]! + row[1]! * x[1]!);
      x = predicted.map((value, i) => value + gain[i]![0]! * (y[t]! - predicted[0]!));
      for (let i = 0; i < 2; i++) expect(estimate[2 * t + i]).toBeCloseTo(x[i]!, 10);
    }
  });

  it("is the system it came from, for random stable systems with inputs and outputs", () => {
    const entry = fc.double({ min: -1, max: 1, noNaN: true });
    const grid = (rows: number, cols: number) =>
      fc.array(fc.array(entry, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows });
    fc.assert(
      fc.property(grid(3, 3), grid(3, 2), grid(2, 3), grid(2, 2), (A, B, C, D) => {
        const system = ss(
          A.map((row) => row.map((v) => v / 3.2)),
          B,
          C,
          D,
          0.05,
        );
        const loaded = layerFrom(system, kind);
        if (!loaded.ok) return ["DEFECTIVE", "ILL_CONDITIONED"].includes(loaded.code);
        const back = systemOf(loaded.spec, loaded.weights, 0.05);
        if (!back.ok) return false;
        const u = numbers(80);
        const got = answers(loaded.spec, loaded.weights, { count: 1, length: 40, inputs: u, targets: u });
        const channels = [0, 1].map((i) => u.filter((_, k) => k % 2 === i));
        const wanted = lsim(system, channels);
        const read = lsim(back.system, channels);
        for (let k = 0; k < 40; k++)
          for (let o = 0; o < 2; o++) {
            if (Math.abs(got[2 * k + o]! - wanted.y[o]![k]!) > 1e-5) return false;
            if (Math.abs(read.y[o]![k]! - wanted.y[o]![k]!) > 1e-5) return false;
          }
        return true;
      }),
      { numRuns: 60 },
    );
  });

  it("bears a filter without memory, a pole at 0, a negative one", () => {
    for (const A of [
      [
        [0, 0],
        [0, 0.5],
      ],
      [
        [-0.7, 0],
        [0, 0.5],
      ],
      [
        [1e-12, 0.3],
        [0, 0.2],
      ],
    ]) {
      const loaded = layerFrom(ss(A, [[1], [1]], [[1, 1]], [[0.5]], 1), kind);
      expect(loaded).toMatchObject({ ok: true });
    }
    expect(layerFrom(ss([], [], [], [[2]], 1), kind)).toMatchObject({ ok: true, residual: 0 });
  });

  it("refuses what no diagonal layer is", () => {
    expect(
      layerFrom(
        ss(
          [
            [0.5, 1],
            [0, 0.5],
          ],
          [[0], [1]],
          [[1, 0]],
          [[0]],
          1,
        ),
        kind,
      ),
    ).toMatchObject({
      ok: false,
      code: "DEFECTIVE",
    });
    expect(layerFrom(ss([[-1]], [[1]], [[1]], [[0]]), kind)).toMatchObject({ ok: false, code: "NOT_DISCRETE" });
  });
});

it("an integrator fits into S5, not into S4D", () => {
  const integrator = ss([[1]], [[1]], [[1]], [[0]], 0.1);
  expect(layerFrom(integrator, "s5")).toMatchObject({ ok: true });
  expect(layerFrom(integrator, "s4d")).toMatchObject({ ok: false, code: "NOT_STABLE", eigenvalue: [1, 0] });
});

describe("layers read back", () => {
  it("as poles, frequency responses and Hankel values; reduced and put back", () => {
    const { filter } = steadyFilter(plant.A, plant.C);
    const loaded = layerFrom(filter, "s5");
    if (!loaded.ok) throw new Error(loaded.code);
    const back = systemOf(loaded.spec, loaded.weights, 0.1);
    if (!back.ok) throw new Error(back.code);
    const least = minreal(back.system);
    const sorted = (system: StateSpace) => pole(system).map(([re, im]) => [re, Math.abs(im)]);
    expect(sorted(least.system).length).toBe(2);
    sorted(least.system).forEach(([re, im], i) => {
      expect(re).toBeCloseTo(sorted(filter)[i]![0]!, 9);
      expect(im).toBeCloseTo(sorted(filter)[i]![1]!, 9);
    });
    const reduced = balred(least.system, 1);
    if (!reduced.ok) throw new Error("not reduced");
    const again = layerFrom(reduced.system, "s5");
    expect(again).toMatchObject({ ok: true });
    const values = hsvd(least.system);
    expect(values).toMatchObject({ ok: true });
  });

  it.each(["linear", "s4", "s4d", "dss", "s5"] as const)("%s inside a stack is what its kernel is", (kind) => {
    const spec: NetworkSpec = {
      ...{ kind, form: "network", inputs: 1, outputs: 1, width: 2, states: 4, layers: 2, length: 16 },
    };
    const weights = network(spec).weights(stream(2));
    const back = systemOf(spec, weights, 0.1, 1);
    if (!back.ok) throw new Error(back.code);
    expect(evalfr(back.system, [1, 0]).re.to2DArray().flat().every(Number.isFinite)).toBe(true);
    expect(systemOf(spec, weights, 0.1)).toMatchObject({ ok: false, code: "NOT_LINEAR" });
    expect(systemOf(spec, weights, 0.1, 2)).toMatchObject({ ok: false, code: "NO_SUCH_LAYER" });
  });

  it("Mamba has no single A", () => {
    const spec: NetworkSpec = { kind: "mamba", form: "network", inputs: 1, outputs: 1, width: 2, states: 4, layers: 1 };
    expect(systemOf(spec, {}, 0.1, 0)).toMatchObject({ ok: false, code: "NOT_TIME_INVARIANT" });
  });
});
