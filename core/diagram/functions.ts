/** The functions of expressions and formulas, by name. Each works over any arithmetic; sizes are charged before they are made. */
import {
  type Arithmetic,
  ExpressionError,
  isScalar,
  isVector,
  type Matrix,
  shapeOf,
  type Workspace,
} from "./arithmetic.ts";
import { determinant, inverse } from "./solve.ts";

export interface ExpressionFunction {
  readonly arity: readonly [least: number, most: number];
  apply<S>(work: Workspace<S>, args: readonly Matrix<S>[]): Matrix<S>;
}

/** One scalar in, one out: applied to each element. */
function each(f: <S>(m: Arithmetic<S>, x: S) => S): ExpressionFunction {
  return { arity: [1, 1], apply: (work, [a]) => work.map(a!, (x) => f(work.m, x)) };
}
/** Two scalars in, one out. */
function pair(name: string, f: <S>(m: Arithmetic<S>, x: S, y: S) => S): ExpressionFunction {
  return { arity: [2, 2], apply: (work, [a, b]) => work.zip(name, a!, b!, (x, y) => f(work.m, x, y)) };
}
/** The elements of one vector taken together. */
function fold(name: string, empty: number, f: <S>(m: Arithmetic<S>, x: S, y: S) => S): ExpressionFunction {
  return { arity: [1, 1], apply: (work, [a]) => work.scalar(reduce(work, name, empty, a!, f)) };
}
/** Largest or smallest: of the elements of one vector, or element by element of several. */
function extreme(name: string, f: <S>(m: Arithmetic<S>, x: S, y: S) => S): ExpressionFunction {
  return {
    arity: [1, Infinity],
    apply: (work, args) =>
      args.length === 1
        ? work.scalar(reduce(work, name, undefined, args[0]!, f))
        : args.reduce((a, b) => work.zip(name, a, b, (x, y) => f(work.m, x, y))),
  };
}

function elements<S>(name: string, a: Matrix<S>): readonly S[] {
  if (a.data.length > 0 && !isVector(a)) {
    throw new ExpressionError("EXPR_SHAPE", `${name} takes a vector, not ${shapeOf(a)}.`, undefined, {
      name,
      shape: shapeOf(a),
    });
  }
  return a.data;
}

function reduce<S>(
  work: Workspace<S>,
  name: string,
  empty: number | undefined,
  a: Matrix<S>,
  f: (m: Arithmetic<S>, x: S, y: S) => S,
): S {
  const all = elements(name, a);
  work.charge(all.length);
  if (all.length === 0) {
    if (empty === undefined)
      throw new ExpressionError("EXPR_SHAPE", `${name} needs at least one element.`, undefined, {
        name,
        shape: shapeOf(a),
      });
    return work.m.num(empty);
  }
  let total: S = all[0] as S;
  for (let i = 1; i < all.length; i++) total = f(work.m, total, all[i]!);
  return total;
}

/** zeros(n), zeros(rows, cols) and their like. */
function filled(
  name: string,
  make: <S>(work: Workspace<S>, rows: number, cols: number) => Matrix<S>,
): ExpressionFunction {
  return {
    arity: [1, 2],
    apply: (work, [r, c]) => {
      const rows = work.whole(`The size of ${name}`, r!, 0);
      return make(work, rows, c ? work.whole(`The size of ${name}`, c, 0) : rows);
    },
  };
}

function square<S>(name: string, a: Matrix<S>): number {
  if (a.rows !== a.cols)
    throw new ExpressionError("EXPR_SHAPE", `${name} takes a square matrix, not ${shapeOf(a)}.`, undefined, {
      name,
      shape: shapeOf(a),
    });
  return a.rows;
}

function dot<S>(work: Workspace<S>, name: string, a: Matrix<S>, b: Matrix<S>): S {
  const x = elements(name, a);
  const y = elements(name, b);
  if (x.length !== y.length)
    throw new ExpressionError(
      "EXPR_SHAPE",
      `${name} takes vectors of equal length, not ${x.length} and ${y.length}.`,
      undefined,
      { name },
    );
  work.charge(2 * x.length);
  return x.reduce(
    (total, xi, i) => (i === 0 ? work.m.mul(xi, y[0]!) : work.m.add(total, work.m.mul(xi, y[i]!))),
    work.m.num(0),
  );
}

/** Exact for powers of ten, where log(x)/log(10) is not. */
function log10<S>(work: Workspace<S>, x: S): S {
  const known = work.known(x);
  return known === undefined ? work.m.div(work.m.log(x), work.m.num(Math.LN10)) : work.m.num(Math.log10(known));
}

export const functions: ReadonlyMap<string, ExpressionFunction> = new Map<string, ExpressionFunction>([
  ["sin", each((m, x) => m.sin(x))],
  ["cos", each((m, x) => m.cos(x))],
  ["tan", each((m, x) => m.tan(x))],
  ["asin", each((m, x) => m.asin(x))],
  ["acos", each((m, x) => m.acos(x))],
  ["atan", each((m, x) => m.atan(x))],
  ["sinh", each((m, x) => m.sinh(x))],
  ["cosh", each((m, x) => m.cosh(x))],
  ["tanh", each((m, x) => m.tanh(x))],
  ["exp", each((m, x) => m.exp(x))],
  ["log", each((m, x) => m.log(x))],
  ["sqrt", each((m, x) => m.sqrt(x))],
  ["log10", { arity: [1, 1], apply: (work, [a]) => work.map(a!, (x) => log10(work, x)) }],
  ["abs", each((m, x) => m.abs(x))],
  ["sign", each((m, x) => m.sign(x))],
  ["floor", each((m, x) => m.floor(x))],
  ["ceil", each((m, x) => m.ceil(x))],
  ["round", each((m, x) => m.round(x))],
  // 1 from 0 on, as a unit step: step(t - 2) switches at 2 s.
  ["step", each((m, x) => m.choose(m.ge(x, m.num(0)), m.num(1), m.num(0)))],
  ["deg2rad", each((m, x) => m.mul(x, m.num(Math.PI / 180)))],
  ["rad2deg", each((m, x) => m.mul(x, m.num(180 / Math.PI)))],
  ["atan2", pair("atan2", (m, y, x) => m.atan2(y, x))],
  ["hypot", pair("hypot", (m, x, y) => m.sqrt(m.add(m.mul(x, x), m.mul(y, y))))],
  ["mod", pair("mod", (m, x, y) => m.mod(x, y))],
  ["pow", pair("pow", (m, x, y) => m.pow(x, y))],
  ["min", extreme("min", (m, x, y) => m.min(x, y))],
  ["max", extreme("max", (m, x, y) => m.max(x, y))],
  ["sum", fold("sum", 0, (m, x, y) => m.add(x, y))],
  ["prod", fold("prod", 1, (m, x, y) => m.mul(x, y))],
  [
    "mean",
    {
      arity: [1, 1],
      apply: (work, [a]) =>
        work.scalar(
          work.m.div(
            reduce(work, "mean", undefined, a!, (m, x, y) => m.add(x, y)),
            work.m.num(a!.data.length),
          ),
        ),
    },
  ],
  ["dot", { arity: [2, 2], apply: (work, [a, b]) => work.scalar(dot(work, "dot", a!, b!)) }],
  ["norm", { arity: [1, 1], apply: (work, [a]) => work.scalar(work.m.sqrt(dot(work, "norm", a!, a!))) }],

  ["zeros", filled("zeros", (work, rows, cols) => work.make(rows, cols, () => work.m.num(0)))],
  ["ones", filled("ones", (work, rows, cols) => work.make(rows, cols, () => work.m.num(1)))],
  ["eye", filled("eye", (work, rows, cols) => work.identity(rows, cols))],
  [
    "linspace",
    {
      arity: [2, 3],
      apply: (work, [a, b, n]) => {
        if (!isScalar(a!) || !isScalar(b!))
          throw new ExpressionError("EXPR_SHAPE", "linspace goes from one number to another.");
        const count = n ? work.whole("The length of linspace", n, 1) : 100;
        const { m } = work;
        const [from, to] = [a!.data[0]!, b!.data[0]!];
        const span = m.sub(to, from);
        return work.make(1, count, (_, i) => (i === count - 1 ? to : m.add(from, m.mul(span, m.num(i / (count - 1))))));
      },
    },
  ],
  [
    "diag",
    {
      arity: [1, 1],
      apply: (work, [a]) => {
        const v = a!;
        if (!isVector(v)) return work.make(Math.min(v.rows, v.cols), 1, (i) => v.data[i * v.cols + i]!);
        const zero = work.m.num(0);
        return work.make(v.data.length, v.data.length, (i, j) => (i === j ? v.data[i]! : zero));
      },
    },
  ],
  [
    "blkdiag",
    {
      arity: [1, Infinity],
      apply: (work, args) => {
        const zero = work.m.num(0);
        return args.reduce((a, b) =>
          work.make(a.rows + b.rows, a.cols + b.cols, (i, j) => {
            if (i < a.rows) return j < a.cols ? a.data[i * a.cols + j]! : zero;
            return j < a.cols ? zero : b.data[(i - a.rows) * b.cols + j - a.cols]!;
          }),
        );
      },
    },
  ],
  [
    "kron",
    {
      arity: [2, 2],
      apply: (work, [a, b]) => {
        const [p, q] = [a!, b!];
        return work.make(p.rows * q.rows, p.cols * q.cols, (i, j) =>
          work.m.mul(
            p.data[Math.floor(i / q.rows) * p.cols + Math.floor(j / q.cols)]!,
            q.data[(i % q.rows) * q.cols + (j % q.cols)]!,
          ),
        );
      },
    },
  ],
  ["transpose", { arity: [1, 1], apply: (work, [a]) => work.transpose(a!) }],
  [
    "trace",
    {
      arity: [1, 1],
      apply: (work, [a]) => {
        const n = square("trace", a!);
        return work.scalar(
          Array.from({ length: n }, (_, i) => a!.data[i * n + i]!).reduce((x, y) => work.m.add(x, y), work.m.num(0)),
        );
      },
    },
  ],
  [
    "inv",
    {
      arity: [1, 1],
      apply: (work, [a]) => {
        const n = square("inv", a!);
        work.size(n, n);
        work.charge(2 * n ** 3);
        return { rows: n, cols: n, data: inverse(work.numbers("inv", a!), n).map((x) => work.m.num(x)) };
      },
    },
  ],
  [
    "det",
    {
      arity: [1, 1],
      apply: (work, [a]) => {
        const n = square("det", a!);
        work.charge(n ** 3);
        return work.number(determinant(work.numbers("det", a!), n));
      },
    },
  ],
  // Product of polynomials by their coefficients: (s + 1)(s + 2) is conv([1, 1], [1, 2]).
  [
    "conv",
    {
      arity: [2, 2],
      apply: (work, [a, b]) => {
        const { m } = work;
        const p = elements("conv", a!);
        const q = elements("conv", b!);
        if (p.length === 0 || q.length === 0) return { rows: 0, cols: 0, data: [] };
        work.charge(p.length * q.length);
        const sums: (S | undefined)[] = [];
        work.size(1, p.length + q.length - 1);
        p.forEach((x, i) =>
          q.forEach((y, j) => {
            const held = sums[i + j];
            sums[i + j] = held === undefined ? m.mul(x, y) : m.add(held, m.mul(x, y));
          }),
        );
        return { rows: 1, cols: sums.length, data: sums as S[] };
        type S = (typeof p)[number];
      },
    },
  ],
  ["numel", { arity: [1, 1], apply: (work, [a]) => work.number(a!.data.length) }],
  [
    "size",
    {
      arity: [1, 2],
      apply: (work, [a, n]) => {
        if (!n) return work.make(1, 2, (_, j) => work.m.num(j === 0 ? a!.rows : a!.cols));
        return work.number(work.whole("The direction of size", n, 1) === 1 ? a!.rows : a!.cols);
      },
    },
  ],
]);
