/** Time responses against the reference set, closed forms, and what must hold of any of them. */
import fc from "fast-check";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { impulse, initial, step } from "../../../core/analysis/step.ts";
import { lsim } from "../../../core/analysis/lsim.ts";
import { stepinfo } from "../../../core/analysis/stepinfo.ts";
import { dcgain } from "../../../core/lti/dcgain.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";

interface Inputs {
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
  readonly dt: number;
  readonly N: number;
  readonly kind: "step" | "impulse" | "initial" | "lsim";
  readonly discrete: boolean;
  readonly x0?: readonly number[];
  readonly u?: Rows;
  readonly hold?: "zoh" | "foh";
}
/** By instant and output for initial and lsim; by input, instant and output for step and impulse. */
interface Expected {
  readonly y: Rows | readonly Rows[];
  readonly x_end?: readonly number[];
}

const cases = referenceCases<Inputs, Expected>("time_response");
test.for(cases.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const { A, B, C, D, dt, N, kind } = inputs;
  const system = ss(A, B, C, D, inputs.discrete ? dt : undefined);
  const at = { step: dt, count: N };
  if (kind === "step" || kind === "impulse") {
    const { y } = kind === "step" ? step(system, at) : impulse(system, at);
    const found = (expected.y as readonly Rows[]).map((by, j) => by.map((_, k) => y.map((row) => row[j]![k]!)));
    expect(relativeError(found.flat(2), (expected.y as readonly Rows[]).flat(2))).toBeLessThan(rtol);
    return;
  }
  const u = B[0]!.map((_, j) => (inputs.u ?? []).map((row) => row[j]!));
  const { y, end } =
    kind === "initial" ? initial(system, inputs.x0!, at) : lsim(system, u, dt, { x0: inputs.x0!, hold: inputs.hold! });
  const found = (expected.y as Rows).map((_, k) => y.map((row) => row[k]!));
  expect(relativeError(found.flat(), (expected.y as Rows).flat())).toBeLessThan(rtol);
  if (expected.x_end) expect(relativeError(end, expected.x_end)).toBeLessThan(rtol);
});

interface Judged {
  readonly op: string;
  readonly num: readonly number[];
  readonly den: readonly number[];
}
interface Judgement {
  readonly steady: number;
  readonly rise_time: number;
  readonly settling_time: number;
  readonly overshoot: number;
  readonly undershoot: number;
  readonly peak: number | null;
  readonly peak_time: number | null;
}
const judged = referenceCases<Judged, Judgement>("freq_margins").filter(({ inputs }) => inputs.op === "stepinfo");
test.for(judged.map((c) => [c.name, c] as const))("%s", ([, { inputs, expected, rtol }]) => {
  const found = stepinfo(tf(inputs.num, inputs.den))[0]![0]!;
  if (!found.ok) throw new Error(found.code);
  const pairs = [
    [found.final, expected.steady],
    [found.rise, expected.rise_time],
    [found.settling, expected.settling_time],
    [found.overshoot, expected.overshoot],
    [found.undershoot, expected.undershoot],
    // Without overshoot the peak is the end, which is never reached.
    ...(expected.peak === null ? [] : [[found.peak, expected.peak] as const]),
    ...(expected.peak_time === null ? [] : [[found.peakTime, expected.peak_time] as const]),
  ] as const;
  pairs.forEach(([value, wanted]) => expect(relativeError([value], [wanted])).toBeLessThan(rtol));
});

describe("step, at instants of its own", () => {
  test("ends where the slowest mode is over and follows the fastest swing", () => {
    const { t, y } = step(tf([100], [1, 0.4, 100]));
    // 1e-3 is reached after ln(1000) / 0.2 = 34.5 s.
    expect(t.at(-1)).toBeGreaterThan(34);
    expect(t.at(-1)).toBeLessThan(50);
    expect(t[1]).toBeLessThan((2 * Math.PI) / 10 / 20);
    expect(Math.abs(y[0]![0]!.at(-1)! - 1)).toBeLessThan(1e-3);
  });

  test("an integrator, an unstable pole, a gain and a sampled lag end too", () => {
    expect(step(tf([1], [1, 0])).y[0]![0]!.at(-1)).toBeCloseTo(10.5, 6);
    expect(step(tf([1], [1, -2])).y[0]![0]!.at(-1)).toBeGreaterThan(100);
    expect(new Set(step(tf([3], [1])).y[0]![0])).toEqual(new Set([3]));
    const { t, y } = step(tf([0.5], [1, -0.5], 0.1));
    expect(t[1]).toBe(0.1);
    expect(y[0]![0]![3]).toBeCloseTo(0.875, 12);
  });

  test("ends at the gain at rest, whatever the stable system", () => {
    const roots = fc.array(
      fc.tuple(fc.double({ min: 0.05, max: 5, noNaN: true }), fc.double({ min: 0, max: 8, noNaN: true })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(roots, fc.double({ min: -3, max: 3, noNaN: true }), (list, zero) => {
        const poles = list.flatMap(([a, b]): [number, number][] => [
          [-a, b],
          [-a, -b],
        ]);
        const model = zpk([[zero, 0]], poles, 1);
        const { y } = step(model);
        const curve = y[0]![0]!;
        const size = Math.max(...curve.map(Math.abs));
        expect(Math.abs(curve.at(-1)! - dcgain(model).get(0, 0))).toBeLessThan(0.05 * size);
      }),
      { numRuns: 40 },
    );
  });

  test("many modes side by side are watched as long as one of them, in series as long as they hand on", () => {
    const lag = (n: number) => [...Array(n).keys()].map((): [number, number] => [-1, 0]);
    const beside = ss(Matrix.eye(10, 10).mul(-1), Matrix.ones(10, 1), Matrix.ones(1, 10), [[0]]);
    // 1 - e^-t is within 0.5 % after 5.3 s; ten lags in series after 21.6 s.
    const alone = step(beside).t.at(-1)!;
    const inSeries = step(zpk([], lag(10), 1)).t.at(-1)!;
    expect(alone).toBeGreaterThan(5.3);
    expect(alone).toBeLessThan(1.5 * 5.3 + 0.3);
    expect(inSeries).toBeGreaterThan(21.6);
    expect(inSeries).toBeLessThan(1.5 * 21.6 + 2);
    // What stays is drawn as closely as a short response is.
    expect(step(beside).t.length).toBeGreaterThan(300);
  });
});

describe("stepinfo", () => {
  const info = (model: Parameters<typeof stepinfo>[0]) => stepinfo(model)[0]![0]!;

  test("of a lag: rise ln 9, settling ln 50, no overshoot", () => {
    const found = info(tf([2], [1, 1]));
    if (!found.ok) throw new Error(found.code);
    expect(found.rise).toBeCloseTo(Math.log(9), 6);
    expect(found.settling).toBeCloseTo(Math.log(50), 6);
    expect(found).toMatchObject({ overshoot: 0, undershoot: 0, final: 2 });
  });

  test("of what comes back to 0, rounding or not: settled at 2 % of its peak, no shares of the final value", () => {
    // s / (s + 1)^2 by a matrix of which the gain at rest is 0 but for rounding: y = t e^-t, peak 1/e at 1 s.
    const [a, b] = [Math.PI / 3, Math.E / 7];
    const T = new Matrix([[a, b], [1, 2 * a]]); // prettier-ignore
    const A = inverse(T).mmul(new Matrix([[0, 1], [-1, -2]])).mmul(T); // prettier-ignore
    const found = info(ss(A, inverse(T).mmul(new Matrix([[0], [1]])), new Matrix([[0, 1]]).mmul(T), [[0]]));
    if (!found.ok) throw new Error(found.code);
    expect(found.final).toBe(0);
    expect(found.peak).toBeCloseTo(1 / Math.E, 9);
    expect(found.settling * Math.exp(-found.settling)).toBeCloseTo(0.02 / Math.E, 7);
    expect(found.rise).toBeNaN();
  });

  test("of a second-order system: overshoot and peak time as in the closed form", () => {
    for (const zeta of [0.1, 0.3, 0.6, 0.8]) {
      const found = info(tf([4], [1, 4 * zeta, 4]));
      if (!found.ok) throw new Error(found.code);
      const damped = Math.sqrt(1 - zeta * zeta);
      expect(found.overshoot).toBeCloseTo(100 * Math.exp((-Math.PI * zeta) / damped), 2);
      expect(found.peakTime).toBeCloseTo(Math.PI / (2 * damped), 4);
    }
  });

  test("an undershoot before a negative end; a response that ends at 0", () => {
    const found = info(tf([1, -1], [1, 2, 1]));
    if (!found.ok) throw new Error(found.code);
    expect(found.final).toBeCloseTo(-1, 12);
    // y = 2 t exp(-t) + exp(-t) - 1 is the most where t = 1/2.
    expect(found.undershoot).toBeCloseTo(100 * (2 * Math.exp(-0.5) - 1), 4);
    const wash = info(tf([1, 0], [1, 1]));
    if (!wash.ok) throw new Error(wash.code);
    expect(wash).toMatchObject({ final: 0, peak: 1, peakTime: 0, overshoot: Infinity });
    expect(wash.settling).toBeCloseTo(Math.log(50), 5);
  });

  test("sampled: at the samples", () => {
    const found = info(tf([0.5], [1, -0.5], 0.1));
    if (!found.ok) throw new Error(found.code);
    expect(found.settling).toBeCloseTo(0.6, 12);
    expect(found.rise).toBeCloseTo(0.3, 12);
  });

  test("refused where it never settles, with the pole", () => {
    expect(info(tf([1], [1, -1]))).toMatchObject({ ok: false, code: "UNSTABLE", pole: [1, 0] });
    expect(info(tf([1], [1, 0]))).toMatchObject({ ok: false, code: "UNSTABLE" });
  });
});

test("lsim says what does not fit", () => {
  const system = ss([[-1]], [[1]], [[1]], [[0]]);
  expect(() => lsim(system, [[0, 1]])).toThrow(RangeError);
  expect(() => lsim(system, [], 0.1)).toThrow(RangeError);
  expect(() => lsim(system, [[0, 1]], 0.1, { x0: [1, 2] })).toThrow(RangeError);
  expect(() => lsim(tf([1], [1, 0.5], 0.1), [[0, 1]], 0.2)).toThrow(RangeError);
  expect(lsim(ss(Matrix.zeros(0, 0), Matrix.zeros(0, 1), Matrix.zeros(1, 0), [[2]]), [[1, 3]], 1).y[0]).toEqual(
    Float64Array.of(2, 6),
  );
});
