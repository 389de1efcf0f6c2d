/** The kernel of diagonal state spaces, one of each head: sums of powers. Gu, Gupta, Goel & Re, arXiv 2206.11893. */
import type { Cell } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** K[h, l] = factor Re(sum over n of w[h, n] a[h, n]^l): w and a [2, h n] -> [h, length]. */
export function s4dKernel(tape: Tape, w: Tensor, a: Tensor, h: number, length: number, factor: 1 | 2): Tensor {
  const p = a.size / 2;
  const n = p / h;
  return tape.record(
    [h, length],
    [w, a],
    (y) => {
      y.fill(0);
      for (let j = 0; j < p; j++) {
        const from = Math.floor(j / n) * length;
        const [aRe, aIm] = [a.data[j]!, a.data[p + j]!];
        let [re, im] = [factor * w.data[j]!, factor * w.data[p + j]!];
        for (let l = 0; l < length; l++) {
          y[from + l]! += re;
          const next = re * aRe - im * aIm;
          im = re * aIm + im * aRe;
          re = next;
        }
      }
    },
    (g) => {
      for (let j = 0; j < p; j++) {
        const from = Math.floor(j / n) * length;
        const [aRe, aIm] = [a.data[j]!, a.data[p + j]!];
        // By Horner's rule from the end: sum of g[l] a^l, and its derivative with respect to a.
        let [sRe, sIm, dRe, dIm] = [0, 0, 0, 0];
        for (let l = length - 1; l >= 0; l--) {
          const nextRe = dRe * aRe - dIm * aIm + sRe;
          dIm = dRe * aIm + dIm * aRe + sIm;
          dRe = nextRe;
          const sum = sRe * aRe - sIm * aIm + factor * g[from + l]!;
          sIm = sRe * aIm + sIm * aRe;
          sRe = sum;
        }
        // y = Re(w f(a)): its adjoints are conj(f) and conj(w f').
        if (w.grad) {
          w.grad[j]! += sRe;
          w.grad[p + j]! -= sIm;
        }
        if (a.grad) {
          const [wRe, wIm] = [w.data[j]!, w.data[p + j]!];
          a.grad[j]! += wRe * dRe - wIm * dIm;
          a.grad[p + j]! -= wRe * dIm + wIm * dRe;
        }
      }
    },
    (gpu, y) => {
      const [own, base] = [gpu.data(w), gpu.data(a)];
      const pair = (name: string, j: string) => `vec2f(${name}[${j}], ${name}[${p}u + ${j}])`;
      gpu.each(
        "sums of powers",
        h * length,
        { own, base },
        { y },
        `let first = (i / ${length}u) * ${n}u;
    var sum = 0.0;
    for (var j = first; j < first + ${n}u; j++) { sum += times(${pair("own", "j")}, power(${pair("base", "j")}, i % ${length}u)).x; }
    y[i] = ${factor}.0 * sum;`,
      );
      return (g) => {
        const [toW, toA] = [gpu.grad(w), gpu.grad(a)];
        if (!toW && !toA) return;
        // Of each mode the sums of g[l] a^l and of g[l] l a^(l-1).
        const sums = gpu.cell(4 * p);
        gpu.rows(
          "sums of powers: back",
          p,
          { g, base },
          { sums },
          `let A = ${pair("base", "row")};
    let stride = power(A, 64u);
    let begin = (row / ${n}u) * ${length}u;
    let first = select(thread, 64u, thread == 0u);
    var before = power(A, first - 1u);
    var s = vec2f(select(0.0, g[begin], thread == 0u), 0.0);
    var d = vec2f();
    for (var l = first; l < ${length}u; l += 64u) {
      s += g[begin + l] * times(A, before);
      d += g[begin + l] * f32(l) * before;
      before = times(before, stride);
    }
    let all = vec4f(total(s.x), total(s.y), total(d.x), total(d.y));
    if (thread == 0u) { for (var k = 0u; k < 4u; k++) { sums[4u * row + k] = ${factor}.0 * all[k]; } }`,
        );
        const give = (to: Cell | undefined, value: string) => {
          if (!to) return;
          const op = gpu.plus(to);
          gpu.each(
            "sums of powers: spread",
            p,
            { sums, own },
            { to },
            `let v = ${value}; to[i] ${op} v.x; to[${p}u + i] ${op} v.y;`,
          );
        };
        give(toW, "conj(vec2f(sums[4u * i], sums[4u * i + 1u]))");
        give(toA, `conj(times(${pair("own", "i")}, vec2f(sums[4u * i + 2u], sums[4u * i + 3u])))`);
      };
    },
  );
}
