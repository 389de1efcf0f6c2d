/**
 * GpuDevice over WebGPU, whoever implements it: a browser, Electron, or Dawn in Node, whose `GPU` object is handed in because the core
 * knows no platform.
 */
import type {
  GpuDevice,
  GpuDispatch,
  GpuInfo,
  GpuProgram,
  GpuRecording,
  GpuRefusal,
  GpuTimes,
  GpuView,
  GpuWords,
} from "./device.ts";
import { subgroupProbe } from "./subgroupProbe.ts";

export type GpuOpened = { readonly ok: true; readonly device: GpuDevice } | GpuRefusal;

/** GPUBufferUsage and GPUMapMode by number: in Node there are no such globals. */
const MAP_READ = 0x1;
const COPY_SRC = 0x4;
const COPY_DST = 0x8;
const UNIFORM = 0x40;
const STORAGE = 0x80;
const QUERY_RESOLVE = 0x200;

/** Limits asked for up to what the adapter has; the defaults suffice for everything but large arrays. */
const RAISED = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

export interface OpenOptions {
  /** Ask for no more than WebGPU's default limits and no optional feature, to see that they suffice. */
  readonly plain?: boolean;
}

/** Opens the adapter that the platform prefers for heavy work. `gpu` is `navigator.gpu`, undefined where there is none. */
export async function openGpu(gpu: GPU | undefined, { plain = false }: OpenOptions = {}): Promise<GpuOpened> {
  if (gpu === undefined) return refusal("GPU_ABSENT", "this platform has no WebGPU");
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    return refusal("GPU_NO_ADAPTER", said(error));
  }
  if (adapter === null) return refusal("GPU_NO_ADAPTER", "WebGPU found no adapter");
  const wanted: GPUFeatureName[] = plain ? [] : ["timestamp-query", "subgroups"];
  const limits = plain ? [] : RAISED.map((name) => [name, adapter.limits[name]] as const);
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({
      requiredFeatures: wanted.filter((name) => adapter.features.has(name)),
      requiredLimits: Object.fromEntries(limits),
    });
  } catch (error) {
    return refusal("GPU_REFUSED", said(error));
  }
  const opened = webgpuDevice(device, adapter.info, [gpu, adapter]);
  const { subgroupMinSize: least, subgroupMaxSize: most } = adapter.info;
  if (!device.features.has("subgroups") || least === undefined || least !== most || least < 2)
    return { ok: true, device: opened(0) };
  // The language does not promise which thread is which lane; where it is the usual order, kernels rely on it.
  const probing = opened(0);
  const linear = await subgroupProbe(probing, least);
  return { ok: true, device: linear ? opened(least) : probing };
}

interface Recorded extends GpuRecording {
  readonly steps: readonly {
    readonly pipeline: GPUComputePipeline;
    readonly group: GPUBindGroup;
    readonly groups: GpuDispatch["groups"];
  }[];
}

/** `origins`: Dawn in Node frees a device's instance with its last reference, and crashes on the device's next use. */
function webgpuDevice(device: GPUDevice, adapter: GPUAdapterInfo, origins: unknown[]): (subgroup: number) => GpuDevice {
  const pipelines = new Map<string, GPUComputePipeline>();
  let gone: GpuRefusal | undefined;
  let full: GpuRefusal | undefined;
  const mistakes: string[] = [];
  const lost = device.lost.then(({ reason, message }) => {
    gone = refusal("GPU_LOST", message === "" ? reason : message);
    return gone;
  });
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    // An error's class cannot be named where it is no global, its name can.
    if (error.constructor.name === "GPUOutOfMemoryError") full = refusal("GPU_MEMORY", error.message);
    else mistakes.push(error.message);
  });

  const { limits } = device;
  const info: Omit<GpuInfo, "subgroup"> = {
    name: [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(" "),
    software: adapter.isFallbackAdapter || /swiftshader|llvmpipe/i.test(adapter.device + adapter.description),
    timestamps: device.features.has("timestamp-query"),
    limits: {
      binding: limits.maxStorageBufferBindingSize,
      buffer: limits.maxBufferSize,
      storageBuffers: limits.maxStorageBuffersPerShaderStage,
      workgroupBytes: limits.maxComputeWorkgroupStorageSize,
      workgroupThreads: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
      groups: limits.maxComputeWorkgroupsPerDimension,
    },
  };

  function pipelineOf({ label, wgsl, bindings }: GpuProgram): GPUComputePipeline {
    const key = `${bindings.join()}\n${wgsl}`;
    const kept = pipelines.get(key);
    if (kept !== undefined) return kept;
    const types = { uniform: "uniform", read: "read-only-storage", write: "storage" } as const;
    const entries = bindings.map((access, binding) => ({ binding, visibility: 0x4, buffer: { type: types[access] } }));
    const made = device.createComputePipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] }),
      compute: { module: device.createShaderModule({ label, code: wgsl }), entryPoint: "main" },
    });
    pipelines.set(key, made);
    return made;
  }

  function record(label: string, dispatches: readonly GpuDispatch[]): Recorded {
    const steps = dispatches.map(({ program, views, groups }) => {
      if (groups.some((count) => count > info.limits.groups))
        throw new RangeError(`${program.label}: ${groups.join(" x ")} workgroups`);
      const pipeline = pipelineOf(program);
      const entries = views.map(({ buffer, offset, length }, binding) => ({
        binding,
        resource: { buffer, offset: 4 * offset, size: 4 * length },
      }));
      return { pipeline, groups, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
    });
    return { label, dispatches: steps.length, steps };
  }

  function encode(
    encoder: GPUCommandEncoder,
    recordings: readonly GpuRecording[],
    timestampWrites?: GPUComputePassTimestampWrites,
  ) {
    const pass = encoder.beginComputePass(timestampWrites === undefined ? {} : { timestampWrites });
    for (const recording of recordings) {
      for (const { pipeline, group, groups } of (recording as Recorded).steps) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...groups);
      }
    }
    pass.end();
  }

  function run(...recordings: readonly GpuRecording[]): void {
    if (gone !== undefined) return;
    const encoder = device.createCommandEncoder();
    encode(encoder, recordings);
    device.queue.submit([encoder.finish()]);
  }

  /** The bytes that `fill` copies into a buffer to be mapped; refused where the device is lost before they are here. */
  async function fetched(bytes: number, fill: (encoder: GPUCommandEncoder, to: GPUBuffer) => void) {
    if (gone !== undefined) return gone;
    const staging = device.createBuffer({ size: bytes, usage: MAP_READ | COPY_DST });
    const encoder = device.createCommandEncoder();
    fill(encoder, staging);
    device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(MAP_READ);
    } catch (error) {
      // A lost device says so through its own promise, soon after mapping has failed.
      if (mistakes.length === 0 && full === undefined) {
        return await Promise.race([
          lost,
          device.queue.onSubmittedWorkDone().then(() => refusal("GPU_LOST", said(error))),
        ]);
      }
    }
    if (full !== undefined) return full;
    if (mistakes.length > 0) throw new Error(mistakes.splice(0).join("\n"));
    const data = staging.getMappedRange().slice(0);
    staging.destroy();
    return data;
  }

  async function read({ buffer, offset, length }: GpuView): Promise<GpuWords> {
    const data = await fetched(4 * length, (encoder, to) =>
      encoder.copyBufferToBuffer(buffer, 4 * offset, to, 0, 4 * length),
    );
    return data instanceof ArrayBuffer ? { ok: true, words: new Float32Array(data) } : data;
  }

  async function time(recording: GpuRecording, repeats: number, warmUp = 3): Promise<GpuTimes> {
    for (let k = 0; k < warmUp; k++) run(recording);
    const queries = device.createQuerySet({ type: "timestamp", count: 2 * repeats });
    const resolved = device.createBuffer({ size: 16 * repeats, usage: QUERY_RESOLVE | COPY_SRC });
    const data = await fetched(16 * repeats, (encoder, to) => {
      for (let k = 0; k < repeats; k++) {
        encode(encoder, [recording], {
          querySet: queries,
          beginningOfPassWriteIndex: 2 * k,
          endOfPassWriteIndex: 2 * k + 1,
        });
      }
      encoder.resolveQuerySet(queries, 0, 2 * repeats, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, to, 0, 16 * repeats);
    });
    queries.destroy();
    resolved.destroy();
    if (!(data instanceof ArrayBuffer)) return data;
    const ticks = new BigUint64Array(data);
    const milliseconds = Array.from({ length: repeats }, (_, k) => Number(ticks[2 * k + 1]! - ticks[2 * k]!) / 1e6);
    return { ok: true, milliseconds };
  }

  function buffer(label: string, words: number): GpuView {
    if (4 * words > limits.maxBufferSize)
      throw new RangeError(`${label}: ${4 * words} bytes, at most ${limits.maxBufferSize}`);
    const made = device.createBuffer({ label, size: Math.max(4, 4 * words), usage: STORAGE | COPY_SRC | COPY_DST });
    return { buffer: made, offset: 0, length: Math.max(1, words) };
  }

  function uniform(label: string, words: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GpuView {
    const size = 16 * Math.ceil(words.byteLength / 16);
    const made = device.createBuffer({ label, size, usage: UNIFORM | COPY_DST });
    device.queue.writeBuffer(made, 0, words);
    return { buffer: made, offset: 0, length: size / 4 };
  }

  return (subgroup) => ({
    info: { ...info, subgroup },
    lost,
    buffer,
    uniform,
    write({ buffer: target, offset, length }, words) {
      if (words.length > length) throw new RangeError(`${words.length} words into ${length}`);
      device.queue.writeBuffer(target, 4 * offset, words);
    },
    record,
    run,
    read,
    time,
    release: (view) => view.buffer.destroy(),
    close: () => {
      device.destroy();
      origins.length = 0;
    },
  });
}

function refusal(code: GpuRefusal["code"], message: string): GpuRefusal {
  return { ok: false, code, message };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
