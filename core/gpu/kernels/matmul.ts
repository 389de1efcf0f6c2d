/**
 * Products of matrices, C = op(A) op(B) with op the matrix or its transpose, as layers need them forward and backward: the float64 reference
 * and the WGSL beside it. A workgroup computes a tile of C from tiles of A and B in workgroup memory, each of its 256 threads 4 x 4 or
 * 8 x 8 numbers in registers. Where the tiles of C are few and the inner dimension is long, as in a weight's derivative, the inner dimension
 * is cut into parts that are summed afterwards in a fixed order.
 */
import type { GpuProgram } from "../device.ts";

/** C is rows x columns, row-major; A is rows x inner, or inner x rows where it is to be transposed; B likewise. */
export interface MatmulShape {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** C + product, instead of the product. */
  readonly add?: boolean;
}

export function matmul(
  shape: MatmulShape,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  c?: ArrayLike<number>,
): Float64Array {
  const { rows, columns, inner, transposeA = false, transposeB = false, add = false } = shape;
  const product = add && c !== undefined ? Float64Array.from(c) : new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[transposeA ? k * rows + i : i * inner + k]!;
      for (let j = 0; j < columns; j++) {
        product[i * columns + j]! += factor * b[transposeB ? j * inner + k : k * columns + j]!;
      }
    }
  }
  return product;
}

export interface MatmulLayout extends MatmulShape {
  /** Quadruples of rows, and of columns, that a thread holds: a tile is 64 times as many each way. 0: a thread a number, without tiles. */
  readonly quads: number;
  /** Inner steps of a tile, and of a part. */
  readonly depth: number;
  readonly part: number;
  readonly parts: number;
}

export const MATMUL_THREADS = 256;
const SIDE = 16;

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** Writes C, or its parts (parts, rows, columns) where there are several. Bindings: A, B, what is written. */
export function matmulProgram(layout: MatmulLayout): GpuProgram {
  const { rows, columns, inner, quads, depth, part, parts, transposeA = false, transposeB = false } = layout;
  if (quads === 0) return plainProgram(layout);
  const side = SIDE * quads;
  const items = (depth * side) / MATMUL_THREADS;
  const add = parts === 1 && (layout.add ?? false);
  /** Four neighbours along the tile's edge at one inner step; edges of the matrix read as zero. */
  const load = (name: "a" | "b", edge: number, stored: "inner first" | "edge first", first: string) =>
    range(items)
      .map((k) => {
        // Neighbouring threads read neighbouring words, along whichever dimension is contiguous.
        const item = `(${k * MATMUL_THREADS}u + thread)`;
        const [step, quad] =
          stored === "inner first"
            ? [`${item} / ${side}u`, `${item} % ${side}u`]
            : [`${item} % ${depth}u`, `${item} / ${depth}u`];
        const word = (i: number) => {
          const at =
            stored === "inner first"
              ? `k * ${edge}u + min(e + ${i}u, ${edge - 1}u)`
              : `min(e + ${i}u, ${edge - 1}u) * ${inner}u + k`;
          return `select(0.0, ${name}_in[${at}], e + ${i}u < ${edge}u && there)`;
        };
        return `{ let step = begin + ${step}; let there = step < end; let k = min(step, ${inner - 1}u); let e = ${first} + 4u * (${quad});
next_${name}${k} = vec4f(${range(4).map(word).join(", ")}); }`;
      })
      .join("\n");
  const store = (name: "a" | "b", stored: "inner first" | "edge first") =>
    range(items)
      .map((k) => {
        const item = `(${k * MATMUL_THREADS}u + thread)`;
        const place = stored === "inner first" ? item : `(${item} % ${depth}u) * ${side}u + ${item} / ${depth}u`;
        return `tile_${name}[${place}] = next_${name}${k};`;
      })
      .join("\n");
  const orderA = transposeA ? "inner first" : "edge first";
  const orderB = transposeB ? "edge first" : "inner first";
  const next = `${load("a", rows, orderA, "first_row")}\n${load("b", columns, orderB, "first_column")}`;
  const registers = range(quads).flatMap((p) =>
    range(4).flatMap((i) => range(quads).map((q) => ({ p, i, q, name: `c${p}_${i}_${q}` }))),
  );
  return {
    label: "matrix product",
    bindings: ["read", "read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> a_in: array<f32>;
@group(0) @binding(1) var<storage, read> b_in: array<f32>;
@group(0) @binding(2) var<storage, read_write> c_out: array<f32>;
var<workgroup> tile_a: array<vec4f, ${depth * side}>;
var<workgroup> tile_b: array<vec4f, ${depth * side}>;
@compute @workgroup_size(${MATMUL_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
let first_row = group.y * ${4 * side}u;
let first_column = group.x * ${4 * side}u;
let start = group.z * ${part}u;
let end = min(start + ${part}u, ${inner}u);
let row = thread / ${SIDE}u;
let column = thread % ${SIDE}u;
${registers.map(({ name }) => `var ${name} = vec4f();`).join("\n")}
${range(items)
  .map((k) => `var next_a${k} = vec4f(); var next_b${k} = vec4f();`)
  .join("\n")}
{ let begin = start;
${next} }
for (var tile = 0u; tile < ${Math.ceil(part / depth)}u; tile++) {
workgroupBarrier();
${store("a", orderA)}
${store("b", orderB)}
workgroupBarrier();
{ let begin = start + (tile + 1u) * ${depth}u;
${next} }
${range(depth)
  .map(
    (k) => `{
${range(quads)
  .map(
    (p) => `let a${p} = tile_a[${k * side + SIDE * p}u + row]; let b${p} = tile_b[${k * side + SIDE * p}u + column];`,
  )
  .join("\n")}
${registers.map(({ name, p, i, q }) => `${name} = fma(vec4f(a${p}[${i}]), b${q}, ${name});`).join("\n")} }`,
  )
  .join("\n")}
}
${registers
  .map(
    ({
      name,
      p,
      i,
      q,
    }) => `{ let r = first_row + 4u * (row + ${SIDE * p}u) + ${i}u; let s = first_column + 4u * (column + ${SIDE * q}u);
if (r < ${rows}u) { let at = (group.z * ${rows}u + r) * ${columns}u + s;
${range(4)
  .map((j) => `if (s + ${j}u < ${columns}u) { c_out[at + ${j}u] ${add ? "+=" : "="} ${name}[${j}]; }`)
  .join("\n")} } }`,
  )
  .join("\n")}
}`,
  };
}

/** Short, where a processor plays the GPU and compiling costs more than running. */
function plainProgram(layout: MatmulLayout): GpuProgram {
  const { rows, columns, inner, part, parts, transposeA = false, transposeB = false } = layout;
  const size = rows * columns;
  const add = parts === 1 && (layout.add ?? false);
  return {
    label: "matrix product, plain",
    bindings: ["read", "read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> a_in: array<f32>;
@group(0) @binding(1) var<storage, read> b_in: array<f32>;
@group(0) @binding(2) var<storage, read_write> c_out: array<f32>;
@compute @workgroup_size(${MATMUL_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32, @builtin(num_workgroups) groups: vec3u) {
let at = (group.y * groups.x + group.x) * ${MATMUL_THREADS}u + thread;
if (at >= ${size}u) { return; }
let row = at / ${columns}u;
let column = at % ${columns}u;
var sum = 0.0;
for (var k = group.z * ${part}u; k < min((group.z + 1u) * ${part}u, ${inner}u); k++) {
sum = fma(a_in[${transposeA ? `k * ${rows}u + row` : `row * ${inner}u + k`}], b_in[${transposeB ? `column * ${inner}u + k` : `k * ${columns}u + column`}], sum);
}
c_out[group.z * ${size}u + at] ${add ? "+=" : "="} sum;
}`,
  };
}

/** Adds up parts in their order. Bindings: the parts, C. */
export function matmulSumProgram({ rows, columns, parts, add = false }: MatmulLayout): GpuProgram {
  const size = rows * columns;
  return {
    label: "matrix product: sum of parts",
    bindings: ["read", "write"],
    wgsl: `@group(0) @binding(0) var<storage, read> parts_in: array<f32>;
@group(0) @binding(1) var<storage, read_write> c_out: array<f32>;
@compute @workgroup_size(${MATMUL_THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
let at = id.y * groups.x * ${MATMUL_THREADS}u + id.x;
if (at >= ${size}u) { return; }
var sum = 0.0;
for (var part = 0u; part < ${parts}u; part++) { sum += parts_in[part * ${size}u + at]; }
c_out[at] ${add ? "+=" : "="} sum;
}`,
  };
}
