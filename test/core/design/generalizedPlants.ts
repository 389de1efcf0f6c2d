/** Generalized plants for the tests of H2 and H-infinity design. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { exponential } from "../../../core/lti/hold.ts";
import { ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";

/** x' = a x + w1 + u, y = x + w2, z = (x, u): all of it has closed forms. */
export const scalar = (a: number): StateSpace =>
  ss(
    [[a]],
    [[1, 0, 1]],
    [[1], [0], [1]],
    [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ],
  );

/** What Octave 9's control package (SLICOT) was given: see the tests. */
export const third = (D: readonly (readonly number[])[]): StateSpace =>
  ss(
    [
      [-1, 2, 0],
      [0, 1, 1],
      [1, 0, -3],
    ],
    [
      [1, 0, 0, 1],
      [0, 0.5, 0, 0],
      [0, 1, 0, 1],
    ],
    [
      [1, 0, 1],
      [0, 0, 0],
      [1, 1, 0],
    ],
    D,
  );

const mimoA = [
  [-1, 2, 0, 0.5],
  [0, 1, 1, 0],
  [1, 0, -3, 0],
  [0, 0.2, 0, -0.5],
];

/** Two controls and two measurements, two disturbances and two noises, unstable; sampled by the exponential of A and B times the period. */
export function several(period?: number): StateSpace {
  const B = [
    [1, 0, 0, 0, 0, 1],
    [0, 0.5, 0, 0, 1, 0],
    [0, 1, 0, 0, 1, 0],
    [0.3, 0, 0, 0, 0.5, 0],
  ];
  const C = [
    [1, 0, 1, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 1, 0, 0],
    [0, 0, 1, 1],
  ];
  const D = [
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 1],
    [0, 0, 1, 0, 0, 0],
    [0, 0, 0, 1, 0, 0],
  ];
  if (period === undefined) return ss(mimoA, B, C, D);
  const A = exponential(new Matrix(mimoA), period);
  return ss(
    A,
    B.map((row) => row.map((v) => v * period)),
    C,
    D,
    period,
  );
}

export const plain = [
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0, 0, 1, 0],
];

const entry = fc.integer({ min: -20, max: 20 }).map((v) => v / 10);
const list = (count: number) => fc.array(entry, { minLength: count, maxLength: count });

/** One control and one measurement, two disturbances and two costs; `direct` is D11's share that no controller takes away. */
export const random = (period: number | undefined, direct: boolean): fc.Arbitrary<StateSpace> =>
  fc.integer({ min: 1, max: 3 }).chain((n) =>
    fc
      .tuple(fc.array(list(n), { minLength: n, maxLength: n }), list(n), list(n), list(n), list(n), list(4))
      .map(([A, b1, b2, c1, c2, [d11 = 0, mixed = 0, seen = 0, d22 = 0]]) =>
        ss(
          A,
          A.map((_, i) => [b1[i]!, 0, b2[i]!]),
          [c1, c1.map(() => 0), c2],
          [
            [direct ? d11 : 0, 0, mixed],
            [0, 0, 1],
            [seen, 1, d22 / 4],
          ],
          period,
        ),
      ),
  );

/** What random numbers may rightly be refused for. */
export const rightly = ["UNSTABILIZABLE", "UNDETECTABLE", "ZERO_ON_BORDER", "ILL_POSED", "POLE_AT_INFINITY"];
