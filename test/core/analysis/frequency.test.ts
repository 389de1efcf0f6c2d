/** Frequency responses and their views, against the reference set and as laws. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bode, nichols } from "../../../core/analysis/bode.ts";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { sigma } from "../../../core/analysis/sigma.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { parallel } from "../../../core/lti/interconnect.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import type { Complex } from "../../../core/math/complex.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { type Given, given, type Responses } from "../lti/referenceSystem.ts";

interface Inputs extends Given {
  readonly op: string;
  readonly w: readonly number[];
  readonly T?: number;
}
interface Expected {
  readonly H: Responses;
  readonly sigma: Rows;
}

const cases = referenceCases<Inputs, Expected>("freq_margins").filter(({ inputs }) => inputs.op === "freqresp");
test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const system = given(inputs, inputs.T);
  const { re, im } = freqresp(system, inputs.w);
  const listed = (curves: typeof re): number[] =>
    inputs.w.flatMap((_, k) => curves.flatMap((row) => row.map((curve) => curve[k]!)));
  const wanted = [...expected.H.re.flat(2), ...expected.H.im.flat(2)];
  expect(relativeError([...listed(re), ...listed(im)], wanted)).toBeLessThan(rtol);
  const { values } = sigma(system, inputs.w);
  const found = inputs.w.flatMap((_, k) => values.map((curve) => curve[k]!));
  expect(relativeError(found, expected.sigma.flat())).toBeLessThan(rtol);
});

const entryNumber = fc.integer({ min: -40, max: 40 }).map((v) => v / 10);
const rows = (n: number, m: number) =>
  fc.array(fc.array(entryNumber, { minLength: m, maxLength: m }), { minLength: n, maxLength: n });

test("A response is what evalfr gives, and its largest singular value bounds every entry", () => {
  const drawn = fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.boolean())
    .chain(([n, m, p, discrete]) => fc.tuple(rows(n, n), rows(n, m), rows(p, n), rows(p, m), fc.constant(discrete)));
  fc.assert(
    fc.property(drawn, fc.double({ min: 0.01, max: 30, noNaN: true }), ([A, B, C, D, discrete], w) => {
      const system = ss(A, B, C, D, discrete ? 0.1 : undefined);
      const at: Complex = discrete ? [Math.cos(0.1 * w), Math.sin(0.1 * w)] : [0, w];
      const exact = evalfr(system, at);
      fc.pre(exact.rcond > 1e-8);
      const { re, im } = freqresp(system, [w]);
      const found = [...re.flat(2), ...im.flat(2)].map((curve) => curve[0]!);
      const wanted = [...exact.re.to1DArray(), ...exact.im.to1DArray()];
      expect(relativeError(found, wanted)).toBeLessThan(1e-13 / exact.rcond);
      const largest = sigma(system, [w]).values[0]![0]!;
      re.flat().forEach((curve, k) => {
        expect(Math.hypot(curve[0]!, im.flat()[k]![0]!)).toBeLessThanOrEqual(largest * (1 + 1e-12));
      });
    }),
    { numRuns: 60 },
  );
});

describe("phase", () => {
  const at = (model: Parameters<typeof bode>[0], w: number): number => bode(model, [w]).phase[0]![0]![0]!;
  test.for([
    ["four lags", tf([1], [1, 4, 6, 4, 1]), 1e4, -360],
    ["two integrators and a lag", tf([1], [1, 1, 0, 0]), 1e-4, -180],
    ["a zero to the right", tf([-1, 1], [1, 1]), 1e4, -180],
    ["a negative gain", tf([-2], [1, 1]), 1e-5, -180],
    ["an unstable pole", tf([8, 8], [1, 2, -3]), 1e5, -90],
    ["a slow zero at rest", tf([1, 0], [1, 100]), 1e-3, 90],
  ] as const)("%s, at one frequency alone", ([, model, w, wanted]) => {
    expect(Math.abs(at(model, w) - wanted)).toBeLessThan(0.1);
  });

  test("A delay turns without end, also far between points", () => {
    const late = delayed(tf([1], [1, 1]), { input: 0.5 });
    for (const w of [1, 50, 1000]) expect(at(late, w)).toBeCloseTo((-(Math.atan(w) + 0.5 * w) * 180) / Math.PI, 6);
  });

  test("No jump between neighbouring points of the grid, and the same phase at two points alone", () => {
    const roots = fc.array(
      fc.tuple(fc.double({ min: 0.01, max: 0.9, noNaN: true }), fc.double({ min: 0.2, max: 0.5, noNaN: true })),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(roots, fc.boolean(), (list, discrete) => {
        const s = list.flatMap(([zeta, share], k): Complex[] => {
          // Apart from one another: eigenvalues of clusters are not known well enough to place a grid by.
          const w = share * 5 ** k;
          const [re, im] = [-zeta * w, w * Math.sqrt(1 - zeta * zeta)];
          return [
            [re, im],
            [re, -im],
          ];
        });
        const T = 0.02;
        const z = s.map(([re, im]): Complex => [
          Math.exp(re * T) * Math.cos(im * T),
          Math.exp(re * T) * Math.sin(im * T),
        ]);
        const model = discrete ? zpk([[0.3, 0]], z, 2, T) : zpk([[-3, 0]], s, 2);
        const { frequencies, phase, magnitude } = bode(model);
        const curve = phase[0]![0]!;
        const gains = magnitude[0]![0]!;
        // Below this a sum over states is rounding, and its angle with it.
        const least = 1e-14 * Math.max(...gains);
        curve.forEach((angle, k) => {
          if (k > 0 && gains[k]! > least) expect(Math.abs(angle - curve[k - 1]!)).toBeLessThan(60);
        });
        const ends = bode(model, [frequencies[0]!, frequencies.at(-1)!]).phase[0]![0]!;
        expect(Math.abs(ends[1]! - curve.at(-1)!)).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });
});

describe("frequencies", () => {
  test("A peak of damping 1e-5 is met to a thousandth of its height", () => {
    const zeta = 1e-5;
    const { decibels } = nichols(tf([1], [1, 2 * zeta * 7, 49]));
    const peak = -20 * Math.log10(2 * zeta * 49 * Math.sqrt(1 - zeta * zeta));
    expect(Math.abs(Math.max(...decibels[0]![0]!) - peak)).toBeLessThan(0.01);
  });

  test("Two modes seven decades apart are both met; a sampled system ends at its Nyquist frequency", () => {
    const modes = parallel(tf([1], [1, 2e-3, 1]), tf([1e14], [1, 2e4, 1e14]));
    const { frequencies: at, magnitude } = bode(modes);
    const peak = (from: number, to: number): number =>
      Math.max(...magnitude[0]![0]!.filter((_, k) => at[k]! > from && at[k]! < to));
    expect(peak(0.5, 2) / 500).toBeCloseTo(1, 2);
    expect(peak(0.5e7, 2e7) / 500).toBeCloseTo(1, 2);
    const { frequencies } = bode(tf([1], [1, -0.5], 0.1));
    expect(frequencies.at(-1)).toBe(Math.PI / 0.1);
  });
});
