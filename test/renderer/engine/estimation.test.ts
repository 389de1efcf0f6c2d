/** From a drawing and what was typed to the bench: what a plant has, a subsystem by itself, and each refusal with its numbers. */
import { expect, test } from "vitest";
import type { Excitation } from "../../../core/estimate/excitation.ts";
import type { EstimateJob } from "../../../renderer/engine/estimateProtocol.ts";
import { benched, plantView, track } from "../../../renderer/engine/estimation.ts";
import { draw } from "../../core/drawing.ts";

const inside = draw({ in: ["in"], Lag: ["first-order", { time: "tau" }], out: ["out"] }, ["in -> Lag", "Lag -> out"]);
const drawing = draw(
  {
    Push: ["sine", { frequency: "2" }],
    Force: ["input"],
    Motor: ["subsystem", {}, { drawing: inside, mask: { tau: "0.5" } }],
    Turn: ["integrator", { initial: "0.3" }],
    Out: ["output"],
    Seen: ["scope"],
  },
  ["Push -> Force.drive", "Force -> Motor.in", "Motor.out -> Turn", "Turn -> Out", "Motor.out -> Seen"],
  { variables: { q: "[1e-4, 1e-5]" } },
);
const job: EstimateJob = {
  plant: { document: drawing },
  interval: 0.1,
  inputs: [],
  outputs: ["Out"],
  texts: { Q: "q", R: "0.01", x0: "", P0: "0.01" },
  estimators: [{ kind: "kalman", scaleQ: 1, scaleR: 1 }],
  record: { kind: "simulated", samples: 40, seeds: 3 },
};
const run = (change: Partial<EstimateJob>) => benched({ ...job, ...change }, () => {});

test("a plant tells its states with their start, its inputs, outputs and what else is shown", () => {
  const plant = plantView({ document: drawing });
  if (!plant.ok) throw new Error(plant.problems[0]?.message);
  expect(plant.outputs.map(({ label }) => label)).toEqual(["Out"]);
  expect(plant.shown).toHaveLength(1);
  expect(plant.inputs).toHaveLength(1);
  expect(new Set(plant.states.map(({ start }) => start))).toEqual(new Set([0, 0.3]));
  expect(plant.interval).toBeGreaterThan(0);
  // What is shown can be measured by the name that is told.
  const found = run({ outputs: [plant.shown[0]!.name] });
  expect(found.ok).toBe(true);
});

test("a bench with numbers of the drawing's variables; its seeds can be drawn one by one", () => {
  const parts: number[] = [];
  const found = benched(job, (fraction) => parts.push(fraction));
  if (!found.ok) throw new Error(found.code);
  expect(parts.at(-1)).toBe(1);
  expect(found.report.linear).toBe(true);
  expect(found.track.seed).toBe(1);
  expect(found.track.truth).toHaveLength(2);
  const again = track(job, 1);
  expect(again).toEqual(found.track);
  expect(track(job, 2)).not.toEqual(found.track);
});

test("a subsystem by itself, with its own parameters", () => {
  const subsystem = drawing.root.blocks.find(({ name }) => name === "Motor")!.id;
  const plant = plantView({ document: drawing, subsystem });
  if (!plant.ok) throw new Error();
  expect([plant.states.length, plant.inputs.length, plant.outputs.length]).toEqual([1, 1, 1]);
  const found = run({
    plant: { document: drawing, subsystem },
    outputs: [plant.outputs[0]!.name],
    texts: { ...job.texts, Q: "tau / 1000" },
  });
  expect(found.ok).toBe(true);
});

test("a subsystem by itself rests until a signal drives it, of the amplitude that is asked for", () => {
  const subsystem = drawing.root.blocks.find(({ name }) => name === "Motor")!.id;
  const plant = plantView({ document: drawing, subsystem });
  if (!plant.ok) throw new Error();
  const bench = (drive?: Excitation) => {
    const found = run({
      plant: { document: drawing, subsystem },
      inputs: drive ? plant.inputs.map(({ name }) => name) : [],
      outputs: [plant.outputs[0]!.name],
      texts: { ...job.texts, Q: "1e-12", P0: "1e-12" },
      record: { kind: "simulated", samples: 400, seeds: 2, ...(drive && { drive }) },
    });
    if (!found.ok) throw new Error(found.code);
    return found;
  };
  const spread = ({ track: { truth } }: ReturnType<typeof bench>) =>
    Math.sqrt(truth![0]!.reduce((sum, v) => sum + v * v, 0) / truth![0]!.length);
  expect(spread(bench())).toBeLessThan(1e-4);
  // x[k+1] = a x + (1 - a) u with a = exp(-0.1 / 0.5) and u white, of variance 9.
  const a = Math.exp(-0.2);
  const expected = (3 * (1 - a)) / Math.sqrt(1 - a * a);
  for (const kind of ["prbs", "noise"] as const) {
    const driven = bench({ kind, amplitude: 3 });
    expect(spread(driven) / expected, kind).toBeGreaterThan(0.7);
    expect(spread(driven) / expected, kind).toBeLessThan(1.4);
    // The estimators know the signal.
    expect(driven.report.judged[0]!.error!.all).toBeLessThan(1e-3);
  }
});

test("what was typed wrong is refused with the shape that is wanted", () => {
  const texts = (change: Partial<EstimateJob["texts"]>) => ({ texts: { ...job.texts, ...change } });
  expect(run(texts({ Q: "[1, 2, 3]" }))).toEqual({ ok: false, code: "COVARIANCE", field: "Q", rows: 2, cols: 2 });
  expect(run(texts({ R: "nobody" }))).toMatchObject({ code: "COVARIANCE", field: "R", rows: 1 });
  expect(run(texts({ P0: "" }))).toMatchObject({ code: "COVARIANCE", field: "P0" });
  expect(run(texts({ x0: "1" }))).toMatchObject({ code: "VECTOR", field: "x0", rows: 2 });
  expect(run(texts({ Q: "-1" }))).toMatchObject({ code: "Q_NOT_PSD" });
  const observer = { kind: "observer", scaleQ: 1, scaleR: 1, gain: "[1, 2]" } as const;
  expect(run({ estimators: [observer] })).toMatchObject({ code: "GAIN", rows: 2, cols: 1 });
  expect(run({ estimators: [{ ...observer, gain: "[0.1; 0.2]" }] }).ok).toBe(true);
  expect(run({ record: { kind: "simulated", samples: 5e6, seeds: 1 } })).toMatchObject({ code: "TOO_LARGE" });
  expect(run({ outputs: ["Nowhere"] })).toMatchObject({ code: "PLANT", problems: [{ code: "SIGNAL_UNKNOWN" }] });
  const still = draw({ In: ["input"], Out: ["output"] }, ["In -> Out"]);
  expect(run({ plant: { document: still } })).toEqual({ ok: false, code: "NO_STATE" });
  const broken = draw({ Sum: ["sum"], Out: ["output"] }, ["Sum -> Sum.in1", "Sum -> Out"]);
  expect(run({ plant: { document: broken } })).toMatchObject({ code: "PLANT" });
});
