/** Products of matrices in float32 on a real GPU through Dawn: a large one, and those of a layer forward and backward. */
import type { GpuDevice, GpuView } from "../core/gpu/device.ts";
import { matmul } from "../core/gpu/kernels/matmul.ts";
import type { MatmulShape } from "../core/gpu/kernels/matmul.ts";
import { planMatmul } from "../core/gpu/matmulPlan.ts";
import { openGpu } from "../core/gpu/webgpu.ts";
import { error, median } from "./table.ts";
import type { Table } from "./table.ts";

const cases: readonly (readonly [string, MatmulShape])[] = [
  ["large", { rows: 4096, columns: 4096, inner: 4096 }],
  ["a layer, forward", { rows: 32_768, columns: 512, inner: 256 }],
  ["... by its input", { rows: 32_768, columns: 256, inner: 512, transposeB: true }],
  ["... by its weight", { rows: 256, columns: 512, inner: 32_768, transposeA: true }],
  ["a small layer, forward", { rows: 2048, columns: 256, inner: 64 }],
  ["... by its input", { rows: 2048, columns: 64, inner: 256, transposeB: true }],
  ["... by its weight", { rows: 64, columns: 256, inner: 2048, transposeA: true }],
];

const columns = ["product", "rows x inner x columns", "time", "TFLOP/s", "tile", "parts", "error"];

export default async function matmulOnGpu(): Promise<Table> {
  const title = "### Products of matrices on a GPU";
  const nothing = (why: string): Table => ({ title, columns, rows: [], notes: [`Not measured: ${why}.`] });
  const { create } = await import("webgpu");
  const opened = await openGpu(
    create(["enable-dawn-features=allow_unsafe_apis", "disable-dawn-features=timestamp_quantization"]),
  );
  if (!opened.ok) return nothing(`${opened.code}, ${opened.message}`);
  const { device } = opened;
  if (device.info.software || !device.info.timestamps) return nothing(`${device.info.name} is no GPU with a clock`);
  const rows: string[][] = [];
  for (const [name, shape] of cases) rows.push([name, ...(await measured(device, shape))]);
  device.close();
  return {
    title,
    columns,
    rows,
    notes: [`${device.info.name}. Medians of 31 by the GPU's clock after 0.3 s of the same work.`],
  };
}

async function measured(device: GpuDevice, shape: MatmulShape): Promise<string[]> {
  const { rows, columns, inner } = shape;
  let state = 20_261_128;
  const drawn = (count: number): Float32Array<ArrayBuffer> => {
    const values = new Float32Array(count);
    for (let k = 0; k < count; k++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      values[k] = state / 2 ** 31;
    }
    return values;
  };
  const hold = (values: Float32Array<ArrayBuffer>): GpuView => {
    const view = device.buffer("given", values.length);
    device.write(view, values);
    return view;
  };
  const [a, b] = [drawn(rows * inner), drawn(inner * columns)];
  const views = { a: hold(a), b: hold(b), c: device.buffer("c", rows * columns) };
  const plan = planMatmul(device, shape, views);
  const recording = device.record("product", plan.dispatches);
  const times = async (repeats: number): Promise<readonly number[]> => {
    const outcome = await device.time(recording, repeats);
    if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
    return outcome.milliseconds;
  };
  let busy = 0;
  while (busy < 300) for (const milliseconds of await times(32)) busy += milliseconds;
  const milliseconds = median(await times(31));
  // The last rows, which the reference reaches without the others.
  const few = 3;
  const outcome = await device.read(views.c);
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
  const tail = Float32Array.from({ length: few * inner }, (_, at) => {
    const [row, k] = [rows - few + Math.floor(at / inner), at % inner];
    return a[shape.transposeA === true ? k * rows + row : row * inner + k]!;
  });
  const want = matmul({ ...shape, rows: few, transposeA: false }, tail, b);
  const got = outcome.words.subarray((rows - few) * columns);
  let [difference, size] = [0, 0];
  want.forEach((value, k) => {
    difference += (got[k]! - value) ** 2;
    size += value ** 2;
  });
  for (const view of Object.values(views)) device.release(view);
  plan.release();
  const { quads, depth, parts } = plan.layout;
  return [
    `${rows} x ${inner} x ${columns}`,
    `${milliseconds.toFixed(3)} ms`,
    ((2 * rows * columns * inner) / milliseconds / 1e9).toFixed(1),
    `${64 * quads} x ${64 * quads} x ${depth}`,
    String(parts),
    error(Math.sqrt(difference / size)),
  ];
}
