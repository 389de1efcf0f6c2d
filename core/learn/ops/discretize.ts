/** From a continuous diagonal system and a step to a discrete one. Complex vectors are [2, n]: real parts, then imaginary parts. */
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * With z = step lambda: zoh a = e^z, phi = step (e^z - 1) / z; bilinear a = (1 + z/2) / (1 - z/2), phi = step / (1 - z/2); euler a = 1 + z, phi =
 * step; mamba a = e^z, phi = step, as Mamba's paper has it. B becomes phi B.
 */
export type Discretization = "zoh" | "bilinear" | "euler" | "mamba";

type Pair = [re: number, im: number];

/** (e^z - 1) / z and its derivative, by the series where the quotient would cancel. */
export function growth(re: number, im: number): { readonly value: Pair; readonly slope: Pair } {
  if (Math.hypot(re, im) < 0.5) {
    let [valueRe, valueIm, slopeRe, slopeIm] = [0, 0, 0, 0];
    let [powerRe, powerIm] = [1, 0];
    // The power z^k over (k + 1)!, and for the slope (k + 1) z^k over (k + 2)!.
    for (let k = 0, factorial = 1; k < 18; k++) {
      factorial *= k + 1;
      valueRe += powerRe / factorial;
      valueIm += powerIm / factorial;
      const next = (k + 1) / (factorial * (k + 2));
      slopeRe += powerRe * next;
      slopeIm += powerIm * next;
      [powerRe, powerIm] = [powerRe * re - powerIm * im, powerRe * im + powerIm * re];
    }
    return { value: [valueRe, valueIm], slope: [slopeRe, slopeIm] };
  }
  const size = re * re + im * im;
  const e = Math.exp(re);
  const [eRe, eIm] = [e * Math.cos(im), e * Math.sin(im)];
  const quotient = (x: number, y: number): Pair => [(x * re + y * im) / size, (y * re - x * im) / size];
  const value = quotient(eRe - 1, eIm);
  return { value, slope: quotient(eRe - value[0], eIm - value[1]) };
}

/** a, phi and their derivatives with respect to z, where phi is without the factor step. */
function discrete(re: number, im: number, method: Discretization): { a: Pair; da: Pair; phi: Pair; dphi: Pair } {
  if (method === "euler") return { a: [1 + re, im], da: [1, 0], phi: [1, 0], dphi: [0, 0] };
  if (method === "bilinear") {
    const [x, y] = [1 - re / 2, -im / 2];
    const size = x * x + y * y;
    const phi: Pair = [x / size, -y / size];
    const square: Pair = [phi[0] * phi[0] - phi[1] * phi[1], 2 * phi[0] * phi[1]];
    return { a: [2 * phi[0] - 1, 2 * phi[1]], da: square, phi, dphi: [square[0] / 2, square[1] / 2] };
  }
  const e = Math.exp(re);
  const a: Pair = [e * Math.cos(im), e * Math.sin(im)];
  if (method === "mamba") return { a, da: a, phi: [1, 0], dphi: [0, 0] };
  const { value, slope } = growth(re, im);
  return { a, da: a, phi: value, dphi: slope };
}

/** The same on a GPU: a, da, phi and dphi of z. */
const discreteOnGpu: Readonly<Record<Discretization, string>> = {
  euler: "let a = vec2f(1.0, 0.0) + z; let da = vec2f(1.0, 0.0); let phi = da; let dphi = vec2f();",
  bilinear: `let bottom = vec2f(1.0, 0.0) - 0.5 * z;
let phi = conj(bottom) / dot(bottom, bottom);
let da = times(phi, phi);
let a = 2.0 * phi - vec2f(1.0, 0.0);
let dphi = 0.5 * da;`,
  mamba: "let a = cexp(z); let da = a; let phi = vec2f(1.0, 0.0); let dphi = vec2f();",
  zoh: "let a = cexp(z); let da = a; let grown = growth(z); let phi = grown.xy; let dphi = grown.zw;",
};

/** lambda [2, n] and log of the step in s, [n] -> [4, n]: a and phi. */
export function discretize(tape: Tape, lambda: Tensor, logStep: Tensor, method: Discretization): Tensor {
  const n = logStep.size;
  return tape.record(
    [4, n],
    [lambda, logStep],
    (y) => {
      for (let i = 0; i < n; i++) {
        const step = Math.exp(logStep.data[i]!);
        const { a, phi } = discrete(step * lambda.data[i]!, step * lambda.data[n + i]!, method);
        y[i] = a[0];
        y[n + i] = a[1];
        y[2 * n + i] = step * phi[0];
        y[3 * n + i] = step * phi[1];
      }
    },
    (g) => {
      for (let i = 0; i < n; i++) {
        const step = Math.exp(logStep.data[i]!);
        const [lRe, lIm] = [lambda.data[i]!, lambda.data[n + i]!];
        const { da, phi, dphi } = discrete(step * lRe, step * lIm, method);
        const [gaRe, gaIm, gpRe, gpIm] = [g[i]!, g[n + i]!, g[2 * n + i]!, g[3 * n + i]!];
        const zRe = da[0] * gaRe + da[1] * gaIm + step * (dphi[0] * gpRe + dphi[1] * gpIm);
        const zIm = da[0] * gaIm - da[1] * gaRe + step * (dphi[0] * gpIm - dphi[1] * gpRe);
        if (lambda.grad) {
          lambda.grad[i]! += step * zRe;
          lambda.grad[n + i]! += step * zIm;
        }
        if (logStep.grad) logStep.grad[i]! += step * (lRe * zRe + lIm * zIm + phi[0] * gpRe + phi[1] * gpIm);
      }
    },
    (gpu, y) => {
      const given = { lambda: gpu.data(lambda), logs: gpu.data(logStep) };
      const place = `let step = exp(logs[i]); let l = vec2f(lambda[i], lambda[${n}u + i]); let z = step * l;`;
      gpu.each(
        `discretize ${method}`,
        n,
        given,
        { y },
        `${place}
    ${discreteOnGpu[method]}
    y[i] = a.x; y[${n}u + i] = a.y; y[${2 * n}u + i] = step * phi.x; y[${3 * n}u + i] = step * phi.y;`,
      );
      return (g) => {
        const [toLambda, toStep] = [gpu.grad(lambda), gpu.grad(logStep)];
        const slope = `${place}
    ${discreteOnGpu[method]}
    let ga = vec2f(g[i], g[${n}u + i]);
    let gp = vec2f(g[${2 * n}u + i], g[${3 * n}u + i]);
    let gz = times(conj(da), ga) + step * times(conj(dphi), gp);`;
        if (toLambda) {
          const op = gpu.plus(toLambda);
          gpu.each(
            "discretize: by lambda",
            n,
            { g, ...given },
            { toLambda },
            `${slope} toLambda[i] ${op} step * gz.x; toLambda[${n}u + i] ${op} step * gz.y;`,
          );
        }
        if (toStep)
          gpu.each(
            "discretize: by step",
            n,
            { g, ...given },
            { toStep },
            `${slope} toStep[i] ${gpu.plus(toStep)} step * (dot(l, gz) + dot(phi, gp));`,
          );
      };
    },
  );
}
