/** S4's kernel on a GPU: the sums of s4Kernel.ts, a thread a root, and back a workgroup a mode. Roots of unity come from float64. */
import type { OnGpu } from "../launch.ts";
import type { Tensor } from "../tensor.ts";
import { transform } from "./fourierOnGpu.ts";

interface Parts {
  readonly lambda: Tensor;
  readonly P: Tensor;
  readonly B: Tensor;
  readonly C: Tensor;
  readonly logStep: Tensor;
}

export function s4KernelOnGpu({ lambda, P, B, C, logStep }: Parts, length: number): OnGpu {
  const h = logStep.size;
  const p = lambda.size / 2;
  const n = p / h;
  const half = length / 2;
  const roots = half + 1;
  const bits = 32 - Math.log2(length);
  // 1 + w, and 2 (1 - w), whose differences float32 would lose.
  const table = new Float32Array(4 * roots);
  for (let k = 0; k < roots; k++) {
    const angle = (-2 * Math.PI * k) / length;
    table.set(
      [2 * Math.cos(angle / 2) ** 2, Math.sin(angle), 4 * Math.sin(angle / 2) ** 2, -2 * Math.sin(angle)],
      4 * k,
    );
  }
  const pair = (name: string, j: string) => `vec2f(${name}[${j}], ${name}[${p}u + ${j}])`;
  const four = (name: string, at: string) =>
    ["cb", "cp", "qb", "qp"]
      .map((sum, a) => `let ${sum} = vec2f(${name}[${at} + ${2 * a}u], ${name}[${at} + ${2 * a + 1}u]);`)
      .join(" ");
  const root = (k: string) =>
    `let q = vec2f(roots[4u * ${k}], roots[4u * ${k} + 1u]); let away = vec2f(roots[4u * ${k} + 2u], roots[4u * ${k} + 3u]);`;
  const ratio = `let bottom = vec2f(1.0, 0.0) + times(q, qp); let t = times(q, conj(bottom)) / dot(bottom, bottom);`;
  /** Where entry k of a spectrum lies; none of one point. */
  const reversed = (k: string) => (length === 1 ? k : `(reverseBits(${k}) >> ${bits}u)`);
  const denominator = `let far = step * times(vec2f(l.x, sign * l.y), q);
let e = away - far;
let d = step * conj(e) / dot(e, e);`;

  return (gpu, y) => {
    const [modes, logs] = [gpu.data(lambda), gpu.data(logStep)];
    const given = { P: gpu.data(P), B: gpu.data(B), C: gpu.data(C) };
    const tops = gpu.cell(8 * p);
    gpu.each(
      "s4: numerators",
      p,
      given,
      { tops },
      `let c = ${pair("C", "i")}; let b = ${pair("B", "i")}; let v = ${pair("P", "i")};
let cb = times(c, b); let cp = times(c, v); let qb = times(conj(v), b);
tops[8u * i] = cb.x; tops[8u * i + 1u] = cb.y; tops[8u * i + 2u] = cp.x; tops[8u * i + 3u] = cp.y;
tops[8u * i + 4u] = qb.x; tops[8u * i + 5u] = qb.y; tops[8u * i + 6u] = dot(v, v); tops[8u * i + 7u] = 0.0;`,
    );
    const w = gpu.constant(table);
    const sums = gpu.cell(8 * h * roots);
    const spectrum = gpu.cell(2 * h * length);
    gpu.each(
      "s4: at the roots",
      h * roots,
      { tops, modes, logs, roots: w },
      { sums, spectrum },
      `let head = i / ${roots}u; let k = i % ${roots}u;
let step = exp(logs[head]);
${root("k")}
var cb = vec2f(); var cp = vec2f(); var qb = vec2f(); var qp = vec2f();
for (var j = head * ${n}u; j < (head + 1u) * ${n}u; j++) {
  let l = ${pair("modes", "j")};
  for (var sign = 1.0; sign > -2.0; sign -= 2.0) {
    ${denominator}
    let flip = vec2f(1.0, sign);
    cb += times(flip * vec2f(tops[8u * j], tops[8u * j + 1u]), d);
    cp += times(flip * vec2f(tops[8u * j + 2u], tops[8u * j + 3u]), d);
    qb += times(flip * vec2f(tops[8u * j + 4u], tops[8u * j + 5u]), d);
    qp += tops[8u * j + 6u] * d;
  }
}
sums[8u * i] = cb.x; sums[8u * i + 1u] = cb.y; sums[8u * i + 2u] = cp.x; sums[8u * i + 3u] = cp.y;
sums[8u * i + 4u] = qb.x; sums[8u * i + 5u] = qb.y; sums[8u * i + 6u] = qp.x; sums[8u * i + 7u] = qp.y;
${ratio}
let value = 2.0 * (cb - times(t, times(cp, qb)));
let at = 2u * (head * ${length}u + ${reversed("k")});
spectrum[at] = value.x; spectrum[at + 1u] = value.y;
if (k > 0u && k < ${half}u) {
  let mirrored = 2u * (head * ${length}u + ${reversed(`(${length}u - k)`)});
  spectrum[mirrored] = value.x; spectrum[mirrored + 1u] = -value.y;
}`,
    );
    transform(gpu, spectrum, h, length, true);
    gpu.each("s4: kernel", h * length, { spectrum }, { y }, `y[i] = spectrum[2u * i] / ${length}.0;`);
    return (g) => {
      const back = gpu.cell(2 * h * length);
      gpu.each("s4: derivative", h * length, { g }, { back }, "back[2u * i] = g[i]; back[2u * i + 1u] = 0.0;");
      transform(gpu, back, h, length);
      const asked = gpu.cell(8 * h * roots);
      gpu.each(
        "s4: adjoint sums",
        h * roots,
        { back, sums, roots: w },
        { asked },
        `let head = i / ${roots}u; let k = i % ${roots}u;
${root("k")}
${four("sums", "8u * i")}
${ratio}
let share = select(${2 / length}, ${4 / length}, k > 0u && k < ${half}u);
let at = 2u * (head * ${length}u + ${reversed("k")});
let s = share * vec2f(back[at], back[at + 1u]);
let by_cp = -times(conj(times(t, qb)), s);
let by_qb = -times(conj(times(t, cp)), s);
let by_qp = times(conj(times(times(t, cp), times(t, qb))), s);
asked[8u * i] = s.x; asked[8u * i + 1u] = s.y; asked[8u * i + 2u] = by_cp.x; asked[8u * i + 3u] = by_cp.y;
asked[8u * i + 4u] = by_qb.x; asked[8u * i + 5u] = by_qb.y; asked[8u * i + 6u] = by_qp.x; asked[8u * i + 7u] = by_qp.y;`,
      );
      // Of each mode: what is asked of its four numerators, its lambda, and the logarithm of the step.
      const shares = gpu.cell(11 * p);
      gpu.rows(
        "s4: by modes",
        p,
        { asked, tops, modes, logs, roots: w },
        { shares },
        `let head = row / ${n}u;
let step = exp(logs[head]);
let l = ${pair("modes", "row")};
${four("tops", "8u * row")}
var by_cb = vec2f(); var by_cp = vec2f(); var by_qb = vec2f(); var by_qp = vec2f(); var by_l = vec2f(); var by_step = 0.0;
for (var k = thread; k < ${roots}u; k += 64u) {
  ${root("k")}
  let at = 8u * (head * ${roots}u + k);
  let s0 = vec2f(asked[at], asked[at + 1u]); let s1 = vec2f(asked[at + 2u], asked[at + 3u]);
  let s2 = vec2f(asked[at + 4u], asked[at + 5u]); let s3 = vec2f(asked[at + 6u], asked[at + 7u]);
  for (var sign = 1.0; sign > -2.0; sign -= 2.0) {
    ${denominator}
    let flip = vec2f(1.0, sign);
    by_cb += flip * times(conj(d), s0); by_cp += flip * times(conj(d), s1);
    by_qb += flip * times(conj(d), s2); by_qp += flip * times(conj(d), s3);
    let by_d = times(conj(flip * cb), s0) + times(conj(flip * cp), s1) + times(conj(flip * qb), s2) + times(conj(flip * qp), s3);
    // d = step / e: by log step d (1 + step lambda q / e), by lambda d^2 q.
    by_step += dot(times(d, vec2f(1.0, 0.0) + times(far, conj(e)) / dot(e, e)), by_d);
    by_l += flip * times(conj(times(times(d, d), q)), by_d);
  }
}
let all = array(total(by_cb.x), total(by_cb.y), total(by_cp.x), total(by_cp.y), total(by_qb.x), total(by_qb.y), total(by_qp.x), total(by_qp.y), total(by_l.x), total(by_l.y), total(by_step));
if (thread == 0u) { for (var k = 0u; k < 11u; k++) { shares[11u * row + k] = all[k]; } }`,
      );
      const share = (k: number) => `vec2f(shares[11u * i + ${k}u], shares[11u * i + ${k + 1}u])`;
      const give = (of: Tensor, value: string) => {
        const to = gpu.grad(of);
        if (!to) return;
        const op = gpu.plus(to);
        gpu.each(
          "s4: given on",
          p,
          { shares, ...given },
          { to },
          `let c = ${pair("C", "i")}; let b = ${pair("B", "i")}; let v = ${pair("P", "i")};
let cb = ${share(0)}; let cp = ${share(2)}; let qb = ${share(4)}; let qp = shares[11u * i + 6u];
let value = ${value}; to[i] ${op} value.x; to[${p}u + i] ${op} value.y;`,
        );
      };
      give(C, "times(conj(b), cb) + times(conj(v), cp)");
      give(B, "times(conj(c), cb) + times(v, qb)");
      give(P, "times(conj(c), cp) + times(b, conj(qb)) + 2.0 * qp * v");
      give(lambda, share(8));
      const toStep = gpu.grad(logStep);
      if (toStep)
        gpu.sums(
          "s4: by steps",
          { outputs: h, terms: n },
          { shares },
          toStep,
          `sum += shares[11u * (o * ${n}u + r) + 10u];`,
        );
    };
  };
}
