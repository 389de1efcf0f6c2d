import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { held } from "../../../core/lti/hold.ts";
import { expm } from "../../../core/math/expm.ts";
import { multiply } from "../../../core/math/multiply.ts";
import { flat, referenceCases, relativeError } from "./reference.ts";
import type { Rows } from "./reference.ts";

describe("expm against 300-bit references", () => {
  for (const c of referenceCases<{ op: string; A: Rows }, { X: Rows }>("lyap_expm").filter(
    (x) => x.inputs.op === "expm",
  )) {
    it(c.name, () => {
      const n = c.inputs.A.length;
      expect(relativeError(expm(flat(c.inputs.A), n), flat(c.expected.X))).toBeLessThan(c.rtol);
    });
  }
});

describe("e^A and the integral of e^(A s) against the reference", () => {
  for (const c of referenceCases<{ op: string; A: Rows }, { X: Rows; Phi: Rows }>("lyap_expm").filter(
    (x) => x.inputs.op === "expm_int",
  )) {
    it(c.name, () => {
      const A = new Matrix(c.inputs.A.map((row) => [...row]));
      const { Phi, Gamma } = held(A, Matrix.eye(A.rows), 1);
      expect(relativeError(Phi.to1DArray(), flat(c.expected.X))).toBeLessThan(c.rtol);
      expect(relativeError(Gamma.to1DArray(), flat(c.expected.Phi))).toBeLessThan(c.rtol);
    });
  }
});

describe("expm in closed form", () => {
  it("matches every 2 x 2 real matrix to 1e-12", () => {
    const entry = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(entry, entry, entry, entry, (a, b, c, d) => {
        const m = (a + d) / 2;
        const q = ((a - d) / 2) ** 2 + b * c;
        const w = Math.sqrt(Math.abs(q));
        const ch = q >= 0 ? Math.cosh(w) : Math.cos(w);
        const sh = w < 1e-6 ? 1 + q / 6 : q > 0 ? Math.sinh(w) / w : Math.sin(w) / w;
        const e = Math.exp(m);
        const closed = [e * (ch + sh * (a - m)), e * sh * b, e * sh * c, e * (ch + sh * (d - m))];
        expect(relativeError(expm(Float64Array.of(a, b, c, d), 2), closed)).toBeLessThan(1e-12);
      }),
      { numRuns: 500 },
    );
  });

  it("is a group: e^A e^-A = I", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 25, maxLength: 25 }), (v) => {
        const a = Float64Array.from(v);
        const product = multiply(
          expm(a, 5),
          expm(
            a.map((x) => -x),
            5,
          ),
          5,
          5,
          5,
        );
        expect(
          relativeError(
            product,
            Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 1 : 0)),
          ),
        ).toBeLessThan(1e-12);
      }),
      { numRuns: 100 },
    );
  });

  it("handles sizes 0 and 1, and says NaN for what has no answer", () => {
    expect(expm(new Float64Array(0), 0).length).toBe(0);
    expect(expm(Float64Array.of(2), 1)[0]).toBe(Math.exp(2));
    expect(expm(Float64Array.of(Number.NaN, 0, 0, 1), 2).every(Number.isNaN)).toBe(true);
  });
});
