/** Variables of a drawing from a record of it: one of its noise, one without effect, missing samples, data held back, and refusals. */
import { expect, test } from "vitest";
import type { FitJob } from "../../../renderer/engine/estimateProtocol.ts";
import { variableFit } from "../../../renderer/engine/variableFit.ts";
import { draw } from "../../core/drawing.ts";
import { noise } from "../../core/identify/sets.ts";

const drawing = draw(
  { In: ["input"], Lag: ["first-order", { time: "tau" }], Out: ["output"] },
  ["In -> Lag", "Lag -> Out"],
  { variables: { tau: "1", r: "0.1", idle: "3" } },
);
const samples = 300;
const u = noise(31, samples).map(Math.sign);
const v = noise(32, samples, 0.2);
const y = new Float64Array(samples);
for (let k = 0, x = 0; k < samples; k++) {
  y[k] = k % 17 === 5 ? Number.NaN : x + v[k]!;
  x += (1 - Math.exp(-0.1 / 0.4)) * (u[k]! - x);
}
const job: FitJob = {
  plant: { document: drawing },
  interval: 0.1,
  inputs: ["In"],
  outputs: ["Out"],
  texts: { Q: "1e-9", R: "r", x0: "", P0: "1e-6" },
  record: { kind: "recorded", t: y.map((_, k) => k / 10), u: [u], y: [y] },
  variables: [{ name: "tau" }, { name: "r" }, { name: "idle" }],
  split: 0.7,
};

test("a time constant and the variance of the noise; what has no effect has no deviation", () => {
  const told: number[] = [];
  const found = variableFit(job, (iteration) => told.push(iteration));
  if (!found.ok) throw new Error(found.code);
  const [tau, r, idle] = found.variables;
  expect(Math.abs(tau!.value - 0.4)).toBeLessThan(3.5 * tau!.deviation);
  expect(Math.abs(r!.value - 0.04)).toBeLessThan(3.5 * r!.deviation);
  expect(tau!.deviation).toBeLessThan(0.1);
  expect(idle).toEqual({ name: "idle", before: 3, value: 3, deviation: Number.NaN });
  expect(found.converged).toBe(true);
  expect(told).toEqual([...found.rounds.keys()]);
  expect(found.rounds.toSorted((a, b) => a - b)).toEqual(found.rounds);
  // Judged where it was not estimated, too.
  expect(found.held!.after).toBeGreaterThan(found.held!.before);
  expect(found.heldFrom).toBe(21);
  expect(found.white[0]!.passed).toBe(true);
  const { low, high, y: said, x } = found.foretold[0]!;
  expect(x).toHaveLength(y.filter((one) => !Number.isNaN(one)).length);
  // No noise drives it: the band of a measurement is that of r alone, by and by.
  expect((high!.at(-1)! - low!.at(-1)!) / 2 / 1.96).toBeCloseTo(Math.sqrt(r!.value), 3);
  expect((high!.at(-1)! + low!.at(-1)!) / 2).toBeCloseTo(said.at(-1)!, 12);
});

test("bounds: the same optimum where it lies within, else on the bound, the others as they are likeliest there", () => {
  const free = variableFit({ ...job, variables: [{ name: "tau" }, { name: "r" }] }, () => {});
  const within = variableFit(
    {
      ...job,
      variables: [
        { name: "tau", lower: 0.1, upper: 2 },
        { name: "r", lower: 1e-6 },
      ],
    },
    () => {},
  );
  if (!free.ok || !within.ok) throw new Error("refused");
  within.variables.forEach(({ name, value, deviation, bound }, j) => {
    const other = free.variables[j]!;
    expect(bound, name).toBeUndefined();
    expect(Math.abs(value - other.value) / other.deviation).toBeLessThan(1e-3);
    expect(deviation / other.deviation).toBeCloseTo(1, 3);
  });
  const above = variableFit({ ...job, variables: [{ name: "tau", lower: 0.8 }, { name: "r" }] }, () => {});
  const below = variableFit({ ...job, variables: [{ name: "tau" }, { name: "r", upper: 0.1 }] }, () => {});
  const tight = variableFit(
    { ...job, variables: [{ name: "tau", lower: 0.8, upper: 1.5 }, { name: "r" }, { name: "idle", upper: 3 }] },
    () => {},
  );
  if (!above.ok || !below.ok || !tight.ok) throw new Error("refused");
  expect(above.variables[0]).toEqual({ name: "tau", before: 1, value: 0.8, deviation: Number.NaN, bound: "lower" });
  // The errors of a wrong time constant count as noise.
  expect(above.variables[1]!.value).toBeGreaterThan(free.variables[1]!.value + free.variables[1]!.deviation);
  expect(above.variables[1]!.deviation).toBeGreaterThan(0);
  expect(above.converged).toBe(true);
  expect(below.variables[1]!.bound).toBeUndefined();
  expect(below.variables[1]!.value).toBeCloseTo(free.variables[1]!.value, 6);
  expect(tight.variables.map(({ bound }) => bound)).toEqual(["lower", undefined, undefined]);
});

test("refusals: a start without likelihood, a covariance that is none", () => {
  const refused = (change: Partial<FitJob>) => variableFit({ ...job, ...change }, () => {});
  expect(refused({ texts: { ...job.texts, R: "-r" } })).toMatchObject({ code: "NO_LIKELIHOOD" });
  expect(refused({ texts: { ...job.texts, R: "[1, 2]" } })).toMatchObject({ code: "COVARIANCE", field: "R" });
});
