import { describe, expect, it } from "vitest";
import { kalmanFilter } from "../../../core/estimate/kalmanFilter.ts";
import type { LinearGaussian } from "../../../core/estimate/linearGaussian.ts";
import { parallelFilter, parallelSmoother } from "../../../core/estimate/parallelFilter.ts";
import { joined, noPiece, type Piece, through } from "../../../core/estimate/pieces.ts";
import { rts } from "../../../core/estimate/rts.ts";
import { symmetrize } from "../../../core/math/dense.ts";
import { product } from "../../../core/math/product.ts";
import { noiseOf, simulated } from "./simulated.ts";

const plant: LinearGaussian = {
  A: [
    [0.95, 0.2, 0],
    [-0.1, 1.02, 0.1],
    [0, 0, 0.7],
  ],
  B: [[0], [0.5], [1]],
  C: [
    [1, 0, 0],
    [0, 1, 1],
  ],
  D: [[0.2], [0]],
  Q: [
    [0.02, 0.01, 0],
    [0.01, 0.03, 0],
    [0, 0, 0.1],
  ],
  R: [
    [0.3, 0.1],
    [0.1, 0.2],
  ],
  x0: [1, -2, 0.5],
  P0: [
    [2, 0.3, 0],
    [0.3, 1, 0],
    [0, 0, 0.5],
  ],
};
const steps = 157;
const u = Array.from({ length: steps }, (_, k) => [Math.sin(k / 7)]);
const whole = simulated(plant, steps, 5, u).y;
/** Single entries, whole samples and a long gap across chunks are missing. */
const gappy = whole.map((row, k) => row.map((v, i) => ((k + i) % 5 === 0 || (k > 40 && k < 90) ? Number.NaN : v)));
const correlated: LinearGaussian = {
  ...plant,
  S: [
    [0.02, 0],
    [0.01, 0.03],
    [0, -0.05],
  ],
};
const varying: LinearGaussian = {
  ...plant,
  A: Array.from({ length: steps }, (_, k) => [
    [0.9 + 0.1 * Math.sin(k), 0.2, 0],
    [-0.1, 1, 0.1],
    [0, 0.05 * (k % 3), 0.7],
  ]),
};

function filtered(model: LinearGaussian, y: readonly (readonly number[])[], chunk?: number) {
  const found = chunk === undefined ? kalmanFilter(model, y, u) : parallelFilter(model, y, u, { chunk });
  if (!found.ok) throw new Error(found.message);
  return found;
}

/** The largest difference, NaN where one is a number and the other none. */
function apart(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let most = got.length === want.length ? 0 : Number.NaN;
  for (let i = 0; i < want.length; i++)
    if (!Number.isNaN(got[i]!) || !Number.isNaN(want[i]!)) most = Math.max(most, Math.abs(got[i]! - want[i]!));
  return most;
}

const spread = (data: Float64Array, row: Int32Array, size: number, count: number): Float64Array => {
  const all = new Float64Array(count * size);
  for (let k = 0; k < count; k++) all.set(data.subarray(row[k]! * size, (row[k]! + 1) * size), k * size);
  return all;
};

describe("the parallel filter", () => {
  it.each([
    ["in chunks of 1", plant, whole, 1],
    ["in chunks that do not divide the record", plant, whole, 16],
    ["in one chunk", plant, whole, 1000],
    ["with samples missing", plant, gappy, 16],
    ["with correlated noise and samples missing", correlated, gappy, 20],
    ["with matrices that change", varying, gappy, 16],
  ] as const)("is the sequential one %s", (_, model, y, chunk) => {
    const [got, want] = [filtered(model, y, chunk), filtered(model, y)];
    for (const name of ["x", "xp", "e", "z"] as const) expect(apart(got[name], want[name]), name).toBeLessThan(1e-11);
    for (const name of ["P", "Pp"] as const) {
      const count = name === "P" ? steps : steps + 1;
      const all = (one: typeof got) => spread(one[name], one.row, 9, count);
      expect(apart(all(got), all(want)), name).toBeLessThan(1e-12);
    }
    expect(Math.abs(got.loglik - want.loglik)).toBeLessThan(1e-10);
  });

  it("has a smoother that is the sequential one, over either filter", () => {
    const want = rts(filtered(plant, gappy));
    for (const over of [filtered(plant, gappy), filtered(plant, gappy, 16)]) {
      const got = parallelSmoother(over, { chunk: 16 });
      if (!got.ok || !want.ok) throw new Error("refused");
      expect(apart(got.x, want.x)).toBeLessThan(1e-11);
      expect(apart(got.P, spread(want.P, want.row, 9, steps))).toBeLessThan(1e-11);
    }
  });

  it("names the sample of the record that stands against it", () => {
    const y = whole.map((row, k) => (k === 130 ? [Infinity, 0] : row));
    expect(parallelFilter(plant, y, u, { chunk: 16 })).toMatchObject({ ok: false, code: "NOT_FINITE", k: 130 });
    const exact = { ...plant, C: [[0, 0, 0]], D: [[0]], R: [[0]] };
    expect(
      parallelFilter(
        exact,
        whole.map(([v]) => [v!]),
        u,
      ),
    ).toMatchObject({ ok: false, code: "S_NOT_PD", k: 0 });
    expect(() => parallelFilter({ ...plant, P0: undefined }, whole, u)).toThrow(/P0/);
  });
});

describe("elements of the scan", () => {
  const noise = noiseOf(3);
  const drawn = (count: number) => Float64Array.from({ length: count }, noise);
  const square = () => {
    const f = drawn(9);
    const t = Float64Array.from(f, (_, i) => f[(i % 3) * 3 + Math.floor(i / 3)]!);
    return symmetrize(product(f, t, 3, 3, 3), 3);
  };
  const piece = (): Piece => ({ A: drawn(9), b: drawn(3), C: square(), eta: drawn(3), J: square() });
  const near = (got: Piece, want: Piece) => {
    for (const name of ["A", "b", "C", "eta", "J"] as const)
      expect(apart(got[name], want[name]), name).toBeLessThan(1e-9);
  };

  it("can be joined in any grouping, and none changes nothing", () => {
    const [a, b, c] = [piece(), piece(), piece()];
    near(joined(3, joined(3, a, b)!, c)!, joined(3, a, joined(3, b, c)!)!);
    near(joined(3, noPiece(3), a)!, a);
    near(joined(3, a, noPiece(3))!, a);
  });

  it("lead a state on as they do one by one", () => {
    const [a, b] = [piece(), piece()];
    const first = through(3, drawn(3), square(), a)!;
    const one = through(3, first.x, first.P, b)!;
    const start: Piece = {
      A: new Float64Array(9),
      b: first.x,
      C: first.P,
      eta: new Float64Array(3),
      J: new Float64Array(9),
    };
    const both = joined(3, start, b)!;
    expect(apart(both.b, one.x)).toBeLessThan(1e-12);
    expect(apart(both.C, one.P)).toBeLessThan(1e-12);
  });
});
