/**
 * DSS in its softmax form: weights and decays of the kernel of each head. Gupta, Gu & Berant, arXiv 2203.14343, and their published code, whose
 * reciprocal x* / (|x|^2 + 1e-7) is kept.
 */
import { times, type Complex } from "../../math/complex.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

const small = 1e-7;

/**
 * lambda [2, n] is shared by the heads, logStep [2, h] steps its real and its imaginary parts, W [2, h n]. Gives [4, h n]: w and a, with
 * K[h, l] = Re(sum of w a^l), l < length.
 */
export function dssKernel(tape: Tape, W: Tensor, lambda: Tensor, logStep: Tensor, length: number): Tensor {
  const n = lambda.size / 2;
  const h = logStep.size / 2;
  const p = h * n;
  const at = (j: number) => {
    const [head, k] = [Math.floor(j / n), j % n];
    const [stepRe, stepIm] = [Math.exp(logStep.data[head]!), Math.exp(logStep.data[h + head]!)];
    const l: Complex = [lambda.data[k]!, lambda.data[n + k]!];
    const z: Complex = [stepRe * l[0], stepIm * l[1]];
    // Of a growing mode the kernel is counted from its end.
    const sign = l[0] > 0 ? -1 : 1;
    const shift = l[0] > 0 ? exponential([-(length - 1) * z[0], -(length - 1) * z[1]]) : ([1, 0] as const);
    const first = exponential([sign * z[0], sign * z[1]]);
    const last = exponential([sign * length * z[0], sign * length * z[1]]);
    const num: Complex = [first[0] - 1, first[1]];
    const den = times([last[0] - 1, last[1]], l);
    const size = den[0] * den[0] + den[1] * den[1] + small;
    const scale = times(times(num, [den[0] / size, -den[1] / size]), shift);
    return { head, k, stepRe, stepIm, l, z, sign, shift, first, last, num, den, size, scale };
  };
  return tape.record(
    [4, p],
    [W, lambda, logStep],
    (y) => {
      for (let j = 0; j < p; j++) {
        const { z, scale } = at(j);
        const w = times([W.data[j]!, W.data[p + j]!], scale);
        const a = exponential(z);
        y[j] = w[0];
        y[p + j] = w[1];
        y[2 * p + j] = a[0];
        y[3 * p + j] = a[1];
      }
    },
    (g) => {
      for (let j = 0; j < p; j++) {
        const { head, k, stepRe, stepIm, l, z, sign, shift, first, last, num, den, size, scale } = at(j);
        const weight: Complex = [W.data[j]!, W.data[p + j]!];
        const gw: Complex = [g[j]!, g[p + j]!];
        const gW = adjoint(scale, gw);
        if (W.grad) {
          W.grad[j]! += gW[0];
          W.grad[p + j]! += gW[1];
        }
        const gScale = adjoint(weight, gw);
        // scale = num r shift, r = conj(den) / (|den|^2 + small), which is no holomorphic function of den.
        const r: Complex = [den[0] / size, -den[1] / size];
        const gNum = adjoint(times(r, shift), gScale);
        const gr = adjoint(times(num, shift), gScale);
        const gShift = adjoint(times(num, r), gScale);
        const along = (2 * (gr[0] * den[0] - gr[1] * den[1])) / (size * size);
        const gDen: Complex = [gr[0] / size - along * den[0], -gr[1] / size - along * den[1]];
        const gLast = adjoint(l, gDen);
        const gLambda = adjoint([last[0] - 1, last[1]], gDen);
        const a = exponential(z);
        const parts = [
          adjoint(a, [g[2 * p + j]!, g[3 * p + j]!]),
          scaled(adjoint(first, gNum), sign),
          scaled(adjoint(last, gLast), sign * length),
          scaled(adjoint(shift, gShift), l[0] > 0 ? 1 - length : 0),
        ];
        const zRe = parts.reduce((sum, part) => sum + part[0], 0);
        const zIm = parts.reduce((sum, part) => sum + part[1], 0);
        if (lambda.grad) {
          lambda.grad[k]! += gLambda[0] + stepRe * zRe;
          lambda.grad[n + k]! += gLambda[1] + stepIm * zIm;
        }
        if (logStep.grad) {
          logStep.grad[head]! += z[0] * zRe;
          logStep.grad[h + head]! += z[1] * zIm;
        }
      }
    },
    (gpu, y) => {
      const given = { W: gpu.data(W), lambda: gpu.data(lambda), logs: gpu.data(logStep) };
      const parts = `let head = i / ${n}u; let k = i % ${n}u;
    let steps = vec2f(exp(logs[head]), exp(logs[${h}u + head]));
    let l = vec2f(lambda[k], lambda[${n}u + k]);
    let z = steps * l;
    let growing = l.x > 0.0;
    let turned = select(1.0, -1.0, growing);
    let shift = select(vec2f(1.0, 0.0), cexp(-${length - 1}.0 * z), growing);
    let first = cexp(turned * z);
    let last = cexp(turned * ${length}.0 * z);
    let num = first - vec2f(1.0, 0.0);
    let den = times(last - vec2f(1.0, 0.0), l);
    let size = dot(den, den) + ${small};
    let r = conj(den) / size;
    let scale = times(times(num, r), shift);
    let a = cexp(z);
    let own = vec2f(W[i], W[${p}u + i]);`;
      gpu.each(
        "dss",
        p,
        given,
        { y },
        `${parts}
    let w = times(own, scale);
    y[i] = w.x; y[${p}u + i] = w.y; y[${2 * p}u + i] = a.x; y[${3 * p}u + i] = a.y;`,
      );
      return (g) => {
        const [toW, toLambda, toStep] = [gpu.grad(W), gpu.grad(lambda), gpu.grad(logStep)];
        // Of each mode of each head: what it asks of W, of lambda, and of the logarithms of both steps.
        const asked = gpu.cell(6 * p);
        gpu.each(
          "dss: back",
          p,
          { g, ...given },
          { asked },
          `${parts}
    let gw = vec2f(g[i], g[${p}u + i]);
    let by_w = times(conj(scale), gw);
    let by_scale = times(conj(own), gw);
    let by_num = times(conj(times(r, shift)), by_scale);
    let by_r = times(conj(times(num, shift)), by_scale);
    let by_shift = times(conj(times(num, r)), by_scale);
    let along = 2.0 * (by_r.x * den.x - by_r.y * den.y) / (size * size);
    let by_den = conj(by_r) / size - along * den;
    let by_last = times(conj(l), by_den);
    let by_l = times(conj(last - vec2f(1.0, 0.0)), by_den);
    let by_z = times(conj(a), vec2f(g[${2 * p}u + i], g[${3 * p}u + i])) + turned * times(conj(first), by_num)
      + turned * ${length}.0 * times(conj(last), by_last) + select(0.0, ${1 - length}.0, growing) * times(conj(shift), by_shift);
    let by_lambda = by_l + steps * by_z;
    let by_step = z * by_z;
    asked[i] = by_w.x; asked[${p}u + i] = by_w.y;
    asked[${2 * p}u + i] = by_lambda.x; asked[${3 * p}u + i] = by_lambda.y;
    asked[${4 * p}u + i] = by_step.x; asked[${5 * p}u + i] = by_step.y;`,
        );
        if (toW) gpu.each("dss: by W", 2 * p, { asked }, { toW }, `toW[i] ${gpu.plus(toW)} asked[i];`);
        if (toLambda)
          gpu.sums(
            "dss: by lambda",
            { outputs: 2 * n, terms: h },
            { asked },
            toLambda,
            `sum += asked[${2 * p}u + (o / ${n}u) * ${p}u + r * ${n}u + o % ${n}u];`,
          );
        if (toStep)
          gpu.sums(
            "dss: by steps",
            { outputs: 2 * h, terms: n },
            { asked },
            toStep,
            `sum += asked[${4 * p}u + o * ${n}u + r];`,
          );
      };
    },
  );
}

const exponential = ([re, im]: Complex): Complex => [Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im)];
/** conj(a) g. */
const adjoint = (a: Complex, g: Complex): Complex => times([a[0], -a[1]], g);
const scaled = (a: Complex, factor: number): Complex => [factor * a[0], factor * a[1]];
