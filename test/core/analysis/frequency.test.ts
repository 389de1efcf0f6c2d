/** Frequency responses and their views, against the reference set and as laws. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { bode, nichols } from "../../../core/analysis/bode.ts";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { phase } from "../../../core/analysis/phase.ts";
import { pointAt } from "../../../core/analysis/response.ts";
import { sigma } from "../../../core/analysis/sigma.ts";
import { delayed, interconnectDelayed } from "../../../core/lti/delay.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { feedback, parallel } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import type { TimeBase } from "../../../core/lti/stateSpace.ts";
import { type Complex, minus, over, times } from "../../../core/math/complex.ts";
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

  describe("begins at the asymptote of low frequencies", () => {
    interface Loop {
      readonly op: string;
      readonly num: readonly number[];
      readonly den: readonly number[];
      readonly T?: number;
    }
    /** How often z = 1, or s = 0, is a root, and the sign of what is left there. */
    const atRest = (given: readonly number[], discrete: boolean): readonly [number, number] => {
      const value = (p: readonly number[]): number => (discrete ? p.reduce((sum, c) => sum + c, 0) : p.at(-1)!);
      let [p, many] = [given, 0];
      while (Math.abs(value(p)) < 1e-12 * Math.max(...p.map(Math.abs))) {
        let carry = 0;
        p = p.slice(0, -1).map((c) => (carry = discrete ? carry + c : c));
        many++;
      }
      return [many, Math.sign(value(p))];
    };
    const loops: Loop[] = [
      ...referenceCases<Loop, unknown>("freq_margins").map(({ inputs }) => inputs),
      { op: "margin", num: [3, 4, 1], den: [1, 7, 11, 0, 0] },
      { op: "margin", num: [3, 4, 1], den: [1, 7, 11, 0, 0, 0] },
      { op: "margin", num: [-2, -1, 0], den: [1, 5, 13, 21] },
      { op: "margin", num: [0.02, 0.015], den: [1, -2.5, 2, -0.5], T: 0.1 },
    ].filter(({ op }) => op === "margin");
    test.for(loops.map((loop) => [`${loop.num.join(" ")} / ${loop.den.join(" ")} ${loop.T ?? ""}`, loop] as const))(
      "%s, and its sensitivities",
      ([, { num, den, T }]) => {
        const L = ss(tf(num, den, T));
        const one = gain(new Matrix([[1]]), L.time);
        const discrete = T !== undefined;
        const sum = den.map((c, k) => c + (num[k - den.length + num.length] ?? 0));
        const begins = (top: readonly number[], bottom: readonly number[]): number => {
          const [[zeros, a], [poles, b]] = [atRest(top, discrete), atRest(bottom, discrete)];
          return 90 * (zeros - poles) - (a * b < 0 ? 180 : 0);
        };
        const [S, Q] = [feedback(one, L), feedback(L, one)];
        if (!S.ok || !Q.ok) throw new Error("not closed");
        for (const [model, wanted] of [
          [L, begins(num, den)],
          [S.system, begins(den, sum)],
          [Q.system, begins(num, sum)],
        ] as const) {
          // Several roots at rest come apart, and are drawn down to where they do: what is there is rounding.
          const w = Math.max(bode(model).frequencies[0]!, 0.01);
          expect(Math.abs(at(model, w) - wanted)).toBeLessThan(15);
        }
      },
    );

    const continuous = { kind: "continuous" } as const;
    const sampled = { kind: "discrete", period: 0.1 } as const;
    const angle = (
      zeros: readonly Complex[],
      poles: readonly Complex[],
      k: number,
      w: number,
      time: TimeBase,
    ): number => {
      const s = pointAt(w, time);
      const up = zeros.reduce<Complex>((p, z) => times(p, minus(s, z)), [k, 0]);
      const [re, im] = poles.reduce<Complex>((p, r) => over(p, minus(s, r)), up);
      const path = { zeros, poles, gain: k, delay: 0 };
      return phase(path, time, Float64Array.of(w), Float64Array.of(re), Float64Array.of(im))[0]!;
    };
    const real = (...values: readonly number[]): Complex[] => values.map((re) => [re, 0]);

    test("of zeros at rest that rounding has moved, to either side", () => {
      for (const side of [1, -1]) {
        expect(angle(real(side * 1e-17), real(-1), 1, 1e-5, continuous)).toBeCloseTo(90, 2);
        expect(angle(real(1 + side * 4e-16), real(0.5), 1, 1e-5, sampled)).toBeCloseTo(90, 2);
      }
      expect(angle(real(1e-8, -1e-8), real(-1, -2), 1, 1e-4, continuous)).toBeCloseTo(180, 1);
      expect(angle(real(1e-8, -1e-8), real(-1, -2), -1, 1e-4, continuous)).toBeCloseTo(0, 1);
      expect(angle(real(1 + 1e-8, 1 - 1e-8), real(0.5, 0.2), 1, 1e-3, sampled)).toBeCloseTo(180, 1);
    });

    test("an undamped pair that rounding has moved to the right turns as one to the left", () => {
      const pair: Complex[] = [
        [1e-17, 3],
        [1e-17, -3],
      ];
      expect(angle(pair, real(-1, -2), 1, 1e4, continuous)).toBeCloseTo(0, 1);
      const circle = pair.map(([, im]): Complex => [Math.cos(im) * (1 + 4e-16), Math.sin(im) * (1 + 4e-16)]);
      expect(angle(circle, [], 1, 3.1 / sampled.period, sampled)).toBeGreaterThan(300);
    });
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

describe("phase of what closes over an integrator, with dead time in the loop and without", () => {
  // S goes with s, s^2, s^3 where L has one, two, three integrators; a negative gain turns it by -180 degrees.
  test.each([
    { L: tf([1], [1, 1, 0]), starts: 90 },
    { L: tf([1, 1], [1, 3, 0, 0]), starts: 180 },
    { L: tf([1, 2, 1], [1, 30, 0, 0, 0]), starts: 270 },
    { L: tf([-1], [1, 1, 0]), starts: -90 },
  ])("S begins at $starts degrees, T at 0 or -180", ({ L, starts }) => {
    const one = gain(new Matrix([[1]]));
    const late = delayed(ss(L), { input: [0.3] });
    const close = (seen: readonly [number, number]) =>
      interconnectDelayed(
        [one, late],
        [
          [0, -1],
          [1, 0],
        ],
        [[1], [0]],
        [seen],
      );
    const plain = feedback(one, ss(L));
    const dead = close([1, 0]);
    if (!plain.ok || !dead.ok) throw new Error("the loop closes");
    const low = [1e-3, 2e-3];
    expect(Math.abs(bode(plain.system, low).phase[0]![0]![0]! - starts)).toBeLessThan(1);
    expect(Math.abs(bode(dead.model, low).phase[0]![0]![0]! - starts)).toBeLessThan(1);
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
