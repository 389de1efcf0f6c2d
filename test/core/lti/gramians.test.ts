/** Gramians, balancing, reduction and covariances against the reference set, and as laws. */
import fc from "fast-check";
import { inverse, Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { balreal, balred } from "../../../core/lti/balreal.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { covar, gram, hsvd } from "../../../core/lti/gram.ts";
import { parallel, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import { stabsep } from "../../../core/lti/stabsep.ts";
import { structure } from "../../../core/lti/structure.ts";
import { tf } from "../../../core/lti/tf.ts";
import { type Lti, ss } from "../../../core/lti/ss.ts";
import type { Complex } from "../../../core/math/complex.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { type Given, given, type Points, responseError, type Responses, setError } from "./referenceSystem.ts";

interface Inputs extends Given {
  readonly op: "gram" | "balred";
  readonly discrete: boolean;
  readonly order: number;
  readonly method: "truncate" | "matchdc";
  readonly s: Points;
}
interface Expected {
  readonly Wc: Rows;
  readonly Wo: Rows;
  readonly hsv: readonly number[];
  readonly H: Responses;
  readonly poles: Points;
  readonly bound: number;
  readonly err_hinf_lower: number;
}

/** The largest singular value of the difference of two transfer matrices, a complex matrix as a real one of twice the size. */
function gap(a: Lti, b: Lti, s: Complex): number {
  const [p, q] = [evalfr(a, s), evalfr(b, s)];
  const [re, im] = [Matrix.sub(p.re, q.re).to2DArray(), Matrix.sub(p.im, q.im).to2DArray()];
  const whole = [...re.map((row, i) => [...row, ...im[i]!.map((v) => -v)]), ...re.map((row, i) => [...im[i]!, ...row])];
  return new SingularValueDecomposition(new Matrix(whole), { autoTranspose: true }).norm2;
}

const cases = referenceCases<Inputs, Expected>("gramian_balance");
test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const system = given(inputs, inputs.discrete ? 1 : undefined);
  if (inputs.op === "gram") {
    for (const [kind, wanted] of [
      ["c", expected.Wc],
      ["o", expected.Wo],
    ] as const) {
      const found = gram(system, kind);
      if (!found.ok) throw new Error(found.code);
      expect(relativeError(found.W.to1DArray(), wanted.flat())).toBeLessThan(rtol);
      expect(found.residual).toBeLessThan(1e-13);
    }
    const values = hsvd(system);
    if (!values.ok) throw new Error(values.code);
    expect(relativeError(values.hsv, expected.hsv)).toBeLessThan(rtol);
    return;
  }
  const found = balred(system, inputs.order, inputs.method);
  if (!found.ok) throw new Error(found.code);
  expect(responseError(found.system, inputs.s, expected.H)).toBeLessThan(rtol);
  expect(setError(pole(found.system), expected.poles)).toBeLessThan(rtol);
  expect(relativeError(found.hsv, expected.hsv)).toBeLessThan(rtol);
  expect(Math.abs(found.bound - expected.bound)).toBeLessThan(rtol * expected.bound);
  const worst = Math.max(...inputs.s.re.map((re, k) => gap(system, found.system, [re, inputs.s.im[k]!])));
  expect(Math.abs(worst - expected.err_hinf_lower)).toBeLessThan(rtol * expected.err_hinf_lower);
});

/** Stable: a shift to the left of whatever is drawn, or for samples a scaling. */
const drawn = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.boolean())
  .chain(([n, m, p, discrete]) =>
    fc.tuple(numbers(n, n), numbers(n, m), numbers(p, n), numbers(p, m), fc.constant(discrete)),
  )
  .map(([a, B, C, D, discrete]) => {
    const n = a.length;
    const size = a.reduce(
      (top, row) =>
        Math.max(
          top,
          row.reduce((sum, v) => sum + Math.abs(v), 0),
        ),
      0.1,
    );
    const A = a.map((row, i) => row.map((v, j) => (discrete ? (0.9 * v) / size : v - (i === j ? 1.1 * size : 0))));
    return { system: ss(A, B, C, D, discrete ? 0.5 : undefined), n, discrete };
  });
function numbers(rows: number, columns: number) {
  const entry = fc.integer({ min: -100, max: 100 }).map((v) => v / 50);
  return fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
}
const frequencies = Array.from({ length: 25 }, (_, k) => 10 ** (-2 + k / 6));

describe("laws", () => {
  test("the error of a reduction stays below its bound at every frequency; matchdc keeps the gain at rest", () => {
    fc.assert(
      fc.property(drawn, fc.nat(5), ({ system, n, discrete }, order) => {
        for (const method of ["truncate", "matchdc"] as const) {
          const found = balred(system, Math.min(order, n), method);
          if (!found.ok) throw new Error(found.code);
          const rest: Complex = discrete ? [1, 0] : [0, 0];
          const grid = frequencies.map((w): Complex => (discrete ? [Math.cos(w), Math.sin(w)] : [0, w]));
          for (const s of [rest, ...grid])
            expect(gap(system, found.system, s)).toBeLessThan(found.bound * (1 + 1e-9) + 1e-11 * (1 + found.hsv[0]!));
          if (method === "matchdc") expect(gap(system, found.system, rest)).toBeLessThan(1e-9 * (1 + found.hsv[0]!));
        }
      }),
      { numRuns: 40 },
    );
  });

  test("Hankel singular values do not change with the units of the states, and balancing makes both Gramians of them", () => {
    fc.assert(
      fc.property(
        drawn,
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 6, maxLength: 6 }),
        ({ system, n }, units) => {
          const scale = units.slice(0, n).map((k) => 3 ** k);
          const T = Matrix.diag(scale);
          const undo = Matrix.diag(scale.map((v) => 1 / v));
          const { A, B, C, D, time } = system;
          const period = time.kind === "discrete" ? time.period : undefined;
          const other = ss(undo.mmul(A).mmul(T), undo.mmul(B), C.mmul(T), D, period);
          const [one, two] = [hsvd(system), balreal(other)];
          if (!one.ok || !two.ok) throw new Error("unstable");
          expect(relativeError(two.hsv, one.hsv)).toBeLessThan(1e-10);
          const r = two.system.A.rows;
          for (const kind of ["c", "o"] as const) {
            const found = gram(two.system, kind);
            if (!found.ok) throw new Error(found.code);
            // Small values come with the rounding of the transformation, which divides by their roots.
            const floor = 1e-13 * Math.sqrt(two.hsv[0]! / (two.hsv[r - 1] ?? 1));
            expect(relativeError(found.W.to1DArray(), Matrix.diag(two.hsv.slice(0, r)).to1DArray())).toBeLessThan(
              1e-9 + floor,
            );
          }
          const around = two.inverse.mmul(two.T);
          expect(relativeError(around.to1DArray(), Matrix.eye(r).to1DArray())).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("white noise through a lag: variance k^2 W / (2 T); with a direct path or an unstable pole none", () => {
    const lag = ss([[-0.5]], [[2]], [[3]], [[0]]);
    const found = covar(lag, [[7]]);
    if (!found.ok) throw new Error(found.code);
    expect(found.state.get(0, 0)).toBeCloseTo(28, 12);
    expect(found.output.get(0, 0)).toBeCloseTo(252, 11);
    const sampled = covar(ss([[0.6]], [[1]], [[1]], [[2]], 1), [[1]]);
    if (!sampled.ok) throw new Error(sampled.code);
    expect(sampled.output.get(0, 0)).toBeCloseTo(1 / 0.64 + 4, 12);
    expect(covar(ss([[-1]], [[1]], [[1]], [[1]]), [[4]])).toMatchObject({ ok: false, code: "DIRECT_PATH", size: 4 });
    expect(covar(ss([[0]], [[1]], [[1]], [[0]]), [[1]])).toMatchObject({ ok: false, code: "UNSTABLE", pole: [0, 0] });
    expect(balreal(ss([[2]], [[1]], [[1]], [[0]]))).toMatchObject({ ok: false, code: "UNSTABLE", pole: [2, 0] });
    expect(gram(ss([[-1.5]], [[1]], [[1]], [[0]], 1), "c")).toMatchObject({ ok: false, code: "UNSTABLE" });
  });

  test("a system is the sum of what decays and what does not; reduction keeps the latter, with the bound of the former", () => {
    fc.assert(
      fc.property(drawn, drawn, fc.nat(6), ({ system: calm, n }, { system: other }, order) => {
        const discrete = calm.time.kind === "discrete";
        // Eigenvalues within 1 of 3: growing in either time.
        const own = other.A;
        const wild = Matrix.add(Matrix.mul(Matrix.eye(own.rows), 3), Matrix.mul(own, 1 / (1 + own.norm())));
        const [p, m] = [calm.y.length, calm.u.length];
        const fill = (rows: number, columns: number) =>
          Matrix.zeros(rows, columns)
            .to2DArray()
            .map((row, i) => row.map((_, j) => Math.sin(1 + i + 2 * j)));
        const period = calm.time.kind === "discrete" ? calm.time.period : undefined;
        const grown = ss(wild, fill(own.rows, m), fill(p, own.rows), fill(p, m), period);
        const apart = parallel(calm, grown);
        // Other coordinates, in which every state moves every other.
        const turn = Matrix.add(
          Matrix.eye(apart.A.rows),
          Matrix.mul(fill(apart.A.rows, apart.A.rows), 0.3 / apart.A.rows),
        );
        const back = inverse(turn);
        const whole = { ...apart, A: back.mmul(apart.A).mmul(turn), B: back.mmul(apart.B), C: apart.C.mmul(turn) };
        const parts = stabsep(whole);
        expect([parts.stable.A.rows, parts.unstable.A.rows]).toEqual([n, own.rows]);
        const grid = frequencies.map((w): Complex => (discrete ? [Math.cos(w), Math.sin(w)] : [0, w]));
        const size = Math.max(...grid.map((s) => gap(whole, gain(Matrix.zeros(p, m)), s)));
        for (const s of grid)
          expect(gap(whole, parallel(parts.stable, parts.unstable), s)).toBeLessThan(1e-9 * (1 + size));
        const found = balred(whole, own.rows + order);
        if (!found.ok) throw new Error(found.code);
        expect(found.system.A.rows).toBeLessThanOrEqual(own.rows + order);
        for (const s of grid)
          expect(gap(whole, found.system, s)).toBeLessThan(found.bound * (1 + 1e-9) + 1e-9 * (1 + size));
        expect(balred(whole, own.rows - 1)).toMatchObject({ ok: false, code: "TOO_FEW", unstable: own.rows });
      }),
      { numRuns: 25 },
    );
  });

  test("integrators do not decay, whatever rounding says of them", () => {
    const plant = series(tf([1], [1, 0, 0]), tf([1, -1], [1, 2, 5]));
    const { stable, unstable } = stabsep(plant);
    expect([stable.A.rows, unstable.A.rows]).toEqual([2, 2]);
    expect(balred(plant, 3)).toMatchObject({ ok: true, unstable: 2 });
    expect(structure(plant)).toMatchObject({ minimal: 4, singular: { length: 4 } });
    const beside = ss(
      [
        [0, 0],
        [0, -1],
      ],
      [[0], [1]],
      [[1, 1]],
      [[0]],
    );
    expect(structure(beside)).toMatchObject({ stabilizable: false, detectable: true });
  });

  test("poles that cannot be parted stay together", () => {
    // A Jordan block across the border, but for rounding.
    const near = ss(
      [
        [-1e-13, 1, 0],
        [0, 1e-13, 1],
        [0, 0, -1],
      ],
      [[0], [0], [1]],
      [[1, 0, 0]],
      [[0]],
    );
    const { stable, unstable } = stabsep(near);
    expect([stable.A.rows, unstable.A.rows]).toEqual([1, 2]);
  });

  test("states that nothing reaches are left out of the balanced system and cost no accuracy", () => {
    const system = ss(
      [
        [-1, 0],
        [0, -2],
      ],
      [[1], [0]],
      [[1, 1]],
      [[0]],
    );
    const found = balreal(system);
    if (!found.ok) throw new Error(found.code);
    expect(found.system.A.rows).toBe(1);
    expect(found.system.A.get(0, 0)).toBeCloseTo(-1, 12);
    expect(relativeError(found.hsv, [0.5, 0])).toBeLessThan(1e-14);
  });
});
