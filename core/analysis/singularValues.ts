/** Singular values of a small complex matrix by one-sided Jacobi rotations, small ones as exact as large ones. Hestenes (1958). */

/** Of the rows x cols matrix re + j im, falling; NaN where it holds any. */
export function singularValues(re: Float64Array, im: Float64Array, rows: number, cols: number): Float64Array {
  const tall = rows >= cols;
  const [length, count] = tall ? [rows, cols] : [cols, rows];
  // Vector v's entry k, of the shorter side's vectors.
  const at = (v: number, k: number): number => (tall ? k * cols + v : v * cols + k);
  const x = new Float64Array(length * count);
  const y = new Float64Array(length * count);
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < length; k++) {
      x[v * length + k] = re[at(v, k)]!;
      y[v * length + k] = im[at(v, k)]!;
    }
  }
  for (let sweep = 0, turned = true; turned && sweep < 40; sweep++) {
    turned = false;
    for (let p = 0; p < count; p++) for (let q = p + 1; q < count; q++) turned = rotate(x, y, p, q, length) || turned;
  }
  const sizes = Float64Array.from({ length: count }, (_, v) =>
    Math.hypot(...x.subarray(v * length, (v + 1) * length), ...y.subarray(v * length, (v + 1) * length)),
  );
  return sizes.sort().reverse();
}

/** Makes two vectors orthogonal; whether they were not. */
function rotate(x: Float64Array, y: Float64Array, p: number, q: number, length: number): boolean {
  let [a, b, re, im] = [0, 0, 0, 0];
  for (let k = 0, i = p * length, j = q * length; k < length; k++, i++, j++) {
    a += x[i]! * x[i]! + y[i]! * y[i]!;
    b += x[j]! * x[j]! + y[j]! * y[j]!;
    re += x[i]! * x[j]! + y[i]! * y[j]!;
    im += x[i]! * y[j]! - y[i]! * x[j]!;
  }
  const size = Math.hypot(re, im);
  if (!(size > 2.220446049250313e-16 * Math.sqrt(a * b)) || size === 0) return false;
  const zeta = (b - a) / (2 * size);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  const [er, ei] = [re / size, im / size];
  for (let k = 0, i = p * length, j = q * length; k < length; k++, i++, j++) {
    // The second one turned first, so that their product is real.
    const u = er * x[j]! + ei * y[j]!;
    const v = er * y[j]! - ei * x[j]!;
    x[j] = s * x[i]! + c * u;
    y[j] = s * y[i]! + c * v;
    x[i] = c * x[i]! - s * u;
    y[i] = c * y[i]! - s * v;
  }
  return true;
}
