import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dlyap, lyap, sylvester } from "../../../core/math/lyapunov.ts";
import { uniform } from "../../../core/math/random.ts";
import { referenceCases } from "./reference.ts";
import type { Rows } from "./reference.ts";

const equations = ["lyap", "dlyap", "sylvester"];

describe("linear matrix equations against reference solutions", () => {
  const cases = referenceCases<{ op: string; A: Rows; B: Rows; C: Rows; Q: Rows }, { X: Rows }>("lyap_expm");
  const mine = cases.filter((c) => equations.includes(c.inputs.op));
  it("are there", () => expect(mine.length).toBe(13));
  for (const { name, inputs, expected, rtol } of mine) {
    it(name, () => {
      const { op, A, B, C, Q } = inputs;
      const found = op === "lyap" ? lyap(A, Q) : op === "dlyap" ? dlyap(A, Q) : sylvester(A, B, C);
      if (!found.ok) throw new Error(found.message);
      const size = Math.max(...expected.X.flat().map(Math.abs));
      const off = Math.max(...expected.X.flatMap((row, i) => row.map((v, j) => Math.abs(found.X.get(i, j) - v))));
      expect(off / size).toBeLessThan(rtol / 1000);
      expect(found.residual).toBeLessThan(1e-14);
    });
  }
});

describe("linear matrix equations", () => {
  const entry = fc.integer({ min: -1000, max: 1000 }).map((v) => v / 1000);
  const matrix = (rows: number, cols: number) =>
    fc.array(fc.array(entry, { minLength: cols, maxLength: cols }), {
      minLength: rows,
      maxLength: rows,
    });
  const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

  it("leave no more than rounding, or name two eigenvalues that add up to nothing", () => {
    fc.assert(
      fc.property(
        sizes.chain(([n, m]) => fc.tuple(matrix(n, n), matrix(m, m), matrix(n, m))),
        ([A, B, C]) => {
          const found = sylvester(A, B, C);
          if (found.ok) expect(found.residual).toBeLessThan(30 * 18 * 2.3e-16);
          else {
            const [p, q] = found.eigenvalues;
            expect(Math.hypot(p![0] + q![0], p![1] + q![1])).toBeLessThan(1e-6);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("leave no more than rounding where they are large enough to be halved", () => {
    const drawn = (rows: number, cols: number, seed: number): number[][] =>
      Array.from({ length: rows }, (_, i) =>
        Array.from({ length: cols }, (__, j) => uniform(seed, i * cols + j) - 0.5),
      );
    for (const [n, m] of [
      [70, 45],
      [33, 101],
    ] as const) {
      const [A, B] = [drawn(n, n, 1), drawn(m, m, 2)];
      A.forEach((row, i) => (row[i]! += 8));
      B.forEach((row, i) => (row[i]! += 8));
      const Q = drawn(n, n, 4);
      for (const found of [
        sylvester(A, B, drawn(n, m, 3)),
        lyap(A, Q),
        dlyap(
          A.map((row) => row.map((v) => v / 20)),
          Q,
        ),
      ]) {
        if (!found.ok) throw new Error(found.message);
        expect(found.residual).toBeLessThan(1e-13);
      }
    }
  });

  it("say that an integrator has no Lyapunov solution, and which eigenvalue stands against it", () => {
    const A = [
      [0, 1],
      [0, -1],
    ];
    const Q = [
      [1, 0],
      [0, 1],
    ];
    expect(lyap(A, Q)).toMatchObject({
      ok: false,
      code: "SINGULAR",
      eigenvalues: [
        [0, 0],
        [0, 0],
      ],
    });
    expect(
      dlyap(
        [
          [2, 0],
          [0, 0.5],
        ],
        Q,
      ),
    ).toMatchObject({ ok: false, code: "SINGULAR" });
    expect(lyap([[Number.NaN]], [[1]])).toMatchObject({ ok: false, code: "NOT_FINITE" });
  });

  it("give a symmetric solution for a symmetric right-hand side, to the last bit", () => {
    const found = lyap(
      [
        [-1, 3, 0.1],
        [-3, -1, 0.7],
        [0, 0, -9],
      ],
      [
        [2, 1, 0.3],
        [1, 5, 0],
        [0.3, 0, 1],
      ],
    );
    if (!found.ok) throw new Error(found.message);
    expect(found.X.to2DArray()).toEqual(found.X.transpose().to2DArray());
  });

  it("take matrices of no rows", () => {
    const found = lyap([], []);
    expect(found).toMatchObject({ ok: true, residual: 0 });
  });
});
