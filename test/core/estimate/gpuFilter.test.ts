import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ensemble, EnsembleEstimate } from "../../../core/estimate/ensemble.ts";
import { ensemble } from "../../../core/estimate/ensemble.ts";
import type { Estimated } from "../../../core/estimate/estimators.ts";
import { ensembleOnFound, ensembleOnGpu } from "../../../core/estimate/gpuEnsemble.ts";
import { filterOnFound, filterOnGpu } from "../../../core/estimate/gpuFilter.ts";
import { kalmanFilter } from "../../../core/estimate/kalmanFilter.ts";
import type { LinearGaussian } from "../../../core/estimate/linearGaussian.ts";
import type { GpuDevice, GpuProgram } from "../../../core/gpu/device.ts";
import { openGpu } from "../../../core/gpu/webgpu.ts";
import { softwareGpu } from "../gpu/adapter.ts";
import { noiseOf, simulated } from "./simulated.ts";

const gpu = await softwareGpu();

const plant: LinearGaussian = {
  A: [
    [0.95, 0.2],
    [-0.1, 1.01],
  ],
  B: [[0], [0.5]],
  C: [
    [1, 0],
    [0.3, 1],
  ],
  D: [[0.2], [0]],
  Q: [
    [0.02, 0.01],
    [0.01, 0.03],
  ],
  R: [
    [0.3, 0.1],
    [0.1, 0.2],
  ],
  x0: [1, -2],
  P0: [
    [2, 0.3],
    [0.3, 1],
  ],
};
const steps = 203;
const u = Array.from({ length: steps }, (_, k) => [Math.sin(k / 7)]);
const holes = (y: readonly (readonly number[])[]) =>
  y.map((row, k) => row.map((v, i) => ((k + i) % 5 === 0 || (k > 40 && k < 90) ? Number.NaN : v)));
const whole = simulated(plant, steps, 5, u).y;
const gappy = holes(whole);

const filters = 70;
const members = Array.from({ length: filters }, (_, f) => holes(simulated(plant, 40, f + 1, u.slice(0, 40)).y));
const noise = noiseOf(9);
const many: Ensemble = {
  model: plant,
  filters,
  steps: 40,
  y: Float64Array.from(members.flat(2)),
  u: u.slice(0, 40),
  x0: Float64Array.from({ length: 2 * filters }, noise),
};
const own: Ensemble = {
  ...many,
  model: Array.from({ length: filters }, (_, f) => ({
    ...plant,
    R: [
      [0.3 + f / 50, 0.1],
      [0.1, 0.2],
    ],
    B: [[0], [f / 100]],
  })),
};

async function done<T>(work: AsyncGenerator<number, T> | Generator<number, T>): Promise<T> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
  }
}
async function accepted<T extends { readonly ok: boolean }>(work: AsyncGenerator<number, T> | Generator<number, T>) {
  const found = await done(work);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found as Extract<T, { ok: true }>;
}

/** The largest difference, NaN where one is a number and the other none. */
function apart(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let most = got.length === want.length ? 0 : Number.NaN;
  for (let i = 0; i < want.length; i++)
    if (!Number.isNaN(got[i]!) || !Number.isNaN(want[i]!)) most = Math.max(most, Math.abs(got[i]! - want[i]!));
  return most;
}

const reference = (y: readonly (readonly number[])[], model = plant) => {
  const found = kalmanFilter(model, y, u);
  if (!found.ok) throw new Error(found.message);
  return found;
};
/** Some five times what is measured. */
const TOLERANCE = 5e-5;

describe("an ensemble on the CPU", () => {
  it("is one filter after the other", async () => {
    const got = await accepted(ensemble(own));
    const f = 33;
    const want = kalmanFilter(
      { ...(own.model as readonly LinearGaussian[])[f]!, x0: [...own.x0!.subarray(2 * f, 2 * f + 2)] },
      members[f]!,
      own.u,
    );
    if (!want.ok) throw new Error(want.message);
    expect(got.x.subarray(80 * f, 80 * f + 80)).toEqual(want.x);
    expect(got.loglik[f]).toBe(want.loglik);
    expect(got.dof[f]).toBe(members[f]!.flat().filter((v) => !Number.isNaN(v)).length);
    const last = await accepted(ensemble({ ...own, keep: "last" }));
    expect(last.x.subarray(2 * f, 2 * f + 2)).toEqual(want.x.subarray(78));
  });

  it("refuses what one array cannot hold, and names the filter that fails", async () => {
    const huge = { ...many, filters: 3e6, steps: 40, y: { length: 3e6 * 80 } as Float64Array, x0: undefined! };
    expect(await done(ensemble(huge))).toMatchObject({ ok: false, code: "ENSEMBLE_SIZE", numbers: 48e7 });
    const y = many.y.slice();
    y[80 * 12 + 6] = Infinity;
    expect(await done(ensemble({ ...many, y }))).toMatchObject({ ok: false, code: "NOT_FINITE", filter: 12, k: 3 });
    expect(() => ensemble({ ...many, filters: 3 }).next()).toThrow(RangeError);
  });
});

describe.skipIf(gpu === undefined)("on a GPU", () => {
  let device: GpuDevice;
  const open = async (): Promise<GpuDevice> => {
    const opened = await openGpu(gpu);
    if (!opened.ok) throw new Error(opened.message);
    return opened.device;
  };
  beforeAll(async () => {
    device = await open();
  });
  afterAll(() => device.close());

  it.each([
    ["whole", whole, 16],
    ["with samples missing", gappy, 16],
    ["in one chunk", gappy, 256],
  ] as const)("one record %s is the float64 filter's", async (_, y, chunk) => {
    const got = await accepted(filterOnGpu(device, plant, y, u, { chunk }));
    const want = reference(y);
    for (const name of ["x", "e", "z"] as const) expect(apart(got[name], want[name]), name).toBeLessThan(TOLERANCE);
    const P = (one: typeof got | typeof want) =>
      Array.from({ length: 4 * steps }, (__, i) => one.P[one.row[Math.floor(i / 4)]! * 4 + (i % 4)]!);
    expect(apart(P(got), P(want))).toBeLessThan(TOLERANCE);
    expect(Math.abs(got.loglik / want.loglik - 1)).toBeLessThan(1e-6);
    expect(got.residual).toBeLessThan(TOLERANCE);
  });

  it.each([
    ["one model", many],
    ["a model each", own],
  ] as const)("an ensemble with %s is the float64 filters'", async (_, task) => {
    const [got, want] = [await accepted(ensembleOnGpu(device, task)), await accepted(ensemble(task))];
    for (const name of ["x", "z", "dof"] as const) expect(apart(got[name], want[name]), name).toBeLessThan(TOLERANCE);
    for (const name of ["loglik", "nis"] as const) expect(apart(got[name], want[name]), name).toBeLessThan(6e-4);
    const last = await accepted(ensembleOnGpu(device, { ...task, keep: "last" }));
    expect(last.x).toEqual(Float64Array.from({ length: 2 * filters }, (__, i) => got.x[80 * (i >> 1) + 78 + (i & 1)]!));
    expect(last.loglik).toEqual(got.loglik);
  });

  it("gives the same bits again, and in shorter segments and fewer lanes at once", async () => {
    const within = (binding: number): GpuDevice => ({
      ...device,
      info: { ...device.info, limits: { ...device.info.limits, binding } },
    });
    const small = within(4 * 6 * 30 * 5);
    const [one, two, cut] = [
      await accepted(ensembleOnGpu(device, many)),
      await accepted(ensembleOnGpu(device, many)),
      await accepted(ensembleOnGpu(small, many)),
    ];
    expect(two).toEqual(one);
    expect(cut.x).toEqual(one.x);
    expect(apart(cut.loglik, one.loglik)).toBeLessThan(1e-4);
    const record = (on = device) => accepted(filterOnGpu(on, plant, gappy, u, { chunk: 16 }));
    const wanted = await record();
    expect(await record()).toEqual(wanted);
    // 13 chunks of 7 words a sample, 5 samples at a time; and no room for more than one chunk.
    const parts = await record(within(4 * 7 * 13 * 5));
    expect(parts.x).toEqual(wanted.x);
    expect(Math.abs(parts.loglik / wanted.loglik - 1)).toBeLessThan(1e-6);
    const alone = await record(within(4 * 16));
    expect(apart(alone.x, wanted.x)).toBeLessThan(TOLERANCE);
  });

  it("filters six states by loops that are left as loops", async () => {
    const six = Array.from({ length: 6 }, (_, i) => i);
    const model: LinearGaussian = {
      A: six.map((i) => six.map((j) => (i === j ? 0.9 - i / 20 : j === i + 1 ? 0.3 : 0))),
      C: [0, 3].map((i) => six.map((j) => (j === i ? 1 : 0.1 * j))),
      Q: six.map((i) => six.map((j) => (i === j ? 0.1 : 0))),
      R: [
        [0.3, 0.1],
        [0.1, 0.2],
      ],
      P0: six.map((i) => six.map((j) => (i === j ? 2 : 0.1))),
    };
    const y = holes(simulated(model, 100, 3).y);
    const [got, want] = [
      await accepted(filterOnGpu(device, model, y, undefined, { chunk: 16 })),
      kalmanFilter(model, y),
    ];
    if (!want.ok) throw new Error(want.message);
    for (const name of ["x", "z"] as const) expect(apart(got[name], want[name]), name).toBeLessThan(TOLERANCE);
    expect(Math.abs(got.loglik / want.loglik - 1)).toBeLessThan(1e-6);
  });

  it.each([
    ["the sign of the information", "eta[i] += ", "eta[i] -= "],
    ["the transition of what is known", "F[i * N + j] -= ", "F[i * N + j] += "],
    ["the gain", "sum += W[i * N + j] * z[i]", "sum += 0.9 * W[i * N + j] * z[i]"],
    ["the noise of the states", "var sum = q(i, j, lane)", "var sum = 0.5 * q(i, j, lane)"],
  ])("would not pass with %s wrong", async (_, right, wrong) => {
    const mutant: GpuDevice = {
      ...device,
      record: (label, dispatches) =>
        device.record(
          label,
          dispatches.map((one) => {
            const program: GpuProgram = { ...one.program, wgsl: one.program.wgsl.replaceAll(right, wrong) };
            return { ...one, program };
          }),
        ),
    };
    const got = await done(filterOnGpu(mutant, plant, gappy, u, { chunk: 16 }));
    if (got.ok) expect(apart(got.x, reference(gappy).x)).toBeGreaterThan(100 * TOLERANCE);
    else expect(got.code).toBe("GPU_PRECISION");
  });

  it("refuses what it cannot do, and says why", async () => {
    const code = async (model: LinearGaussian, y = whole) => {
      const found = await done(filterOnGpu(device, model, y, u));
      return found.ok ? "ok" : found.code;
    };
    expect(await code({ ...plant, P0: undefined })).toBe("GPU_MODEL");
    expect(await code({ ...plant, A: Array<number[][]>(steps).fill(plant.A as number[][]) })).toBe("GPU_MODEL");
    expect(
      await code({
        ...plant,
        Q: [
          [-1, 0],
          [0, 1],
        ],
      }),
    ).toBe("Q_NOT_PSD");
    expect(
      await code({
        ...plant,
        R: [
          [0, 0],
          [0, 0],
        ],
        C: [
          [0, 0],
          [0, 0],
        ],
      }),
    ).toBe("GPU_PRECISION");
    // Positions so large that float32 cannot tell them apart by their deviation.
    expect(await code({ ...plant, x0: [1e7, 0] })).toBe("GPU_PRECISION");
    const n = 17;
    const wide = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 0.5 : 0)));
    const large = { A: wide, C: [wide[0]!], Q: wide, R: [[1]], P0: wide };
    expect(await done(filterOnGpu(device, large, [[1]]))).toMatchObject({ ok: false, code: "GPU_LIMIT" });
  });

  it("stops when it is no longer asked, and frees what it held", async () => {
    let held = 0;
    const counted: GpuDevice = {
      ...device,
      buffer: (...given) => (held++, device.buffer(...given)),
      uniform: (...given) => (held++, device.uniform(...given)),
      release: (view) => (held--, device.release(view)),
    };
    const work = filterOnGpu(counted, plant, whole, u, { chunk: 16 });
    const first = await work.next();
    expect(first).toMatchObject({ done: false });
    expect(held).toBeGreaterThan(0);
    await work.return(undefined!);
    expect(held).toBe(0);
  });

  it("goes on with the CPU when the device is lost on the way", async () => {
    for (const kind of ["record", "ensemble"] as const) {
      const own = await open();
      const fell: string[] = [];
      const found = { kind: "gpu", opened: { ok: true, device: own } } as const;
      const tell = ({ code }: { readonly code: string }) => void fell.push(code);
      const work =
        kind === "record"
          ? filterOnFound(found, tell, plant, whole, u)
          : ensembleOnFound(found, tell, { ...many, keep: "last" });
      const first = work.next();
      own.close();
      const told = await first;
      const got = told.done ? told.value : await done(work as AsyncGenerator<number, Estimated | EnsembleEstimate>);
      if (!got.ok) throw new Error("refused");
      expect(fell).toEqual(["GPU_LOST"]);
      const want = kind === "record" ? reference(whole).x : (await accepted(ensemble({ ...many, keep: "last" }))).x;
      expect(got.x).toEqual(want);
    }
  });
});
