/** Subspace identification against the reference set, laws that hold whatever the plant, and refusals with their numbers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { n4sid } from "../../../core/identify/n4sid.ts";
import { dlqe } from "../../../core/design/kalman.ts";
import { predict } from "../../../core/identify/predict.ts";
import { ss } from "../../../core/lti/ss.ts";
import { eigenvalues } from "../../../core/math/eigenvalues.ts";
import { distance, relativeError } from "../math/reference.ts";
import { casesOf, channels, noise, plant, polesOf, record } from "./sets.ts";

const weightings = ["CVA", "MOESP", "N4SID"] as const;

function identified(...args: Parameters<typeof n4sid>) {
  const found = n4sid(...args);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found;
}
function fitOf(...args: Parameters<typeof predict>): readonly number[] {
  const said = predict(...args);
  if (!said.ok) throw new Error(said.code);
  return said.fit;
}

describe.each(weightings)("%s", (weighting) => {
  test.for(casesOf("noisefree"))("%s", ([, { inputs, expected, rtol }]) => {
    const found = identified({ u: channels(inputs.u), y: channels(inputs.y) }, { weighting });
    expect(found.order).toBe(inputs.order);
    expect(found.gain).toBe("none");
    const { A, B, C, D } = found.system;
    expect(distance(eigenvalues(A).values, polesOf(expected))).toBeLessThan(rtol / 1000);
    const markov = [D.to2DArray()];
    for (let k = 1, state = B; k < expected.markov.length; k++, state = A.mmul(state))
      markov.push(C.mmul(state).to2DArray());
    expect(relativeError(markov.flat(2), expected.markov.flat(2))).toBeLessThan(rtol / 1000);
  });

  test.for(casesOf("noisy"))("%s", ([, { inputs, expected }]) => {
    const data = { u: channels(inputs.u), y: channels(inputs.y) };
    const found = identified(data, { weighting, order: inputs.order, horizon: inputs.s });
    fitOf(found, data).forEach((fit, i) => expect(fit).toBeGreaterThan(expected.fit_peer[i]! - 0.1));
  });

  test("coordinates of the plant's states don't matter, units of its channels neither", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1e-6, 1, 1e5), (seed, unit) => {
        const T = [
          [2, 1, 0],
          [0, 1, -1],
          [1, 0, 3],
        ];
        const inverse = [3, -3, -1, -1, 6, 2, -1, 1, 2].map((v) => v / 5);
        const turned = ss(T, T, T, T).A;
        const back = ss([inverse.slice(0, 3), inverse.slice(3, 6), inverse.slice(6)], T, T, T).A;
        const other = ss(
          turned.mmul(plant.A).mmul(back),
          turned.mmul(plant.B),
          plant.C.mmul(back).mul(unit),
          plant.D.clone().mul(unit),
          0.5,
        );
        const [one, two] = [plant, other].map((system) => identified(record(system, 300, seed), { weighting }));
        expect(one!.order).toBe(3);
        expect(two!.order).toBe(3);
        expect(distance(eigenvalues(two!.system.A).values, eigenvalues(one!.system.A).values)).toBeLessThan(1e-8);
        expect(relativeError(two!.system.D.to1DArray(), other.D.to1DArray())).toBeLessThan(1e-8);
      }),
      { numRuns: 10 },
    );
  });
});

test("noise: order, poles, gain and covariance of a plant driven by white noise", () => {
  const count = 10_000;
  const [b, d] = [
    [0.5, 0.2, 0.1],
    [1, 0],
  ];
  const driven = ss(
    plant.A,
    plant.B.to2DArray().map((row, i) => [...row, b[i]!]),
    plant.C,
    plant.D.to2DArray().map((row, i) => [...row, d[i]!]),
    1,
  );
  const { u, y } = record(driven, count, 3, 0.3);
  const data = { u: u.slice(0, 2), y };
  const found = identified(data);
  expect(found.suggested).toBe(3);
  expect(found.gain).toBe("riccati");
  expect(distance(eigenvalues(found.system.A).values, eigenvalues(plant.A).values)).toBeLessThan(0.05);
  const outer = (v: number[], w: number[]) => v.map((x) => w.map((z) => x * z));
  const R = outer(d, d).map((row, i) => row.map((v, j) => v + (i === j ? 0.09 : 0)));
  const truth = dlqe(
    plant.A,
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    plant.C,
    outer(b, b),
    R,
    outer(b, d),
  );
  if (!truth.ok) throw new Error(truth.code);
  const spread = plant.C.mmul(truth.P).mmul(plant.C.transpose()).to2DArray();
  const wanted = spread.flatMap((row, i) => row.map((v, j) => v + R[i]![j]!));
  expect(relativeError(found.noise.to1DArray(), wanted)).toBeLessThan(0.05);
  // What an innovation does to the outputs does not depend on coordinates.
  const { A, C } = found.system;
  expect(relativeError(C.mmul(found.K).to1DArray(), plant.C.mmul(truth.Lp).to1DArray())).toBeLessThan(0.2);
  expect(
    relativeError(C.mmul(A).mmul(found.K).to1DArray(), plant.C.mmul(plant.A).mmul(truth.Lp).to1DArray()),
  ).toBeLessThan(0.2);
  const [simulated, foretold] = [fitOf(found, data), fitOf(found, data, { ahead: 1 })];
  foretold.forEach((fit, i) => expect(fit).toBeGreaterThan(simulated[i]!));
});

test("without inputs: poles of a process driven by noise alone", () => {
  const process = ss(
    [
      [0.9, 0.3],
      [-0.3, 0.9],
    ],
    [[1], [0]],
    [[1, 0]],
    [[0]],
    1,
  );
  const found = identified({ u: [], y: record(process, 5000, 5, 0.1).y }, { order: 2 });
  expect(
    distance(eigenvalues(found.system.A).values, [
      [0.9, 0.3],
      [0.9, -0.3],
    ]),
  ).toBeLessThan(0.02);
  expect(found.system.B.columns).toBe(0);
});

test("several recordings, each with an initial state of its own, are as good as one", () => {
  const whole = record(plant, 400, 21);
  const parts = [0, 150, 260].map((from, i, all) => ({
    period: 0.5,
    u: whole.u.map((v) => v.slice(from, all[i + 1])),
    y: whole.y.map((v) => v.slice(from, all[i + 1])),
  }));
  const found = identified(parts, { horizon: 5 });
  expect(found.x0).toHaveLength(3);
  expect(distance(eigenvalues(found.system.A).values, eigenvalues(plant.A).values)).toBeLessThan(1e-10);
  fitOf(found, parts).forEach((fit) => expect(fit).toBeGreaterThan(99.99999));
});

describe("what is left open is chosen by parts held back", () => {
  /** Of an answer without noise, by the errors' size beside what it moves by. */
  const missed = (found: Parameters<typeof predict>[0], data: Parameters<typeof predict>[1]): number =>
    fitOf(found, data).reduce((sum, fit) => sum + 1 - fit / 100, 0);
  const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);
  const both = ["simulation", "prediction"] as const;

  test("noise in the states: B and D by the predictor's errors come nearer to the plant, and are taken", () => {
    const driven = ss(
      plant.A,
      plant.B.to2DArray().map((row, i) => [...row, [1.2, 1.2, 0.4][i]!]),
      plant.C,
      plant.D.to2DArray().map((row) => [...row, 0]),
      0.5,
    );
    const options = { order: 3, horizon: 8, weighting: "CVA" } as const;
    const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const { u, y } = record(driven, 500, 1000 * seed, 0.1);
      const data = { u: u.slice(0, 2), y };
      const answer = record(plant, 300, 1000 * seed + 500);
      const chosen = identified(data, options);
      const [simulated, foretold] = both.map((inputs) => missed(identified(data, { ...options, inputs }), answer));
      return { simulated: simulated!, foretold: foretold!, chosen: missed(chosen, answer), inputs: chosen.inputs };
    });
    const simulated = total(runs.map((run) => run.simulated));
    expect(total(runs.map((run) => run.foretold))).toBeLessThan(0.9 * simulated);
    expect(total(runs.map((run) => run.chosen))).toBeLessThan(0.95 * simulated);
    expect(runs.filter(({ inputs }) => inputs === "prediction").length).toBeGreaterThanOrEqual(6);
  });

  test("too low an order: B and D by the simulation's errors simulate better, and are taken", () => {
    const wide = ss(
      [
        [0.95, 0, 0, 0],
        [0, 0.7, 0.5, 0],
        [0, -0.5, 0.7, 0],
        [0, 0, 0, -0.6],
      ],
      [[1], [1], [0.5], [1]],
      [[1, 1, 0.5, 1]],
      [[0]],
      1,
    );
    const options = { order: 3, horizon: 8, weighting: "MOESP" } as const;
    const errors = [310, 320, 330, 340].map((seed) => {
      const [data, answer] = [record(wide, 600, seed, 0.05), record(wide, 300, 77 + seed)];
      expect(identified(data, options).inputs).toBe("simulation");
      return both.map((inputs) => missed(identified(data, { ...options, inputs }), answer));
    });
    const [simulated, foretold] = [0, 1].map((way) => total(errors.map((pair) => pair[way]!)));
    expect(simulated).toBeLessThan(0.98 * foretold!);
  });

  test("two resonances by three states: of all horizons and weightings one that does well, which can be asked for again", () => {
    const turning = (modulus: number, angle: number): number[][] => [
      [modulus * Math.cos(angle), modulus * Math.sin(angle)],
      [-modulus * Math.sin(angle), modulus * Math.cos(angle)],
    ];
    const [slow, fast] = [turning(0.97, 0.3), turning(0.98, 1.2)];
    const wide = ss(
      [...slow.map((row) => [...row, 0, 0]), ...fast.map((row) => [0, 0, ...row])],
      [[1], [0], [0.3], [0.2]],
      [[1, 0.2, 1, 0]],
      [[0]],
      1,
    );
    const [data, answer] = [record(wide, 400, 10, 0.3), record(wide, 400, 78)];
    const found = identified(data, { order: 3 });
    const { horizon, weighting, inputs, system, K } = found;
    const again = identified(data, { order: 3, horizon, weighting, inputs });
    expect(again.system.B.to2DArray()).toEqual(system.B.to2DArray());
    expect(again.K.to2DArray()).toEqual(K.to2DArray());
    const all = [6, 8, 10, 12, 15].flatMap((s) =>
      weightings.map((one) => missed(identified(data, { order: 3, horizon: s, weighting: one }), answer)),
    );
    expect(Math.max(...all)).toBeGreaterThan(0.8);
    expect(missed(found, answer)).toBeLessThan(1.1 * Math.min(...all));
  });

  test("slow modes in slow noise, samples enough: a longer horizon than usual where it does clearly better", () => {
    const slow = ss(
      [
        [0.99, 0, 0, 0],
        [0, 0.96, 0, 0],
        [0, 0, 0.743, 0.508],
        [0, 0, -0.508, 0.743],
      ],
      [[0.3], [0.5], [1], [0.3]],
      [[1, 1, 0.3, 0.2]],
      [[0]],
      1,
    );
    const { u, y } = record(slow, 500, 200);
    const e = noise(277, 500, 2);
    let wandering = 0;
    const data = { u, y: [y[0]!.map((v, k) => v + (wandering = 0.9 * wandering + e[k]!))] };
    const answer = record(slow, 500, 250);
    const told: number[] = [];
    const found = identified(data, { order: 4, progress: (share) => told.push(share) });
    expect(found.horizon).toBe(20);
    const usual = [6, 8, 10, 12, 15].map((horizon) => missed(identified(data, { order: 4, horizon }), answer));
    expect(missed(found, answer)).toBeLessThan(0.8 * Math.min(...usual));
    // Three weightings of six horizons.
    expect(told).toHaveLength(18);
    expect(told.every((share, k) => Math.abs(share - k / 18) < 1e-12)).toBe(true);
    const part = { u: [u[0]!.slice(0, 400)], y: [data.y[0]!.slice(0, 400)] };
    expect(identified(part, { order: 4 }).horizon).toBeLessThan(20);
  });

  test("what grows too fast to be simulated is no choice, however well it does by parts", () => {
    const count = 300;
    // Two integrators that a controller holds, as a ball on a beam.
    const held = (seed: number, size: number) => {
      const [wanted, e, w] = [noise(seed, count), noise(seed + 500, count, size), noise(seed + 900, count, 0.03)];
      const [u, y] = [new Float64Array(count), new Float64Array(count)];
      let [x, v] = [0, 0];
      for (let k = 0; k < count; k++) {
        y[k] = x + e[k]!;
        u[k] = wanted[k - (k % 10)]! - 0.3 * y[k]! - 0.8 * v;
        [x, v] = [x + v, v + 0.1 * u[k]! + w[k]!];
      }
      return { u: [u], y: [y] };
    };
    const found = identified(held(40, 0.3), { order: 4 });
    expect(Math.max(...eigenvalues(found.system.A).values.map(([re, im]) => Math.hypot(re, im)))).toBeLessThan(1.02);
    expect(missed(found, held(45, 0))).toBeLessThan(2);
    // Where nothing else is there it is taken.
    const fast = identified(record(ss([[1.3]], [[1]], [[1]], [[0]], 1), 60, 5, 0.1), { order: 1 });
    expect(fast.inputs).toBe("prediction");
    expect(eigenvalues(fast.system.A).values[0]![0]).toBeCloseTo(1.3, 4);
  });
});

test("stability on request: the model says how much was changed", () => {
  const drift = ss(
    [
      [1.002, 0],
      [0, 0.5],
    ],
    [[0.1], [1]],
    [[1, 1]],
    [[0]],
    1,
  );
  const data = record(drift, 300, 2, 0.01);
  const free = identified(data, { order: 2 });
  expect(free.stabilized).toBeUndefined();
  expect(Math.max(...eigenvalues(free.system.A).values.map(([re, im]) => Math.hypot(re, im)))).toBeGreaterThan(1);
  fitOf(free, data, { ahead: 1 }).forEach((fit) => expect(fit).toBeGreaterThan(98));
  const held = identified(data, { order: 2, stable: 0.98 });
  expect(held.stabilized!.moved).toBe(1);
  expect(held.stabilized!.before).toBeCloseTo(1.002, 3);
  expect(held.stabilized!.change).toBeGreaterThan(0.01);
  expect(Math.max(...eigenvalues(held.system.A).values.map(([re]) => re))).toBeCloseTo(0.98, 10);
  expect(identified(record(plant, 300, 4), { stable: true }).stabilized).toMatchObject({ moved: 0, change: 0 });
});

describe("refusals", () => {
  const { u, y } = record(plant, 300, 11);
  test("too few samples, with how many it takes", () => {
    const short = (count: number) =>
      n4sid({ u: u.map((v) => v.slice(0, count)), y: y.map((v) => v.slice(0, count)) }, { horizon: 5 });
    expect(short(48)).toEqual({ ok: false, code: "TOO_FEW_SAMPLES", samples: 48, needed: 49 });
    expect(short(49).ok).toBe(true);
  });
  test("an input of too little variety, with the order that it reaches", () => {
    const wave = Float64Array.from({ length: 300 }, (_, k) => Math.sin(0.4 * k));
    const one = ss(plant.A, plant.B.subMatrix(0, 2, 0, 0), plant.C, plant.D.subMatrix(0, 1, 0, 0), 1);
    const answer = record(one, 300, 1).y;
    expect(n4sid({ u: [wave], y: answer }, { order: 3, horizon: 6 })).toEqual({
      ok: false,
      code: "NOT_EXCITING",
      reached: 2,
      needed: 9,
    });
  });
  test("an input that is a sum of others, and one that does nothing", () => {
    const both = u[0]!.map((v, k) => 2 * v - u[1]![k]!);
    expect(n4sid({ u: [...u, both], y, names: { u: ["a", "b", "c"] } })).toMatchObject({ code: "COLLINEAR" });
    const still = new Float64Array(300);
    expect(n4sid({ u: [u[0]!, still], y })).toMatchObject({ code: "COLLINEAR", channel: "u2", rcond: 0 });
  });
  test("a hole in the record, by channel and sample", () => {
    const holed = y[1]!.slice();
    holed[17] = Number.NaN;
    expect(n4sid({ u, y: [y[0]!, holed] })).toEqual({ ok: false, code: "NOT_FINITE", channel: "y2", sample: 17 });
  });
  test("more states than the horizon shows", () => {
    expect(n4sid({ u, y: [y[0]!.map((v, k) => v + noise(1, 300)[k]!), y[1]!] }, { order: 9, horizon: 4 })).toEqual({
      ok: false,
      code: "ORDER_TOO_HIGH",
      order: 9,
      most: 6,
    });
  });
});
