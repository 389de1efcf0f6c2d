/**
 * How operations say what a GPU is to do: launches of hand-written WGSL over cells, arrays of 32-bit words whose place in memory is found
 * once all launches are known (gpuPlan.ts). No launch waits for another workgroup or adds atomically, and sums have a fixed order, so that
 * reruns give the same bits.
 */
import type { GpuDevice, GpuDispatch, GpuProgram, GpuView } from "../gpu/device.ts";
import { SOFTPLUS } from "../gpu/kernels/scanCode.ts";
import type { Tensor } from "./tensor.ts";

/** Opaque: an array of words, alive from its first launch to its last. */
export interface Cell {
  readonly words: number;
}

/** By the name under which WGSL sees them. Names that end in "Bits" are arrays of u32, others of f32. */
export type Cells = Readonly<Record<string, Cell>>;

/** What launches find in `control`, as u32: whether dropout drops, its step and its seed. */
export const controlWords = { training: 0, step: 1, seed: 2, count: 3 } as const;

/** What an operation launches forward; gives what launches its way back. `y` is its output, `g` the derivative by it. */
export type OnGpu = (at: Launcher, y: Cell) => (g: Cell) => void;

export interface Launcher {
  /** Whether there is a way back: what only it needs may be left out otherwise. */
  readonly differentiated: boolean;
  /** Words that the host writes before each run: dropout's step and seed first (gpuPlan.ts). */
  readonly control: Cell;
  data(x: Tensor): Cell;
  /** Undefined where nobody asks for the derivative. */
  grad(x: Tensor): Cell | undefined;
  cell(words: number): Cell;
  constant(values: Float32Array<ArrayBuffer>): Cell;
  /** "=" for the first launch that writes a derivative, which must write all of it, "+=" for those that follow. */
  plus(to: Cell): "=" | "+=";
  /** For kernels that can only overwrite: `write` is given the derivative's cell, or one that is added to it afterwards. */
  into(to: Cell, write: (cell: Cell) => void): void;
  /** The derivative by x is all of g, or has all of g added. */
  pass(g: Cell, x: Tensor): void;
  /** The output is its input in another shape: one memory, and one derivative. */
  same(y: Cell, x: Tensor): void;
  /** Runs `body` for each i below count. */
  each(label: string, count: number, read: Cells, write: Cells, body: string): void;
  /**
   * to[o] (+)= the sum over r below `terms` of what `body`, which sees o and r, adds to `sum`: parts of the terms, then the parts in their order.
   */
  sums(label: string, size: Sums, read: Cells, to: Cell, body: string): void;
  /** One workgroup of 64 threads for each `row` below rows; `thread` and total(v), the sum of v over the threads, are there. */
  rows(label: string, rows: number, read: Cells, write: Cells, body: string): void;
  launch(label: string, launch: Launch): void;
  /** Dispatches made elsewhere, which read and write these cells, once it is known where they lie. */
  planned(cells: readonly Cell[], make: (view: (cell: Cell) => GpuView) => readonly GpuDispatch[]): void;
  /** What `planned` needs of the device. */
  readonly device: GpuDevice;
  /** Work to be done when the plan is released. */
  onRelease(work: () => void): void;
}

export interface Sums {
  readonly outputs: number;
  readonly terms: number;
}

export interface Launch {
  readonly read: Cells;
  readonly write: Cells;
  readonly groups: GpuDispatch["groups"];
  /** With the entry point main; bindings are declared for it. */
  readonly wgsl: string;
}

/** What an operation needs is more than the device has; planning gives it as a refusal. */
export class BeyondLimit extends Error {
  readonly bytes: number;
  readonly most: number;
  constructor(bytes: number, most: number) {
    super(`${bytes} bytes, at most ${most}`);
    this.bytes = bytes;
    this.most = most;
  }
}

const THREADS = 256;
const WIDE = 32_768;
/** Threads that keep a large card busy. */
const BUSY = 131_072;

/** Workgroups for `count` of them in a row, along x and then y. */
export function spreadGroups(count: number): GpuDispatch["groups"] {
  const wide = Math.min(count, WIDE);
  return [wide, Math.ceil(count / wide), 1];
}

/** The program of a launch: its bindings declared in the order of `read`, then `write`. */
export function programOf(label: string, { read, write, wgsl }: Launch): GpuProgram {
  const names = [...Object.keys(read), ...Object.keys(write)];
  const reads = Object.keys(read).length;
  const declared = names.map(
    (name, k) =>
      `@group(0) @binding(${k}) var<storage, ${k < reads ? "read" : "read_write"}> ${name}: array<${name.endsWith("Bits") ? "u32" : "f32"}>;`,
  );
  const library = new Set<string>();
  const call = (text: string) => {
    for (const [name, own] of Object.entries(functions)) {
      if (library.has(own) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      library.add(own);
      call(own);
    }
  };
  call(wgsl);
  return {
    label,
    bindings: names.map((_, k) => (k < reads ? "read" : "write")),
    wgsl: [...declared, ...library, wgsl].join("\n"),
  };
}

export function eachWgsl(count: number, body: string): string {
  return `@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
let i = id.y * groups.x * ${THREADS}u + id.x;
if (i >= ${count}u) { return; }
${body}
}`;
}

export const eachGroups = (count: number): GpuDispatch["groups"] => spreadGroups(Math.ceil(count / THREADS));

/** Parts of the terms: so many that a large card is busy, none of a few terms only. */
export function partsOf({ outputs, terms }: Sums): { readonly parts: number; readonly per: number } {
  const wanted = Math.max(1, Math.min(256, Math.ceil(BUSY / outputs), Math.ceil(terms / 16)));
  const per = Math.ceil(terms / wanted);
  return { per, parts: Math.ceil(terms / per) };
}

export function partWgsl({ outputs, terms }: Sums, per: number, parts: number, body: string, store: string): string {
  return eachWgsl(
    outputs * parts,
    `let o = i % ${outputs}u;
let part = i / ${outputs}u;
var sum = 0.0;
for (var r = part * ${per}u; r < min(${terms}u, part * ${per}u + ${per}u); r++) {
${body}
}
${store}`,
  );
}

/** A workgroup for each `row`; `total` adds up over its 64 threads as a tree. */
export function rowsWgsl(rows: number, body: string): string {
  return `var<workgroup> shared_sums: array<f32, 64>;
var<private> lane: u32;
fn total(value: f32) -> f32 {
  workgroupBarrier();
  shared_sums[lane] = value;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { shared_sums[lane] += shared_sums[lane + half]; }
  }
  return workgroupUniformLoad(&shared_sums[0]);
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
lane = thread;
let row = group.y * groups.x + group.x;
if (row >= ${rows}u) { return; }
${body}
}`;
}

/** A number as WGSL has it, with a point. */
export function literal(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Functions that the language promises too little of: sin and cos only to 2^-11, tanh to 1e-5, no expm1 and log1p. Copied into the programs
 * that call them.
 */
const functions: Readonly<Record<string, string>> = {
  /** Cosine and sine: pi/2 in three parts that products with small integers keep exact (Cody & Waite), then Taylor's polynomials. */
  turn: `fn turn(x: f32) -> vec2f {
  let k = round(x * 0.6366197723675814);
  var r = fma(k, -1.5703125, x);
  r = fma(k, -0.0004837512969970703, r);
  r = fma(k, -7.549789948768648e-8, r);
  let q = r * r;
  let s = r * fma(q, fma(q, fma(q, fma(q, 2.7557319e-6, -1.9841270e-4), 8.3333333e-3), -0.16666667), 1.0);
  let c = fma(q, fma(q, fma(q, fma(q, fma(q, -2.7557319e-7, 2.4801587e-5), -1.3888889e-3), 4.1666667e-2), -0.5), 1.0);
  let quarter = i32(k) & 3;
  let turned = select(vec2f(c, s), vec2f(-s, c), (quarter & 1) == 1);
  return select(turned, -turned, quarter >= 2);
}`,
  times: `fn times(a: vec2f, b: vec2f) -> vec2f { return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }`,
  conj: `fn conj(a: vec2f) -> vec2f { return vec2f(a.x, -a.y); }`,
  power: `fn power(a: vec2f, n: u32) -> vec2f {
  var result = vec2f(1.0, 0.0);
  var base = a;
  for (var k = n; k > 0u; k >>= 1u) {
    if ((k & 1u) == 1u) { result = times(result, base); }
    base = times(base, base);
  }
  return result;
}`,
  threefry: `fn threefry(counter: vec2u, key: vec2u) -> vec2u {
  let keys = array(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  let shifts = array(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var a = counter.x + keys[0];
  var b = counter.y + keys[1];
  for (var round = 0u; round < 20u; round++) {
    let shift = shifts[round % 8u];
    a += b;
    b = ((b << shift) | (b >> (32u - shift))) ^ a;
    if (round % 4u == 3u) {
      let group = (round + 1u) / 4u;
      a += keys[group % 3u];
      b += keys[(group + 1u) % 3u] + group;
    }
  }
  return vec2u(a, b);
}`,
  cexp: `fn cexp(z: vec2f) -> vec2f { return exp(z.x) * turn(z.y); }`,
  /** (e^z - 1) / z and its derivative, by series where the quotient would cancel. */
  growth: `fn growth(z: vec2f) -> vec4f {
  if (dot(z, z) < 0.25) {
    let first = array(2.505210838544172e-08, 2.755731922398589e-07, 2.7557319223985893e-06, 2.48015873015873e-05, 0.0001984126984126984, 0.001388888888888889, 0.008333333333333333, 0.041666666666666664, 0.16666666666666666, 0.5, 1.0);
    let second = array(2.296443268665491e-08, 2.505210838544172e-07, 2.48015873015873e-06, 2.2045855379188714e-05, 0.00017361111111111112, 0.0011904761904761906, 0.006944444444444444, 0.03333333333333333, 0.125, 0.3333333333333333, 0.5);
    var value = vec2f();
    var slope = vec2f();
    for (var k = 0u; k < 11u; k++) {
      value = times(value, z) + vec2f(first[k], 0.0);
      slope = times(slope, z) + vec2f(second[k], 0.0);
    }
    return vec4f(value, slope);
  }
  let over = conj(z) / dot(z, z);
  let e = cexp(z);
  let value = times(e - vec2f(1.0, 0.0), over);
  return vec4f(value, times(e - value, over));
}`,
  sigmoid: `fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}`,
  softplus: SOFTPLUS,
  hyperbolic: `fn hyperbolic(x: f32) -> f32 {
  let q = x * x;
  let small = x * fma(q, fma(q, fma(q, fma(q, 0.021869489, -0.053968254), 0.13333333), -0.33333333), 1.0);
  let e = exp(-2.0 * abs(x));
  return select(sign(x) * (1.0 - e) / (1.0 + e), small, abs(x) < 0.3);
}`,
};
