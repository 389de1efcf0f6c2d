/** Parameters through the extended filter: on a linear model those of the exact likelihood; of a pendulum's record its own; refusals. */
import { expect, test } from "vitest";
import type { NonlinearModel } from "../../../core/estimate/nonlinear.ts";
import { mle } from "../../../core/identify/mle.ts";
import { mleNonlinear } from "../../../core/identify/mleNonlinear.ts";
import { relativeError } from "../math/reference.ts";
import { noise } from "./sets.ts";

test("on a linear model, with holes and an input: what the exact likelihood says", () => {
  const u = noise(1, 200);
  const [w, v1, v2] = [noise(2, 200, 0.5), noise(3, 200, 0.3), noise(4, 200, 0.4)];
  let x = 0;
  const y = [new Float64Array(200), new Float64Array(200)];
  for (let k = 0; k < 200; k++) {
    y[0]![k] = k % 11 === 4 ? Number.NaN : x + v1[k]!;
    y[1]![k] = 0.5 * x + v2[k]!;
    x = 0.8 * x + u[k]! + w[k]!;
  }
  const start = [0.5, 1, 0.2];
  const bounds = { lower: [-0.99, 0.01, 1e-4], upper: [0.99, 5, 5] };
  const R = [
    [0.09, 0.01],
    [0.01, 0.16],
  ];
  const exact = mle(
    ([a, b, q]) => ({ A: [[a!]], B: [[b!]], C: [[1], [0.5]], Q: [[q!]], R, P0: [[1]] }),
    { u: [u], y },
    { start, ...bounds },
  );
  const found = mleNonlinear(
    ([a, b, q]): NonlinearModel => ({
      f: (s, i) => [a! * s[0]! + b! * i[0]!],
      h: (s) => [s[0]!, 0.5 * s[0]!],
      F: () => [a!],
      H: () => [1, 0.5],
      Q: [[q!]],
      R,
      x0: [0],
      P0: [[1]],
    }),
    { u: [u], y },
    { start, ...bounds },
  );
  if (!exact.ok || !found.ok) throw new Error(JSON.stringify([found, exact]).slice(0, 300));
  expect(found.logLikelihood).toBeCloseTo(exact.logLikelihood, 8);
  expect(relativeError(found.parameters, exact.parameters)).toBeLessThan(1e-5);
  expect(relativeError(found.sd, exact.sd)).toBeLessThan(1e-4);
});

test("length and damping of a pendulum from its angle", () => {
  const [h, count] = [0.05, 400];
  const pendulum = ([length, damping, q]: readonly number[]): NonlinearModel => ({
    f: ([angle, speed]) => [
      angle! + h * speed!,
      speed! - h * ((9.81 / length!) * Math.sin(angle!) + damping! * speed!),
    ],
    h: (s) => [s[0]!],
    F: ([angle]) => [1, h, -h * (9.81 / length!) * Math.cos(angle!), 1 - h * damping!],
    H: () => [1, 0],
    Q: [
      [0, 0],
      [0, q!],
    ],
    R: [[0.01]],
    x0: [1.5, 0],
    P0: [
      [0.01, 0],
      [0, 0.01],
    ],
  });
  const truth = [0.7, 0.3, 0.002];
  const model = pendulum(truth);
  let x = Float64Array.of(1.5, 0);
  const [w, v] = [noise(11, count, Math.sqrt(0.002)), noise(12, count, 0.1)];
  const y = v.map((e, k) => {
    const seen = x[0]! + e;
    x = Float64Array.from(model.f(x, new Float64Array(0), k));
    x[1]! += w[k]!;
    return seen;
  });
  const found = mleNonlinear(
    pendulum,
    { u: [], y: [y] },
    { start: [1, 0.1, 0.01], lower: [0.1, 0, 1e-6], upper: [5, 5, 1] },
  );
  if (!found.ok) throw new Error(found.code);
  expect(found.converged).toBe(true);
  truth.forEach((wanted, j) => expect(Math.abs(found.parameters[j]! - wanted)).toBeLessThan(3.5 * found.sd[j]!));
  expect(found.sd[0]!).toBeLessThan(0.02);
});

test("refusals: parameters that can't be told apart, models that there are not", () => {
  const y = [noise(5, 60)];
  const walk = (q: number): NonlinearModel => ({
    f: (s) => s,
    h: (s) => s,
    F: () => [1],
    H: () => [1],
    Q: [[q]],
    R: [[1]],
    x0: [0],
    P0: [[1]],
  });
  expect(mleNonlinear(([a, b]) => walk(a! + b!), { u: [], y }, { start: [1, 1] })).toMatchObject({ code: "SINGULAR" });
  expect(mleNonlinear(() => undefined, { u: [], y }, { start: [1] })).toEqual({ ok: false, code: "NO_LIKELIHOOD" });
});
