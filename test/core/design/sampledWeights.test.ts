/** Cost and noise of a continuous plant between samples: against closed forms, and against the integrals that they are. */
import { Matrix } from "ml-matrix";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kalmd, kalman, lqgd, lqrd, lqr, ss, c2d } from "../../../core/index.ts";
import { sampledCost, sampledNoise } from "../../../core/design/sampledWeights.ts";

const close = (M: Matrix, wanted: number[][], room = 1e-13): void =>
  wanted.forEach((row, i) =>
    row.forEach((v, j) => expect(Math.abs(M.get(i, j) - v)).toBeLessThan(room * Math.max(1, Math.abs(v)))),
  );
const integrators = { A: new Matrix([[0, 1], [0, 0]]), B: new Matrix([[0], [1]]) }; // prettier-ignore

describe("two integrators", () => {
  const T = 0.7;
  test("cost of the position, with its cross term", () => {
    const { Q, R, N } = sampledCost(integrators.A, integrators.B, Matrix.diag([3, 0]), new Matrix([[2]]), T);
    close(Q, [[3 * T, (3 * T ** 2) / 2], [(3 * T ** 2) / 2, T ** 3]]); // prettier-ignore
    close(N, [[T ** 3 / 2], [(3 * T ** 4) / 8]]);
    close(R, [[2 * T + (3 * T ** 5) / 20]]);
  });

  test("noise of the force", () => {
    const W = sampledNoise(integrators.A, new Matrix([[0, 0], [0, 5]]), T); // prettier-ignore
    close(W, [[(5 * T ** 3) / 3, (5 * T ** 2) / 2], [(5 * T ** 2) / 2, 5 * T]]); // prettier-ignore
  });
});

test("a stiff plant over a long sample keeps its digits", () => {
  const A = new Matrix([[-1000, 0], [0, -1]]); // prettier-ignore
  const W = sampledNoise(A, Matrix.ones(2, 2), 2);
  const exact = (a: number, b: number) => (1 - Math.exp(-(a + b) * 2)) / (a + b);
  close(W, [[exact(1000, 1000), exact(1000, 1)], [exact(1, 1000), exact(1, 1)]], 1e-12); // prettier-ignore
});

const plant = () => {
  const value = fc.double({ min: -2, max: 2, noNaN: true });
  return fc.record({
    a: fc.array(value, { minLength: 4, maxLength: 4 }),
    x0: fc.tuple(value, value),
    h: fc.double({ min: 0.02, max: 0.6, noNaN: true }),
    r: fc.double({ min: 0.05, max: 5, noNaN: true }),
  });
};

test("x0'X x0 is the integral of x'Q x + u'R u along the held loop, and no other gain costs less", () => {
  fc.assert(
    fc.property(plant(), ({ a, x0, h, r }) => {
      const A = [[a[0]!, a[1]!], [a[2]!, a[3]!]]; // prettier-ignore
      const B = [[0.3], [1]];
      const found = lqrd(A, B, Matrix.eye(2), [[r]], h);
      fc.pre(found.ok && found.poles.every(([re, im]) => Math.hypot(re, im) < 0.9));
      if (!found.ok) return;
      const cost = (K: Matrix): number => integrated(A, B, K, [...x0], h, r);
      const best = cost(found.K);
      const x = Matrix.columnVector([...x0]);
      const told = x.transpose().mmul(found.X).mmul(x).get(0, 0);
      expect(Math.abs(best - told)).toBeLessThan(1e-6 * (1e-6 + told));
      const other = Matrix.add(found.K, new Matrix([[0.05, -0.04]]));
      expect(cost(other)).toBeGreaterThanOrEqual(best * (1 - 1e-9));
    }),
    { numRuns: 10 },
  );
});

/** Simpson's rule on the exact flow, 20 parts a sample. */
function integrated(A: number[][], B: number[][], K: Matrix, x0: number[], h: number, r: number): number {
  const parts = 20;
  const small = c2d(ss(A, B, [[1, 0], [0, 1]], [[0], [0]]), h / parts); // prettier-ignore
  if (!small.ok) throw new Error(small.code);
  let x = Matrix.columnVector(x0);
  let sum = 0;
  for (let k = 0; k < 120; k++) {
    const u = K.mmul(x).get(0, 0) * -1;
    for (let i = 0; i <= parts; i++) {
      const weight = i === 0 || i === parts ? 1 : i % 2 === 1 ? 4 : 2;
      sum += (weight * (h / parts) * (x.transpose().mmul(x).get(0, 0) + r * u * u)) / 3;
      if (i < parts) x = Matrix.add(small.system.A.mmul(x), Matrix.mul(small.system.B, u));
    }
  }
  return sum;
}

test("with ever shorter samples they become what they sample", () => {
  const model = ss([[0, 1], [2, -0.4]], [[0], [1]], [[1, 0]], [[0]]); // prettier-ignore
  const [exact, near] = [lqr(model.A, model.B, Matrix.eye(2), [[0.5]]), lqrd(model.A, model.B, Matrix.eye(2), [[0.5]], 1e-5)]; // prettier-ignore
  const W = model.B.mmul(model.B.transpose());
  const [filter, sampled] = [kalman(model, W, [[0.1]]), kalmd(model, W, [[0.1]], 1e-5)];
  if (!exact.ok || !near.ok || !filter.ok || !sampled.ok) throw new Error("refused");
  close(near.K, exact.K.to2DArray(), 1e-4);
  close(sampled.P, filter.P.to2DArray(), 1e-4);
  const both = lqgd(model, { Q: Matrix.eye(2), R: [[0.5]], W, V: [[0.1]] }, 0.1);
  expect(both).toMatchObject({ ok: true, controller: { time: { kind: "discrete", period: 0.1 } } });
  if (both.ok) expect(both.poles.every(([re, im]) => Math.hypot(re, im) < 1)).toBe(true);
  expect(() => lqgd(c2dOf(model), { Q: Matrix.eye(2), R: [[1]], W, V: [[1]] }, 0.1)).toThrow(RangeError);
  expect(() => lqrd(model.A, model.B, Matrix.eye(2), [[1]], 0)).toThrow(RangeError);
});

const c2dOf = (model: ReturnType<typeof ss>) => {
  const found = c2d(model, 0.1);
  if (!found.ok) throw new Error(found.code);
  return found.system;
};
