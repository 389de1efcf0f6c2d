/** Poles, zeros and gains of joined loops against those of the joined systems themselves, by their responses. */
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { closedDynamics, dynamics, seriesDynamics, type Dynamics } from "../../../core/analysis/dynamics.ts";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { pointAt } from "../../../core/analysis/response.ts";
import { feedback, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss, type Lti } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { type Complex, minus, over, times } from "../../../core/math/complex.ts";

const loops: readonly (readonly [string, Lti])[] = [
  ["a motor", tf([10], [1, 3, 2, 0])],
  [
    "with a direct path",
    zpk(
      [
        [-4, 0],
        [3, 0],
      ],
      [
        [-1, 2],
        [-1, -2],
      ],
      0.5,
    ),
  ],
  [
    "of negative gain",
    zpk(
      [[-1, 0]],
      [
        [-2, 0],
        [1, 0],
        [-5, 0],
      ],
      -7,
    ),
  ],
  [
    "sampled",
    zpk(
      [[-0.9, 0]],
      [
        [1, 0],
        [0.8, 0],
      ],
      0.005,
      0.1,
    ),
  ],
];
const frequencies = [0.03, 0.4, 2, 9];

/** gain prod(s - zeros) / prod(s - poles). */
function valuesOf({ paths, time }: Dynamics): Complex[] {
  const { zeros, poles, gain: k } = paths[0]![0]!;
  return frequencies.map((w) => {
    const s = pointAt(w, time);
    const up = zeros.reduce<Complex>((p, z) => times(p, minus(s, z)), [k, 0]);
    return poles.reduce<Complex>((p, r) => over(p, minus(s, r)), up);
  });
}
function expectResponse(of: Dynamics, model: Lti): void {
  const { re, im } = freqresp(model, frequencies);
  valuesOf(of).forEach(([a, b], k) => {
    const [c, d] = [re[0]![0]![k]!, im[0]![0]![k]!];
    expect(Math.hypot(a - c, b - d)).toBeLessThan(1e-9 * Math.hypot(c, d));
  });
}

test.for(loops)(
  "S and T of a loop %s have its poles and zeros for zeros, and are what the closed systems answer",
  ([, loop]) => {
    const L = ss(loop);
    const one = gain(new Matrix([[1]]), L.time);
    const [S, T] = [feedback(one, L), feedback(L, one)];
    if (!S.ok || !T.ok) throw new Error("not closed");
    const closed = closedDynamics(dynamics(L), L.D.get(0, 0), pole(T.system))!;
    expectResponse(closed.S, S.system);
    expectResponse(closed.T, T.system);
  },
);

test("nothing comes back where the loop's gain is 0", () => {
  const L = ss([[-1]], [[1]], [[0]], [[0]]);
  expect(closedDynamics(dynamics(L), 0, [[-1, 0]])).toBeUndefined();
});

test("two behind one another have the poles, zeros, gain and dead time of both", () => {
  for (const [, a] of loops.slice(0, 3))
    for (const [, b] of loops.slice(0, 3)) expectResponse(seriesDynamics(dynamics(a), dynamics(b)), series(a, b));
  const late = (model: Lti, delay: number): Dynamics => {
    const own = dynamics(model);
    return { ...own, paths: [[{ ...own.paths[0]![0]!, delay }]], internal: [delay] };
  };
  const both = seriesDynamics(late(loops[0]![1], 0.2), late(loops[1]![1], 0.3));
  expect(both.paths[0]![0]!.delay).toBeCloseTo(0.5, 12);
  expect(both.internal).toEqual([0.2, 0.3]);
});
