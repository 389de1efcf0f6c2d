/**
 * Fourier transforms on a GPU: rows of n complex numbers in place, n a power of 2. Forward decimates in frequency, so that what comes out is in
 * the order of reversed bits, and back decimates in time from that order: products of spectra need no other. Twiddles come from
 * float64. Butterflies that are too far apart for a workgroup's memory go through the device's, a launch a stage.
 */
import type { Cell, Launcher } from "../launch.ts";

const twiddles = new WeakMap<Launcher, Map<number, Cell>>();

/** cos and -sin of 2 pi k / n, k < n / 2. */
function twiddlesOf(at: Launcher, n: number): Cell {
  const kept = twiddles.get(at) ?? new Map<number, Cell>();
  twiddles.set(at, kept);
  const found = kept.get(n);
  if (found) return found;
  const values = new Float32Array(Math.max(2, n));
  for (let k = 0; k < n / 2; k++) {
    values[2 * k] = Math.cos((2 * Math.PI * k) / n);
    values[2 * k + 1] = -Math.sin((2 * Math.PI * k) / n);
  }
  const cell = at.constant(values);
  kept.set(n, cell);
  return cell;
}

/** Without the factor 1 / n. */
export function transform(at: Launcher, spectrum: Cell, rows: number, n: number, inverse = false): void {
  const turns = twiddlesOf(at, n);
  const block = Math.min(n, 2 ** Math.floor(Math.log2(at.device.info.limits.workgroupBytes / 8)), 2048);
  const far: number[] = [];
  for (let half = n / 2; 2 * half > block; half /= 2) far.push(half);
  const stage = (half: number) =>
    at.each(
      "fourier: far",
      (rows * n) / 2,
      { turns },
      { spectrum },
      `let k = i % ${half}u;
let low = (i / ${half}u) * ${2 * half}u + k;
let high = low + ${half}u;
let a = vec2f(spectrum[2u * low], spectrum[2u * low + 1u]);
let b = vec2f(spectrum[2u * high], spectrum[2u * high + 1u]);
let w = vec2f(turns[2u * k * ${n / (2 * half)}u], turns[2u * k * ${n / (2 * half)}u + 1u]);
${inverse ? "let c = times(b, conj(w)); let x = a + c; let y = a - c;" : "let x = a + b; let y = times(a - b, w);"}
spectrum[2u * low] = x.x; spectrum[2u * low + 1u] = x.y;
spectrum[2u * high] = y.x; spectrum[2u * high + 1u] = y.y;`,
    );
  if (!inverse) far.forEach(stage);
  near(at, spectrum, turns, (rows * n) / block, block, n, inverse);
  if (inverse) far.reverse().forEach(stage);
}

/** Blocks of neighbours, each in one workgroup's memory. */
function near(
  at: Launcher,
  spectrum: Cell,
  turns: Cell,
  blocks: number,
  size: number,
  n: number,
  inverse: boolean,
): void {
  const threads = Math.min(256, size / 2);
  const wide = Math.min(blocks, 32_768);
  const stride = inverse ? "half *= 2u" : "half /= 2u";
  at.launch("fourier", {
    read: { turns },
    write: { spectrum },
    groups: [wide, Math.ceil(blocks / wide), 1],
    wgsl: `var<workgroup> points: array<vec2f, ${size}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
let block = group.y * groups.x + group.x;
if (block >= ${blocks}u) { return; }
let first = 2u * block * ${size}u;
for (var k = thread; k < ${size}u; k += ${threads}u) { points[k] = vec2f(spectrum[first + 2u * k], spectrum[first + 2u * k + 1u]); }
for (var half = ${inverse ? 1 : size / 2}u; half > 0u && half < ${size}u; ${stride}) {
  workgroupBarrier();
  for (var i = thread; i < ${size / 2}u; i += ${threads}u) {
    let k = i % half;
    let low = (i / half) * 2u * half + k;
    let high = low + half;
    let at = 2u * k * (${n / 2}u / half);
    let w = vec2f(turns[at], turns[at + 1u]);
    let a = points[low];
    let b = points[high];
    ${inverse ? "let c = times(b, conj(w)); points[low] = a + c; points[high] = a - c;" : "points[low] = a + b; points[high] = times(a - b, w);"}
  }
}
workgroupBarrier();
for (var k = thread; k < ${size}u; k += ${threads}u) { spectrum[first + 2u * k] = points[k].x; spectrum[first + 2u * k + 1u] = points[k].y; }
}`,
  });
}
