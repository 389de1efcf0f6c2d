/** Random stable plants with noise of several colours, for identification: every kind and seed gives the same record everywhere. */
import { lsim, ss } from "../core/index.ts";
import type { Recording } from "../core/index.ts";
import { uniform } from "../core/math/random.ts";

export interface Kind {
  readonly name: string;
  /** States of the plant, and of the model. */
  readonly n: number;
  readonly order: number;
  readonly m: number;
  readonly p: number;
  readonly samples: number;
  readonly input: "white" | "steps" | "slow";
  readonly noise: "white" | "slow" | "states" | "drift" | "differences";
  /** Of the noise, as a share of what the inputs move the outputs by. */
  readonly level: number;
  /** The largest modulus of a pole. */
  readonly radius: number;
}

const siso = { m: 1, p: 1 } as const;
export const kinds: readonly Kind[] = [
  {
    ...siso,
    name: "short, white noise",
    n: 2,
    order: 2,
    samples: 150,
    input: "white",
    noise: "white",
    level: 0.2,
    radius: 0.95,
  },
  {
    ...siso,
    name: "slow noise",
    n: 3,
    order: 3,
    samples: 500,
    input: "steps",
    noise: "slow",
    level: 0.3,
    radius: 0.95,
  },
  {
    ...siso,
    name: "noise in the states",
    n: 4,
    order: 4,
    samples: 1000,
    input: "slow",
    noise: "states",
    level: 0.2,
    radius: 0.97,
  },
  {
    ...siso,
    name: "white noise, slow poles",
    n: 4,
    order: 4,
    samples: 500,
    input: "steps",
    noise: "white",
    level: 0.1,
    radius: 0.98,
  },
  { ...siso, name: "drift", n: 3, order: 3, samples: 400, input: "steps", noise: "drift", level: 0.3, radius: 0.95 },
  {
    ...siso,
    name: "long, noise of differences",
    n: 5,
    order: 5,
    samples: 3000,
    input: "slow",
    noise: "differences",
    level: 0.3,
    radius: 0.98,
  },
  {
    ...siso,
    name: "too low an order, slow noise",
    n: 6,
    order: 4,
    samples: 500,
    input: "white",
    noise: "slow",
    level: 0.2,
    radius: 0.97,
  },
  {
    ...siso,
    name: "far too low an order",
    n: 10,
    order: 4,
    samples: 600,
    input: "steps",
    noise: "white",
    level: 0.05,
    radius: 0.98,
  },
  {
    name: "short, white noise",
    n: 4,
    order: 4,
    m: 2,
    p: 2,
    samples: 300,
    input: "white",
    noise: "white",
    level: 0.2,
    radius: 0.95,
  },
  {
    name: "slow noise",
    n: 5,
    order: 5,
    m: 2,
    p: 2,
    samples: 1000,
    input: "steps",
    noise: "slow",
    level: 0.3,
    radius: 0.97,
  },
  {
    name: "noise in the states",
    n: 6,
    order: 6,
    m: 3,
    p: 2,
    samples: 1000,
    input: "slow",
    noise: "states",
    level: 0.2,
    radius: 0.95,
  },
  {
    name: "too low an order",
    n: 12,
    order: 6,
    m: 2,
    p: 2,
    samples: 800,
    input: "white",
    noise: "states",
    level: 0.1,
    radius: 0.98,
  },
];

type Draw = { readonly even: () => number; readonly normal: () => number };

function draws(seed: number): Draw {
  let k = 0;
  const even = (): number => uniform(seed, k++);
  return { even, normal: () => Math.sqrt(-2 * Math.log(even())) * Math.cos(2 * Math.PI * even()) };
}

/** Of first order from white noise: pole `a`. */
function coloured(white: readonly number[], a: number): number[] {
  let x = 0;
  return white.map((v) => (x = a * x + v));
}

function inputOf({ even, normal }: Draw, kind: Kind["input"], count: number): number[] {
  const white = Array.from({ length: count }, normal);
  if (kind === "white") return white;
  if (kind === "slow") return coloured(white, 0.85);
  let level = 1;
  return white.map(() => (level = even() < 0.2 ? -level : level));
}

const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length);

/** `train`: with noise; `answer`: what the plant then does without noise to inputs of the same kind. */
export function recorded(kind: Kind, seed: number): { readonly train: Recording; readonly answer: Recording } {
  const { n, m, p, samples, noise, level, radius } = kind;
  const draw = draws(1000 * kinds.indexOf(kind) + seed);
  const { even, normal } = draw;
  const normals = (rows: number, cols: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, normal));
  const A = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < n;) {
    const modulus = 0.5 + (radius - 0.5) * even();
    if (i + 1 < n && even() < 0.6) {
      const angle = 0.5 * Math.PI * even();
      A[i]![i] = A[i + 1]![i + 1] = modulus * Math.cos(angle);
      A[i]![i + 1] = modulus * Math.sin(angle);
      A[i + 1]![i] = -modulus * Math.sin(angle);
      i += 2;
    } else A[i]![i++] = modulus;
  }
  const [B, C] = [normals(n, m), normals(p, n)];
  const count = 2 * samples;
  const u = Array.from({ length: m }, () => inputOf(draw, kind.input, count));
  const clean = lsim(ss(A, B, C, normals(p, m), 1), u).y;
  const white = normals(p, count);
  const shaken =
    noise === "states"
      ? lsim(
          ss(
            A,
            normals(n, n),
            C,
            normals(p, n).map((row) => row.map(() => 0)),
            1,
          ),
          normals(n, count),
        ).y
      : white.map((values) => {
          if (noise === "white") return values;
          if (noise === "slow") return coloured(values, 0.9);
          if (noise === "differences") return values.map((v, k) => v - 0.9 * (values[k - 1] ?? 0));
          return coloured(values, 0.998).map((v, k) => 0.1 * v + 0.3 * values[k]!);
        });
  const y = clean.map((values, o) => {
    const size = (level * rms(values)) / rms(shaken[o]!);
    return Array.from(values, (v, k) => v + size * shaken[o]![k]!);
  });
  const cut = (channels: readonly ArrayLike<number>[], from: number, to: number): number[][] =>
    channels.map((values) => Array.from(values).slice(from, to));
  return {
    train: { u: cut(u, 0, samples), y: cut(y, 0, samples) },
    answer: { u: cut(u, samples, count), y: cut(clean, samples, count) },
  };
}
