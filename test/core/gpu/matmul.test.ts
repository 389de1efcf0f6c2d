import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GpuDevice } from "../../../core/gpu/device.ts";
import { matmul } from "../../../core/gpu/kernels/matmul.ts";
import type { MatmulLayout, MatmulShape } from "../../../core/gpu/kernels/matmul.ts";
import { chooseMatmul, planMatmul } from "../../../core/gpu/matmulPlan.ts";
import { openGpu } from "../../../core/gpu/webgpu.ts";
import { uniform } from "../../../core/math/random.ts";
import { softwareGpu } from "./adapter.ts";

const gpu = await softwareGpu();
const drawn = (count: number, seed: number) => Float32Array.from({ length: count }, (_, k) => 2 * uniform(seed, k) - 1);

describe("the reference", () => {
  it("multiplies, transposed or not, alike", () => {
    const shape = { rows: 2, columns: 3, inner: 2 };
    const want = [7, 4, -1, 15, 8, -3];
    expect([...matmul(shape, [1, 2, 3, 4], [1, 0, -1, 3, 2, 0])]).toEqual(want);
    expect([...matmul({ ...shape, transposeA: true }, [1, 3, 2, 4], [1, 0, -1, 3, 2, 0])]).toEqual(want);
    expect([...matmul({ ...shape, transposeB: true }, [1, 2, 3, 4], [1, 3, 0, 2, -1, 0])]).toEqual(want);
    expect([...matmul({ ...shape, add: true }, [1, 2, 3, 4], [1, 0, -1, 3, 2, 0], [1, 1, 1, 1, 1, 1])]).toEqual(
      want.map((value) => value + 1),
    );
  });
});

describe.skipIf(gpu === undefined)("on a GPU", () => {
  let device: GpuDevice;
  beforeAll(async () => {
    const opened = await openGpu(gpu);
    if (!opened.ok) throw new Error(opened.message);
    device = opened.device;
  });
  afterAll(() => device.close());

  /** |C - reference| / |reference|. */
  async function distance(shape: MatmulShape, layout?: MatmulLayout, plant: (wgsl: string) => string = (wgsl) => wgsl) {
    const { rows, columns, inner } = shape;
    const [a, b, c] = [drawn(rows * inner, 1), drawn(inner * columns, 2), drawn(rows * columns, 3)];
    const holding = (values: Float32Array<ArrayBuffer>) => {
      const view = device.buffer("given", values.length);
      device.write(view, values);
      return view;
    };
    const target = holding(c);
    const plan = planMatmul(device, shape, { a: holding(a), b: holding(b), c: target }, layout);
    const dispatches = plan.dispatches.map((dispatch) => ({
      ...dispatch,
      program: { ...dispatch.program, wgsl: plant(dispatch.program.wgsl) },
    }));
    device.run(device.record("product", dispatches));
    const read = await device.read(target);
    plan.release();
    if (!read.ok) throw new Error(read.message);
    const want = matmul(shape, a, b, c);
    let [difference, size] = [0, 0];
    want.forEach((value, k) => {
      difference += (read.words[k]! - value) ** 2;
      size += value ** 2;
    });
    return Math.sqrt(difference / size);
  }

  it.each<MatmulShape>([
    { rows: 1, columns: 1, inner: 1 },
    { rows: 65, columns: 3, inner: 17 },
    { rows: 3, columns: 70, inner: 8, transposeA: true },
    { rows: 66, columns: 65, inner: 9, transposeB: true },
    { rows: 5, columns: 7, inner: 11, transposeA: true, transposeB: true, add: true },
    { rows: 10, columns: 6, inner: 1030, transposeA: true, add: true },
    { rows: 10, columns: 6, inner: 1030 },
  ])("gives %o, in tiles and without", async (shape) => {
    expect(await distance(shape, chooseMatmul(shape, false))).toBeLessThan(1e-6);
    expect(chooseMatmul(shape, true).quads).toBe(0);
    expect(await distance(shape)).toBeLessThan(1e-6);
  });

  it("cuts long inner dimensions, and gives the same with larger tiles", async () => {
    const shape = { rows: 130, columns: 5, inner: 40 };
    const layout = { ...shape, quads: 2, depth: 8, part: 16, parts: 3 };
    expect(chooseMatmul({ rows: 10, columns: 6, inner: 1030 }, true).parts).toBeGreaterThan(1);
    expect(await distance(shape, layout)).toBeLessThan(1e-6);
  });

  it.each<[string, string, string]>([
    ["a part left out", "part < 3u", "part < 2u"],
    ["an inner step left out", "let end = min(start + 16u, 40u);", "let end = min(start + 15u, 40u);"],
    ["a column in another's place", "let b0 = tile_b[0u + column]", "let b0 = tile_b[0u + (column ^ 1u)]"],
  ])("is told from one with %s", async (_, from, to) => {
    const shape = { rows: 70, columns: 66, inner: 40 };
    let planted = 0;
    const plant = (wgsl: string) => {
      if (wgsl.includes(from)) planted += 1;
      return wgsl.replace(from, to);
    };
    expect(await distance(shape, { ...shape, quads: 1, depth: 16, part: 16, parts: 3 }, plant)).toBeGreaterThan(1e-3);
    expect(planted).toBe(1);
  });
});
