import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GpuDevice, GpuDispatch, GpuView } from "../../../core/gpu/device.ts";
import type { ScanVariant } from "../../../core/gpu/kernels/scanLayout.ts";
import { selectiveScan, selectiveScanGradients } from "../../../core/gpu/kernels/selectiveScan.ts";
import type { ScanGradients, ScanInputs, ScanShape } from "../../../core/gpu/kernels/selectiveScan.ts";
import { planScan } from "../../../core/gpu/scanPlan.ts";
import type { ScanOptions, ScanPlan } from "../../../core/gpu/scanPlan.ts";
import { openGpu } from "../../../core/gpu/webgpu.ts";
import { uniform } from "../../../core/math/random.ts";
import { softwareGpu } from "./adapter.ts";

const gpu = await softwareGpu();

interface Case {
  readonly shape: ScanShape;
  readonly inputs: Required<ScanInputs>;
  readonly dy: Float32Array<ArrayBuffer>;
  readonly dfinal: Float32Array<ArrayBuffer>;
}

/** Inputs in float32, so that the reference and the GPU see the same numbers. */
function drawn(batch: number, channels: number, length: number, states: number, seed = 1): Case {
  let k = 0;
  const draw = (count: number, low = -1, high = 1) =>
    Float32Array.from({ length: count }, () => low + (high - low) * uniform(seed, k++));
  const rows = batch * length;
  const inputs = {
    u: draw(rows * channels),
    raw: draw(rows * channels, -3, 2),
    bc: draw(rows * 2 * states),
    a: draw(channels * states, -2, -0.1),
    skip: draw(channels),
    bias: draw(channels),
    initial: draw(batch * channels * states),
  };
  const shape = { batch, channels, length, states };
  return { shape, inputs, dy: draw(rows * channels), dfinal: draw(batch * channels * states) };
}

interface Results extends ScanGradients {
  readonly y: Float64Array;
  readonly final: Float64Array;
}

function reference({ shape, inputs, dy, dfinal }: Case): Results {
  return { ...selectiveScan(shape, inputs), ...selectiveScanGradients(shape, inputs, dy, dfinal) };
}

type Mutate = (dispatches: readonly GpuDispatch[]) => readonly GpuDispatch[];

async function onGpu(
  device: GpuDevice,
  given: Case,
  options: ScanOptions = {},
  mutate: Mutate = (list) => list,
): Promise<Results> {
  const { shape, inputs, dy, dfinal } = given;
  const { batch, channels, length, states } = shape;
  const holding = (values: ArrayLike<number>): GpuView => {
    const view = device.buffer("given", values.length);
    device.write(view, Float32Array.from(values));
    return view;
  };
  const size = batch * length * channels;
  const buffers = {
    u: holding(inputs.u),
    raw: holding(inputs.raw),
    bc: holding(inputs.bc),
    params: holding([...Array.from(inputs.a), ...Array.from(inputs.skip), ...Array.from(inputs.bias)]),
    y: device.buffer("y", size),
  };
  const gradients = {
    dy: holding(dy),
    du: device.buffer("du", size),
    draw: device.buffer("draw", size),
    dbc: device.buffer("dbc", batch * length * 2 * states),
    dparams: device.buffer("dparams", channels * (states + 2)),
  };
  const plan = planned(planScan(device, shape, buffers, { ...options, gradients }));
  const rows = batch * channels;
  const pad = (values: ArrayLike<number>): Float32Array<ArrayBuffer> => {
    const padded = new Float32Array(rows * plan.padded);
    for (let k = 0; k < rows * states; k++) padded[Math.floor(k / states) * plan.padded + (k % states)] = values[k]!;
    return padded;
  };
  device.write(plan.initial, pad(inputs.initial));
  device.write(plan.finalGradient, pad(dfinal));
  device.run(device.record("forward", mutate(plan.forward)), device.record("backward", mutate(plan.backward)));
  const read = async (view: GpuView): Promise<Float64Array> => {
    const outcome = await device.read(view);
    if (!outcome.ok) throw new Error(outcome.message);
    return Float64Array.from(outcome.words);
  };
  const unpad = (values: Float64Array) =>
    Float64Array.from(
      { length: rows * states },
      (_, k) => values[Math.floor(k / states) * plan.padded + (k % states)]!,
    );
  const params = await read(gradients.dparams);
  const results = {
    y: await read(buffers.y),
    final: unpad(await read(plan.final)),
    u: await read(gradients.du),
    raw: await read(gradients.draw),
    bc: await read(gradients.dbc),
    a: params.slice(0, channels * states),
    skip: params.slice(channels * states, channels * (states + 1)),
    bias: params.slice(channels * (states + 1)),
    initial: unpad(await read(plan.initialGradient)),
  };
  plan.release();
  return results;
}

function planned(plan: ReturnType<typeof planScan>): ScanPlan {
  if (!plan.ok) throw new Error(`${plan.code}: ${plan.what} of ${plan.bytes} bytes, at most ${plan.most}`);
  return plan;
}

const names = ["y", "final", "u", "raw", "bc", "a", "skip", "bias", "initial"] as const;

/** |got - want| / |want|; NaN, which is no less than anything, where nothing is wanted. */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let k = 0; k < want.length; k++) {
    difference += (got[k]! - want[k]!) ** 2;
    size += want[k]! ** 2;
  }
  return got.length === want.length ? Math.sqrt(difference / size) : NaN;
}

/** The largest distance; about five times what is measured in float32 is allowed. */
const worst = (got: Results, want: Results): number =>
  Math.max(...names.map((name) => distance(got[name], want[name])));
const FORWARD = 2e-6;
const ALL = 5e-6;

describe("the reference", () => {
  // learned layers' golden numbers: one channel, two states, three steps, gated by SiLU(z), the loss the sum of outputs.
  const shape = { batch: 1, channels: 1, length: 3, states: 2 };
  const inputs = {
    raw: [-1, 0, 1],
    bias: [0.1],
    a: [-1, -2],
    u: [1, -0.5, 2],
    bc: [1, 0.5, 0.5, 1, 0.2, -1, 1, -0.5, 0.3, 0.7, 0.25, 0.75],
    skip: [0.5],
  };
  const gate = [0.3, -0.2, 1].map((z) => z / (1 + Math.exp(-z)));
  const near = (got: ArrayLike<number>, want: readonly number[]) =>
    want.forEach((value, k) => expect(got[k]).toBeCloseTo(value, 7));

  it("gives the golden numbers forward", () => {
    const { y, final } = selectiveScan(shape, inputs);
    near(
      y.map((value, t) => value * gate[t]!),
      [0.14495836, 0.03310778, 1.96617008],
    );
    near(final, [0.85428229, 1.96788408]);
  });

  it("gives the golden numbers backward", () => {
    const gradients = selectiveScanGradients(shape, inputs, gate);
    near(gradients.raw, [0.0463012, 0.0236984, 0.6341067]);
    near(gradients.bias, [0.7041063]);
    near(gradients.a, [0.0001932, 0.0217538]);
    near(gradients.u, [0.1408137, -0.1105917, 0.9740633]);
    near(
      gradients.bc,
      [
        0.0222024, 0.0648898, 0.058792, 0.029396, 0.0165217, -0.0294832, -0.0078883, -0.0369756, 0.5071117, 1.5213351,
        0.6245304, 1.4386385,
      ],
    );
    near(gradients.skip, [1.6794665]);
  });

  it("has the derivatives that finite differences give", () => {
    const given = drawn(2, 3, 5, 2);
    const { shape, dy, dfinal } = given;
    const loss = (inputs: ScanInputs): number => {
      const { y, final } = selectiveScan(shape, inputs);
      return dot(y, dy) + dot(final, dfinal);
    };
    const gradients = selectiveScanGradients(shape, given.inputs, dy, dfinal);
    for (const name of ["u", "raw", "bc", "a", "skip", "bias", "initial"] as const) {
      const values = Float64Array.from(given.inputs[name]);
      const slopes = values.map((value, k) => {
        const at = (x: number) => loss({ ...given.inputs, [name]: values.with(k, x) });
        return (at(value + 1e-6) - at(value - 1e-6)) / 2e-6;
      });
      expect(distance(gradients[name], slopes), name).toBeLessThan(1e-7);
    }
  });

  it("is Mamba's gate for one state: x[t] = (1 - g) x[t-1] + g u where step B is replaced by 1 - exp(-step)", () => {
    const raw = [0.3, -1.2, 0.8];
    const u = [1, 2, -1];
    const g = raw.map((value) => 1 / (1 + Math.exp(-value)));
    const bc = raw.flatMap((value, t) => [g[t]! / Math.log1p(Math.exp(value)), 1]);
    const { y } = selectiveScan({ ...shape, states: 1 }, { u, raw, bc, a: [-1], skip: [0], bias: [0] });
    let x = 0;
    near(
      y,
      u.map((value, t) => (x = (1 - g[t]!) * x + g[t]! * value)),
    );
  });
});

const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  Array.from(x).reduce((sum, value, k) => sum + value * y[k]!, 0);

describe.skipIf(gpu === undefined)("on a GPU", () => {
  let device: GpuDevice;
  beforeAll(async () => {
    const opened = await openGpu(gpu);
    if (!opened.ok) throw new Error(opened.message);
    device = opened.device;
  });
  afterAll(() => device.close());

  const both = (variant: ScanVariant, subgroup?: number): ScanOptions => ({
    forward: variant,
    backward: variant,
    ...(subgroup === undefined ? {} : { subgroup }),
  });
  const chunk = 8;
  const chunked: ScanVariant = { perLane: 2, width: 4, steps: 4, chunk };

  it.each([1, 2, chunk - 1, chunk, chunk + 1, 3 * chunk + 5])(
    "agrees with the reference over %i steps in chunks",
    async (length) => {
      const given = drawn(2, 6, length, 4, length);
      expect(worst(await onGpu(device, given, both(chunked)), reference(given))).toBeLessThan(ALL);
    },
  );

  it.each<[string, number, ScanVariant, number]>([
    ["a channel in one lane", 4, { perLane: 4, width: 8, steps: 4, chunk: 1e6 }, 4],
    ["a channel in one lane, exchange through memory", 4, { perLane: 4, width: 8, steps: 4, chunk: 16 }, 0],
    ["a state in each lane", 4, { perLane: 1, width: 4, steps: 4, chunk: 1e6 }, 4],
    ["a state in each lane, exchange through memory", 4, { perLane: 1, width: 4, steps: 4, chunk: 1e6 }, 0],
    ["several states in each of several lanes", 8, { perLane: 4, width: 4, steps: 8, chunk: 16, history: 4 }, 4],
    ["the same through memory", 8, { perLane: 4, width: 4, steps: 8, chunk: 16, history: 4 }, 0],
    ["states that fill no power of two", 5, { perLane: 4, width: 4, steps: 4, chunk: 16 }, 4],
    ["fewer states than a lane could hold", 3, { perLane: 8, width: 4, steps: 4, chunk: 16 }, 4],
  ])("agrees with the reference with %s", async (_, states, variant, subgroup) => {
    const given = drawn(2, 9, 37, states);
    expect(worst(await onGpu(device, given, both(variant, subgroup)), reference(given))).toBeLessThan(ALL);
  });

  it("agrees with the reference in the variant that it chooses, with 16 states", async () => {
    const given = drawn(1, 70, 20, 16);
    const got = await onGpu(device, given);
    const want = reference(given);
    expect(distance(got.y, want.y)).toBeLessThan(FORWARD);
    expect(worst(got, want)).toBeLessThan(ALL);
  });

  it("gives the same bits again", async () => {
    const given = drawn(2, 6, 29, 4);
    const [one, two] = [await onGpu(device, given, both(chunked)), await onGpu(device, given, both(chunked))];
    for (const name of names) expect(two[name], name).toEqual(one[name]);
  });

  it("hands a sequence's state over, forward and backward", async () => {
    const whole = drawn(1, 5, 21, 4);
    const cut = 13;
    const part = (from: number, to: number): Case => {
      const rows = (values: ArrayLike<number>, width: number) =>
        Float32Array.from(values).slice(from * width, to * width);
      const { inputs, shape, dy } = whole;
      return {
        ...whole,
        shape: { ...shape, length: to - from },
        inputs: { ...inputs, u: rows(inputs.u, 5), raw: rows(inputs.raw, 5), bc: rows(inputs.bc, 8) },
        dy: rows(dy, 5),
      };
    };
    const first = await onGpu(device, part(0, cut), both(chunked));
    const tail = part(cut, 21);
    const second = await onGpu(device, { ...tail, inputs: { ...tail.inputs, initial: first.final } }, both(chunked));
    const head = await onGpu(device, { ...part(0, cut), dfinal: Float32Array.from(second.initial) }, both(chunked));
    const want = reference(whole);
    const joined = (name: "y" | "u" | "raw" | "bc") => [...head[name], ...second[name]];
    for (const name of ["y", "u", "raw", "bc"] as const)
      expect(distance(joined(name), want[name]), name).toBeLessThan(ALL);
    expect(distance(second.final, want.final)).toBeLessThan(ALL);
    expect(distance(head.initial, want.initial)).toBeLessThan(ALL);
    expect(
      distance(
        head.a.map((value, k) => value + second.a[k]!),
        want.a,
      ),
    ).toBeLessThan(ALL);
  });

  it("stands steps from nothing to large and decays from none to all", async () => {
    const given = drawn(1, 4, 12, 4);
    const raw = Float32Array.from(given.inputs.raw, (_, k) => [-30, 0, 25, -8][k % 4]!);
    const a = Float32Array.from(given.inputs.a, (_, k) => [-1e-6, -80, -1, -1e-3][k % 4]!);
    const extreme = { ...given, inputs: { ...given.inputs, raw, a } };
    expect(worst(await onGpu(device, extreme, both(chunked)), reference(extreme))).toBeLessThan(ALL);
  });

  it("reads B, C and parameters where the caller keeps them", async () => {
    const given = drawn(1, 4, 9, 4);
    const { shape, inputs } = given;
    const rows = new Float32Array(9 * 11);
    for (let t = 0; t < 9; t++) for (let k = 0; k < 8; k++) rows[t * 11 + 3 + k] = inputs.bc[t * 8 + k]!;
    const params = Float32Array.from([...Array.from(inputs.bias), ...Array.from(inputs.a), ...Array.from(inputs.skip)]);
    const holding = (values: ArrayLike<number>) => {
      const view = device.buffer("given", values.length);
      device.write(view, Float32Array.from(values));
      return view;
    };
    const y = device.buffer("y", 36);
    const buffers = { u: holding(inputs.u), raw: holding(inputs.raw), bc: holding(rows), params: holding(params), y };
    const places = { bcStride: 11, bcOffset: 3, a: 4, skip: 20, bias: 0 };
    const plan = planned(planScan(device, shape, buffers, { places, forward: chunked }));
    device.run(device.record("forward", plan.forward));
    const read = await device.read(y);
    const { initial: _, ...fromZero } = inputs;
    expect(distance(read.ok ? read.words : [], selectiveScan(shape, fromZero).y)).toBeLessThan(FORWARD);
  });

  it("works within WebGPU's default limits, without subgroups", async () => {
    const opened = await openGpu(gpu, { plain: true });
    if (!opened.ok) throw new Error(opened.message);
    const given = drawn(1, 20, 11, 8);
    expect(worst(await onGpu(opened.device, given), reference(given))).toBeLessThan(ALL);
    opened.device.close();
  });

  it("refuses by number what the device cannot hold", () => {
    const view = device.buffer("nothing", 64);
    const buffers = { u: view, raw: view, bc: view, params: view, y: view };
    const shape = { batch: 4096, channels: 4096, length: 4096, states: 16 };
    expect(planScan(device, shape, buffers)).toMatchObject({ ok: false, code: "GPU_LIMIT", what: "binding" });
    expect(planScan(device, { ...shape, batch: 1, states: 8192 }, buffers)).toMatchObject({
      ok: false,
      code: "GPU_LIMIT",
      what: "workgroup",
    });
  });

  it.each<[string, string | RegExp, string]>([
    ["states that grow", "exp2(signal.x * a0)", "exp2(-signal.x * a0)"],
    ["no skip", "+ skip * signals", "+ 0.0 * signals"],
    ["chunks that do not decay", "exp2(a * p0)", "1.0"],
    ["a step that is not softplus", "return max(x, 0.0) + s * p;", "return max(x, 0.0);"],
    ["no slope of softplus", "return select(1.0 - exp2", "return 1.0 + 0.0 * select(1.0 - exp2"],
    ["a derivative by A of the wrong sign", /da1 = fma\(g0\.x/, "da1 = fma(-g0.x"],
    ["rows of B and C exchanged", "let column = (j /", "let column = (1u - j /"],
    ["a channel left out of the sums", "let stage_inside = ", "let stage_inside = stage_own != 1u && "],
    ["a chunk left out of the sums", "first < 6u", "first < 0u"],
  ])("is told from one with %s", async (_, from, to) => {
    const given = drawn(2, 6, 21, 4);
    let planted = 0;
    const mutate: Mutate = (dispatches) =>
      dispatches.map((dispatch) => {
        const wgsl = dispatch.program.wgsl.replace(from, to);
        if (wgsl !== dispatch.program.wgsl) planted += 1;
        return { ...dispatch, program: { ...dispatch.program, wgsl } };
      });
    const got = await onGpu(device, given, both(chunked), mutate);
    expect(planted).toBeGreaterThan(0);
    expect(worst(got, reference(given))).toBeGreaterThan(100 * ALL);
  });
});
