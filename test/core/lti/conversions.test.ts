/** Forms of a linear model, one from the other, against the reference set. */
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { feedback, parallel, series } from "../../../core/lti/interconnect.ts";
import { damp, pole, zero } from "../../../core/lti/pole.ts";
import { residue } from "../../../core/lti/residue.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import type { Complex } from "../../../core/math/complex.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { type Given, given, type Points, responseError, type Responses, setError } from "./referenceSystem.ts";

type Set = Points | readonly number[];
interface Inputs extends Given {
  readonly op: string;
  readonly num: readonly number[];
  readonly den: readonly number[];
  readonly num1: readonly number[];
  readonly den1: readonly number[];
  readonly num2: readonly number[];
  readonly den2: readonly number[];
  readonly sign: 1 | -1;
  readonly zeros: Points;
  readonly poles: Points;
  readonly gain: number;
  readonly s: Points;
}
interface Expected {
  readonly num: readonly (readonly (readonly number[])[])[] & readonly number[];
  readonly den: readonly number[];
  readonly order: number;
  readonly H: Responses;
  readonly poles: Set;
  readonly zeros: Set;
  readonly gain: number;
  readonly residues: Points;
  readonly direct: number;
}
const pairs = ({ re, im }: Points): Complex[] => re.map((v, i): Complex => [v, im[i]!]);
const cases = referenceCases<Inputs, Expected>("conversions");

test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const { op, num, den } = inputs;
  switch (op) {
    case "ss2tf": {
      const found = tf(given(inputs));
      expect(relativeError(found.den[0]![0]!, expected.den)).toBeLessThan(rtol);
      expect(relativeError(found.num.flat(2), expected.num.flat(2))).toBeLessThan(rtol);
      return;
    }
    case "tf2ss": {
      const found = ss(tf(num, den));
      expect(found.A.rows).toBe(expected.order);
      expect(setError(pole(found), expected.poles)).toBeLessThan(rtol);
      expect(responseError(found, inputs.s, expected.H)).toBeLessThan(rtol);
      return;
    }
    case "zpk2tf": {
      const found = tf(zpk(pairs(inputs.zeros), pairs(inputs.poles), inputs.gain));
      expect(relativeError(found.den[0]![0]!, expected.den)).toBeLessThan(rtol);
      expect(relativeError(found.num[0]![0]!, expected.num.flat())).toBeLessThan(rtol);
      return;
    }
    case "tf2zpk": {
      const found = zpk(tf(num, den));
      expect(setError(found.poles[0]![0]!, expected.poles)).toBeLessThan(rtol);
      expect(setError(found.zeros[0]![0]!, expected.zeros)).toBeLessThan(rtol);
      expect(Math.abs(found.gain[0]![0]! - expected.gain)).toBeLessThan(rtol * Math.abs(expected.gain));
      return;
    }
    case "residue": {
      const found = residue(tf(num, den));
      expect(setError(found.poles, expected.poles)).toBeLessThan(rtol);
      expect(setError(found.residues, expected.residues)).toBeLessThan(rtol);
      expect(found.direct).toBeCloseTo(expected.direct, 12);
      return;
    }
    default: {
      const [first, second] = [tf(inputs.num1, inputs.den1), tf(inputs.num2, inputs.den2)];
      const closed = feedback(first, second, inputs.sign);
      if (!closed.ok) throw new Error(closed.code);
      const all = {
        tf_series: series(first, second),
        tf_parallel: parallel(first, second),
        tf_feedback: closed.system,
      };
      const found = all[op as keyof typeof all];
      expect(setError(pole(found), expected.poles)).toBeLessThan(rtol);
      expect(responseError(found, inputs.s, expected.H)).toBeLessThan(rtol);
    }
  }
});

interface Zeros {
  readonly poles: Points;
  readonly zeros: Set;
  readonly gain?: number;
}
const zeros = referenceCases<Given, Zeros>("poles_zeros");
test.for(zeros.map((c) => [c.name, c] as const))("poles and zeros of %s", ([, { inputs, expected, rtol }]) => {
  const system = given(inputs);
  expect(setError(pole(system), expected.poles)).toBeLessThan(rtol);
  expect(setError(zero(system), expected.zeros)).toBeLessThan(rtol);
  if (expected.gain === undefined) return;
  expect(Math.abs(zpk(system).gain[0]![0]! - expected.gain)).toBeLessThan(rtol * Math.abs(expected.gain));
});

interface Damping {
  readonly poles: Points;
  readonly wn: readonly number[];
  readonly zeta: readonly number[];
}
const damped = referenceCases<{ readonly op: string; readonly A: Rows }, Damping>("freq_margins").filter(
  ({ inputs }) => inputs.op === "damp",
);
test.for(damped.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const n = inputs.A.length;
  const found = damp(ss(inputs.A, Matrix.zeros(n, 1), Matrix.zeros(1, n), [[0]]));
  expect(found.length).toBe(n);
  const triples = found.map(({ frequency, damping }) => [frequency, damping] as const);
  const wanted = expected.wn.map((w, i) => [w, expected.zeta[i]!] as const).toSorted(([a], [b]) => a - b);
  expect(relativeError(triples.flat(), wanted.flat())).toBeLessThan(rtol);
  expect(
    setError(
      found.map(({ pole: p }) => p),
      expected.poles,
    ),
  ).toBeLessThan(rtol);
});
