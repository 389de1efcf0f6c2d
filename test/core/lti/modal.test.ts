/** Systems of complex modes, balanced without a matrix of all states, beside the dense way, and as laws where that is out of reach. */
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { balred } from "../../../core/lti/balreal.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { hsvd } from "../../../core/lti/gram.ts";
import { balancedModes, type BalancedModes, type Modes } from "../../../core/lti/modal.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import { over, times, type Complex } from "../../../core/math/complex.ts";
import { numbers } from "../../numbers.ts";

/** p modes as an S4D layer has them, steps times -1/2 + i pi k; or that forget so much faster that they overlap. */
function modes(p: number, m: number, q: number, step = 0.02, faster = 1): Modes {
  const a = new Float64Array(2 * p);
  for (let k = 0; k < p; k++) {
    const [size, angle] = [Math.exp(-0.5 * faster * step * (1 + 0.2 * Math.sin(k))), step * Math.PI * k];
    a[k] = size * Math.cos(angle);
    a[p + k] = size * Math.sin(angle);
  }
  const D = new Matrix(Array.from({ length: q }, () => [...numbers(m)]));
  return { a, B: numbers(2 * p * m), C: numbers(2 * q * p), D, period: 0.1 };
}

const entry = (all: Float64Array, at: number): Complex => [all[at]!, all[all.length / 2 + at]!];

/** Real and imaginary parts of every mode as states. */
function dense({ a, B, C, D, period }: Modes) {
  const p = a.length / 2;
  const [m, q] = [D.columns, D.rows];
  const A = Matrix.zeros(2 * p, 2 * p);
  for (let i = 0; i < p; i++) {
    const [re, im] = entry(a, i);
    A.set(i, i, re);
    A.set(i, p + i, -im);
    A.set(p + i, i, im);
    A.set(p + i, p + i, re);
  }
  const input = Array.from({ length: 2 * p }, (_, i) => Array.from({ length: m }, (_, k) => B[i * m + k]!));
  const output = Array.from({ length: q }, (_, o) =>
    Array.from({ length: 2 * p }, (_, i) => (i < p ? C[o * p + i]! : -C[q * p + o * p + i - p]!)),
  );
  return ss(A, input, output, D, period);
}

/** From the first input to the first output at z, mode by mode. */
function response({ a, B, C, D }: Modes, z: Complex): Complex {
  const p = a.length / 2;
  let [re, im] = [D.get(0, 0), 0];
  for (let i = 0; i < p; i++) {
    for (const sign of [1, -1]) {
      const turn = ([x, y]: Complex): Complex => [x, sign * y];
      const both = times(turn(entry(C, i)), turn(entry(B, i * D.columns)));
      const [x, y] = over(both, [z[0] - turn(entry(a, i))[0], z[1] - turn(entry(a, i))[1]]);
      re += x / 2;
      im += y / 2;
    }
  }
  return [re, im];
}

function good(found: BalancedModes): Extract<BalancedModes, { ok: true }> {
  if (!found.ok) throw new Error(found.code);
  return found;
}

const circle = [0.001, 0.01, 0.1, 0.5, 1, 2, 3.1].map((w): Complex => [Math.cos(w), Math.sin(w)]);
const apart = (system: Extract<BalancedModes, { ok: true }>["system"], given: Modes) =>
  Math.max(
    ...circle.map((z) => {
      const found = evalfr(system, z);
      const [re, im] = response(given, z);
      return Math.hypot(found.re.get(0, 0) - re, found.im.get(0, 0) - im);
    }),
  );

describe.each([
  ["one input and output", 30, 1, 1],
  ["two inputs, three outputs", 20, 2, 3],
  ["120 states", 60, 1, 1],
])("%s", (_, p, m, q) => {
  const given = modes(p, m, q);
  const whole = dense(given);
  const { system, hsv } = good(balancedModes(given));

  test("Hankel values and response are those of the full matrices", () => {
    const known = hsvd(whole);
    if (!known.ok) throw new Error(known.code);
    hsv.forEach((value, k) => expect(Math.abs(value - known.hsv[k]!), `${k}`).toBeLessThan(1e-11 * hsv[0]!));
    expect(hsv.length).toBe(known.hsv.filter((value) => value > 8 * p * 2.220446049250313e-16 * hsv[0]!).length);
    expect(apart(system, given)).toBeLessThan(1e-9 * hsv[0]!);
  });

  test("a reduced one is as the dense way reduces it", () => {
    const order = 7;
    const reduced = good(balancedModes(given, order)).system;
    const known = balred(whole, order);
    if (!known.ok) throw new Error(known.code);
    expect(reduced.A.rows).toBe(order);
    for (const z of circle) {
      const [a, b] = [evalfr(reduced, z), evalfr(known.system, z)];
      for (const part of ["re", "im"] as const)
        expect(Matrix.sub(a[part], b[part]).norm()).toBeLessThan(1e-9 * hsv[0]!);
    }
    const bound = 2 * hsv.slice(order).reduce((sum, value) => sum + value, 0);
    expect(apart(reduced, given)).toBeLessThan(bound);
    expect(apart(reduced, given)).toBeGreaterThan(1e-3 * hsv[order]!);
  });
});

test("1,024 modes: the response, and the sum of the Hankel values squared, which is the trace of the product of the Gramians", () => {
  const given = modes(1024, 1, 1, 0.00095, 1000);
  const { hsv, system } = good(balancedModes(given));
  const { a, B, C } = given;
  const p = 1024;
  let trace = 0;
  // Over all modes and conjugates: W_c[i, j] conj(W_o[i, j]).
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      for (const sign of [1, -1]) {
        const turn = ([x, y]: Complex): Complex => [x, sign * y];
        const conj = ([x, y]: Complex): Complex => [x, -y];
        const [x, y] = [entry(a, i), turn(entry(a, j))];
        const [xy] = [times(x, conj(y))];
        const bottom: Complex = [1 - xy[0], -xy[1]];
        const reach = over(times(entry(B, i), conj(turn(entry(B, j)))), bottom);
        const show = over(times(conj(entry(C, i)), turn(entry(C, j))), conj(bottom));
        trace += times(reach, conj(show))[0] / 2;
      }
    }
  }
  expect(hsv.reduce((sum, value) => sum + value * value, 0) / trace).toBeCloseTo(1, 9);
  expect(system.A.rows).toBe(hsv.length);
  expect(hsv.length).toBeLessThan(400);
  expect(apart(system, given)).toBeLessThan(1e-9 * hsv[0]!);
});

test("modes that hardly overlap are two states each, a real one is one, and too many are refused", () => {
  expect(good(balancedModes(modes(45, 1, 1))).hsv).toHaveLength(89);
  expect(balancedModes(modes(300, 1, 1, 0.003))).toMatchObject({ ok: false, code: "TOO_LARGE" });
});

test("real modes are one state each, what is not driven or seen none, and what does not decay is kept", () => {
  const D = new Matrix([[0]]);
  const real: Modes = {
    ...{ a: Float64Array.of(0.5, -0.3, 0.9, 0, 0, 0), B: Float64Array.of(1, 1, 0, 0, 0, 0) },
    ...{ C: Float64Array.of(2, 1, 5, 0, 0, 0), D, period: 1 },
  };
  const small = good(balancedModes(real)).system;
  expect(
    pole(small)
      .map(([re]) => re)
      .toSorted((x, y) => x - y),
  ).toEqual([expect.closeTo(-0.3, 12) as number, expect.closeTo(0.5, 12) as number]);
  const pair: Modes = {
    ...{ a: Float64Array.of(0.5, 0.6), B: Float64Array.of(1, 0.2, 0, 0.3), C: Float64Array.of(1, -1) },
    ...{ D: new Matrix([[0, 0]]), period: 1 },
  };
  const two = good(balancedModes(pair));
  expect(two.hsv).toHaveLength(2);
  expect(apart(two.system, pair)).toBeLessThan(1e-14);
  const grows: Modes = { ...real, a: Float64Array.of(1.1, -0.3, 0.9, 0, 0, 0), B: Float64Array.of(1, 1, 1, 0, 0, 0) };
  const found = good(balancedModes(grows, 2));
  expect(found.unstable).toBe(1);
  expect(found.hsv).toHaveLength(2);
  expect(Math.max(...pole(found.system).map(([re]) => re))).toBeCloseTo(1.1, 12);
  expect(balancedModes(grows, 0)).toEqual({ ok: false, code: "TOO_FEW", unstable: 1 });
  const turning: Modes = { ...grows, a: Float64Array.of(0.8, -0.3, 0.9, 0.8, 0, 0) };
  expect(good(balancedModes(turning)).unstable).toBe(2);
  expect(apart(good(balancedModes(turning)).system, turning)).toBeLessThan(1e-12);
});
