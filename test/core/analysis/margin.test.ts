/** Margins against the reference set, and proved by loops that stand on the border with them. */
import fc from "fast-check";
import { inverse, Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { allmargin, gainMargins, margin } from "../../../core/analysis/margin.ts";
import { delayed, pade } from "../../../core/lti/delay.ts";
import { feedback, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { roots } from "../../../core/math/polynomial.ts";
import { referenceCases, relativeError } from "../math/reference.ts";

interface Inputs {
  readonly op: string;
  readonly num: readonly number[];
  readonly den: readonly number[];
  readonly T?: number;
  readonly tau: number;
}
interface Expected {
  readonly all_gc: readonly (readonly [number, number])[];
  readonly all_pc: readonly (readonly [number, number])[];
  readonly gm: number | null;
  readonly pm: number | null;
  readonly w_pc: number | null;
  readonly w_gc: number | null;
  readonly gm_at_dc: number | null;
  readonly delay_margin: number | null;
  readonly stable_closed_loop: boolean;
}

const all = referenceCases<Inputs, Expected>("freq_margins");
const same = (found: readonly number[], wanted: readonly number[], rtol: number): void => {
  expect(found.length).toBe(wanted.length);
  found.forEach((v, i) => expect(relativeError([v], [wanted[i]!])).toBeLessThan(rtol));
};
const listed = (v: number | null | undefined): number[] => (v === null || v === undefined ? [] : [v]);

const margins = all.filter(({ inputs }) => inputs.op === "margin");
test.for(margins.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const loop = tf(inputs.num, inputs.den, inputs.T);
  const { gains, phases, stable } = allmargin(loop);
  same(
    phases.flatMap(({ frequency, phase }) => [frequency, phase]),
    expected.all_gc.flat(),
    rtol,
  );
  const moving = gains.filter(({ frequency }) => frequency > 0);
  same(
    moving.flatMap(({ frequency, gain }) => [frequency, gain]),
    expected.all_pc.flat(),
    rtol,
  );
  const rest = gains.find(({ frequency }) => frequency === 0);
  same(listed(rest?.gain), listed(expected.gm_at_dc), rtol);
  expect(stable).toBe(expected.stable_closed_loop);
  const least = margin(loop);
  if (!rest) same(listed(least.gain?.gain), listed(expected.gm), rtol);
  same(listed(least.phase?.phase), listed(expected.pm), rtol);
  same(listed(least.delay?.delay), listed(expected.delay_margin), rtol);
});

const late = all.filter(({ inputs }) => inputs.op === "delay_margin_loop");
test.for(late.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const { gains, phases, stable } = allmargin(delayed(tf(inputs.num, inputs.den), { input: inputs.tau }));
  expect(stable).toBe(true);
  same([gains[0]!.frequency, gains[0]!.gain], [expected.w_pc!, expected.gm!], rtol);
  same(
    [...listed(phases[0]?.frequency), ...listed(phases[0]?.phase)],
    [...listed(expected.w_gc), ...listed(expected.pm)],
    rtol,
  );
});

test("With every gain found, the closed loop has poles at that frequency", () => {
  const roots = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 5 });
  fc.assert(
    fc.property(roots, fc.integer({ min: 1, max: 200 }), fc.boolean(), (list, k, discrete) => {
      const T = 0.5;
      const den = list.reduce<number[]>(
        (p, r) => {
          const root = discrete ? Math.exp((-r / 20) * T) : -r / 10;
          const next = [...p, 0];
          p.forEach((c, i) => (next[i + 1]! -= root * c));
          return next;
        },
        [1],
      );
      const loop = tf([k / 10], den, discrete ? T : undefined);
      const { gains } = allmargin(loop);
      expect(gains.length).toBeGreaterThan(0);
      for (const { frequency, gain: factor } of gains) {
        const raised = series(loop, gain(new Matrix([[factor]]), loop.time));
        const closed = feedback(raised, gain(new Matrix([[1]]), loop.time));
        if (!closed.ok) throw new Error(closed.code);
        const [re, im] = discrete ? [Math.cos(frequency * T), Math.sin(frequency * T)] : [0, frequency];
        const nearest = Math.min(...pole(closed.system).map(([a, b]) => Math.hypot(a - re, b - im)));
        expect(nearest).toBeLessThan(1e-6 * Math.max(1, frequency));
      }
    }),
    { numRuns: 40 },
  );
});

test("What rounding leaves of an integrator's infinite gain is no margin at rest; a finite negative gain there is", () => {
  const entries = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(entries, fc.boolean(), (t, discrete) => {
      // k / (s (s + 1) (s + 2)), and sampled with poles at 1, 0.9 and 0.8, its states mixed.
      const loop = ss(discrete ? zpk([], [1, 0.9, 0.8], 1e-3, 0.1) : zpk([], [0, -1, -2], 1));
      const T = Matrix.from1DArray(3, 3, t).add(Matrix.eye(3).mul(3));
      const mixed = { ...loop, A: inverse(T).mmul(loop.A).mmul(T), B: inverse(T).mmul(loop.B), C: loop.C.mmul(T) };
      expect(allmargin(mixed).gains.every(({ frequency }) => frequency > 0)).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect(allmargin(tf([-3], [1, 2])).gains[0]).toMatchObject({ frequency: 0 });
});

test("Dead time of the delay margin takes the loop through -1, and a little less leaves a margin", () => {
  const loop = tf([2], [1, 2, 0]);
  const { delay } = margin(loop);
  const { phases } = allmargin(delayed(loop, { input: delay!.delay }));
  expect(Math.abs(phases[0]!.phase)).toBeLessThan(1e-9);
  const less = allmargin(delayed(loop, { input: 0.99 * delay!.delay }));
  expect(less.phases[0]!.phase).toBeGreaterThan(0);
});

test("A loop along the negative axis has no phase crossing of its own, a resonance only those between its poles", () => {
  expect(allmargin(tf([1], [1, 0, 0])).gains).toEqual([]);
  expect(allmargin(tf([1], [1, 0, 1, 0])).gains).toEqual([]);
});

test("Dead time makes the closed loop unstable where its poles, by Pade's approximation, say so", () => {
  const gains = fc.double({ min: 0.2, max: 6, noNaN: true });
  const lags = fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 1, maxLength: 3 });
  const plants = fc.record({ k: gains, lags, zero: fc.double({ min: -1, max: 1, noNaN: true }), grows: fc.boolean() });
  let [stable, growing] = [0, 0];
  fc.assert(
    fc.property(plants, fc.double({ min: 0.05, max: 2, noNaN: true }), ({ k, lags: all, zero, grows }, dead) => {
      const poles = all.map((t, i) => (i === 0 && grows ? 0.3 : -1 / t));
      const plant = zpk(all.length > 1 ? [zero] : [], poles, k);
      const loop = delayed(plant, { input: dead });
      const near = pade(loop, 8);
      if (!near.ok) throw new Error(near.code);
      const closed = feedback(near.system, gain(new Matrix([[1]])));
      if (!closed.ok) throw new Error(closed.code);
      const most = Math.max(...pole(closed.system).map(([re]) => re));
      // Too near the border for an approximation to tell.
      fc.pre(Math.abs(most) > 1e-3);
      if (most < 0) stable++;
      else growing++;
      expect(allmargin(loop).stable).toBe(most < 0);
    }),
    { numRuns: 100, seed: 5 },
  );
  expect(Math.min(stable, growing)).toBeGreaterThan(10);
});

test("Dead time may also make stable: a resonance fed back with the wrong sign", () => {
  // s^2 + 0.1 s + 1 with positive velocity feedback grows; half a period later the feedback damps.
  const loop = tf([-0.4, 0], [1, 0.1, 1]);
  expect(allmargin(loop).stable).toBe(false);
  expect(allmargin(delayed(loop, { input: Math.PI })).stable).toBe(true);
  expect(allmargin(delayed(tf([1.2, 1], [1, 2]), { input: 0.1 })).stable).toBe(false);
  expect(allmargin(delayed(tf([0.5], [1, -0.8], 0.1), { input: 0.2 })).stable).toBe(true);
  expect(allmargin(delayed(tf([0.5], [1, -0.8], 0.1), { input: 1 })).stable).toBe(false);
});

const proper = fc
  .tuple(
    fc.array(fc.tuple(fc.double({ min: -3, max: 0.5, noNaN: true }), fc.double({ min: 0.1, max: 3, noNaN: true })), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.array(fc.double({ min: -4, max: -0.2, noNaN: true }), { maxLength: 2 }),
    fc.double({ min: 0.1, max: 50, noNaN: true }),
    fc.constantFrom(undefined, 0.05),
  )
  .map(([pairs, zeros, k, period]) => {
    const mapped = ([re, im]: readonly [number, number]): readonly [number, number] =>
      period === undefined
        ? [re, im]
        : [Math.exp(re * period) * Math.cos(im * period), Math.exp(re * period) * Math.sin(im * period)];
    const poles = pairs.flatMap(([re, im]) => [mapped([re, im]), mapped([re, -im])]);
    return zpk(
      zeros.slice(0, poles.length).map((re) => mapped([re, 0])),
      poles,
      k,
      period,
    );
  });

test("gain margins alone are those among all margins; each takes the closed loop's pole to the border, where it stands", () => {
  let met = 0;
  fc.assert(
    fc.property(proper, (loop) => {
      const found = gainMargins(loop);
      const { gains } = allmargin(loop);
      expect(found.length).toBe(gains.length);
      found.forEach(({ frequency, gain: factor }, k) => {
        expect(relativeError([factor], [gains[k]!.gain])).toBeLessThan(1e-9);
        expect(relativeError([frequency], [gains[k]!.frequency])).toBeLessThan(1e-9);
        const closed = feedback(
          series(loop, gain(new Matrix([[factor]]), loop.time)),
          gain(new Matrix([[1]]), loop.time),
        );
        if (!closed.ok || frequency === 0) return;
        const at = loop.time.kind === "discrete" ? frequency * loop.time.period : frequency;
        const wanted = loop.time.kind === "discrete" ? [Math.cos(at), Math.sin(at)] : [0, at];
        const size = Math.max(1, ...pole(closed.system).map(([re, im]) => Math.hypot(re, im)));
        const near = Math.min(...pole(closed.system).map(([re, im]) => Math.hypot(re - wanted[0]!, im - wanted[1]!)));
        expect(near).toBeLessThan(1e-4 * size);
        met++;
      });
    }),
    { numRuns: 60 },
  );
  expect(met).toBeGreaterThan(20);
});

test("two crossings a hundredth apart are both found, also where the direct path is 1 or -1", () => {
  // den = (s + 1)(s + 2)(s + 3), and a num for which |den|^2 - |num|^2 = (w^2 - 1)(w^2 - 1.02), times w^2 + 1 for the one of less degree.
  const poles = [-1, -2, -3].map((re) => [re, 0] as const);
  const zerosOf = (squares: readonly number[]) => roots(squares).map(([x]) => [-Math.sqrt(-x), 0] as const);
  const direct = zerosOf([1, 14 + 1, 49 - 2.02, 36 + 1.02]);
  const behind = zerosOf([15.02, 50, 34.98]);
  for (const loop of [zpk(direct, poles, 1), zpk(direct, poles, -1), zpk(behind, poles, Math.sqrt(15.02))]) {
    const { phases } = allmargin(loop);
    expect(phases.map(({ frequency }) => frequency)).toHaveLength(2);
    expect(phases[0]!.frequency).toBeCloseTo(1, 6);
    expect(phases[1]!.frequency).toBeCloseTo(Math.sqrt(1.02), 6);
  }
});
