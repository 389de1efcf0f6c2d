/** Sums, products and functions, element by element. */
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** The entry of b that meets entry i of a: b's axes are a's last ones, or 1 where they are repeated. */
function meeting(a: Tensor, b: Tensor): (i: number) => number {
  const size = b.size;
  const tail = a.shape.slice(a.shape.length - b.shape.length);
  if (b.shape.length > a.shape.length || b.shape.some((n, k) => n !== tail[k] && n !== 1))
    throw new RangeError(`[${b.shape.join(", ")}] is no part of [${a.shape.join(", ")}]`);
  const head = b.shape.findIndex((n) => n !== 1);
  if (size === 1) return () => 0;
  if (b.shape.slice(head).every((n, k) => n === tail[head + k])) return (i) => i % size;
  const index = new Int32Array(a.size);
  for (let i = 0; i < index.length; i++) {
    let rest = i;
    let at = 0;
    let stride = 1;
    for (let k = b.shape.length - 1; k >= 0; k--) {
      const n = tail[k]!;
      if (b.shape[k] !== 1) at += (rest % n) * stride;
      rest = Math.floor(rest / n);
      stride *= b.shape[k]!;
    }
    index[i] = at;
  }
  return (i) => index[i]!;
}

/** As `meeting`, for a kernel: which entry of b meets i, and which of a the r-th of `times` is that meets entry o of b. */
function meetingOnGpu(a: Tensor, b: Tensor): { readonly at: string; readonly from: string; readonly times: number } {
  if (a.size === b.size) return { at: "i", from: "o", times: 1 };
  const shape = a.shape.map((_, k) => b.shape[k - (a.shape.length - b.shape.length)] ?? 1);
  const [met, own, rest] = [[] as string[], [] as string[], [] as string[]];
  let [strideA, strideB, strideR] = [1, 1, 1];
  for (let k = shape.length - 1; k >= 0; k--) {
    const n = a.shape[k]!;
    if (shape[k] === 1) {
      if (n > 1) rest.push(`((r / ${strideR}u) % ${n}u) * ${strideA}u`);
      strideR *= n;
    } else {
      met.push(`((i / ${strideA}u) % ${n}u) * ${strideB}u`);
      own.push(`((o / ${strideB}u) % ${n}u) * ${strideA}u`);
      strideB *= n;
    }
    strideA *= n;
  }
  return { at: met.join(" + ") || "0u", from: [...own, ...rest].join(" + "), times: strideR };
}

/** a + b, of a's shape; b is repeated along the axes that it lacks or has one entry of. */
export function add(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const at = meeting(a, b);
  return tape.record(
    a.shape,
    [a, b],
    (y) => {
      for (let i = 0; i < y.length; i++) y[i] = a.data[i]! + b.data[at(i)]!;
    },
    (g) => {
      if (a.grad) for (let i = 0; i < g.length; i++) a.grad[i]! += g[i]!;
      if (b.grad) for (let i = 0; i < g.length; i++) b.grad[at(i)]! += g[i]!;
    },
    (gpu, y) => {
      const { at: met, from, times } = meetingOnGpu(a, b);
      gpu.each("add", a.size, { a: gpu.data(a), b: gpu.data(b) }, { y }, `y[i] = a[i] + b[${met}];`);
      return (g) => {
        const to = gpu.grad(b);
        if (to) gpu.sums("add: by b", { outputs: b.size, terms: times }, { g }, to, `sum += g[${from}];`);
        gpu.pass(g, a);
      };
    },
  );
}

/** a b, as `add`. */
export function mul(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const at = meeting(a, b);
  return tape.record(
    a.shape,
    [a, b],
    (y) => {
      for (let i = 0; i < y.length; i++) y[i] = a.data[i]! * b.data[at(i)]!;
    },
    (g) => {
      if (a.grad) for (let i = 0; i < g.length; i++) a.grad[i]! += g[i]! * b.data[at(i)]!;
      if (b.grad) for (let i = 0; i < g.length; i++) b.grad[at(i)]! += g[i]! * a.data[i]!;
    },
    (gpu, y) => {
      const { at: met, from, times } = meetingOnGpu(a, b);
      const [da, db] = [gpu.data(a), gpu.data(b)];
      gpu.each("mul", a.size, { a: da, b: db }, { y }, `y[i] = a[i] * b[${met}];`);
      return (g) => {
        const [toA, toB] = [gpu.grad(a), gpu.grad(b)];
        if (toA) gpu.each("mul: by a", a.size, { g, b: db }, { toA }, `toA[i] ${gpu.plus(toA)} g[i] * b[${met}];`);
        if (!toB) return;
        gpu.sums(
          "mul: by b",
          { outputs: b.size, terms: times },
          { g, a: da },
          toB,
          `let i = ${from}; sum += g[i] * a[i];`,
        );
      };
    },
  );
}

const root = Math.sqrt(2 / Math.PI);

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
/** log(1 + e^x) that neither overflows nor loses the digits of a small one. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const silu = (x: number): number => x * sigmoid(x);
/** The tanh form of Hendrycks & Gimpel (arXiv 1606.08415), as JAX takes it. */
export const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(root * (x + 0.044715 * x * x * x)));

const inner = "1.5957691216057308 * x * (1.0 + 0.044715 * x * x)";

/** Each with its derivative at x, where its value is y; then both in WGSL, where the value is v. */
const functions = {
  exp: [Math.exp, (_x: number, y: number) => y, "exp(x)", "v"],
  negexp: [(x: number) => -Math.exp(x), (_x: number, y: number) => y, "-exp(x)", "v"],
  tanh: [Math.tanh, (_x: number, y: number) => 1 - y * y, "hyperbolic(x)", "1.0 - v * v"],
  relu: [(x: number) => Math.max(x, 0), (x: number) => (x > 0 ? 1 : 0), "max(x, 0.0)", "select(0.0, 1.0, x > 0.0)"],
  sigmoid: [sigmoid, (_x: number, y: number) => y * (1 - y), "sigmoid(x)", "v * sigmoid(-x)"],
  softplus: [softplus, sigmoid, "softplus(x)", "sigmoid(x)"],
  silu: [
    silu,
    (x: number) => {
      const s = sigmoid(x);
      return s * (1 + x * (1 - s));
    },
    "x * sigmoid(x)",
    "sigmoid(x) * (1.0 + x * sigmoid(-x))",
  ],
  gelu: [
    gelu,
    (x: number) => {
      const t = Math.tanh(root * (x + 0.044715 * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x);
    },
    // (1 + tanh(w)) / 2 is the sigmoid of 2 w.
    `x * sigmoid(${inner})`,
    `sigmoid(${inner}) * (1.0 + x * sigmoid(-(${inner})) * 1.5957691216057308 * (1.0 + 0.134145 * x * x))`,
  ],
} as const satisfies Record<string, readonly [(x: number) => number, (x: number, y: number) => number, string, string]>;

/** A function of each element; gelu in its tanh form. */
export function map(tape: Tape, x: Tensor, name: keyof typeof functions): Tensor {
  const [value, slope] = functions[name];
  return tape.record(
    x.shape,
    [x],
    (y) => {
      for (let i = 0; i < y.length; i++) y[i] = value(x.data[i]!);
    },
    (g, y) => {
      if (x.grad) for (let i = 0; i < g.length; i++) x.grad[i]! += g[i]! * slope(x.data[i]!, y[i]!);
    },
    (gpu, y) => {
      const [, , of, along] = functions[name];
      const own = gpu.data(x);
      gpu.each(name, x.size, { own }, { y }, `let x = own[i]; y[i] = ${of};`);
      return (g) => {
        const to = gpu.grad(x);
        if (to)
          gpu.each(
            `${name}: slope`,
            x.size,
            { g, own, y },
            { to },
            `let x = own[i]; let v = y[i]; to[i] ${gpu.plus(to)} g[i] * (${along});`,
          );
      };
    },
  );
}
