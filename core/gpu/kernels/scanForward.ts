/**
 * WGSL of the selective scan, forward: one pass over each chunk that writes y, and for several chunks before it the chunks' summaries and
 * their joining. What is computed is selectiveScan.ts; how threads share it is scanLayout.ts.
 */
import type { GpuProgram } from "../device.ts";
import { shuffles } from "./scanLayout.ts";
import type { ScanLayout } from "./scanLayout.ts";
import {
  bits,
  declareNext,
  declareRows,
  lines,
  loadNext,
  loadStates,
  LOG2E,
  range,
  readRow,
  reduceScatter,
  SOFTPLUS,
  storeRows,
  storeStates,
  workType,
} from "./scanCode.ts";
import type { Staged } from "./scanCode.ts";

/** Words in the workspace where arrays of the forward pass begin. */
export interface ForwardPlaces {
  /** (batch, channels, padded): states before the first step and after the last. */
  readonly initial: number;
  readonly final: number;
  /** (batch, chunks, channels, padded): first summaries of chunks, then states at their beginnings; the sum of steps (batch, chunks, channels). */
  readonly chunkStates: number;
  readonly chunkSteps: number;
  /** (batch, blocks, channels, padded): states at the beginning of every `every`th step, for the backward pass; left out: not kept. */
  readonly kept?: { readonly at: number; readonly every: number };
}

const both: Staged = { signals: ["u", "raw"], states: "both" };
const onlyB: Staged = { signals: ["u", "raw"], states: "B" };

/** What every kernel here does first: who this thread is, and A of its states in units of log 2. */
export function opening(layout: ScanLayout, first = 0): string {
  const { lanes, width, channels, threads, states, perLane, places } = layout;
  return `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
let lane = thread % ${lanes}u;
let own = thread / ${lanes}u;
let channel = group.x * ${width}u + own;
let chunk = group.y + ${first}u;
let batch = group.z;
let index = thread;
let stage_t = thread / ${width}u;
let stage_own = thread % ${width}u;
let stage_channel = min(group.x * ${width}u + stage_own, ${channels - 1}u);
let stage_bias = params[${places.bias}u + stage_channel];
let inside = channel < ${channels}u;
let clamped = min(channel, ${channels - 1}u);
${lines(perLane, (i) => {
  const state = `lane * ${perLane}u + ${i}u`;
  const word = `params[${places.a}u + clamped * ${states}u + min(${state}, ${states - 1}u)] * ${LOG2E}`;
  return `let a${i} = ${word};`;
})}`;
}

/** The staged step of element k of the tile beginning at `begin`: zero past the end, which leaves states as they are. */
export const stagedStep = ({ lanes, length }: ScanLayout, k: number, begin: string): string =>
  `select(0.0, softplus(next_raw${k} + stage_bias), ${begin} + stage_t + ${k * lanes}u < ${length}u)`;

/** Word of this channel's states in an array (batch, parts, channels, padded). */
export const stateAt = ({ channels, padded }: ScanLayout, place: number, parts: number, part: string): string =>
  `${place}u + ((batch * ${parts}u + ${part}) * ${channels}u + clamped) * ${padded}u`;

export function summaryProgram(layout: ScanLayout, places: ForwardPlaces): GpuProgram {
  const { steps, width, perLane, tiles, chunk, length, lanes, chunks, channels } = layout;
  return {
    label: "scan: summaries of chunks",
    bindings: ["read", "read", "read", "read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> u_in: array<f32>;
@group(0) @binding(1) var<storage, read> raw_in: array<f32>;
@group(0) @binding(2) var<storage, read> bc_in: array<f32>;
@group(0) @binding(3) var<storage, read> params: array<f32>;
@group(0) @binding(4) var<storage, read_write> work: ${workType(layout)};
var<workgroup> signals: array<vec2f, ${steps * width}>;
${declareRows(layout, onlyB)}
${SOFTPLUS}
${opening(layout)}
${lines(perLane, (i) => `var x${i} = 0.0;`)}
var passed = 0.0;
${declareNext(layout, onlyB)}
${loadNext(layout, onlyB, `chunk * ${chunk}u`)}
for (var tile = 0u; tile < ${tiles}u; tile++) {
let begin = chunk * ${chunk}u + tile * ${steps}u;
if (begin >= ${length}u) { break; }
workgroupBarrier();
${lines(steps / lanes, (k) => `{ let step = ${stagedStep(layout, k, "begin")}; signals[(stage_t + ${k * lanes}u) * ${width}u + stage_own] = vec2f(step, step * next_u${k}); }`)}
${storeRows(layout, onlyB)}
workgroupBarrier();
${loadNext(layout, onlyB, `begin + ${steps}u`)}
${lines(
  steps,
  (t) => `{ let signal = signals[${t * width}u + own];
${readRow(layout, onlyB, "b", t, "B")}
passed += signal.x;
${lines(perLane, (i) => `x${i} = fma(exp2(signal.x * a${i}), x${i}, signal.y * b${i});`)} }`,
)}
}
if (inside) {
let at = ${stateAt(layout, places.chunkStates, chunks, "chunk")};
${storeStates(layout, "at", (i) => `x${i}`)}
if (lane == 0u) { ${storeWord(layout, `${places.chunkSteps}u + (batch * ${chunks}u + chunk) * ${channels}u + channel`, "passed")} }
}
}`,
  };
}

/** A word of its own in the workspace: each takes the place of four where the workspace moves four at once, as parts are no places. */
export function storeWord(layout: ScanLayout, at: string, value: string): string {
  return layout.perLane % 4 === 0 ? `work[${at}] = vec4f(${value});` : `work[4u * (${at})] = ${value};`;
}

/** Where the last summary is needed or not, the joining reads all but writes states at every chunk's beginning. */
export function joinProgram(
  layout: ScanLayout,
  places: { initial: number; chunkStates: number; chunkSteps: number },
  reverse = false,
): GpuProgram {
  const { batch, channels, padded, states, chunks, places: inputs } = layout;
  const threads = batch * channels * padded;
  const ahead = 8;
  const at = (k: string) =>
    `${places.chunkStates}u + ((batch * ${chunks}u + ${k}) * ${channels}u + channel) * ${padded}u + n`;
  const passed = (k: string) => `4u * (${places.chunkSteps}u + (batch * ${chunks}u + ${k}) * ${channels}u + channel)`;
  return {
    label: "scan: states at chunks",
    bindings: ["read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> work: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
let thread = id.x;
if (thread >= ${threads}u) { return; }
let n = thread % ${padded}u;
let channel = (thread / ${padded}u) % ${channels}u;
let batch = thread / ${padded * channels}u;
let a = params[${inputs.a}u + channel * ${states}u + min(n, ${states - 1}u)] * ${LOG2E};
var x = work[${places.initial}u + thread];
for (var first = 0u; first < ${chunks}u; first += ${ahead}u) {
${lines(ahead, (k) => `let k${k} = ${reverse ? `${chunks - 1}u - ` : ""}min(first + ${k}u, ${chunks - 1}u); let s${k} = work[${at(`k${k}`)}]; let p${k} = work[${passed(`k${k}`)}];`)}
${lines(ahead, (k) => `if (first + ${k}u < ${chunks}u) { work[${at(`k${k}`)}] = x; x = fma(exp2(a * p${k}), x, s${k}); }`)}
}
}`,
  };
}

export function outputProgram(layout: ScanLayout, places: ForwardPlaces): GpuProgram {
  const { steps, width, perLane, tiles, chunk, length, lanes, chunks, channels, threads, places: inputs } = layout;
  const { kept } = places;
  const shuffled = lanes > 1 && shuffles(layout);
  const shared = lanes > 1 && !shuffled;
  const blocks = kept === undefined ? 0 : Math.ceil(length / kept.every);
  const keep = (t: number): string => {
    if (kept === undefined || (t % kept.every !== 0 && t !== 0)) return "";
    const whole = kept.every > steps ? `(begin % ${kept.every}u) == 0u && ` : "";
    return `if (${whole}inside && begin + ${t}u < ${length}u) { let at = ${stateAt(layout, kept.at, blocks, `(begin + ${t}u) / ${kept.every}u`)};
${storeStates(layout, "at", (i) => `x${i}`)} }`;
  };
  const write = (t: string, who: string, value: string, within: string, to: string): string =>
    `if (${within} && begin + ${t} < ${length}u) { y_out[(batch * ${length}u + begin + ${t}) * ${channels}u + ${to}] = ${value} + ${who === "own" ? "skip" : "stage_skip"} * signals[(${t}) * ${width}u + ${who}].y; }`;
  const reduced = (group: number): string => {
    const { text, left } = reduceScatter(
      range(lanes).map((k) => `y${group * lanes + k}`),
      bits(1, lanes),
      `r${group}_`,
    );
    return `${text}\n${write(`${group * lanes}u + lane`, "own", left[0]!, "inside", "channel")}`;
  };
  const written = shuffled
    ? ""
    : shared
      ? `workgroupBarrier();
${lines(steps / lanes, (k) => {
  const t = `(stage_t + ${k * lanes}u)`;
  const sum = range(lanes)
    .map((p) => `sums[(${t} * ${width}u + stage_own) * ${lanes}u + ${p}u]`)
    .join(" + ");
  return write(t, "stage_own", sum, `group.x * ${width}u + stage_own < ${channels}u`, "stage_channel");
})}`
      : "";
  return {
    label: "scan: output",
    bindings: ["read", "read", "read", "read", "write", "write"],
    wgsl: `${shuffled ? "enable subgroups;" : ""}
@group(0) @binding(0) var<storage, read> u_in: array<f32>;
@group(0) @binding(1) var<storage, read> raw_in: array<f32>;
@group(0) @binding(2) var<storage, read> bc_in: array<f32>;
@group(0) @binding(3) var<storage, read> params: array<f32>;
@group(0) @binding(4) var<storage, read_write> y_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> work: ${workType(layout)};
var<workgroup> signals: array<vec2f, ${steps * width}>;
${declareRows(layout, both)}
${shared ? `var<workgroup> sums: array<f32, ${steps * threads}>;` : ""}
${SOFTPLUS}
${opening(layout)}
let skip = params[${inputs.skip}u + clamped];
let stage_skip = params[${inputs.skip}u + stage_channel];
${lines(perLane, (i) => `var x${i} = 0.0;`)}
{ let at = ${chunks > 1 ? stateAt(layout, places.chunkStates, chunks, "chunk") : stateAt(layout, places.initial, 1, "0u")};
${loadStates(layout, "at", (i) => `x${i}`)} }
${declareNext(layout, both)}
${loadNext(layout, both, `chunk * ${chunk}u`)}
for (var tile = 0u; tile < ${tiles}u; tile++) {
let begin = chunk * ${chunk}u + tile * ${steps}u;
if (begin >= ${length}u) { break; }
workgroupBarrier();
${lines(steps / lanes, (k) => `signals[(stage_t + ${k * lanes}u) * ${width}u + stage_own] = vec2f(${stagedStep(layout, k, "begin")}, next_u${k});`)}
${storeRows(layout, both)}
workgroupBarrier();
${loadNext(layout, both, `begin + ${steps}u`)}
${lines(steps, (t) => {
  const sum = range(perLane).reduce((text, i) => (i === 0 ? `c0 * x0` : `fma(c${i}, x${i}, ${text})`), "");
  return `${keep(t)}
${shuffled ? `var y${t} = 0.0;` : ""}
{ let signal = signals[${t * width}u + own];
let drive = signal.x * signal.y;
${readRow(layout, both, "b", t, "B")}
${readRow(layout, both, "c", t, "C")}
${lines(perLane, (i) => `x${i} = fma(exp2(signal.x * a${i}), x${i}, drive * b${i});`)}
${shuffled ? `y${t} = ${sum};` : shared ? `sums[${t * threads}u + thread] = ${sum};` : write(`${t}u`, "own", `(${sum})`, "inside", "channel")} }
${shuffled && t % lanes === lanes - 1 ? reduced((t - lanes + 1) / lanes) : ""}`;
})}
${written}
}
if (inside && chunk == ${chunks - 1}u) { let at = ${stateAt(layout, places.final, 1, "0u")};
${storeStates(layout, "at", (i) => `x${i}`)} }
}`,
  };
}
