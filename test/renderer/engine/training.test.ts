/** Training as its worker does it: from a drawn plant and from a recording, beside the filters that know the plant. */
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { putWeights, startIn, wiredTo } from "../../../core/diagram/learnedBlocks.ts";
import { openGpu, type GpuOpened } from "../../../core/gpu/webgpu.ts";
import { readWeights } from "../../../core/learn/weightFile.ts";
import { training } from "../../../renderer/engine/training.ts";
import type { TrainDevice, TrainFault, TrainJob, TrainResult } from "../../../renderer/engine/trainProtocol.ts";
import { signalsOf } from "../../../renderer/engine/trainRuns.ts";
import { draw } from "../../core/drawing.ts";
import { softwareGpu } from "../../core/gpu/adapter.ts";

/** A sampled plant, driven and measured with noise; `more` is drawn beside it. */
const noisyWith = (more: Parameters<typeof draw>[0], wires: Parameters<typeof draw>[1]): LazoDocument => ({
  ...draw(
    {
      Push: ["noise", { deviation: "0.3", period: "0.1", seed: "1" }],
      Plant: ["discrete-state-space", { A: "[0.95, 0.2; -0.15, 0.9]", B: "[1; 1]", C: "[1, 0]", period: "0.1" }],
      Error: ["noise", { deviation: "1", period: "0.1", seed: "2" }],
      Seen: ["sum", { signs: "++" }],
      Out: ["output", { names: "y" }],
      ...more,
    },
    ["Push -> Plant", "Plant -> Seen", "Error -> Seen.in2", "Seen -> Out", ...wires],
  ),
  run: { stop: "20", step: "0.1", solver: "auto" },
});
const noisy = noisyWith({}, []);

const base: TrainJob = {
  source: { kind: "plant", document: noisy, runs: 12, noise: 0, scatter: 0.2 },
  given: ["Out.y"],
  sought: ["Plant.x[1]", "Plant.x[2]"],
  ...{ ahead: 0, kind: "s5", form: "network", width: 8, states: 8, layers: 1 },
  ...{ length: 64, steps: 60, rate: 0.01, seed: 1, begin: { kind: "random" } },
};

async function run(job: TrainJob, checkpoint?: string, open?: () => Promise<GpuOpened>) {
  const losses: number[] = [];
  const devices: TrainDevice[] = [];
  let held = "";
  const work = training(job, checkpoint, open);
  let next = await work.next();
  for (; !next.done; next = await work.next()) {
    if (next.value.kind === "device") devices.push(next.value.device);
    if (next.value.kind !== "step") continue;
    losses.push(next.value.loss.loss);
    if (next.value.loss.step === 30) held = next.value.checkpoint();
  }
  return { losses, devices, held, result: next.value };
}

function good(result: TrainResult | TrainFault): TrainResult {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result;
}
const mse = (result: TrainResult, who: string) => result.judged.find((one) => one.who === who)!.mse!;

test("signals of a plant are told apart", () => {
  const told = signalsOf(noisy);
  if (!told.ok) throw new Error(told.code);
  expect(told.signals.map(({ path, kind }) => [path, kind])).toEqual(
    expect.arrayContaining([
      ["Out.y", "output"],
      ["Plant.x[1]", "state"],
      ["Plant.x[2]", "state"],
    ]),
  );
  expect(told).toMatchObject({ seeded: 2, switching: false, samples: 201, period: 0.1 });
});

test("the network of a block is trained from its first weights, put into it, and trained on in its own units", async () => {
  const drawn = noisyWith(
    {
      Net: ["learned-ssm", { kind: "S4", outputs: "2", width: "4", size: "4", layers: "1", period: "0.3" }],
      Guess: ["output", {}],
    },
    ["Seen -> Net", "Net -> Guess"],
  );
  const id = drawn.root.blocks.find(({ name }) => name === "Net")!.id;
  const told = signalsOf(drawn);
  if (!told.ok) throw new Error(told.code);
  // A network that is only looked at is no part of the plant.
  expect(told.signals.filter(({ path }) => /Net|Guess/.test(path))).toEqual([]);
  const paths = told.signals.map(({ path }) => path);
  expect(wiredTo(drawn, id, paths)).toEqual(["Out.y"]);
  const job = (document: LazoDocument, steps: number): TrainJob => {
    const { learned, text, name } = startIn(document, id)!;
    const { kind, width, states, layers } = learned.spec;
    const sizes = { kind, width, states, layers, form: "network", length: 64 } as const;
    const source = { kind: "plant", document, runs: 12, noise: 0, scatter: 0.2 } as const;
    return { ...base, ...sizes, source, steps, begin: { kind: "block", id, name, text } };
  };
  const first = good((await run(job(drawn, 20))).result);
  expect(first.bestStep).toBeGreaterThan(0);
  const put = putWeights(drawn, id, "Net", first.text, 0.1);
  const compiled = compile(put);
  expect(compiled.problems).toEqual([]);
  // Without a step it is what was put there: the same weights, the same units.
  const again = good((await run({ ...job(put, 0), seed: 2 })).result);
  const [before, after] = [first, again].map(({ text }) => JSON.parse(text) as { weights: unknown; to: unknown });
  expect(after!.weights).toEqual(before!.weights);
  expect(after!.to).toEqual(before!.to);
  expect((await run({ ...job(drawn, 1), given: ["Out.y", "Plant.x[1]"] })).result).toMatchObject({
    ...{ code: "OTHER_SIZES", inputs: 1, outputs: 2, given: 2, sought: 2 },
  });
});

test("a network learns a filter from runs, goes on from a checkpoint to the same bits, and the Kalman filter is the better one", async () => {
  const whole = await run(base);
  const result = good(whole.result);
  const [learned, kalman, mean] = ["learned", "kalman", "mean"].map((who) => mse(result, who));
  expect(whole.losses.at(-1)).toBeLessThan(0.7 * whole.losses[0]!);
  for (const o of [0, 1]) {
    expect(kalman![o]).toBeLessThan(learned![o]! * 1.02);
    expect(learned![o]).toBeLessThan(mean![o]!);
  }
  expect(result.judged.map(({ who }) => who)).toEqual(["learned", "kalman", "mean"]);
  const rest = good((await run(base, whole.held)).result);
  expect(rest.text).toBe(result.text);
  const read = readWeights(result.text);
  if (!read.ok) throw new Error(read.message);
  expect(read.learned).toMatchObject({ inputNames: ["Out.y"], outputNames: base.sought, period: 0.1, ahead: 0 });
});

test("begun as the steady Kalman filter, it is that filter before it is trained", async () => {
  const result = good((await run({ ...base, form: "filter", steps: 0, begin: { kind: "kalman" } })).result);
  expect(result.begun).toBeLessThan(1e-5);
  // They differ only where the filter's gain has not settled yet.
  mse(result, "learned").forEach((value, o) =>
    expect(Math.abs(value / mse(result, "kalman")[o]! - 1)).toBeLessThan(0.02),
  );
});

test("one sample ahead of noisy measurements", async () => {
  const result = good((await run({ ...base, given: ["Out.y"], sought: ["Out.y"], ahead: 1, form: "filter", steps: 0, begin: { kind: "kalman" } })).result); // prettier-ignore
  expect(mse(result, "learned")[0]! / mse(result, "kalman")[0]!).toBeCloseTo(1, 1);
  expect(mse(result, "kalman")[0]).toBeLessThan(mse(result, "standing")[0]!);
});

const pendulum: LazoDocument = {
  ...draw(
    {
      Rate: ["function", { formula: "[u[2]; -9.81*sin(u[1]) - 0.3*u[2]]" }],
      Held: ["state", { initial: "[2; 0]", names: "angle, speed" }],
      Sensor: ["function", { formula: "sin(u[1])" }],
      Out: ["output"],
    },
    ["Held -> Rate", "Rate -> Held", "Held -> Sensor", "Sensor -> Out"],
  ),
  run: { stop: "5", step: "0.05", solver: "auto" },
};

test("a plant without noise is run with scattered starts and noisy measurements; extended and unscented filters stand beside", async () => {
  const source = { kind: "plant", document: pendulum, runs: 6, noise: 0.1, scatter: 0.3 } as const;
  const result = good(
    (await run({ ...base, source, given: ["Out"], sought: ["Held.angle"], steps: 20, length: 40 })).result,
  );
  expect(result.judged.map(({ who }) => who)).toEqual(["learned", "kalman", "ekf", "ukf", "mean"]);
  expect(mse(result, "ekf")[0]).toBeLessThan(0.2 * mse(result, "mean")[0]!);
  expect((await run({ ...base, source: { ...source, noise: 0, scatter: 0 }, given: ["Out"], sought: ["Held.angle"] })).result).toEqual({ ok: false, code: "SAME_RUNS" }); // prettier-ignore
});

const t = Float64Array.from({ length: 400 }, (_, k) => k);
const recording = {
  kind: "data",
  set: "lag",
  names: ["u", "y"],
  columns: [t.map((k) => Math.sin(0.3 * k) + Math.sin(0.11 * k * k)), t.map(() => 0)],
  period: 0.2,
  split: 0.7,
} as const;
for (let k = 1; k < 400; k++) recording.columns[1][k] = 0.8 * recording.columns[1][k - 1]! + recording.columns[0][k]!;
const lag: TrainJob = { ...base, source: recording, given: ["u"], sought: ["y"], length: 40 };

test("a recording is learned from its first part and tested on the rest", async () => {
  const result = good((await run(lag)).result);
  expect(result.judged.map(({ who }) => who)).toEqual(["learned", "mean"]);
  expect(mse(result, "learned")[0]).toBeLessThan(0.2 * mse(result, "mean")[0]!);
  const model = { kind: "model", name: "1", A: [[0.8]], B: [[0.8]], C: [[1]], D: [[1]] } as const;
  const begun = good((await run({ ...lag, form: "filter", begin: model, steps: 0 })).result);
  expect(mse(begun, "learned")[0]).toBeLessThan(1e-3 * mse(begun, "mean")[0]!);
});

test("where there is no GPU the CPU trains and says so, if one was wanted or there is enough to do", async () => {
  const narrow: TrainJob = { ...lag, steps: 3, width: 2 };
  const small = await run(narrow);
  expect(small.devices).toEqual([{ kind: "cpu" }]);
  const why = "GPU_ABSENT: this platform has no WebGPU";
  const wanted = await run({ ...narrow, device: "gpu" });
  expect(wanted.devices).toEqual([{ kind: "cpu", why }]);
  expect(wanted.losses).toEqual(small.losses);
  expect((await run({ ...lag, steps: 3, width: 16 })).devices).toEqual([{ kind: "cpu", why }]);
  expect((await run({ ...lag, steps: 3, width: 16, device: "cpu" })).devices).toEqual([{ kind: "cpu" }]);
});

const gpu = await softwareGpu();
describe.skipIf(gpu === undefined)("a GPU", () => {
  const tiny: TrainJob = { ...lag, kind: "s4d", width: 4, states: 4, length: 16, steps: 8 };
  const open = () => openGpu(gpu, { plain: true });

  test("trains to the CPU's losses, step by step; one that a processor plays is taken only when asked for", async () => {
    const there = await run({ ...tiny, device: "gpu" }, undefined, open);
    expect(there.devices).toMatchObject([{ kind: "gpu" }]);
    const here = await run(tiny);
    expect(there.losses.length).toBe(8);
    there.losses.forEach((loss, k) => expect(Math.abs(loss / here.losses[k]! - 1)).toBeLessThan(1e-3));
    expect(mse(good(there.result), "learned")[0]! / mse(good(here.result), "learned")[0]!).toBeCloseTo(1, 2);
    expect((await run({ ...lag, steps: 2, width: 16 }, undefined, open)).devices).toEqual([{ kind: "cpu" }]);
  }, 120_000);

  test("that is lost for good hands over to the CPU, from where it was", async () => {
    let opened = 0;
    const once = async (): Promise<GpuOpened> => {
      if (opened++ > 0) return { ok: false, code: "GPU_ABSENT", message: "gone" };
      const found = await open();
      if (found.ok) setTimeout(() => found.device.close(), 1);
      return found;
    };
    const { devices, losses } = await run({ ...tiny, device: "gpu" }, undefined, once);
    expect(devices.at(-1)).toEqual({ kind: "cpu", why: "GPU_ABSENT: gone" });
    expect(losses.length).toBe(8);
  }, 120_000);
});

test("gaps in what is sought alone do not count: a right model is not led astray", async () => {
  const [u, y] = recording.columns;
  const gaps = y.map((v, k) => (k % 4 === 1 ? NaN : v));
  const model = { kind: "model", name: "1", A: [[0.8]], B: [[0.8]], C: [[1]], D: [[1]] } as const;
  const job: TrainJob = { ...lag, form: "filter", begin: model, source: { ...recording, columns: [u, gaps] } };
  const result = good((await run(job)).result);
  expect(mse(result, "learned")[0]).toBeLessThan(1e-3 * mse(result, "mean")[0]!);
});

const holed = recording.columns[0].slice();
holed[5] = NaN;
test.each([
  [{ ...lag, sought: [] }, { code: "NO_SIGNALS" }],
  [{ ...lag, sought: ["gone"] }, { code: "NO_SIGNALS" }],
  [
    { ...lag, length: 200 },
    { code: "TOO_SHORT", samples: 56, needed: 200 },
  ],
  [{ ...lag, states: 5 }, { code: "NOT_A_NETWORK" }],
  [{ ...lag, kind: "mamba", form: "filter" }, { code: "NOT_A_NETWORK" }],
  [{ ...lag, begin: { kind: "kalman" } }, { code: "NO_STEADY_FILTER" }],
  [{ ...lag, begin: { kind: "model", name: "1", A: [[1, 1], [0, 1]], B: [[1], [1]], C: [[1, 1]], D: [[0]] } }, { code: "NOT_LOADED" }], // prettier-ignore
  [
    { ...lag, source: { ...recording, columns: [holed, recording.columns[1]] } },
    { code: "NOT_FINITE", signal: "u", sample: 6 },
  ],
] as const satisfies readonly (readonly [TrainJob, object])[])("%# is refused", async (job, fault) => {
  expect((await run(job)).result).toMatchObject({ ok: false, ...fault });
});
