/**
 * Small dense matrices on a GPU, as linear layers have them: each program is one workgroup, whose barriers order its steps; matrices lie in the
 * device's memory. Exponentials by scaling and squaring, inverses by Gauss and Jordan with pivots.
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

/** The sum over k of a[row, k] b[k, column], for entry i of an n x n matrix. */
const entry = (n: number, a: string, b: string) => `let row = i / ${n}u; let column = i % ${n}u;
var sum = 0.0;
for (var k = 0u; k < ${n}u; k++) { sum = fma(${a}[row * ${n}u + k], ${b}[k * ${n}u + column], sum); }`;

/** out = e^a, n x n. Taylor's polynomial of degree 12 where the norm is below 1/2, then squares (Moler & Van Loan, 2003). */
export function exponentialOnGpu(at: Launcher, a: Cell, out: Cell, n: number): void {
  const [work, term] = [at.cell(n * n), at.cell(n * n)];
  const size = n * n;
  alone(
    at,
    "exponential",
    { a },
    { out, work, term },
    `var largest = 0.0;
for (var row = thread; row < ${n}u; row += ${THREADS}u) {
  var sum = 0.0;
  for (var k = 0u; k < ${n}u; k++) { sum += abs(a[row * ${n}u + k]); }
  largest = max(largest, sum);
}
norms[thread] = largest;
workgroupBarrier();
if (thread == 0u) {
  for (var k = 1u; k < ${THREADS}u; k++) { largest = max(largest, norms[k]); }
  var count = 0u;
  for (; largest > 0.5 && count < 60u; count++) { largest *= 0.5; }
  squarings = count;
}
let count = workgroupUniformLoad(&squarings);
let scale = exp2(-f32(count));
${each(size, `let diagonal = select(0.0, 1.0, i / ${n}u == i % ${n}u); term[i] = diagonal; out[i] = diagonal;`)}
for (var power = 1u; power <= 12u; power++) {
  ${each(size, `${entry(n, "term", "a")} work[i] = sum * scale / f32(power);`)}
  ${each(size, "term[i] = work[i]; out[i] += work[i];")}
}
for (var k = 0u; k < count; k++) {
  ${each(size, `${entry(n, "out", "out").replaceAll("k", "m")} work[i] = sum;`)}
  ${each(size, "out[i] = work[i];")}
}`,
    `var<workgroup> norms: array<f32, ${THREADS}>;
var<workgroup> squarings: u32;`,
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
