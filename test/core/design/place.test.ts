import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { acker } from "../../../core/design/acker.ts";
import { place } from "../../../core/design/place.ts";
import { fromRoots } from "../../../core/math/polynomial.ts";
import { distance, flat, referenceCases, relativeError } from "../math/reference.ts";
import type { Complex, Rows } from "../math/reference.ts";

interface Set {
  readonly re: readonly number[];
  readonly im: readonly number[];
}
const complex = ({ re, im }: Set): Complex[] => re.map((v, i) => [v, im[i]!]);

describe("pole placement against reference solutions", () => {
  type Expected = { K?: Rows; poles: Set; kappa_ref?: number; error?: boolean };
  for (const { name, inputs, expected, rtol } of referenceCases<{ A: Rows; B: Rows; poles: Set }, Expected>("place")) {
    it(name, () => {
      const asked = complex(inputs.poles);
      const single = inputs.B[0]!.length === 1;
      for (const method of single ? [place, acker] : [place]) {
        const found = method(inputs.A, inputs.B, asked);
        if (expected.error) {
          expect(found).toMatchObject({ ok: false, code: "UNCONTROLLABLE" });
          continue;
        }
        if (!found.ok) throw new Error(found.message);
        if (expected.K) expect(relativeError(found.K.to1DArray(), flat(expected.K))).toBeLessThan(rtol);
        // A pole asked for three times with one input is a defective one: rounding shows in the polynomial, its third root in the poles.
        if (name.startsWith("repeated")) {
          const [has, wanted] = [found.poles, asked].map((poles) => fromRoots(poles));
          expect(relativeError(has!, wanted!)).toBeLessThan(rtol);
        } else expect(distance(found.poles, asked)).toBeLessThan(rtol);
        if (expected.kappa_ref !== undefined) expect(found.condition).toBeLessThan(3 * expected.kappa_ref);
      }
    });
  }
});

describe("pole placement", () => {
  const entry = fc.integer({ min: -1000, max: 1000 }).map((v) => v / 500);
  const matrix = (rows: number, cols: number) =>
    fc.array(fc.array(entry, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows });

  it("puts poles where asked, whatever the system, or says what cannot be moved", () => {
    const system = fc
      .tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 3 }))
      .chain(([n, m]) =>
        fc.tuple(
          matrix(n, n),
          matrix(n, m),
          fc.array(entry, { minLength: n, maxLength: n }),
          fc.integer({ min: 0, max: n >> 1 }),
        ),
      );
    let placed = 0;
    fc.assert(
      fc.property(system, ([A, B, numbers, pairs]) => {
        const poles: Complex[] = [];
        for (let k = 0; k < pairs; k++) {
          const im = Math.abs(numbers[2 * k + 1]!) + 0.5;
          poles.push([numbers[2 * k]!, im], [numbers[2 * k]!, -im]);
        }
        for (let k = 2 * pairs; k < numbers.length; k++) poles.push([numbers[k]! + 3 * k, 0]);
        const found = place(A, B, poles);
        if (!found.ok) return;
        placed++;
        // Eigenvalues feel rounding in A and K by the condition of their vectors.
        const size = new Matrix(A).norm("frobenius") + new Matrix(B).mmul(found.K).norm("frobenius");
        const scale = Math.max(...poles.map((p) => Math.hypot(...p)));
        expect(distance(found.poles, poles)).toBeLessThan(1e-12 * found.condition * (1 + size / scale));
      }),
      { numRuns: 100 },
    );
    expect(placed).toBeGreaterThan(90);
  });

  it("names the mode that the input does not reach", () => {
    const found = place(
      [
        [1, 0, 0],
        [0, -7, 0],
        [0, 1, 2],
      ],
      [[1], [0], [1]],
      [-1, -2, -3],
    );
    expect(found).toMatchObject({ ok: false, code: "UNCONTROLLABLE" });
    if (!found.ok) expect(found.eigenvalues[0]![0]).toBeCloseTo(-7, 10);
    expect(place([[0]], [[0]], [-1])).toMatchObject({ ok: false, code: "UNCONTROLLABLE", eigenvalues: [[0, 0]] });
  });

  it("says how often a pole can be placed with two inputs", () => {
    const A = [
      [0, 1, 0],
      [0, 0, 1],
      [1, 2, 3],
    ];
    const B = [
      [0, 1],
      [0, 0],
      [1, 0],
    ];
    expect(place(A, B, [-1, -1, -1])).toMatchObject({ ok: false, code: "MULTIPLICITY" });
    const twice = place(A, B, [-1, -1, -2]);
    if (!twice.ok) throw new Error(twice.message);
    expect(
      distance(twice.poles, [
        [-1, 0],
        [-1, 0],
        [-2, 0],
      ]),
    ).toBeLessThan(1e-7);
  });

  it("gives two inputs that do the same thing equal shares", () => {
    const found = place(
      [
        [0, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [1, 1],
      ],
      [-1, -2],
    );
    if (!found.ok) throw new Error(found.message);
    expect(relativeError(found.K.to1DArray(), [1, 1.5, 1, 1.5])).toBeLessThan(1e-14);
  });

  it("throws where poles are too few or lack a conjugate", () => {
    expect(() => place([[1]], [[1]], [])).toThrow(RangeError);
    expect(() =>
      acker(
        [
          [0, 1],
          [0, 0],
        ],
        [[0], [1]],
        [
          [-1, 1],
          [-2, 0],
        ],
      ),
    ).toThrow(RangeError);
  });
});
