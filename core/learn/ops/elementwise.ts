/** Sums, products and functions, element by element. */
import type { Tape, Tensor } from "../tape.ts";

/** The entry of b that meets entry i of a: b's axes are a's last ones, or 1 where they are repeated. */
function meeting(a: Tensor, b: Tensor): (i: number) => number {
  const size = b.data.length;
  const tail = a.shape.slice(a.shape.length - b.shape.length);
  if (b.shape.length > a.shape.length || b.shape.some((n, k) => n !== tail[k] && n !== 1))
    throw new RangeError(`[${b.shape.join(", ")}] is no part of [${a.shape.join(", ")}]`);
  const head = b.shape.findIndex((n) => n !== 1);
  if (size === 1) return () => 0;
  if (b.shape.slice(head).every((n, k) => n === tail[head + k])) return (i) => i % size;
  const index = new Int32Array(a.data.length);
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
  );
}

const root = Math.sqrt(2 / Math.PI);

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
/** log(1 + e^x) that neither overflows nor loses the digits of a small one. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const silu = (x: number): number => x * sigmoid(x);
/** The tanh form of Hendrycks & Gimpel (arXiv 1606.08415), as JAX takes it. */
export const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(root * (x + 0.044715 * x * x * x)));

/** Each with its derivative at x, where its value is y. */
const functions = {
  exp: [Math.exp, (_x: number, y: number) => y],
  negexp: [(x: number) => -Math.exp(x), (_x: number, y: number) => y],
  tanh: [Math.tanh, (_x: number, y: number) => 1 - y * y],
  relu: [(x: number) => Math.max(x, 0), (x: number) => (x > 0 ? 1 : 0)],
  sigmoid: [sigmoid, (_x: number, y: number) => y * (1 - y)],
  softplus: [softplus, sigmoid],
  silu: [
    silu,
    (x: number) => {
      const s = sigmoid(x);
      return s * (1 + x * (1 - s));
    },
  ],
  gelu: [
    gelu,
    (x: number) => {
      const t = Math.tanh(root * (x + 0.044715 * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x);
    },
  ],
} as const satisfies Record<string, readonly [(x: number) => number, (x: number, y: number) => number]>;

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
  );
}
