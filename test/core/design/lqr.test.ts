import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { dlqr, lqi, lqr, lqry } from "../../../core/design/lqr.ts";
import type { LqrOutcome } from "../../../core/design/lqr.ts";
import { ss } from "../../../core/lti/ss.ts";
import { referenceCases, flat, relativeError } from "../math/reference.ts";
import type { Rows } from "../math/reference.ts";

function solved(found: LqrOutcome) {
  if (!found.ok) throw new Error(`${found.code}: ${found.message}`);
  return found;
}

describe("linear-quadratic regulators against reference solutions", () => {
  type Inputs = { A: Rows; B: Rows; Q: Rows; R: Rows; N?: Rows };
  for (const [topic, design] of [
    ["care_lqr", lqr],
    ["dare_dlqr", dlqr],
  ] as const) {
    it(topic, () => {
      for (const { name, inputs, expected, rtol } of referenceCases<Inputs, { K: Rows }>(topic)) {
        const { K } = solved(design(inputs.A, inputs.B, inputs.Q, inputs.R, inputs.N));
        expect(relativeError(K.to1DArray(), flat(expected.K)), name).toBeLessThanOrEqual(rtol);
      }
    });
  }
});

describe("linear-quadratic regulators", () => {
  const A = [
    [0, 1],
    [-2, -0.5],
  ];
  const B = [[0], [1]];
  const C = [[1, 0.3]];

  it("of outputs are those of the states that make them, the direct path included", () => {
    const D = [[0.7]];
    const { K } = solved(lqry(ss(A, B, C, D), [[2]], [[0.5]], [[0.1]]));
    // y = C x + D u put into 2 y^2 + 0.5 u^2 + 0.2 y u by hand
    const c = new Matrix(C);
    const Q = c.transpose().mmul(c).mul(2);
    const R = [[0.5 + 2 * 0.49 + 2 * 0.1 * 0.7]];
    const N = c.transpose().mul(2 * 0.7 + 0.1);
    const byHand = solved(lqr(A, B, Q, R, N));
    expect(relativeError(K.to1DArray(), byHand.K.to1DArray())).toBeLessThan(1e-13);
  });

  for (const period of [undefined, 0.1]) {
    it(`with integral action follow a constant without error, ${period ? "sampled" : "continuous"}`, () => {
      const plant = period
        ? ss(
            [
              [1, 0.1],
              [-0.2, 0.95],
            ],
            [[0], [0.1]],
            C,
            [[0]],
            period,
          )
        : ss(A, B, C, [[0]]);
      const { K, poles } = solved(
        lqi(
          plant,
          [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 5],
          ],
          [[1]],
        ),
      );
      for (const [re, im] of poles) expect(period ? Math.hypot(re, im) : 1 + re).toBeLessThan(1);
      // Small Euler steps of plant and integral, or its samples: r = 1.
      let x = Matrix.zeros(2, 1);
      let z = 0;
      const h = period ?? 0.01;
      let y = 0;
      for (let k = 0; k < 6000; k++) {
        y = plant.C.mmul(x).get(0, 0);
        const u = -(K.get(0, 0) * x.get(0, 0) + K.get(0, 1) * x.get(1, 0) + K.get(0, 2) * z);
        const moved = plant.A.mmul(x).add(Matrix.mul(plant.B, u));
        x = period ? moved : x.clone().add(moved.mul(h));
        z += h * (1 - y);
      }
      expect(y).toBeCloseTo(1, 6);
    });
  }

  it("are refused where the cost has no least value", () => {
    const Q = [
      [1, 0],
      [0, 1],
    ];
    // Stabilizing solutions exist, but they are worst, not best: the effort is rewarded.
    const rewarded = lqr(
      A,
      B,
      [
        [0, 0],
        [0, 0],
      ],
      [[-1]],
    );
    expect(rewarded).toMatchObject({ ok: false, code: "INDEFINITE" });
    // x'Q x below zero for an oscillation that feedback may keep up as long as it likes.
    expect(
      lqr(
        A,
        B,
        [
          [-50, 0],
          [0, -50],
        ],
        [[1]],
      ).ok,
    ).toBe(false);
    expect(dlqr([[0.5]], [[1]], [[-1]], [[-2]])).toMatchObject({ ok: false, code: "INDEFINITE" });
    expect(lqr(A, B, Q, [[Number.NaN]])).toMatchObject({ ok: false, code: "NOT_FINITE" });
    expect(dlqr(A, B, Q, [[0]]).ok).toBe(true);
  });
});
