/** Estimator gains against the reference set; duality, separation, and refusals that name the mode. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { estim, reg } from "../../../core/design/estim.ts";
import { dlqe, kalman, lqe } from "../../../core/design/kalman.ts";
import { lqg } from "../../../core/design/lqg.ts";
import { feedback } from "../../../core/lti/interconnect.ts";
import { covar } from "../../../core/lti/gram.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import { distance, referenceCases, relativeError, type Complex, type Rows } from "../math/reference.ts";

interface Inputs {
  readonly kind: "lqe" | "dlqe" | "lqg";
  readonly A: Rows;
  readonly B: Rows;
  readonly G: Rows;
  readonly C: Rows;
  readonly Q: Rows;
  readonly R: Rows;
  readonly S?: Rows;
  readonly W: Rows;
  readonly V: Rows;
}
interface Expected {
  readonly P: Rows;
  readonly L?: Rows;
  readonly Lp: Rows;
  readonly Z?: Rows;
  readonly K: Rows;
  readonly poles: { readonly re: readonly number[]; readonly im: readonly number[] } | readonly number[];
  readonly cost: number;
}

const matrices = (rows: readonly (readonly number[])[]) => rows.map((row) => [...row]);
const near = (found: Matrix, wanted: Rows, rtol: number) =>
  expect(relativeError(found.to1DArray(), wanted.flat())).toBeLessThan(rtol);
const listed = (poles: Expected["poles"]): Complex[] =>
  "re" in poles ? poles.re.map((re, i): Complex => [re, poles.im[i]!]) : poles.map((re): Complex => [re, 0]);

test.for(referenceCases<Inputs, Expected>("kalman_lqe").map((c) => [c.name, c] as const))(
  "%s",
  ([, { inputs, expected, rtol }]) => {
    const { A, G, C, Q, R, S } = inputs;
    if (inputs.kind === "lqg") {
      const zero = inputs.C.map(() => inputs.B[0]!.map(() => 0));
      const found = lqg(ss(A, inputs.B, C, zero), { Q, R, W: inputs.W, V: inputs.V });
      if (!found.ok) throw new Error(found.code);
      near(found.K, expected.K, rtol);
      near(found.L, expected.L!, rtol);
      expect(Math.abs(found.cost! / expected.cost - 1)).toBeLessThan(rtol);
      expect(distance(found.poles, listed(expected.poles))).toBeLessThan(rtol);
      return;
    }
    const found = (inputs.kind === "lqe" ? lqe : dlqe)(A, G, C, Q, R, S);
    if (!found.ok) throw new Error(found.message);
    near(found.P, expected.P, rtol);
    if (expected.L) near(found.L!, expected.L, rtol);
    if (expected.Lp) near(found.Lp, expected.Lp, rtol);
    if (expected.Z) near(found.Z!, expected.Z, rtol);
    expect(distance(found.poles, listed(expected.poles))).toBeLessThan(rtol);
  },
);

const entries = (rows: number, columns: number) =>
  fc.array(
    fc.array(
      fc.integer({ min: -20, max: 20 }).map((v) => v / 10),
      { minLength: columns, maxLength: columns },
    ),
    {
      minLength: rows,
      maxLength: rows,
    },
  );
const plants = fc.record({ A: entries(3, 3), B: entries(3, 2), C: entries(2, 3) });

describe("laws on random plants", () => {
  test("closed by its regulator, a plant has the poles of the feedback and those of the observer", () => {
    fc.assert(
      fc.property(plants, fc.boolean(), ({ A, B, C }, discrete) => {
        const plant = ss(
          A,
          B,
          C,
          [
            [0, 0],
            [0, 0],
          ],
          discrete ? 0.1 : undefined,
        );
        const one = [
          [1, 0],
          [0, 1],
        ];
        const three = [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ];
        const found = lqg(plant, { Q: three, R: one, W: three, V: one });
        // Random numbers may hide a mode; it is then refused by name.
        if (!found.ok) {
          expect(found.eigenvalues.length).toBeGreaterThan(0);
          return;
        }
        const closed = feedback(plant, found.controller, 1);
        if (!closed.ok) throw new Error(closed.code);
        const size = Math.max(1, ...found.poles.map(([re, im]) => Math.hypot(re, im)));
        expect(distance(pole(closed.system), found.poles) / size).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });

  test("P is the covariance of the error that the gain leaves", () => {
    fc.assert(
      fc.property(plants, fc.boolean(), ({ A, C }, discrete) => {
        const plant = ss(A, Matrix.zeros(3, 1), C, Matrix.zeros(2, 1), discrete ? 1 : undefined);
        const found = kalman(plant, Matrix.eye(3), Matrix.eye(2));
        if (!found.ok) {
          expect(found.eigenvalues.length).toBeGreaterThan(0);
          return;
        }
        const { Lp, P } = found;
        // e' = (A - L C) e + w - L v
        const noise = new Matrix(3, 5);
        noise.setSubMatrix(Matrix.eye(3), 0, 0);
        noise.setSubMatrix(Matrix.mul(Lp, -1), 0, 3);
        const error = ss(
          Matrix.sub(new Matrix(matrices(A)), Lp.mmul(new Matrix(matrices(C)))),
          noise,
          Matrix.eye(3),
          Matrix.zeros(3, 5),
          discrete ? 1 : undefined,
        );
        const spread = covar(error, Matrix.eye(5));
        if (!spread.ok) throw new Error(spread.code);
        expect(relativeError(spread.state.to1DArray(), P.to1DArray())).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });
});

test("the observer gives what it estimates, and the regulator feeds it back", () => {
  const plant = ss(
    [
      [0, 1],
      [0, 0],
    ],
    [[0], [1]],
    [[1, 0]],
    [[0]],
  );
  const seen = estim(plant, [[2], [1]]);
  expect([seen.u.length, seen.y.length, seen.x.length]).toEqual([2, 3, 2]);
  expect(
    distance(pole(seen), [
      [-1, 0],
      [-1, 0],
    ]),
  ).toBeLessThan(1e-6);
  const controller = reg(plant, [[1, 2]], [[2], [1]]);
  expect(controller.A.to2DArray()).toEqual([
    [-2, 1],
    [-2, -2],
  ]);
  expect(controller.C.to2DArray()).toEqual([[-1, -2]]);
});

test("modes that no measurement shows, or no noise moves, are named", () => {
  expect(
    lqe(
      [
        [1, 0],
        [0, -1],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [[0, 1]],
      [
        [1, 0],
        [0, 1],
      ],
      [[1]],
    ),
  ).toMatchObject({
    ok: false,
    code: "UNDETECTABLE",
    eigenvalues: [[1, 0]],
  });
  expect(lqe([[0]], [[0]], [[1]], [[1]], [[1]])).toMatchObject({ ok: false, code: "UNDRIVEN", eigenvalues: [[0, 0]] });
  expect(lqe([[-1]], [[1]], [[1]], [[1]], [[0]])).toMatchObject({ ok: false, code: "SINGULAR_R" });
});
