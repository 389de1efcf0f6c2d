import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { balance, eigenvalues, flatEigenvalues } from "../../../core/math/eigenvalues.ts";
import { distance, flat, referenceCases } from "./reference.ts";
import type { Complex, Rows } from "./reference.ts";

describe("eigenvalues against reference poles", () => {
  for (const c of referenceCases<{ A: Rows }, { poles: { re: number[]; im: number[] } }>("poles_zeros")) {
    it(c.name, () => {
      const n = c.inputs.A.length;
      const { re, im } = c.expected.poles;
      const expected = re.map((r, i): Complex => [r, im[i]!]);
      const found = flatEigenvalues(flat(c.inputs.A), n);
      expect(found.values.length).toBe(n);
      if (expected.length === n) expect(distance(found.values, expected)).toBeLessThan(c.rtol);
      expect(found.residual).toBeLessThan(1e-13);
    });
  }
});

describe("balancing", () => {
  it("keeps five roots from 1e-2 to 1e8 apart in a companion matrix", () => {
    const roots = [-1e-2, -1e2, -1e4, -1e6, -1e8];
    let p = [1];
    for (const r of roots) p = [...p, 0].map((v, i) => v - r * (p[i - 1] ?? 0));
    const n = 5;
    const a = new Float64Array(n * n);
    for (let j = 0; j < n; j++) a[j] = -p[j + 1]!;
    for (let i = 1; i < n; i++) a[i * n + i - 1] = 1;
    const { values } = flatEigenvalues(a, n);
    for (const r of roots) {
      const nearest = Math.min(...values.map((v) => Math.hypot(v[0] - r, v[1])));
      expect(nearest / Math.abs(r)).toBeLessThan(1e-6);
    }
  });

  it("scales by powers of 2 only: products around a cycle stay the same to the last bit", () => {
    const a = Float64Array.of(1, 1e8, 3e-7, 2);
    const b = balance(a, 2);
    expect(b[1]! * b[2]!).toBe(1e8 * 3e-7);
    expect(b[1]! / b[2]!).toBeLessThan(5);
    expect(Number.isInteger(Math.log2(b[1]! / 1e8))).toBe(true);
  });

  it("takes a matrix as the rest of the core passes it", () => {
    expect(
      eigenvalues(
        new Matrix([
          [0, 1],
          [-1, 0],
        ]),
      ).values,
    ).toEqual([
      [0, -1],
      [0, 1],
    ]);
  });

  it("says when there is nothing to say", () => {
    expect(flatEigenvalues(Float64Array.of(Number.NaN), 1)).toEqual({ values: [], residual: Number.NaN });
    expect(flatEigenvalues(new Float64Array(0), 0).values).toEqual([]);
  });
});
