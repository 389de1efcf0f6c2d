/**
 * What a GPU is to the rest of the core: buffers of 32-bit words made once, programs whose pipelines are kept, dispatches recorded once
 * and sent as one submit, and words read back only when asked. webgpu.ts is the one implementation.
 */

/** A run of 32-bit words of a buffer. `offset` is in words and a multiple of 64, as bindings start at multiples of 256 bytes. */
export interface GpuView {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly length: number;
}

/** How a program sees a binding: constant words, words that it only reads, words that it writes (and may read). */
export type GpuAccess = "uniform" | "read" | "write";

/** WGSL with one entry point, `main`, and its bindings in the order of @binding, all of @group(0). */
export interface GpuProgram {
  readonly label: string;
  readonly wgsl: string;
  readonly bindings: readonly GpuAccess[];
}

/** One launch of a program. A buffer bound to be written must not be bound for reading in the same dispatch, not even another part of it. */
export interface GpuDispatch {
  readonly program: GpuProgram;
  readonly views: readonly GpuView[];
  /** Workgroups along x, y and z. */
  readonly groups: readonly [number, number, number];
}

/** Dispatches made ready once: pipelines and bind groups. It may be sent any number of times, in the order of its dispatches. */
export interface GpuRecording {
  readonly label: string;
  readonly dispatches: number;
}

export interface GpuLimits {
  /** Bytes that one binding can hold. */
  readonly binding: number;
  /** Bytes that one buffer can hold. */
  readonly buffer: number;
  /** Storage buffers that one program can bind; 8 wherever there is WebGPU. */
  readonly storageBuffers: number;
  /** Bytes that the threads of a workgroup share; at least 16,384. */
  readonly workgroupBytes: number;
  /** Threads of a workgroup; at least 256. */
  readonly workgroupThreads: number;
  /** Workgroups along one dimension of a dispatch; at least 65,535. */
  readonly groups: number;
}

export interface GpuInfo {
  /** What the adapter says of itself, for reports: "nvidia hopper NVIDIA H100 80GB HBM3". */
  readonly name: string;
  /**
   * Lanes of a subgroup where their number is fixed and lane k is thread k modulo it, which is looked at when the device is opened;
   * 0 where exchange between lanes must go through workgroup memory.
   */
  readonly subgroup: number;
  /** Whether a processor plays the GPU: right, but slow. */
  readonly software: boolean;
  /** Whether `time` can tell times. */
  readonly timestamps: boolean;
  readonly limits: GpuLimits;
}

export type GpuRefusal = {
  readonly ok: false;
  /**
   * GPU_ABSENT: no WebGPU here. GPU_NO_ADAPTER: WebGPU, but nothing to run it on. GPU_REFUSED: the adapter gave no device.
   * GPU_LOST: the device went away (driver, power, another page); open a new one. GPU_MEMORY: its memory is used up.
   */
  readonly code: "GPU_ABSENT" | "GPU_NO_ADAPTER" | "GPU_REFUSED" | "GPU_LOST" | "GPU_MEMORY";
  /** What the platform said, in its words. */
  readonly message: string;
};

export type GpuWords = { readonly ok: true; readonly words: Float32Array<ArrayBuffer> } | GpuRefusal;
export type GpuTimes = { readonly ok: true; readonly milliseconds: readonly number[] } | GpuRefusal;

/** A device. Mistakes in programs and bindings throw, from the next `read` or `time` where the platform tells late. */
export interface GpuDevice {
  readonly info: GpuInfo;
  /** Settles when the device is lost, also by `close`. */
  readonly lost: Promise<GpuRefusal>;
  /** Words that are zero to begin with, for storage and copies. */
  buffer(label: string, words: number): GpuView;
  /** Constants of a program. */
  uniform(label: string, words: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GpuView;
  write(view: GpuView, words: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void;
  record(label: string, dispatches: readonly GpuDispatch[]): GpuRecording;
  /** One submit of all of them, in order. Does not wait. */
  run(...recordings: readonly GpuRecording[]): void;
  /** Waits for all that was sent before. */
  read(view: GpuView): Promise<GpuWords>;
  /** The GPU's own time for each of `repeats` runs of one recording, after as many as `warmUp` that do not count. */
  time(recording: GpuRecording, repeats: number, warmUp?: number): Promise<GpuTimes>;
  release(view: GpuView): void;
  close(): void;
}
