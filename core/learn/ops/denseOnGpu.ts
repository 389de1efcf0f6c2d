/**
 * Small dense matrices on a GPU, as linear layers have them: each program is one workgroup, whose barriers order its steps; matrices lie in the
 * device's memory. Exponentials by scaling and doubling, inverses by Gauss and Jordan with pivots.
 */
import type { Cell, Cells, Launcher } from "../launch.ts";

const THREADS = 256;

/** One workgroup; `thread` is there, and each(n) loops over n numbers with index i. */
function alone(at: Launcher, label: string, read: Cells, write: Cells, body: string, shared = ""): void {
  at.launch(label, {
    ...{ read, write, groups: [1, 1, 1] },
    wgsl: `${shared}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) thread: u32) {
${body}
}`,
  });
}

const each = (count: number, body: string) =>
  `for (var i = thread; i < ${count}u; i += ${THREADS}u) { ${body} }
storageBarrier();`;

export interface Hold {
  /** e^x, n x n. */
  readonly e: Cell;
  /** (e^x - 1) / x, n x n. */
  readonly phi: Cell;
}

/** Of x, n x n: Taylor's polynomial of phi to degree 11 where the norm is below 1/2, then doublings. Al-Mohy & Higham (2011). */
export function holdOnGpu(at: Launcher, x: Cell, { e, phi }: Hold, n: number): void {
  const store = `e[i] = work[i]; phi[i] = work[${n * n}u + i];`;
  doubled(at, "hold", { x }, { e, phi }, n, { x: "x[row * N + column]", along: [], store });
}

/**
 * by = what x is asked where e and phi are asked e and phi: the adjoint of a derivative of a function of x is the derivative of that
 * function at the transpose. Najfeld & Havel (1995).
 */
export function holdBackOnGpu(at: Launcher, x: Cell, { e, phi }: Hold, by: Cell, n: number): void {
  doubled(at, "hold: back", { x, e, phi }, { by }, n, {
    ...{ x: "x[column * N + row]", along: ["e[i]", "phi[i]"] },
    store: `by[i] = work[${2 * n * n}u + i] + work[${5 * n * n}u + i];`,
  });
}

/** Where in `work` what belongs to x itself lies, e and phi; then, for each direction, their derivatives along it. */
interface Doubled {
  /** Entry row, column of the matrix, of N rows. */
  readonly x: string;
  /** Entry i of each direction. */
  readonly along: readonly string[];
  readonly store: string;
}

function doubled(at: Launcher, label: string, read: Cells, write: Cells, n: number, given: Doubled): void {
  const size = n * n;
  const slots = 2 + 2 * given.along.length;
  // Twice the slots, as a product cannot be written where its factors are; then x and the directions, scaled.
  const work = at.cell((2 * slots + 1 + given.along.length) * size);
  const place = (slot: string | number) => `${slot} * ${size}u`;
  const own = 2 * slots;
  const along = given.along.map((entry, k) => `work[${place(`${own + 1 + k}u`)} + i] = scale * ${entry};`).join("\n");
  const all = (cases: (direction: number) => readonly [e: string, phi: string]) => `let slot = i / ${size}u;
let entry = i % ${size}u;
let row = entry / ${n}u;
let column = entry % ${n}u;
let unit = select(0.0, 1.0, row == column);
var value = 0.0;
switch (slot) {
${Array.from({ length: slots }, (_, slot) => `case ${slot}u: { value = ${cases(slot >> 1)[slot % 2]}; }`).join("\n")}
default: {}
}
work[${place(`${slots}u`)} + i] = value;`;
  const step = (cases: Parameters<typeof all>[0]) => `${each(slots * size, all(cases))}
${each(slots * size, `work[i] = work[${place(`${slots}u`)} + i];`)}`;
  const product = (a: number, b: number) => `product(${a}u, ${b}u, row, column)`;
  const old = (slot: number) => `work[${place(`${slot}u`)} + entry]`;
  const [e, phi] = [(k: number) => 2 * k, (k: number) => 2 * k + 1];
  const polynomial = (k: number) =>
    k === 0 ? product(own, phi(0)) : `${product(own + k, phi(0))} + ${product(own, phi(k))}`;
  alone(
    at,
    label,
    read,
    { ...write, work },
    `var largest = 0.0;
for (var row = thread; row < ${n}u; row += ${THREADS}u) {
  var sum = 0.0;
  for (var column = 0u; column < ${n}u; column++) { sum += abs(${given.x.replaceAll("N", `${n}u`)}); }
  largest = max(largest, sum);
}
norms[thread] = largest;
workgroupBarrier();
if (thread == 0u) {
  for (var k = 1u; k < ${THREADS}u; k++) { largest = max(largest, norms[k]); }
  var count = 0u;
  for (; largest > 0.5 && count < 60u; count++) { largest *= 0.5; }
  doublings = count;
}
let count = workgroupUniformLoad(&doublings);
let scale = exp2(-f32(count));
${each(
  size,
  `let row = i / ${n}u; let column = i % ${n}u; work[${place(`${own}u`)} + i] = scale * ${given.x.replaceAll("N", `${n}u`)}; ${along}`,
)}
${each(slots * size, "work[i] = 0.0;")}
// By Horner, from 1 / 12! on.
var term = 2.08767569878681e-9;
for (var power = 11u; ; power--) {
  ${step((k) => [k === 0 ? "unit" : "0.0", k === 0 ? `${polynomial(0)} + term * unit` : polynomial(k)])}
  if (power == 0u) { break; }
  term *= f32(power + 1u);
}
${step((k) => [k === 0 ? `${polynomial(0)} + unit` : polynomial(k), old(phi(k))])}
for (var doubling = 0u; doubling < count; doubling++) {
  ${step((k) =>
    k === 0
      ? [product(0, 0), `0.5 * (${product(0, 1)} + ${old(1)})`]
      : [
          `${product(e(k), 0)} + ${product(0, e(k))}`,
          `0.5 * (${product(e(k), 1)} + ${product(0, phi(k))} + ${old(phi(k))})`,
        ],
  )}
}
${each(size, given.store)}`,
    `var<workgroup> norms: array<f32, ${THREADS}>;
var<workgroup> doublings: u32;
fn product(a: u32, b: u32, row: u32, column: u32) -> f32 {
  var sum = 0.0;
  for (var k = 0u; k < ${n}u; k++) { sum = fma(work[a * ${size}u + row * ${n}u + k], work[b * ${size}u + k * ${n}u + column], sum); }
  return sum;
}`,
  );
}

/** out = the inverse of a, n x n; a is destroyed. */
export function inverseOnGpu(at: Launcher, a: Cell, out: Cell, n: number): void {
  const size = n * n;
  alone(
    at,
    "inverse",
    {},
    { a, out },
    `${each(size, `out[i] = select(0.0, 1.0, i / ${n}u == i % ${n}u);`)}
for (var step = 0u; step < ${n}u; step++) {
  if (thread == 0u) {
    pivot = step;
    for (var row = step + 1u; row < ${n}u; row++) {
      if (abs(a[row * ${n}u + step]) > abs(a[pivot * ${n}u + step])) { pivot = row; }
    }
  }
  let chosen = workgroupUniformLoad(&pivot);
  for (var column = thread; column < ${n}u; column += ${THREADS}u) {
    let upper = step * ${n}u + column;
    let lower = chosen * ${n}u + column;
    let first = a[upper]; a[upper] = a[lower]; a[lower] = first;
    let second = out[upper]; out[upper] = out[lower]; out[lower] = second;
  }
  storageBarrier();
  if (thread == 0u) { reciprocal = 1.0 / a[step * ${n}u + step]; }
  let over = workgroupUniformLoad(&reciprocal);
  for (var column = thread; column < ${n}u; column += ${THREADS}u) { a[step * ${n}u + column] *= over; out[step * ${n}u + column] *= over; }
  storageBarrier();
  // Each row by one thread, which alone reads its factor.
  for (var row = thread; row < ${n}u; row += ${THREADS}u) {
    if (row == step) { continue; }
    let factor = a[row * ${n}u + step];
    for (var column = 0u; column < ${n}u; column++) {
      a[row * ${n}u + column] = fma(-factor, a[step * ${n}u + column], a[row * ${n}u + column]);
      out[row * ${n}u + column] = fma(-factor, out[step * ${n}u + column], out[row * ${n}u + column]);
    }
  }
  storageBarrier();
}`,
    `var<workgroup> pivot: u32;
var<workgroup> reciprocal: f32;`,
  );
}
