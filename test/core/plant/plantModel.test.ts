/** A diagram as a model for estimators: its steps are the simulator's, its derivatives are those of its steps, and on linear diagrams the extended filter is the Kalman filter. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { readDocument } from "../../../core/diagram/schema.ts";
import { ekf } from "../../../core/estimate/ekf.ts";
import { kalmanFilter } from "../../../core/estimate/kalmanFilter.ts";
import { rts } from "../../../core/estimate/rts.ts";
import { ukf } from "../../../core/estimate/ukf.ts";
import type { Model } from "../../../core/ir/ir.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { type Plant, plantModel } from "../../../core/plant/plantModel.ts";
import { draw } from "../drawing.ts";
import { relativeError } from "../math/reference.ts";
import { noiseOf } from "../estimate/simulated.ts";

const modelOf = (document: LazoDocument): Model => {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
  return compiled.model;
};
const plantOf = (document: LazoDocument, interval: number, substeps?: number): Plant => {
  const plant = plantModel(modelOf(document), { interval, ...(substeps ? { substeps } : {}) });
  if (!plant.ok) throw new Error(plant.problems[0]!.message);
  return plant;
};
const eye = (n: number, v: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? v : 0)));
const block = (data: Float64Array, row: number, size: number) => data.subarray(row * size, (row + 1) * size);

/** F and H against central differences of f and h. */
function slopesAgree(plant: Plant, x: Float64Array, u: Float64Array, most: number): void {
  const n = plant.x.length;
  for (const [map, slope, rows] of [
    [plant.f, plant.F, n],
    [plant.h, plant.H, plant.y.length],
  ] as const) {
    const found = Float64Array.from(slope(x, u, 0));
    const wanted = new Float64Array(rows * n);
    for (let j = 0; j < n; j++) {
      const step = 1e-6 * Math.max(1, Math.abs(x[j]!));
      const [up, down] = [1, -1].map((sign) =>
        Float64Array.from(
          map(
            x.map((v, i) => (i === j ? v + sign * step : v)),
            u,
            0,
          ),
        ),
      );
      for (let i = 0; i < rows; i++) wanted[i * n + j] = (up![i]! - down![i]!) / (2 * step);
    }
    // What has died away over the interval leaves only the rounding of the differences.
    const scale = Math.max(1e-3, ...wanted.map(Math.abs));
    expect(Math.max(0, ...found.map((v, i) => Math.abs(v - wanted[i]!)))).toBeLessThan(most * scale);
  }
}

const spring = (mode: "continuous" | "discrete") =>
  mode === "continuous"
    ? draw(
        {
          In: ["input"],
          Plant: ["state-space", { A: "[0, 1; -3, -0.4]", B: "[0; 2]", C: "[1, 0.5]", D: "0.1" }],
          Out: ["output"],
        },
        ["In -> Plant", "Plant -> Out"],
      )
    : draw(
        {
          In: ["input"],
          Plant: [
            "discrete-state-space",
            { A: "[0.9, 0.2; -0.3, 0.8]", B: "[0.1; 0.3]", C: "[1, 0.5]", D: "0.1", period: "0.1" },
          ],
          Out: ["output"],
        },
        ["In -> Plant", "Plant -> Out"],
      );

describe.for(["continuous", "discrete"] as const)("a linear %s diagram", (mode) => {
  test("the extended filter is the Kalman filter of its matrices to 1e-12, the smoother too", () => {
    const document = spring(mode);
    const plant = plantOf(document, 0.1);
    expect(plant.exact).toBe(true);
    const found = linearize(modelOf(document));
    if (!found.ok) throw new Error();
    const { system } = found.linearization;
    const sampled = mode === "continuous" ? c2d(system, 0.1) : { ok: true as const, system };
    if (!sampled.ok) throw new Error();
    const { A, B, C, D } = "system" in sampled ? sampled.system : sampled;
    const noise = noiseOf(3);
    const y = Array.from({ length: 80 }, (_, k) => [k % 9 === 5 ? Number.NaN : noise()]);
    const u = Array.from({ length: 80 }, (_, k) => [Math.sin(k / 4)]);
    const common = { Q: eye(2, 0.01), R: eye(1, 0.2), x0: [0.5, -0.2], P0: eye(2, 1) };
    const wanted = kalmanFilter({ A, B, C, D, ...common }, y, u);
    const extended = ekf({ ...plant, ...common }, y, u);
    const unscented = ukf({ ...plant, ...common }, y, u);
    if (!wanted.ok || !extended.ok || !unscented.ok) throw new Error();
    expect(relativeError(extended.x, wanted.x)).toBeLessThan(1e-12);
    expect(relativeError(block(extended.P, 79, 4), block(wanted.P, wanted.row[79]!, 4))).toBeLessThan(1e-12);
    expect(Math.abs(extended.loglik - wanted.loglik)).toBeLessThan(1e-10);
    expect(relativeError(unscented.x, wanted.x)).toBeLessThan(1e-10);
    const [one, two] = [rts(extended), rts(wanted)];
    if (!one.ok || !two.ok) throw new Error();
    expect(relativeError(one.x, two.x)).toBeLessThan(1e-11);
  });
});

const pendulum = draw(
  {
    Torque: ["input"],
    Accel: ["function", { formula: "u[1] - 9.81 * sin(u[2]) - 0.1 * u[3]" }],
    Join: ["mux", { count: "3" }],
    Rate: ["integrator", { initial: "0" }],
    Angle: ["integrator", { initial: "1" }],
    Seen: ["function", { formula: "sin(u)" }],
    Out: ["output"],
  },
  [
    "Torque -> Join.in1",
    "Angle -> Join.in2",
    "Rate -> Join.in3",
    "Join -> Accel",
    "Accel -> Rate",
    "Rate -> Angle",
    "Angle -> Seen",
    "Seen -> Out",
  ],
);

test("a pendulum: derivatives are those of the steps, and the filter finds angle and rate from sine alone", () => {
  const plant = plantOf(pendulum, 0.05);
  expect(plant.exact).toBe(false);
  slopesAgree(plant, Float64Array.of(0.3, 0.8), Float64Array.of(0.2), 1e-8);
  // Halved steps change what is found by less than the steps' error.
  const fine = plantOf(pendulum, 0.05, 64);
  const [coarse, exact] = [plant, fine].map((one) =>
    Float64Array.from(one.f(Float64Array.of(0.3, 0.8), Float64Array.of(0.2), 0)),
  );
  expect(relativeError(coarse!, exact!)).toBeLessThan(1e-7);
  const noise = noiseOf(12);
  const u = Array.from({ length: 200 }, (_, k) => [Math.sin(k / 10)]);
  let x = plant.x0.slice();
  const truth: number[] = [];
  const y = u.map((input, k) => {
    truth.push(...x);
    const seen = plant.h(x, Float64Array.from(input), k)[0]! + 0.1 * noise();
    x = Float64Array.from(plant.f(x, Float64Array.from(input), k)).map((v) => v + 0.01 * noise());
    return [seen];
  });
  const common = { Q: eye(2, 1e-4), R: [[0.01]], x0: plant.x0.map((v) => v - 0.4), P0: eye(2, 0.3) };
  for (const found of [
    ekf({ ...plant, ...common }, y, u),
    ekf({ ...plant, ...common }, y, u, { iterations: 3 }),
    ukf({ ...plant, ...common }, y, u),
  ]) {
    if (!found.ok) throw new Error(found.code);
    const smooth = rts(found);
    if (!smooth.ok) throw new Error(smooth.code);
    const miss = (states: Float64Array) =>
      Math.sqrt(states.subarray(100).reduce((sum, v, i) => sum + (v - truth[100 + i]!) ** 2, 0) / 300);
    expect(miss(found.x)).toBeLessThan(0.12);
    expect(miss(smooth.x)).toBeLessThan(miss(found.x));
  }
});

test("a plant with a sampled controller: derivatives go through samples and holds", () => {
  const mixed = draw(
    {
      Target: ["input"],
      Error: ["sum", { signs: "+-" }],
      Hold: ["zero-order-hold", { period: "0.1" }],
      Filter: ["discrete-state-space", { A: "0.5", B: "0.4", C: "1", D: "0.7", period: "0.1" }],
      Plant: ["state-space", { A: "[0, 1; -1, -0.3]", B: "[0; 1]", C: "[1, 0]", D: "0" }],
      Out: ["output"],
    },
    ["Target -> Error.in1", "Plant -> Error.in2", "Error -> Hold", "Hold -> Filter", "Filter -> Plant", "Plant -> Out"],
  );
  for (const interval of [0.1, 0.3]) {
    const plant = plantOf(mixed, interval);
    slopesAgree(
      plant,
      Float64Array.from(plant.x, (_, i) => 0.3 + 0.2 * i),
      Float64Array.of(0.7),
      1e-8,
    );
  }
  // Over one interval the map is that of linearize.
  const plant = plantOf(mixed, 0.1);
  const found = linearize(modelOf(mixed));
  if (!found.ok) throw new Error();
  const { A } = found.linearization.system;
  expect(A.rows).toBe(plant.x.length);
  expect(relativeError(Float64Array.from(plant.F(plant.x0, Float64Array.of(0), 0)), A.to1DArray())).toBeLessThan(1e-12);
  const refused = plantModel(modelOf(mixed), { interval: 0.15 });
  expect(refused).toMatchObject({ ok: false, problems: [{ code: "PLANT_RATE" }] });
});

test("every example is a plant, or it is said why not; derivatives agree with differences", () => {
  const folder = new URL("../../../examples/", import.meta.url);
  let plants = 0;
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".lazo"))) {
    const read = readDocument(readFileSync(new URL(name, folder), "utf8"));
    if (!read.ok) throw new Error(name);
    const compiled = compile(read.document);
    if (!compiled.ok) continue;
    const { ir } = compiled.model;
    const interval = Math.max(0.05, ...ir.tasks.map(({ every }) => every));
    const plant = plantModel(compiled.model, { interval });
    if (!plant.ok) {
      expect(plant.problems.map(({ code }) => code)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^PLANT_/)]),
      );
      continue;
    }
    if (plant.x.length === 0) continue;
    plants++;
    const u = Float64Array.from(plant.u, () => 0.4);
    slopesAgree(
      plant,
      plant.x0.map((v, i) => v + 0.01 * (i + 1)),
      u,
      1e-5,
    );
  }
  expect(plants).toBeGreaterThan(12);
});

test("what has a past or remembers events is refused, with the block", () => {
  const late = draw({ In: ["input"], Wait: ["transport-delay", { time: "1" }], Out: ["output"] }, [
    "In -> Wait",
    "Wait -> Out",
  ]);
  expect(plantModel(modelOf(late), { interval: 0.1 })).toMatchObject({
    ok: false,
    problems: [{ code: "PLANT_DELAY", path: "Wait" }],
  });
  const click = draw({ In: ["input"], Relay: ["relay"], Out: ["output"] }, ["In -> Relay", "Relay -> Out"]);
  expect(plantModel(modelOf(click), { interval: 0.1 })).toMatchObject({
    ok: false,
    problems: [{ code: "PLANT_MEMORY", path: "Relay" }],
  });
});

test("a slow plant is stepped as its rate asks, whatever units make its entries look fast, and as exactly as by many steps", () => {
  // One turn of 0.001 rad/s in units that differ a thousandfold.
  const orbit = draw(
    {
      Speed: ["integrator", { initial: "1" }],
      Place: ["integrator"],
      Pull: ["function", { formula: "-1e-6*1000*sin(u/1000)" }],
      Out: ["output"],
    },
    ["Speed -> Place", "Place -> Pull", "Pull -> Speed", "Place -> Out"],
  );
  const plant = plantOf(orbit, 20);
  expect(plant.exact).toBe(false);
  expect(plant.substeps).toBeLessThanOrEqual(4);
  const [x, none] = [Float64Array.of(1, 500), new Float64Array(0)];
  const many = Float64Array.from(plantOf(orbit, 20, 400).f(x, none, 0));
  expect(relativeError(Float64Array.from(plant.f(x, none, 0)), many)).toBeLessThan(1e-11);
});
