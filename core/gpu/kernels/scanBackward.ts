/**
 * WGSL of the selective scan's adjoint (selectiveScanGradients of selectiveScan.ts). Each tile is computed forward again from the state that
 * the forward pass kept at its beginning, with all its states in registers, and then walked backward. Sums over states and over channels
 * go through shuffles where there are subgroups and through workgroup memory elsewhere; what several workgroups add to is written in
 * parts and summed afterwards in a fixed order, so that reruns give the same bits.
 */
import type { GpuProgram } from "../device.ts";
import { channelSums, shuffles } from "./scanLayout.ts";
import type { ScanLayout } from "./scanLayout.ts";
import { opening, stagedStep, stateAt } from "./scanForward.ts";
import {
  bits,
  declareNext,
  declareRows,
  lines,
  LN2,
  loadNext,
  loadStates,
  range,
  readRow,
  reduceScatter,
  SOFTPLUS,
  SOFTPLUS_SLOPE,
  storeRows,
  storeStates,
} from "./scanCode.ts";
import type { Staged } from "./scanCode.ts";

/** Words in the workspace where arrays of the backward pass begin. */
export interface BackwardPlaces {
  /** (batch, channels, padded): the loss's derivative by the final state, given, and by the initial one, found. */
  readonly finalGradient: number;
  readonly initialGradient: number;
  /** As ForwardPlaces, of the derivative by the state, backward in time. */
  readonly chunkStates: number;
  readonly chunkSteps: number;
  /** (batch, blocks, channels, padded): states that the forward pass kept, one for each tile. */
  readonly kept: number;
  /** Parts: of A (batch, chunks, channels, padded), of skip and bias (2, batch, chunks, channels, lanes), of B and C (groups, batch, length, 2 padded). */
  readonly aParts: number;
  readonly channelParts: number;
  readonly rowParts: number;
}

const staged: Staged = { signals: ["u", "raw", "dy"], states: "both" };
const onlyC: Staged = { signals: ["raw", "dy"], states: "C" };

/** w of a chunk, from zero behind it, for all chunks but the first. */
export function reverseSummaryProgram(layout: ScanLayout, places: BackwardPlaces): GpuProgram {
  const { steps, width, perLane, chunk, length, lanes, chunks, channels } = layout;
  return {
    label: "scan gradient: summaries of chunks",
    bindings: ["read", "read", "read", "read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> raw_in: array<f32>;
@group(0) @binding(1) var<storage, read> dy_in: array<f32>;
@group(0) @binding(2) var<storage, read> bc_in: array<f32>;
@group(0) @binding(3) var<storage, read> params: array<f32>;
@group(0) @binding(4) var<storage, read_write> work: array<f32>;
var<workgroup> signals: array<vec2f, ${steps * width}>;
${declareRows(layout, onlyC)}
${SOFTPLUS}
${opening(layout, 1)}
${lines(perLane, (i) => `var w${i} = 0.0;`)}
var passed = 0.0;
${declareNext(layout, onlyC)}
let count = (min((chunk + 1u) * ${chunk}u, ${length}u) - chunk * ${chunk}u + ${steps - 1}u) / ${steps}u;
${loadNext(layout, onlyC, `(chunk * ${chunk}u + (count - 1u) * ${steps}u)`)}
for (var done = 0u; done < count; done++) {
let begin = chunk * ${chunk}u + (count - 1u - done) * ${steps}u;
workgroupBarrier();
${lines(steps / lanes, (k) => `signals[(stage_t + ${k * lanes}u) * ${width}u + stage_own] = vec2f(${stagedStep(layout, k, "begin")}, select(0.0, next_dy${k}, begin + stage_t + ${k * lanes}u < ${length}u));`)}
${storeRows(layout, onlyC)}
workgroupBarrier();
${loadNext(layout, onlyC, `(max(begin, ${steps}u) - ${steps}u)`)}
${range(steps)
  .reverse()
  .map(
    (t) => `{ let signal = signals[${t * width}u + own];
${readRow(layout, onlyC, "c", t, "C")}
passed += signal.x;
${lines(perLane, (i) => `w${i} = exp2(signal.x * a${i}) * fma(signal.y, c${i}, w${i});`)} }`,
  )
  .join("\n")}
}
if (inside) {
let at = ${stateAt(layout, places.chunkStates, chunks, "chunk")};
${storeStates(layout, "at", (i) => `w${i}`, false)}
if (lane == 0u) { work[4u * (${places.chunkSteps}u + (batch * ${chunks}u + chunk) * ${channels}u + channel)] = passed; }
}
}`,
  };
}

export function gradientProgram(layout: ScanLayout, places: BackwardPlaces): GpuProgram {
  const {
    steps,
    width,
    perLane,
    chunk,
    length,
    lanes,
    chunks,
    channels,
    padded,
    threads,
    batch,
    places: inputs,
  } = layout;
  const shuffled = shuffles(layout);
  const { part, parts, flushed } = channelSums(layout);
  const row = 2 * padded;
  const history = layout.history ?? steps;
  const blocks = Math.ceil(length / steps);
  const base = history < steps ? "base" : "";
  const from = (t: number): string => (base === "" ? `${t}u` : `(base + ${t}u)`);

  /** This lane's share of the sums over the part's channels, into workgroup memory. */
  const sumChannels = (t: number): string => {
    const values = [...range(perLane).map((i) => `db${t}_${i}`), ...range(perLane).map((i) => `dc${t}_${i}`)];
    const { text, left } = reduceScatter(values, bits(lanes, part), `s${t}_`);
    const slot = flushed === steps ? from(t) : `${t % flushed}u`;
    const at = `${slot} * ${parts * row}u + part_index * ${row}u`;
    const store = left
      .map(
        (name, r) =>
          `{ let v = share + ${r}u; sums[${at} + (v / ${perLane}u) * ${padded}u + lane * ${perLane}u + v % ${perLane}u] = ${name}; }`,
      )
      .join("\n");
    return `${text}\n${keepers > 1 ? `if (keeper) { ${store} }` : store}`;
  };
  const group = part / lanes;
  // More lanes than values: the last exchanges leave the same sum in several lanes.
  const keepers = Math.max(1, group / (2 * perLane));

  const finish = (
    t: string,
    own: string,
    gb: string,
    ga: string,
    within: string,
    to: string,
    skip: string,
  ): string => `{
let signal = signals[(${t}) * ${width}u + ${own}];
let dy = dys[(${t}) * ${width}u + ${own}];
let draw = fma(signal.y, ${gb}, ${LN2} * ${ga}) * slope(signal.x);
dskip = fma(dy, signal.y, dskip);
dbias += draw;
if (${within} && begin + ${t} < ${length}u) {
let at = (batch * ${length}u + begin + ${t}) * ${channels}u + ${to};
du_out[at] = fma(signal.x, ${gb}, ${skip} * dy);
draw_out[at] = draw;
} }`;
  const sumStates = (first: number): string => {
    const values = range(lanes).flatMap((k) => [`gb${first + k}`, `ga${first + k}`]);
    const { text, left } = reduceScatter(values, bits(1, lanes), `n${first}_`);
    return `${text}\n${finish(`${from(first)} + lane`, "own", left[0]!, left[1]!, "inside", "channel", "skip")}`;
  };
  const writeRows = (first: string): string => {
    const count = flushed * row;
    return lines(Math.ceil(count / threads), (k) => {
      const guard = (k + 1) * threads > count ? `item < ${count}u && ` : "";
      return `{ let item = ${k * threads}u + thread; let t = item / ${row}u; let word = item % ${row}u;
if (${guard}begin + ${first} + t < ${length}u) {
var sum = 0.0;
${lines(parts, (p) => `sum += sums[(t * ${parts}u + ${p}u) * ${row}u + word];`)}
work[${places.rowParts}u + ((group.x * ${batch}u + batch) * ${length}u + begin + ${first} + t) * ${row}u + word] = sum;
} }`;
    });
  };
  const flushMemory = (first: number): string => `workgroupBarrier();
${writeRows(from(first))}
${lines(Math.ceil(flushed / lanes), (k) => {
  const local = `(stage_t + ${k * lanes}u)`;
  const sum = (field: string) =>
    range(lanes)
      .map((p) => `pairs[(${local} * ${width}u + stage_own) * ${lanes}u + ${p}u].${field}`)
      .join(" + ");
  return `if (${local} < ${flushed}u) { let gb = ${sum("x")}; let ga = ${sum("y")};
${finish(`(${from(first)} + ${local})`, "stage_own", "gb", "ga", "stage_inside", "stage_channel", "stage_skip")} }`;
})}
workgroupBarrier();`;

  /** The forward step of the tile from x{t} to x{t + 1}. */
  const forward = lines(
    history,
    (t) => `let f${t} = signals[${from(t)} * ${width}u + own];
${readRow(layout, staged, `fb${t}_`, t, "B", base)}
${lines(perLane, (i) => `let e${t}_${i} = exp2(f${t}.x * a${i}); let x${t + 1}_${i} = fma(e${t}_${i}, x${t}_${i}, f${t}.x * f${t}.y * fb${t}_${i});`)}`,
  );
  /** To the beginning of the part of the tile whose states will be kept. */
  const advance = `for (var passing = 0u; passing < base; passing++) {
let signal = signals[passing * ${width}u + own];
${readRow(layout, staged, "b", 0, "B", "passing")}
${lines(perLane, (i) => `start${i} = fma(exp2(signal.x * a${i}), start${i}, signal.x * signal.y * b${i});`)}
}`;

  const backward = range(history)
    .reverse()
    .map((t) => {
      const dot = (x: string, y: string) =>
        range(perLane).reduce((text, i) => (i === 0 ? `${x}0 * ${y}0` : `fma(${x}${i}, ${y}${i}, ${text})`), "");
      return `let g${t} = signals[${from(t)} * ${width}u + own];
let y${t} = dys[${from(t)} * ${width}u + own];
let drive${t} = g${t}.x * g${t}.y;
${readRow(layout, staged, `b${t}_`, t, "B", base)}
${readRow(layout, staged, `c${t}_`, t, "C", base)}
${lines(
  perLane,
  (i) => `let q${t}_${i} = fma(y${t}, c${t}_${i}, w${i});
let db${t}_${i} = drive${t} * q${t}_${i};
let dc${t}_${i} = y${t} * x${t + 1}_${i};
w${i} = e${t}_${i} * q${t}_${i};
let carried${t}_${i} = w${i} * x${t}_${i};
da${i} = fma(g${t}.x, carried${t}_${i}, da${i});`,
)}
let gb${t} = ${dot(`q${t}_`, `b${t}_`)};
let ga${t} = ${dot("a", `carried${t}_`)};
${sumChannels(t)}
${
  shuffled
    ? t % lanes === 0
      ? sumStates(t)
      : ""
    : `pairs[${(t % flushed) * threads}u + thread] = vec2f(gb${t}, ga${t});
${t % flushed === 0 ? flushMemory(t) : ""}`
}`;
    })
    .join("\n");

  return {
    label: "scan gradient",
    bindings: ["read", "read", "read", "read", "read", "write", "write", "write"],
    wgsl: `${shuffled ? "enable subgroups;" : ""}
@group(0) @binding(0) var<storage, read> u_in: array<f32>;
@group(0) @binding(1) var<storage, read> raw_in: array<f32>;
@group(0) @binding(2) var<storage, read> dy_in: array<f32>;
@group(0) @binding(3) var<storage, read> bc_in: array<f32>;
@group(0) @binding(4) var<storage, read> params: array<f32>;
@group(0) @binding(5) var<storage, read_write> du_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> draw_out: array<f32>;
@group(0) @binding(7) var<storage, read_write> work: array<f32>;
var<workgroup> signals: array<vec2f, ${steps * width}>;
var<workgroup> dys: array<f32, ${steps * width}>;
${declareRows(layout, staged)}
var<workgroup> sums: array<f32, ${flushed * parts * row}>;
${shuffled ? "" : `var<workgroup> pairs: array<vec2f, ${flushed * threads}>;`}
${SOFTPLUS}
${SOFTPLUS_SLOPE}
${opening(layout)}
let skip = params[${inputs.skip}u + clamped];
let stage_skip = params[${inputs.skip}u + stage_channel];
let stage_inside = group.x * ${width}u + stage_own < ${channels}u;
let part_index = thread / ${part}u;
let share = ${keepers > 1 ? `((thread % ${part}u) / ${lanes * keepers}u)` : `((thread % ${part}u) / ${lanes}u) * ${(2 * perLane) / group}u`};
${keepers > 1 ? `let keeper = ((thread % ${part}u) / ${lanes}u) % ${keepers}u == 0u;` : ""}
${lines(perLane, (i) => `var w${i} = 0.0; var da${i} = 0.0;`)}
var dskip = 0.0;
var dbias = 0.0;
{ let at = ${chunks > 1 ? stateAt(layout, places.chunkStates, chunks, "chunk") : stateAt(layout, places.finalGradient, 1, "0u")};
${loadStates(layout, "at", (i) => `w${i}`, false)} }
${declareNext(layout, staged)}
${lines(perLane, (i) => `var next_x${i} = 0.0;`)}
let count = (min((chunk + 1u) * ${chunk}u, ${length}u) - chunk * ${chunk}u + ${steps - 1}u) / ${steps}u;
${loadNext(layout, staged, `(chunk * ${chunk}u + (count - 1u) * ${steps}u)`)}
${loadKept(`(chunk * ${layout.tiles}u + count - 1u)`)}
for (var passed = 0u; passed < count; passed++) {
let begin = chunk * ${chunk}u + (count - 1u - passed) * ${steps}u;
workgroupBarrier();
${lines(steps / lanes, (k) => {
  const there = `stage_inside && begin + stage_t + ${k * lanes}u < ${length}u`;
  const at = `(stage_t + ${k * lanes}u) * ${width}u + stage_own`;
  return `{ let there = ${there}; signals[${at}] = select(vec2f(), vec2f(softplus(next_raw${k} + stage_bias), next_u${k}), there);
dys[${at}] = select(0.0, next_dy${k}, there); }`;
})}
${storeRows(layout, staged)}
${lines(perLane, (i) => `let now${i} = next_x${i};`)}
workgroupBarrier();
${loadNext(layout, staged, `(max(begin, ${steps}u) - ${steps}u)`)}
${loadKept(`(max(begin, ${steps}u) - ${steps}u) / ${steps}u`)}
${base === "" ? "" : `for (var part = ${steps / history}u; part > 0u; part--) {\nlet base = (part - 1u) * ${history}u;`}
${lines(perLane, (i) => `var start${i} = now${i};`)}
${base === "" ? "" : advance}
${lines(perLane, (i) => `let x0_${i} = start${i};`)}
${forward}
${backward}
${base === "" ? "" : "}"}
${shuffled ? `workgroupBarrier();\n${writeRows("0u")}` : ""}
}
if (inside) {
{ let at = ${stateAt(layout, places.aParts, chunks, "chunk")};
${storeStates(layout, "at", (i) => `da${i}`, false)} }
if (chunk == 0u) { let at = ${stateAt(layout, places.initialGradient, 1, "0u")};
${storeStates(layout, "at", (i) => `w${i}`, false)} }
}
${
  shuffled
    ? `if (inside) { let at = ${places.channelParts}u + ((batch * ${chunks}u + chunk) * ${channels}u + channel) * ${lanes}u + lane;`
    : `if (stage_inside) { let at = ${places.channelParts}u + ((batch * ${chunks}u + chunk) * ${channels}u + stage_channel) * ${lanes}u + stage_t;`
}
work[at] = dskip;
work[at + ${batch * chunks * channels * lanes}u] = dbias; }
}`,
  };

  function loadKept(block: string): string {
    return `{ let at = ${stateAt(layout, places.kept, blocks, block)};
${loadStates(layout, "at", (i) => `next_x${i}`, false)} }`;
  }
}

/** Sums of the parts of B's and C's derivatives over groups of channels, into rows laid out as B and C themselves. */
export function rowSumProgram(layout: ScanLayout, places: BackwardPlaces): GpuProgram {
  const { batch, length, channels, width, padded, states, places: inputs } = layout;
  const groups = Math.ceil(channels / width);
  const rows = batch * length;
  const word = (k: string) => `work[${places.rowParts}u + (${k} * ${rows}u + row) * ${2 * padded}u + column]`;
  return {
    label: "scan gradient: sums over channels",
    bindings: ["read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> work: array<f32>;
@group(0) @binding(1) var<storage, read_write> dbc_out: array<f32>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
let item = (group.y * ${rowGroups(layout)[0]}u + group.x) * 256u + thread;
let row = item / ${2 * states}u;
if (row >= ${rows}u) { return; }
let j = item % ${2 * states}u;
let column = (j / ${states}u) * ${padded}u + j % ${states}u;
${sumOf(groups, word)}
dbc_out[row * ${inputs.bcStride}u + ${inputs.bcOffset}u + j] = sum;
}`,
  };
}

export function rowGroups({ batch, length, states }: ScanLayout): readonly [number, number, number] {
  const groups = Math.ceil((batch * length * 2 * states) / 256);
  const x = Math.min(groups, 32768);
  return [x, Math.ceil(groups / x), 1];
}

/** Sums of the parts of the derivatives by A, skip and bias over batch and chunks, laid out as the parameters. */
export function paramSumProgram(layout: ScanLayout, places: BackwardPlaces): GpuProgram {
  const { batch, channels, padded, states, chunks, lanes, places: inputs } = layout;
  const parts = batch * chunks;
  return {
    label: "scan gradient: sums over batch and chunks",
    bindings: ["read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> work: array<f32>;
@group(0) @binding(1) var<storage, read_write> dparams_out: array<f32>;
fn aSum(channel: u32, n: u32) -> f32 {
${sumOf(parts, (k) => `work[${places.aParts}u + (${k} * ${channels}u + channel) * ${padded}u + n]`)}
return sum;
}
fn channelSum(which: u32, channel: u32) -> f32 {
var sums = 0.0;
for (var lane = 0u; lane < ${lanes}u; lane++) {
${sumOf(parts, (k) => `work[${places.channelParts}u + ((which * ${parts}u + ${k}) * ${channels}u + channel) * ${lanes}u + lane]`)}
sums += sum;
}
return sums;
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
let channel = id.x / ${states + 2}u;
let j = id.x % ${states + 2}u;
if (channel >= ${channels}u) { return; }
if (j < ${states}u) { dparams_out[${inputs.a}u + channel * ${states}u + j] = aSum(channel, j); }
else if (j == ${states}u) { dparams_out[${inputs.skip}u + channel] = channelSum(0u, channel); }
else { dparams_out[${inputs.bias}u + channel] = channelSum(1u, channel); }
}`,
  };
}

/** Declares `sum`, the sum of words 0 to count - 1, eight loads at a time. */
function sumOf(count: number, word: (k: string) => string): string {
  const ahead = Math.min(8, count);
  const whole = ahead * Math.floor(count / ahead);
  return `${lines(ahead, (k) => `var sum${k} = 0.0;`)}
for (var first = 0u; first < ${whole}u; first += ${ahead}u) {
${lines(ahead, (k) => `sum${k} += ${word(`(first + ${k}u)`)};`)}
}
${lines(count - whole, (k) => `sum${k} += ${word(`${whole + k}u`)};`)}
let sum = ${range(ahead)
    .map((k) => `sum${k}`)
    .join(" + ")};`;
}
