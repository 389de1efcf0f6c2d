import fc from "fast-check";
import { inverse, Matrix, solve as linearSolve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { care, dare } from "../../../core/math/riccati.ts";
import { distance, flat, referenceCases, relativeError } from "./reference.ts";
import type { Rows } from "./reference.ts";

interface Inputs {
  readonly A: Rows;
  readonly B: Rows;
  readonly Q: Rows;
  readonly R: Rows;
  readonly N?: Rows;
}
interface Expected {
  readonly X: Rows;
  readonly K: Rows;
  readonly poles: { readonly re: readonly number[]; readonly im: readonly number[] };
}

const equations = { care_lqr: care, dare_dlqr: dare } as const;

for (const [topic, solve] of Object.entries(equations)) {
  describe(`${topic} against reference solutions`, () => {
    for (const { name, inputs, expected, rtol } of referenceCases<Inputs, Expected>(topic)) {
      it(name, () => {
        const found = solve(inputs.A, inputs.B, inputs.Q, inputs.R, inputs.N);
        if (!found.ok) throw new Error(found.message);
        expect(relativeError(found.X.to1DArray(), flat(expected.X))).toBeLessThanOrEqual(rtol);
        expect(relativeError(found.K.to1DArray(), flat(expected.K))).toBeLessThanOrEqual(rtol);
        const poles = expected.poles.re.map((re, i) => [re, expected.poles.im[i]!] as const);
        expect(distance(found.poles, poles)).toBeLessThanOrEqual(rtol);
        const room = 30 * inputs.A.length * 2 ** -52;
        expect(found.residual).toBeLessThan(room);
        if (inputs.N) return;
        const [A, B, Q, R] = [inputs.A, inputs.B, inputs.Q, inputs.R].map((m) => new Matrix(m.map((row) => [...row])));
        const discrete = topic === "dare_dlqr";
        // By ml-matrix, as well as its inverse of the weight allows.
        const weight = discrete ? Matrix.add(R!, B!.transpose().mmul(found.X).mmul(B!)) : R!;
        const condition = weight.norm("frobenius") * inverse(weight).norm("frobenius");
        expect(residual(discrete, A!, B!, Q!, R!, found.X)).toBeLessThan(room * condition);
      });
    }
  });
}

/** What is left of the equation relative to the norms of its terms, by ml-matrix. */
function residual(discrete: boolean, A: Matrix, B: Matrix, Q: Matrix, R: Matrix, X: Matrix): number {
  const [At, Bt] = [A.transpose(), B.transpose()];
  const XA = X.mmul(A);
  const cross = discrete ? Bt.mmul(XA) : Bt.mmul(X);
  const weight = discrete ? Matrix.add(R, Bt.mmul(X).mmul(B)) : R;
  const terms = [
    discrete ? At.mmul(XA) : XA,
    discrete ? Matrix.mul(X, -1) : XA.transpose(),
    Q,
    Matrix.mul(cross.transpose().mmul(linearSolve(weight, cross)), -1),
  ];
  const sum = terms.reduce((total, term) => Matrix.add(total, term));
  const size = terms.reduce((total, term) => total + term.norm("frobenius"), 0);
  return size > 0 ? sum.norm("frobenius") / size : 0;
}

describe("Riccati equations", () => {
  const entry = fc.integer({ min: -1000, max: 1000 }).map((v) => v / 500);
  const matrix = (rows: number, cols: number) =>
    fc.array(fc.array(entry, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows });
  const system = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    .chain(([n, m, p]) => fc.tuple(matrix(n, n), matrix(n, m), matrix(p, n), matrix(m, m)));

  for (const discrete of [false, true]) {
    it(`in ${discrete ? "discrete" : "continuous"} time leave less than 30 n eps, with a stable loop, or are refused`, () => {
      let solved = 0;
      fc.assert(
        fc.property(system, ([a, b, c, l]) => {
          const [A, B, C, L] = [new Matrix(a), new Matrix(b), new Matrix(c), new Matrix(l)];
          const Q = C.transpose().mmul(C);
          const R = Matrix.add(L.mmul(L.transpose()), Matrix.eye(L.rows).mul(0.1));
          const found = discrete ? dare(A, B, Q, R) : care(A, B, Q, R);
          if (!found.ok) {
            if (found.code === "UNSTABILIZABLE" || found.code === "UNDETECTABLE")
              expect(found.eigenvalues.length).toBeGreaterThan(0);
            return;
          }
          solved++;
          expect(residual(discrete, A, B, Q, R, found.X)).toBeLessThan(30 * A.rows * 2.3e-16);
          for (const [re, im] of found.poles) expect(discrete ? Math.hypot(re, im) : 1 + re).toBeLessThan(1);
          expect(found.X.to2DArray()).toEqual(found.X.transpose().to2DArray());
        }),
        { numRuns: 150 },
      );
      expect(solved).toBeGreaterThan(130);
    });
  }

  const I = [
    [1, 0],
    [0, 1],
  ];

  it("name the mode that no input moves", () => {
    const A = [
      [0.5, 0],
      [0, -1],
    ];
    const refused = care(A, [[0], [1]], I, [[1]]);
    expect(refused).toMatchObject({ ok: false, code: "UNSTABILIZABLE" });
    if (refused.ok) return;
    expect(refused.eigenvalues).toEqual([[0.5, 0]]);
    expect(refused.message).toContain("0.5");
    expect(
      dare(
        [
          [1.5, 0],
          [0, 0.2],
        ],
        [[0], [1]],
        I,
        [[1]],
      ),
    ).toMatchObject({
      code: "UNSTABILIZABLE",
      eigenvalues: [[1.5, 0]],
    });
    expect(care([[0]], [[0]], [[1]], [[1]])).toMatchObject({ code: "UNSTABILIZABLE", eigenvalues: [[0, 0]] });
  });

  it("name the oscillation that the weights do not see", () => {
    const A = [
      [0, 2],
      [-2, 0],
    ];
    const none = [
      [0, 0],
      [0, 0],
    ];
    const refused = care(A, [[0], [1]], none, [[1]]);
    expect(refused).toMatchObject({ ok: false, code: "UNDETECTABLE" });
    if (refused.ok) return;
    expect(refused.eigenvalues).toHaveLength(2);
    expect(Math.abs(refused.eigenvalues[0]![1])).toBeCloseTo(2, 12);
    expect(dare([[1]], [[1]], [[0]], [[1]])).toMatchObject({ ok: false, code: "UNDETECTABLE", eigenvalues: [[1, 0]] });
  });

  it("stabilize at least effort what the weights do not see but is off the border: the pole is mirrored", () => {
    const continuous = care([[3]], [[1]], [[0]], [[1]]);
    if (!continuous.ok) throw new Error(continuous.message);
    expect(continuous.poles[0]![0]).toBeCloseTo(-3, 12);
    expect(continuous.X.get(0, 0)).toBeCloseTo(6, 12);
    const discrete = dare([[4]], [[1]], [[0]], [[1]]);
    if (!discrete.ok) throw new Error(discrete.message);
    expect(discrete.poles[0]![0]).toBeCloseTo(0.25, 12);
  });

  it("refuse weights without inverse and numbers that are not finite", () => {
    expect(
      care(I, I, I, [
        [0, 0],
        [0, 1],
      ]),
    ).toMatchObject({ ok: false, code: "SINGULAR_R" });
    expect(
      dare(
        I,
        [
          [1, 1],
          [0, 0],
        ],
        I,
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ).toMatchObject({ ok: false, code: "SINGULAR_R" });
    expect(care([[Number.NaN]], [[1]], [[1]], [[1]])).toMatchObject({ ok: false, code: "NOT_FINITE" });
    expect(() => care(I, [[1]], I, I)).toThrow(RangeError);
  });
});
