/** x[t] = A x[t-1] + B u[t] with full matrices, step after step or in chunks that can be computed side by side. */
import { transpose } from "../../math/dense.ts";
import { product } from "../../math/product.ts";
import { spreadGroups, type Cell, type Cells, type Launcher } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** system [n, n + m] of discrete A and B, u [batch, length, m] -> x [batch, length, n]; `initial` [batch, n] is constant, 0 where left out. */
export function denseScan(
  tape: Tape,
  system: Tensor,
  u: Tensor,
  mode: "parallel" | "serial" = "serial",
  initial?: Tensor,
): Tensor {
  const [batch = 0, length = 0, m = 0] = u.shape;
  const n = system.shape[0]!;
  const rows = batch * length;
  const start = initial?.data ?? new Float64Array(batch * n);
  const A = () => part(system.data, n, n + m, 0, n);
  const B = () => part(system.data, n, n + m, n, m);
  return tape.record(
    [batch, length, n],
    [system, u],
    (x) => {
      x.set(product(u.data, transpose(B(), n, m), rows, m, n));
      recur(x, A(), start, batch, length, n, mode, false);
    },
    (g, x) => {
      const adjoint = g.slice();
      recur(adjoint, transpose(A(), n, n), new Float64Array(batch * n), batch, length, n, mode, true);
      if (u.grad) {
        const back = product(adjoint, B(), rows, n, m);
        for (let i = 0; i < back.length; i++) u.grad[i]! += back[i]!;
      }
      if (!system.grad) return;
      const before = new Float64Array(x.length);
      for (let b = 0; b < batch; b++) {
        const at = b * length * n;
        before.set(start.subarray(b * n, (b + 1) * n), at);
        before.set(x.subarray(at, at + (length - 1) * n), at + n);
      }
      const turned = transpose(adjoint, rows, n);
      const [gA, gB] = [product(turned, before, n, rows, n), product(turned, u.data, n, rows, m)];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) system.grad[i * (n + m) + j]! += gA[i * n + j]!;
        for (let j = 0; j < m; j++) system.grad[i * (n + m) + n + j]! += gB[i * m + j]!;
      }
    },
    (gpu, x) => {
      const [own, matrices] = [gpu.data(u), gpu.data(system)];
      const width = n + m;
      const begin: Cells = initial ? { begin: gpu.data(initial) } : {};
      const driven = gpu.cell(rows * n);
      gpu.each(
        "dense scan: input",
        rows * n,
        { own, matrices },
        { driven },
        `let row = i / ${n}u; let k = i % ${n}u;
    var sum = 0.0;
    for (var j = 0u; j < ${m}u; j++) { sum = fma(matrices[k * ${width}u + ${n}u + j], own[row * ${m}u + j], sum); }
    driven[i] = sum;`,
      );
      const extent = chunked(batch, length, n);
      const powers = powersOnGpu(gpu, extent, matrices, width);
      recurOnGpu(gpu, extent, driven, powers, x, begin, false);
      return (g) => {
        const adjoint = gpu.cell(rows * n);
        recurOnGpu(gpu, extent, g, powers, adjoint, {}, true);
        const [toU, toSystem] = [gpu.grad(u), gpu.grad(system)];
        if (toU)
          gpu.each(
            "dense scan: by input",
            rows * m,
            { adjoint, matrices },
            { toU },
            `let row = i / ${m}u; let j = i % ${m}u;
    var sum = 0.0;
    for (var k = 0u; k < ${n}u; k++) { sum = fma(matrices[k * ${width}u + ${n}u + j], adjoint[row * ${n}u + k], sum); }
    toU[i] ${gpu.plus(toU)} sum;`,
          );
        if (toSystem)
          gpu.sums(
            "dense scan: by system",
            { outputs: n * width, terms: rows },
            { adjoint, own, x, ...begin },
            toSystem,
            `let k = o / ${width}u; let c = o % ${width}u; let t = r % ${length}u;
    var value = 0.0;
    if (c >= ${n}u) { value = own[r * ${m}u + c - ${n}u]; }
    else if (t > 0u) { value = x[(r - 1u) * ${n}u + c]; }
    ${initial ? `else { value = begin[(r / ${length}u) * ${n}u + c]; }` : ""}
    sum = fma(adjoint[r * ${n}u + k], value, sum);`,
          );
      };
    },
  );
}

const chunk = 32;

/** x[t] = A x[t-1] + v[t] in place of v; in chunks from nothing, then with what each is carried, or straight through. */
function recur(
  x: Float64Array,
  A: Float64Array,
  start: Float64Array,
  batch: number,
  length: number,
  n: number,
  mode: "parallel" | "serial",
  backwards: boolean,
): void {
  const place = (b: number, t: number) => (b * length + (backwards ? length - 1 - t : t)) * n;
  const pass = (b: number, from: number, to: number, state: Float64Array) => {
    for (let t = from; t < to; t++) {
      const at = place(b, t);
      state.set(advance(A, state, n));
      for (let i = 0; i < n; i++) state[i] = x[at + i]! += state[i]!;
    }
  };
  for (let b = 0; b < batch; b++) {
    const carry = start.slice(b * n, (b + 1) * n);
    if (mode === "serial") {
      pass(b, 0, length, carry);
      continue;
    }
    for (let from = 0; from < length; from += chunk) pass(b, from, Math.min(length, from + chunk), new Float64Array(n));
    for (let from = 0; from < length; from += chunk) {
      // The chunk's own sum is there; what it was carried is added, power by power.
      for (let t = from; t < Math.min(length, from + chunk); t++) {
        carry.set(advance(A, carry, n));
        const at = place(b, t);
        for (let i = 0; i < n; i++) x[at + i]! += carry[i]!;
      }
      const last = place(b, Math.min(length, from + chunk) - 1);
      carry.set(x.subarray(last, last + n));
    }
  }
}

interface Chunked {
  readonly batch: number;
  readonly length: number;
  readonly n: number;
  /** Steps of a chunk, a power of two. */
  readonly size: number;
  readonly chunks: number;
}

/** About as many chunks as steps in one, as far as the powers of A that it takes are no more than 2^20 numbers. */
function chunked(batch: number, length: number, n: number): Chunked {
  const root = Math.round(Math.log2(length) / 2);
  const held = Math.floor(20 - 2 * Math.log2(n));
  const size = 2 ** Math.max(0, Math.min(root, held, 7));
  return { batch, length, n, size, chunks: Math.ceil(length / size) };
}

/** A, A^2 .. A^size, each n x n, by doubling. */
function powersOnGpu(gpu: Launcher, { n, size }: Chunked, matrices: Cell, width: number): Cell {
  const powers = gpu.cell(size * n * n);
  const place = `let row = i / ${n}u; let column = i % ${n}u;`;
  gpu.each(
    "dense scan: A",
    n * n,
    { matrices },
    { powers },
    `${place} powers[i] = matrices[row * ${width}u + column];`,
  );
  for (let known = 1; known < size; known *= 2) {
    const last = (known - 1) * n * n;
    gpu.each(
      "dense scan: powers",
      known * n * n,
      {},
      { powers },
      `let j = (i / ${n * n}u) * ${n * n}u; let row = (i % ${n * n}u) / ${n}u; let column = i % ${n}u;
var sum = 0.0;
for (var k = 0u; k < ${n}u; k++) { sum = fma(powers[${last}u + row * ${n}u + k], powers[j + k * ${n}u + column], sum); }
powers[${known * n * n}u + i] = sum;`,
    );
  }
  return powers;
}

/** Each chunk from nothing; the states that chunks begin from, each by A^size; then what these become in the chunk is added. */
function recurOnGpu(
  gpu: Launcher,
  extent: Chunked,
  driven: Cell,
  powers: Cell,
  out: Cell,
  begin: Cells,
  backwards: boolean,
): void {
  const { batch, length, n, size, chunks } = extent;
  const threads = Math.min(256, Math.max(32, 2 ** Math.ceil(Math.log2(n))));
  const own = (k: string) => `for (var ${k} = thread; ${k} < ${n}u; ${k} += ${threads}u)`;
  const time = (step: string) => (backwards ? `(${length - 1}u - (${step}))` : `(${step})`);
  /** Of the power that begins at `from`; backwards it is the transpose. */
  const entry = (from: string, row: string, column: string) =>
    `powers[${from} + ${backwards ? `${column} * ${n}u + ${row}` : `${row} * ${n}u + ${column}`}]`;
  const wgsl = (groups: number, body: string) => `var<workgroup> state: array<f32, ${2 * n}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) wide: vec3u, @builtin(local_invocation_index) thread: u32) {
let g = group.y * wide.x + group.x;
if (g >= ${groups}u) { return; }
var now = 0u;
${body}
}`;
  /** A workgroup's state, twice: one is read while the other is written. */
  const turn = `now = ${n}u - now;
  workgroupBarrier();`;
  const groups = batch * chunks;
  gpu.launch("dense scan", {
    ...{ read: { driven, powers, ...(chunks === 1 ? begin : {}) }, write: { out }, groups: spreadGroups(groups) },
    wgsl: wgsl(
      groups,
      `let b = g / ${chunks}u;
let first = (g % ${chunks}u) * ${size}u;
${own("k")} { state[k] = ${chunks === 1 && "begin" in begin ? `begin[b * ${n}u + k]` : "0.0"}; }
workgroupBarrier();
for (var step = first; step < min(${length}u, first + ${size}u); step++) {
  let at = (b * ${length}u + ${time("step")}) * ${n}u;
  ${own("k")} {
    var sum = driven[at + k];
    for (var j = 0u; j < ${n}u; j++) { sum = fma(${entry("0u", "k", "j")}, state[now + j], sum); }
    out[at + k] = sum;
    state[${n}u - now + k] = sum;
  }
  ${turn}
}`,
    ),
  });
  if (chunks === 1) return;
  const carried = gpu.cell(groups * n);
  gpu.launch("dense scan: beginnings of chunks", {
    ...{ read: { out, powers, ...begin }, write: { carried }, groups: spreadGroups(batch) },
    wgsl: wgsl(
      batch,
      `${own("k")} { let value = ${"begin" in begin ? `begin[g * ${n}u + k]` : "0.0"}; state[k] = value; carried[g * ${chunks * n}u + k] = value; }
workgroupBarrier();
for (var c = 1u; c < ${chunks}u; c++) {
  let at = (g * ${length}u + ${time(`c * ${size}u - 1u`)}) * ${n}u;
  ${own("k")} {
    var sum = out[at + k];
    for (var j = 0u; j < ${n}u; j++) { sum = fma(${entry(`${(size - 1) * n * n}u`, "k", "j")}, state[now + j], sum); }
    carried[(g * ${chunks}u + c) * ${n}u + k] = sum;
    state[${n}u - now + k] = sum;
  }
  ${turn}
}`,
    ),
  });
  gpu.each(
    "dense scan: what was carried",
    batch * length * n,
    { powers, carried },
    { out },
    `let k = i % ${n}u; let t = ${time(`(i / ${n}u) % ${length}u`)}; let b = i / ${length * n}u;
let base = (b * ${chunks}u + t / ${size}u) * ${n}u;
let power = (t % ${size}u) * ${n * n}u;
var sum = out[i];
for (var j = 0u; j < ${n}u; j++) { sum = fma(${entry("power", "k", "j")}, carried[base + j], sum); }
out[i] = sum;`,
  );
}

function advance(A: Float64Array, x: Float64Array, n: number): Float64Array {
  const next = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) next[i]! += A[i * n + j]! * x[j]!;
  return next;
}

function part(all: Float64Array, rows: number, width: number, from: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) out.set(all.subarray(i * width + from, i * width + from + columns), i * columns);
  return out;
}
