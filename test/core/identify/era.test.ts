/** Realizations from impulse responses and from snapshots: exact where the data are. */
import { expect, test } from "vitest";
import { dmd } from "../../../core/identify/dmd.ts";
import { era } from "../../../core/identify/era.ts";
import { lsim } from "../../../core/analysis/lsim.ts";
import { ss } from "../../../core/lti/ss.ts";
import { eigenvalues } from "../../../core/math/eigenvalues.ts";
import { distance, relativeError } from "../math/reference.ts";
import { casesOf, noise, plant, polesOf } from "./sets.ts";

test.for(casesOf("markov"))("%s", ([, { inputs, expected, rtol }]) => {
  const { rows, cols } = inputs;
  const found = era(
    inputs.markov.map((G) => G.map((row) => [...row])),
    { rows, cols },
  );
  if (!found.ok) throw new Error(found.code);
  expect(found.order).toBe(expected.order);
  expect(relativeError(found.singularValues, expected.hankel_sv)).toBeLessThan(rtol / 1000);
  expect(distance(eigenvalues(found.system.A).values, polesOf(expected))).toBeLessThan(rtol / 1000);
  expect(found.residual).toBeLessThan(1e-10);
});

test("refusals of impulse responses: too few, more states than they show", () => {
  const G = [1, 0.5, 0.25, 0.125, 0.0625].map((v) => [[v]]);
  expect(era(G, { rows: 4, cols: 4 })).toEqual({ ok: false, code: "TOO_FEW_SAMPLES", samples: 5, needed: 8 });
  expect(era(G, { order: 2 })).toEqual({ ok: false, code: "ORDER_TOO_HIGH", order: 2, most: 1 });
});

test("snapshots of three moving patterns in forty channels: eigenvalues, modes and the map", () => {
  const shapes = [0, 1, 2].map((k) => noise(70 + k, 40));
  const { A } = plant;
  const states = lsim(
    ss(
      A,
      [[0], [0], [0]],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [[0], [0], [0]],
      1,
    ),
    [new Float64Array(60)],
    undefined,
    {
      x0: [1, -1, 2],
    },
  ).y;
  const snapshots = Array.from({ length: 40 }, (_, i) =>
    Float64Array.from({ length: 60 }, (__, t) => shapes.reduce((sum, s, k) => sum + s[i]! * states[k]![t]!, 0)),
  );
  const found = dmd(snapshots, { period: 0.1 });
  if (!found.ok) throw new Error(found.code);
  expect(found.rank).toBe(3);
  expect(distance(found.eigenvalues, eigenvalues(A).values)).toBeLessThan(1e-9);
  expect(found.residual).toBeLessThan(1e-12);
  // A mode keeps its shape: one step multiplies it by its eigenvalue.
  const { re, im } = found.modes[0]!;
  const [lr, li] = found.eigenvalues[0]!;
  const C = found.system.C;
  const map = C.mmul(found.system.A).mmul(C.transpose());
  for (let i = 0; i < 40; i++) {
    let moved = 0;
    for (let j = 0; j < 40; j++) moved += map.get(i, j) * re[j]!;
    expect(moved).toBeCloseTo(lr * re[i]! - li * im[i]!, 9);
  }
});

test("with inputs the map and what they do to it come apart", () => {
  const u = [noise(1, 80), noise(2, 80)];
  const full = ss(
    plant.A,
    plant.B,
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    1,
  );
  const found = dmd(lsim(full, u).y, { u });
  if (!found.ok) throw new Error(found.code);
  const { A, B, C } = found.system;
  expect(relativeError(C.mmul(A).mmul(C.transpose()).to1DArray(), plant.A.to1DArray())).toBeLessThan(1e-10);
  expect(relativeError(C.mmul(B).to1DArray(), plant.B.to1DArray())).toBeLessThan(1e-10);
  expect(dmd([u[0]!], { u: [u[0]!] })).toMatchObject({ code: "SINGULAR" });
});
