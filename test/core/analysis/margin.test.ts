/** Margins against the reference set, and proved by loops that stand on the border with them. */
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { allmargin, margin } from "../../../core/analysis/margin.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { feedback, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import { tf } from "../../../core/lti/tf.ts";
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
  expect(stable).toBeUndefined();
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
