/** Bandwidths against formulas and the reference set. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bandwidth } from "../../../core/analysis/bandwidth.ts";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { referenceCases, relativeError } from "../math/reference.ts";

const half = 20 * Math.log10(Math.SQRT1_2);

function found(model: Parameters<typeof bandwidth>[0], drop?: number): number {
  const answer = bandwidth(model, drop);
  if (!answer.ok) throw new Error(answer.code);
  return answer.frequency;
}

interface Inputs {
  readonly op: string;
  readonly num: readonly number[];
  readonly den: readonly number[];
}
const cases = referenceCases<Inputs, { readonly bw: number; readonly bw_sqrt2: number }>("freq_margins");
const bandwidths = cases.filter(({ inputs }) => inputs.op === "bandwidth");
test.for(bandwidths.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected }]) => {
  const model = tf(inputs.num, inputs.den);
  expect(relativeError([found(model)], [expected.bw])).toBeLessThan(1e-13);
  expect(relativeError([found(model, half)], [expected.bw_sqrt2])).toBeLessThan(1e-13);
});

test("Of a second-order system: w sqrt(1 - 2 z^2 + sqrt(4 z^4 - 4 z^2 + 2)), whatever dead time does", () => {
  const damping = fc.double({ min: 0.01, max: 3, noNaN: true });
  const natural = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(damping, natural, (z, w) => {
      const model = tf([-5 * w * w], [1, 2 * z * w, w * w]);
      const wanted = w * Math.sqrt(1 - 2 * z * z + Math.sqrt(4 * z ** 4 - 4 * z * z + 2));
      // At large z the formula itself subtracts nearly equal numbers.
      expect(relativeError([found(model, half)], [wanted])).toBeLessThan(1e-11);
      expect(relativeError([found(delayed(model, { output: 1 / w }), half)], [wanted])).toBeLessThan(1e-11);
    }),
    { numRuns: 60 },
  );
});

test("Sampled: a first-order hold of the past falls as its formula says", () => {
  // |1 - a|^2 / (1 + a^2 - 2 a cos wT) = 1/2
  const [a, T] = [0.8, 0.25];
  const wanted = Math.acos((1 + a * a - 2 * (1 - a) ** 2) / (2 * a)) / T;
  const answer = bandwidth(tf([1 - a], [1, -a], T), half);
  expect(answer).toMatchObject({ ok: true });
  expect(relativeError([found(tf([1 - a], [1, -a], T), half)], [wanted])).toBeLessThan(1e-13);
});

test("The first of several falls, before a resonance lifts the gain again", () => {
  const model = tf(
    [1e4],
    [1, 10.02, 10000.2, 1e5].map((c) => c / 10),
  );
  const first = found(model);
  expect(first).toBeGreaterThan(9);
  expect(first).toBeLessThan(11);
  const { re, im } = freqresp(model, [first, 100]);
  const size = (k: number): number => Math.hypot(re[0]![0]![k]!, im[0]![0]![k]!);
  expect(size(1)).toBeGreaterThan(size(0));
});

test("None where the gain never falls, or where there is no gain at rest", () => {
  expect(bandwidth(tf([1, 1], [1, 2]))).toMatchObject({ ok: false, code: "NEVER_FALLS", rest: 0.5 });
  expect(bandwidth(tf([0.9], [1, -0.1], 0.5))).toMatchObject({ code: "NEVER_FALLS", last: 2 * Math.PI });
  expect(bandwidth(tf([1], [1, 0]))).toMatchObject({ code: "NO_REST", rest: Number.POSITIVE_INFINITY });
  expect(bandwidth(tf([1, 0], [1, 1]))).toMatchObject({ code: "NO_REST", rest: 0 });
  expect(() => bandwidth(tf([1], [1, 1]), 3)).toThrow(RangeError);
  expect(() => bandwidth(ss([[-1]], [[1, 1]], [[1]], [[0, 0]]))).toThrow(RangeError);
});
