import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GpuDevice, GpuProgram } from "../../../core/gpu/device.ts";
import { openGpu } from "../../../core/gpu/webgpu.ts";
import { softwareGpu } from "./adapter.ts";

const gpu = await softwareGpu();

const scale: GpuProgram = {
  label: "scale",
  bindings: ["uniform", "read", "write"],
  wgsl: `@group(0) @binding(0) var<uniform> factor: vec4f;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> sum: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&sum)) { sum[id.x] += factor.x * source[id.x]; }
}`,
};

function scaling(device: GpuDevice, count: number) {
  const from = device.buffer("from", count);
  const to = device.buffer("to", count);
  const factor = device.uniform("factor", new Float32Array([3, 0, 0, 0]));
  device.write(
    from,
    Float32Array.from({ length: count }, (_, k) => k),
  );
  const step = { program: scale, views: [factor, from, to], groups: [Math.ceil(count / 64), 1, 1] } as const;
  return { from, to, recording: device.record("scale twice", [step, step]) };
}

describe("without an adapter", () => {
  it("says that there is no WebGPU", async () => {
    expect(await openGpu(undefined)).toMatchObject({ ok: false, code: "GPU_ABSENT" });
  });

  it("says that WebGPU found none", async () => {
    const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
    expect(await openGpu(none)).toMatchObject({ ok: false, code: "GPU_NO_ADAPTER" });
  });

  it("hands on the words of an adapter that refuses", async () => {
    const adapter = {
      features: new Set(),
      limits: {},
      requestDevice: () => Promise.reject(new Error("taken by another page")),
    };
    const gpu = { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU;
    expect(await openGpu(gpu)).toEqual({ ok: false, code: "GPU_REFUSED", message: "taken by another page" });
  });
});

describe.skipIf(gpu === undefined)("a device", () => {
  let device: GpuDevice;
  beforeAll(async () => {
    const opened = await openGpu(gpu);
    if (!opened.ok) throw new Error(opened.message);
    device = opened.device;
  });
  afterAll(() => device.close());

  it("tells what it is", () => {
    expect(device.info.name).toMatch(/swiftshader/i);
    expect(device.info.limits.storageBuffers).toBeGreaterThanOrEqual(8);
    expect(device.info.limits.workgroupBytes).toBeGreaterThanOrEqual(16_384);
  });

  it("runs recorded dispatches in order, any number of times, and reads only what is asked for", async () => {
    const { to, recording } = scaling(device, 1000);
    expect(recording.dispatches).toBe(2);
    device.run(recording);
    device.run(recording, recording);
    const read = await device.read({ ...to, offset: 64, length: 100 });
    if (!read.ok) throw new Error(read.message);
    expect([...read.words]).toEqual(Array.from({ length: 100 }, (_, k) => 6 * 3 * (64 + k)));
  });

  it("times a recording by the GPU's clock", async () => {
    const { recording } = scaling(device, 1000);
    if (!device.info.timestamps) return;
    const times = await device.time(recording, 5);
    if (!times.ok) throw new Error(times.message);
    expect(times.milliseconds).toHaveLength(5);
    expect(Math.max(...times.milliseconds)).toBeGreaterThan(0);
  });

  it("outlives whatever it was opened from", async () => {
    // Dawn ends the whole process where this fails.
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const open = async () => openGpu(await softwareGpu());
    const opened = await open();
    if (!opened.ok) throw new Error(opened.message);
    for (let k = 0; k < 5; k++) {
      collect();
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(await opened.device.read(opened.device.buffer("words", 4))).toMatchObject({ ok: true });
    opened.device.close();
  });

  it("throws what is wrong with a program", async () => {
    const wrong = { ...scale, wgsl: scale.wgsl.replace("factor.x", "factor.q") };
    const { from, to } = scaling(device, 64);
    device.run(
      device.record("wrong", [
        { program: wrong, views: [device.uniform("f", new Float32Array(4)), from, to], groups: [1, 1, 1] },
      ]),
    );
    await expect(device.read(to)).rejects.toThrow(/factor|swizzle/);
  });

  it("refuses more than a buffer can hold", () => {
    expect(() => device.buffer("huge", device.info.limits.buffer)).toThrow(RangeError);
  });

  it("opens with nothing but the default limits", async () => {
    const opened = await openGpu(gpu, { plain: true });
    if (!opened.ok) throw new Error(opened.message);
    const { info } = opened.device;
    expect(info).toMatchObject({ subgroup: 0, timestamps: false });
    expect(info.limits).toMatchObject({ storageBuffers: 8, workgroupBytes: 16_384, workgroupThreads: 256 });
    const { to, recording } = scaling(opened.device, 10);
    opened.device.run(recording);
    expect(await opened.device.read(to)).toMatchObject({ ok: true });
    opened.device.close();
  });

  it("reports that it was lost, to whoever waits and to whoever asks later", async () => {
    const opened = await openGpu(gpu);
    if (!opened.ok) throw new Error(opened.message);
    const { to, recording } = scaling(opened.device, 10);
    opened.device.run(recording);
    const waiting = opened.device.read(to);
    opened.device.close();
    expect(await opened.device.lost).toMatchObject({ ok: false, code: "GPU_LOST" });
    expect(await waiting).toMatchObject({ ok: false, code: "GPU_LOST" });
    opened.device.run(recording);
    expect(await opened.device.read(to)).toMatchObject({ ok: false, code: "GPU_LOST" });
  });
});
