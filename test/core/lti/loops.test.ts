/** Laws of joined systems, and what the wiring by names does. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { connect } from "../../../core/lti/connect.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { append, feedback, interconnect, lft, parallel, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { relativeError } from "../math/reference.ts";
import { responseDistance } from "./referenceSystem.ts";

const points = { re: [9, 10, 12], im: [1, 4, 0] };
const entry = fc.integer({ min: -20, max: 20 }).map((v) => v / 10);
const matrix = (rows: number, columns: number) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
const system = (m: number, p: number) =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((n) =>
      fc.tuple(matrix(n, n), matrix(n, m), matrix(p, n), matrix(p, m)).map(([A, B, C, D]) => ss(A, B, C, D)),
    );
const at = 11;
const value = (model: StateSpace): Matrix => evalfr(model, [at, 0]).re;

describe("laws", () => {
  test("series is a product, parallel a sum, both associative; feedback solves y = G (u - H y)", () => {
    fc.assert(
      fc.property(system(2, 3), system(3, 2), system(2, 3), (a, b, c) => {
        const product = value(c).mmul(value(b)).mmul(value(a));
        expect(relativeError(value(series(a, b, c)).to1DArray(), product.to1DArray())).toBeLessThan(1e-9);
        expect(responseDistance(series(a, series(b, c)), series(series(a, b), c), points)).toBeLessThan(1e-9);
        expect(
          relativeError(value(parallel(a, c)).to1DArray(), Matrix.add(value(a), value(c)).to1DArray()),
        ).toBeLessThan(1e-9);
        const closed = feedback(a, b);
        if (!closed.ok || closed.rcond < 1e-6) return;
        const y = value(closed.system);
        const around = value(a).mmul(Matrix.sub(Matrix.eye(2), value(b).mmul(y)));
        expect(Matrix.sub(y, around).norm() / (1 + y.norm())).toBeLessThan(1e-8);
        // Feedback is one fractional transformation, with the sign in the lower system.
        const plant = append(a);
        const doubled = ss(
          plant.A,
          new Matrix(plant.B.to2DArray().map((row) => [...row, ...row])),
          new Matrix([...plant.C.to2DArray(), ...plant.C.to2DArray()]),
          new Matrix([...plant.D.to2DArray(), ...plant.D.to2DArray()].map((row) => [...row, ...row])),
        );
        const other = lft(doubled, { ...b, C: Matrix.mul(b.C, -1), D: Matrix.mul(b.D, -1) });
        if (!other.ok) throw new Error(other.code);
        expect(responseDistance(other.system, closed.system, points)).toBeLessThan(1e-7);
      }),
      { numRuns: 40 },
    );
  });

  test("large gains in a row are no loop, and a loop without states says how near it is to none", () => {
    const big = ss([], [], [], [[1e12]]);
    const found = series(big, big, ss([], [], [], [[1e-24]]));
    expect(found.D.get(0, 0)).toBeCloseTo(1, 12);
    const near = (k: number) => feedback(ss([], [], [], [[k]]), ss([], [], [], [[1]]), 1);
    expect(near(1)).toMatchObject({ ok: false, code: "ILL_POSED", rcond: 0, loop: ["u1", "u1_2"] });
    expect(near(0.5).rcond).toBeGreaterThan(0.1);
    expect(near(1 - 1e-9).rcond).toBeLessThan(1e-8);
    const self = interconnect(ss([], [], [], [[2]]), [[0.5]], [[1]], [[1]]);
    expect(self).toMatchObject({ ok: false, code: "ILL_POSED", rcond: 0 });
  });
});

describe("connect", () => {
  const named = (model: StateSpace, u: string, y: string): StateSpace => ({ ...model, u: [u], y: [y] });
  const plant = named(ss(tf([1], [1, 1, 0])), "force", "position");
  const controller = named(ss(tf([3, 1], [0.1, 1])), "error", "force");
  const difference = { ...ss([], [], [], [[1, -1]]), u: ["target", "position"], y: ["error"] };

  test("signals of one name are joined without a wire", () => {
    const found = connect([plant, controller, difference], undefined, ["target"], ["position", "force"]);
    const wanted = feedback(series(controller, plant), ss([], [], [], [[1]]));
    if (!found.ok || !wanted.ok) throw new Error("ill-posed");
    expect([found.system.u, found.system.y]).toEqual([["target"], ["position", "force"]]);
    const y = evalfr(found.system, [2, 1]).re.get(0, 0);
    expect(y).toBeCloseTo(evalfr(wanted.system, [2, 1]).re.get(0, 0), 12);
  });

  test("wires carry gains and add up, by name or by place", () => {
    const names = connect(
      [plant, controller],
      [
        ["position", "error", -1],
        ["force", "force"],
      ],
      ["error"],
      ["position"],
    );
    const places = connect(
      [plant, controller],
      [
        [0, 1, -0.25],
        [0, 1, -0.75],
        [1, 0],
      ],
      [1],
      [0],
    );
    if (!names.ok || !places.ok) throw new Error("ill-posed");
    expect(responseDistance(names.system, places.system, points)).toBeLessThan(1e-13);
  });

  test("what cannot be wired throws", () => {
    expect(() => connect([plant], [["nothing", "force"]], [], [])).toThrow(/nothing/);
    expect(() => connect([plant, plant], undefined, ["force"], ["position"])).toThrow(/Several/);
    expect(() => append(tf([1], [1, 1]), tf([1], [1, 1], 0.1))).toThrow(/sample times/);
    expect(append(tf([1], [1, 1], 0.1), ss([], [], [], [[2]])).time).toEqual({ kind: "discrete", period: 0.1 });
  });
});

test("sizes at the end of what numbers hold close no loop that nobody drew, and are told where one is", () => {
  const slow = tf([1e-309], [1, 2e-309, 1e-309]);
  const raised = series(slow, gain(new Matrix([[Number.POSITIVE_INFINITY]])));
  expect(raised.A.rows).toBe(2);
  expect(series(gain(new Matrix([[1e308]])), slow, gain(new Matrix([[1e308]]))).x.length).toBe(2);
  const closed = feedback(slow, gain(new Matrix([[1]])));
  if (!closed.ok) throw new Error(closed.code);
  expect(closed.system.A.to1DArray().every(Number.isFinite)).toBe(true);
  expect(feedback(gain(new Matrix([[Number.POSITIVE_INFINITY]])), gain(new Matrix([[1]])))).toMatchObject({
    ok: false,
    code: "ILL_POSED",
    rcond: 0,
  });
});
