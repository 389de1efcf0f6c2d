/** Controllability, observability and needless states against the reference set; canonical forms and gains at rest. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canon } from "../../../core/lti/canon.ts";
import { dcgain } from "../../../core/lti/dcgain.ts";
import { series } from "../../../core/lti/interconnect.ts";
import { minreal } from "../../../core/lti/minreal.ts";
import { pole } from "../../../core/lti/pole.ts";
import { type Lti, ss } from "../../../core/lti/ss.ts";
import { pbh } from "../../../core/lti/pbh.ts";
import { ctrb, obsv, structure } from "../../../core/lti/structure.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { growth } from "../../../core/lti/stability.ts";
import { referenceCases } from "../math/reference.ts";
import { type Given, given, responseDistance, setError } from "./referenceSystem.ts";

interface Expected {
  readonly rank_c: number;
  readonly rank_o: number;
  readonly minimal: number;
  readonly uncontrollable: readonly number[];
  readonly unobservable: readonly number[];
  readonly stabilizable: boolean;
  readonly detectable: boolean;
}
const cases = referenceCases<Given, Expected>("structure");
const points = { re: [0, 1, 5], im: [3, 0.5, 0] };

test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const system = given(inputs);
  const found = structure(system);
  expect([found.controllable, found.observable, found.minimal]).toEqual([
    expected.rank_c,
    expected.rank_o,
    expected.minimal,
  ]);
  expect(setError(found.uncontrollable, expected.uncontrollable)).toBeLessThan(rtol);
  expect(setError(found.unobservable, expected.unobservable)).toBeLessThan(rtol);
  expect([found.stabilizable, found.detectable]).toEqual([expected.stabilizable, expected.detectable]);
  expect([found.relations.rows, found.hidden.rows]).toEqual([
    found.states - expected.rank_c,
    found.states - expected.rank_o,
  ]);
  const small = minreal(system);
  expect(small.system.A.rows).toBe(expected.minimal);
  expect(small.dropped).toBeLessThan(1e-2 * small.kept);
  // A system of order 0 answers with rounding alone, which has no relative error.
  if (expected.minimal > 0) expect(responseDistance(small.system, system, points)).toBeLessThan(1e-9);
  // Mode by mode.
  const modes = [pbh(system.A, system.B), pbh(system.A.transpose(), system.C.transpose())] as const;
  [expected.uncontrollable, expected.unobservable].forEach((wanted, k) => {
    const lost = modes[k]!.filter((mode) => mode.lost).map((mode) => mode.eigenvalue);
    expect(setError(lost, wanted)).toBeLessThan(rtol);
  });
  // As many singular values count as there are states needed.
  const most = found.singular[0] ?? 0;
  expect(found.singular.filter((s) => s > 1e-12 * most && s > 1e-13).length).toBe(expected.minimal);
});

describe("needless states", () => {
  test("two tanks that the same pump fills alike: the relation, the mode and the states it lies in", () => {
    const system = ss(
      [
        [-1, 0, 0],
        [0, -1, 0],
        [0, 1, -3],
      ],
      [[2], [1], [0]],
      [[1, 0, 1]],
      [[0]],
    );
    const found = structure(system);
    expect([found.controllable, found.minimal]).toEqual([2, 2]);
    // x1 = 2 x2 for ever, up to the sign of the row.
    const [relation] = found.relations.to2DArray();
    expect(relation![0]! / relation![1]!).toBeCloseTo(-0.5, 12);
    expect(relation![2]!).toBeCloseTo(0, 12);
    const lost = pbh(system.A, system.B).filter((mode) => mode.lost);
    expect(lost.length).toBeGreaterThan(0);
    lost.forEach((mode) => {
      expect(mode.eigenvalue[0]).toBeCloseTo(-1, 10);
      expect(mode.states[2]).toBeLessThan(1e-10);
    });
  });

  test("relations and directions are in the units of the states, however unlike these are", () => {
    // x1 = 2 x2 in other units: z1 = 1e6 x1, z3 = 1e-5 x3.
    const system = ss(
      [
        [-1, 0, 0],
        [0, -1, 0],
        [0, 1e-5, -3],
      ],
      [[2e6], [1], [0]],
      [[1e-6, 0, 1e5]],
      [[0]],
    );
    const found = structure(system);
    const [relation] = found.relations.to2DArray();
    expect(relation![0]! / relation![1]!).toBeCloseTo(-5e-7, 15);
    expect(found.hidden.rows).toBe(1);
    // What is hidden moves no output now or later: C w = C A w = 0.
    const w = found.hidden.transpose();
    for (const row of [system.C, system.C.mmul(system.A)]) {
      const size = row.norm() * w.norm();
      expect(Math.abs(row.mmul(w).get(0, 0))).toBeLessThan(1e-12 * size);
    }
  });

  test("a mode counts as lost where the relative change that loses it is within the tolerance", () => {
    const lost = (b: number, tolerance?: number) =>
      pbh(
        [
          [-1, 0],
          [0, -2],
        ],
        [[1], [b]],
        tolerance,
      ).map((mode) => mode.lost);
    expect(lost(1e-14)).toEqual([false, true]);
    expect(lost(1e-10)).toEqual([false, false]);
    expect(lost(1e-10, 1e-8)).toEqual([false, true]);
  });

  test("complex modes are measured as real ones are", () => {
    // An oscillator that nothing drives beside one that is driven.
    const A = [
      [0, 1, 0, 0],
      [-4, -1, 0, 0],
      [0, 0, 0, 1],
      [0, 0, -9, -1],
    ];
    const modes = pbh(A, [[0], [0], [0], [1]]);
    expect(modes.map(({ lost }) => lost)).toEqual(modes.map(({ eigenvalue }) => Math.abs(eigenvalue[1]) < 2.5));
    modes.filter(({ lost }) => lost).forEach(({ states }) => expect(states.slice(2).every((w) => w < 1e-9)).toBe(true));
  });

  test("numbers that are not finite throw", () => {
    const broken = ss([[Number.NaN]], [[1]], [[1]], [[0]]);
    for (const ask of [minreal, structure, (m: typeof broken) => canon(m, "modal")])
      expect(() => ask(broken)).toThrow(RangeError);
  });

  test("ctrb and obsv", () => {
    expect(
      ctrb(
        [
          [1, 2],
          [3, 4],
        ],
        [[1], [0]],
      ).to2DArray(),
    ).toEqual([
      [1, 1],
      [0, 3],
    ]);
    expect(
      obsv(
        [
          [1, 2],
          [3, 4],
        ],
        [[1, 0]],
      ).to2DArray(),
    ).toEqual([
      [1, 0],
      [1, 2],
    ]);
  });

  test("stability is growth, in either time", () => {
    expect(growth([-1, 5], { kind: "continuous" })).toBe(-1);
    expect(growth([0, 0.5], { kind: "discrete", period: 3 })).toBe(-0.5);
  });
});

const entry = fc.integer({ min: -30, max: 30 }).map((v) => v / 10);
const matrix = (rows: number, columns: number) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

describe("canonical forms", () => {
  test("keep the response; companion forms show the characteristic polynomial, the modal one the poles", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((n) => fc.tuple(matrix(n, n), matrix(n, 1), matrix(1, n))),
        ([A, B, C]) => {
          const system = ss(A, B, C, [[1]]);
          const n = A.length;
          const at = { re: [20, 25], im: [1, 5] };
          for (const form of ["controllable", "observable", "modal"] as const) {
            const found = canon(system, form);
            if (!found.ok || found.rcond < 1e-6) continue;
            expect(responseDistance(found.system, system, at)).toBeLessThan(1e-8);
            const a = found.system.A;
            const [{ den }, x] = [tf(system), found.T.mmul(a)];
            // A T = T Ac.
            const gap = system.A.mmul(found.T).sub(x).norm() / (found.T.norm() * (1 + system.A.norm()));
            expect(gap).toBeLessThan(1e-8);
            const coefficients = den[0]![0]!.slice(1).map((c) => -c);
            const size = Math.max(1, ...coefficients.map(Math.abs));
            if (form === "controllable")
              a.getRow(0).forEach((v, j) => expect(Math.abs(v - coefficients[j]!)).toBeLessThan(1e-7 * size));
            if (form === "observable")
              B.forEach((_, j) => expect(found.system.C.get(0, j)).toBeCloseTo(j === 0 ? 1 : 0, 7));
            if (form === "modal") for (let i = 2; i < n; i++) expect(Math.abs(a.get(i, 0))).toBe(0);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  test("a modal form of two inputs and outputs has oscillations as blocks", () => {
    const system = ss(
      [
        [-3, 0, 1],
        [0, -1, 2],
        [0, -2, -1],
      ],
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      [
        [1, 0, 0],
        [0, 1, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    );
    const found = canon(system, "modal");
    if (!found.ok) throw new Error(found.code);
    const a = found.system.A.to2DArray();
    const at = a.findIndex((row, i) => i < 2 && row[i + 1] !== 0);
    expect(a[at]![at]).toBeCloseTo(-1, 12);
    expect(a[at]![at + 1]!).toBeCloseTo(-a[at + 1]![at]!, 12);
    expect(responseDistance(found.system, system, points)).toBeLessThan(1e-12);
  });

  test("what has no such form says so", () => {
    const chain = ss(
      [
        [-1, 1],
        [0, -1],
      ],
      [[0], [1]],
      [[1, 0]],
      [[0]],
    );
    expect(canon(chain, "modal")).toMatchObject({
      ok: false,
      code: "DEFECTIVE",
      eigenvalues: [
        [-1, 0],
        [-1, 0],
      ],
    });
    const still = ss(
      [
        [-1, 0],
        [0, -2],
      ],
      [[1], [0]],
      [[0, 1]],
      [[0]],
    );
    expect(canon(still, "controllable")).toMatchObject({ ok: false, code: "UNCONTROLLABLE", dimension: 1 });
    expect(canon(still, "observable")).toMatchObject({ ok: false, code: "UNOBSERVABLE", dimension: 1 });
    const long = series(...(Array.from({ length: 40 }, (_, k) => tf([1], [1, 1 + k / 20])) as [Lti, ...Lti[]]));
    expect(canon(long, "controllable")).toMatchObject({ ok: false, code: "ILL_CONDITIONED" });
    expect(() => canon(ss([[1]], [[1, 1]], [[1]], [[0, 0]]), "controllable")).toThrow(RangeError);
  });
});

describe("the gain at rest", () => {
  test("is H(0) or H(1), and infinite only where an integrator lies on the way", () => {
    expect(dcgain(tf([4], [1, 2])).get(0, 0)).toBe(2);
    expect(dcgain(zpk([], [0.5], 1, 0.1)).get(0, 0)).toBe(2);
    expect(dcgain(tf([-1], [1, 0])).get(0, 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(dcgain(ss([[1]], [[0.1]], [[3]], [[0]], 0.1)).get(0, 0)).toBe(Number.POSITIVE_INFINITY);
    const grid = ss(
      [
        [0, 0],
        [0, -2],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    );
    expect(dcgain(grid).to2DArray()).toEqual([
      [Number.POSITIVE_INFINITY, 0],
      [0, 0.5],
    ]);
    expect(pole(grid).length).toBe(2);
  });
});
