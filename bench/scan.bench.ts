/**
 * The selective scan on a real GPU through Dawn, forward and backward, float32, with skip, softplus and bias, beside Mamba's own CUDA kernel.
 * Its times were measured on one H100 elsewhere and cannot be taken again here; the copy is measured in the same run.
 */
import type { GpuDevice, GpuDispatch, GpuProgram, GpuView } from "../core/gpu/device.ts";
import { selectiveScan, selectiveScanGradients } from "../core/gpu/kernels/selectiveScan.ts";
import { planScan } from "../core/gpu/scanPlan.ts";
import type { ScanPlan } from "../core/gpu/scanPlan.ts";
import { openGpu } from "../core/gpu/webgpu.ts";
import { error, median } from "./table.ts";
import type { Table } from "./table.ts";

/** Shape, milliseconds of the CUDA kernel forward and backward, and our goal: half of them. */
const cases = [
  { shape: { batch: 8, channels: 1024, length: 2048, states: 16 }, forward: 0.593, backward: 1.524 },
  { shape: { batch: 1, channels: 2048, length: 16_384, states: 16 }, forward: 1.402, backward: 3.443 },
  { shape: { batch: 64, channels: 256, length: 256, states: 16 }, forward: 0.162, backward: 0.545 },
  { shape: { batch: 1, channels: 128, length: 65_536, states: 16 }, forward: 0.735, backward: 1.689 },
] as const;

const columns = [
  "batch, channels, length, states",
  "forward",
  "/ CUDA",
  "keeping states",
  "backward",
  "/ CUDA",
  "GB/s forward (of copy)",
  "error y, du, draw, dA",
  "variant forward",
  "backward",
];

export default async function scan(): Promise<Table> {
  const title = "### Selective scan on a GPU";
  const nothing = (why: string): Table => ({ title, columns, rows: [], notes: [`Not measured: ${why}.`] });
  const { create } = await import("webgpu");
  const gpu = create(["enable-dawn-features=allow_unsafe_apis", "disable-dawn-features=timestamp_quantization"]);
  const opened = await openGpu(gpu);
  if (!opened.ok) return nothing(`${opened.code}, ${opened.message}`);
  const { device } = opened;
  if (device.info.software || !device.info.timestamps) return nothing(`${device.info.name} is no GPU with a clock`);
  const copied = await copySpeed(device);
  const rows: string[][] = [];
  for (const { shape, forward: cudaForward, backward: cudaBackward } of cases) {
    const { batch, channels, length, states } = shape;
    const given = drawn(shape);
    const hold = (values: Float32Array<ArrayBuffer>): GpuView => {
      const view = device.buffer("given", values.length);
      device.write(view, values);
      return view;
    };
    const size = batch * length * channels;
    const params = Float32Array.from([...given.a, ...given.skip, ...given.bias]);
    const buffers = {
      u: hold(given.u),
      raw: hold(given.raw),
      bc: hold(given.bc),
      params: hold(params),
      y: device.buffer("y", size),
    };
    const gradients = {
      dy: hold(given.dy),
      du: device.buffer("du", size),
      draw: device.buffer("draw", size),
      dbc: device.buffer("dbc", given.bc.length),
      dparams: device.buffer("dparams", params.length),
    };
    const inference = planned(planScan(device, shape, buffers));
    const training = planned(planScan(device, shape, buffers, { gradients }));
    const forward = await time(device, inference.forward);
    const keeping = await time(device, training.forward);
    const backward = await time(device, training.backward);
    const speed = (4 * (3 * size + given.bc.length)) / forward / 1e6;
    const { forward: f, backward: b } = training.chosen;
    rows.push([
      `${batch}, ${channels}, ${length}, ${states}`,
      `${forward.toFixed(3)} ms`,
      against(forward, cudaForward),
      `${keeping.toFixed(3)} ms`,
      `${backward.toFixed(3)} ms`,
      against(backward, cudaBackward),
      `${speed.toFixed(0)} (${((100 * speed) / copied).toFixed(0)} %)`,
      (await errors(device, shape, given, buffers.y, gradients)).map(error).join(", "),
      variant(f),
      b === undefined ? "" : variant(b),
    ]);
    for (const view of [...Object.values(buffers), ...Object.values(gradients)]) device.release(view);
    inference.release();
    training.release();
  }
  const notes = [
    `${device.info.name}; copy ${copied.toFixed(0)} GB/s read and written. Medians of 31 by the GPU's clock, after 0.3 s of the same work, as a`,
    "card that idled runs at a quarter of its clock. Forward: what inference needs; keeping: with states for the backward pass.",
    "Bytes forward are those of u, raw, B, C and y, each once. Errors relative to float64, of four channels of the last sequence.",
    "Variant: states a lane x channels a workgroup, steps a tile / steps a chunk.",
  ];
  device.close();
  return { title, columns, rows, notes };
}

type Shape = (typeof cases)[number]["shape"];
type Drawn = Record<"u" | "raw" | "bc" | "a" | "skip" | "bias" | "dy", Float32Array<ArrayBuffer>>;

/** Random, never zeros; steps of 0.001 to 0.1 as Mamba begins with. Xorshift, since tens of millions are drawn. */
function drawn({ batch, channels, length, states }: Shape): Drawn {
  let state = 20_261_128;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const draw = (count: number, value = () => 2 * next() - 1): Float32Array<ArrayBuffer> => {
    const values = new Float32Array(count);
    for (let k = 0; k < count; k++) values[k] = value();
    return values;
  };
  const size = batch * length * channels;
  let n = 0;
  return {
    u: draw(size),
    raw: draw(size),
    bc: draw(batch * length * 2 * states),
    a: draw(channels * states, () => -(1 + (n++ % states)) * (0.8 + 0.4 * next())),
    skip: draw(channels),
    bias: draw(channels, () => {
      const step = 0.001 * 100 ** next();
      return step + Math.log(-Math.expm1(-step));
    }),
    dy: draw(size),
  };
}

function planned(plan: ReturnType<typeof planScan>): ScanPlan {
  if (!plan.ok) throw new Error(`${plan.code}: ${plan.what} of ${plan.bytes} bytes, at most ${plan.most}`);
  return plan;
}

async function time(device: GpuDevice, dispatches: readonly GpuDispatch[]): Promise<number> {
  const recording = device.record("scan", dispatches);
  // Until the clock has gone up: a card that had nothing to do, or only copied, runs at a quarter of it.
  let busy = 0;
  while (busy < 300) for (const milliseconds of await measured(device, recording, 64)) busy += milliseconds;
  return median(await measured(device, recording, 31));
}

async function measured(
  device: GpuDevice,
  recording: ReturnType<GpuDevice["record"]>,
  repeats: number,
): Promise<readonly number[]> {
  const times = await device.time(recording, repeats);
  if (!times.ok) throw new Error(`${times.code}: ${times.message}`);
  return times.milliseconds;
}

const copy: GpuProgram = {
  label: "copy",
  bindings: ["read", "write"],
  wgsl: `@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_words: array<vec4f>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) { target_words[id.x] = source[id.x]; }`,
};

/** GB/s, read and written, of 256 MB. */
async function copySpeed(device: GpuDevice): Promise<number> {
  const groups = 65_535;
  const words = 1024 * groups;
  const views = [device.buffer("source", words), device.buffer("target", words)];
  const piece = Float32Array.from({ length: 1 << 20 }, (_, k) => Math.sin(k));
  for (let at = 0; at + piece.length <= words; at += piece.length)
    device.write({ ...views[0]!, offset: at, length: piece.length }, piece);
  const milliseconds = await time(device, [{ program: copy, views, groups: [groups, 1, 1] }]);
  for (const view of views) device.release(view);
  return (8 * words) / milliseconds / 1e6;
}

/** Of y, du and draw in the last sequence and of A's derivative, where that is the only one, against float64 in some channels. */
async function errors(
  device: GpuDevice,
  shape: Shape,
  given: Drawn,
  y: GpuView,
  gradients: { readonly du: GpuView; readonly draw: GpuView; readonly dparams: GpuView },
): Promise<number[]> {
  const { batch, channels, length, states } = shape;
  const picked = [0, 1, 37, channels - 1];
  const first = (batch - 1) * length;
  const signal = (values: Float32Array) =>
    Float32Array.from(
      { length: length * picked.length },
      (_, k) => values[(first + Math.floor(k / picked.length)) * channels + picked[k % picked.length]!]!,
    );
  const each = (values: Float32Array, width: number) =>
    Float32Array.from(picked.flatMap((d) => [...values.subarray(d * width, (d + 1) * width)]));
  const inputs = {
    u: signal(given.u),
    raw: signal(given.raw),
    bc: given.bc.subarray(first * 2 * states),
    a: each(given.a, states),
    skip: each(given.skip, 1),
    bias: each(given.bias, 1),
  };
  const small = { batch: 1, channels: picked.length, length, states };
  const want = selectiveScanGradients(small, inputs, signal(given.dy));
  const read = async (view: GpuView) => {
    const outcome = await device.read(view);
    if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
    return outcome.words;
  };
  const found = [
    distance(signal(await read(y)), selectiveScan(small, inputs).y),
    distance(signal(await read(gradients.du)), want.u),
    distance(signal(await read(gradients.draw)), want.raw),
  ];
  if (batch === 1) found.push(distance(each(await read(gradients.dparams), states), want.a));
  return found;
}

function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let k = 0; k < want.length; k++) {
    difference += (got[k]! - want[k]!) ** 2;
    size += want[k]! ** 2;
  }
  return Math.sqrt(difference / size);
}

const against = (ours: number, theirs: number): string =>
  `${(ours / theirs).toFixed(2)} (≤ 0.5: ${ours <= theirs / 2 ? "met" : "missed"})`;

const variant = ({
  perLane,
  width,
  steps,
  chunk,
  chunks,
}: {
  perLane: number;
  width: number;
  steps: number;
  chunk: number;
  chunks: number;
}): string => `${perLane} x ${width}, ${steps} / ${chunks === 1 ? "all" : chunk}`;
