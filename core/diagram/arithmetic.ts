/**
 * Matrices of anything that can be added and multiplied: the ground on which numbers and formulas are evaluated alike.
 * An Algebra is an Arithmetic of expressions; `numbers` is the one of plain numbers. No parsing and no names here.
 */

/** Row-major; a scalar is 1 x 1. */
export interface Matrix<S> {
  readonly rows: number;
  readonly cols: number;
  readonly data: readonly S[];
}

export interface Arithmetic<S> {
  num(value: number): S;
  add(a: S, b: S): S;
  sub(a: S, b: S): S;
  mul(a: S, b: S): S;
  div(a: S, b: S): S;
  pow(a: S, b: S): S;
  neg(a: S): S;
  sin(a: S): S;
  cos(a: S): S;
  tan(a: S): S;
  asin(a: S): S;
  acos(a: S): S;
  atan(a: S): S;
  atan2(y: S, x: S): S;
  sinh(a: S): S;
  cosh(a: S): S;
  tanh(a: S): S;
  exp(a: S): S;
  log(a: S): S;
  sqrt(a: S): S;
  abs(a: S): S;
  sign(a: S): S;
  floor(a: S): S;
  ceil(a: S): S;
  round(a: S): S;
  min(a: S, b: S): S;
  max(a: S, b: S): S;
  mod(a: S, b: S): S;
  lt(a: S, b: S): S;
  le(a: S, b: S): S;
  gt(a: S, b: S): S;
  ge(a: S, b: S): S;
  eq(a: S, b: S): S;
  and(a: S, b: S): S;
  or(a: S, b: S): S;
  not(a: S): S;
  choose(condition: S, then: S, otherwise: S): S;
}

const truth = (condition: boolean): number => (condition ? 1 : 0);

/** The same meaning as the operations of an Algebra, rounding included. */
export const numbers: Arithmetic<number> = {
  num: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => (b === 2 ? a * a : Math.pow(a, b)),
  neg: (a) => -a,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: (a) => Math.floor(a + 0.5),
  min: (a, b) => (a <= b ? a : b),
  max: (a, b) => (b <= a ? a : b),
  mod: (a, b) => a - b * Math.floor(a / b),
  lt: (a, b) => truth(a < b),
  le: (a, b) => truth(a <= b),
  gt: (a, b) => truth(a > b),
  ge: (a, b) => truth(a >= b),
  eq: (a, b) => truth(a === b),
  and: (a, b) => truth(a !== 0 && b !== 0),
  or: (a, b) => truth(a !== 0 || b !== 0),
  not: (a) => truth(a === 0),
  choose: (condition, then, otherwise) => (condition !== 0 ? then : otherwise),
};

/** Why an expression has no value. `values` fill the translated message of `code`. */
export class ExpressionError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly values: { readonly [name: string]: string | number } | undefined;
  constructor(code: string, message: string, hint?: string, values?: { readonly [name: string]: string | number }) {
    super(message);
    this.name = "ExpressionError";
    this.code = code;
    this.hint = hint;
    this.values = values;
  }
}

export const shapeOf = (a: Matrix<unknown>): string => `${a.rows}x${a.cols}`;
export const isScalar = (a: Matrix<unknown>): boolean => a.rows === 1 && a.cols === 1;
export const isVector = (a: Matrix<unknown>): boolean => a.rows === 1 || a.cols === 1;

/**
 * One evaluation: the arithmetic, and the work it may still do. Every result is charged before it is allocated, so
 * no expression, however short, can take the memory of the process with it.
 */
export class Workspace<S> {
  readonly m: Arithmetic<S>;
  /** The number an element is known to be; undefined for a variable of a formula. */
  readonly known: (s: S) => number | undefined;
  /** Largest result, in elements. */
  readonly largest: number;
  private steps: number;
  constructor(m: Arithmetic<S>, known: (s: S) => number | undefined, largest: number, steps: number) {
    this.m = m;
    this.known = known;
    this.largest = largest;
    this.steps = steps;
  }

  /** Asks for `steps` operations, or elements, before they are made. */
  charge(steps: number): void {
    this.steps -= steps;
    if (!(this.steps >= 0)) {
      throw new ExpressionError(
        "EXPR_TOO_LARGE",
        "This expression takes too much work to evaluate.",
        "Make it smaller, or split it over several variables.",
      );
    }
  }

  size(rows: number, cols: number): void {
    const elements = rows * cols;
    if (!(elements <= this.largest)) {
      throw new ExpressionError(
        "EXPR_TOO_LARGE",
        `A ${rows}x${cols} matrix is too large: at most ${this.largest} elements.`,
        undefined,
        { rows, cols, largest: this.largest },
      );
    }
    this.charge(elements);
  }

  make(rows: number, cols: number, at: (row: number, col: number) => S): Matrix<S> {
    this.size(rows, cols);
    const data = new Array<S>(rows * cols);
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) data[i * cols + j] = at(i, j);
    return { rows, cols, data };
  }

  scalar(s: S): Matrix<S> {
    return { rows: 1, cols: 1, data: [s] };
  }
  number(value: number): Matrix<S> {
    return this.scalar(this.m.num(value));
  }

  map(a: Matrix<S>, f: (s: S) => S): Matrix<S> {
    this.size(a.rows, a.cols);
    return { rows: a.rows, cols: a.cols, data: a.data.map((s) => f(s)) };
  }

  /** Element by element; a scalar goes with every element. */
  zip(what: string, a: Matrix<S>, b: Matrix<S>, f: (x: S, y: S) => S): Matrix<S> {
    if (isScalar(a)) return this.map(b, (y) => f(a.data[0]!, y));
    if (isScalar(b)) return this.map(a, (x) => f(x, b.data[0]!));
    if (a.rows !== b.rows || a.cols !== b.cols) {
      throw mismatch(what, a, b, a.rows === b.cols && a.cols === b.rows ? "Transpose one of them with '." : undefined);
    }
    this.size(a.rows, a.cols);
    return { rows: a.rows, cols: a.cols, data: a.data.map((x, i) => f(x, b.data[i]!)) };
  }

  multiply(a: Matrix<S>, b: Matrix<S>): Matrix<S> {
    const { m } = this;
    if (isScalar(a) || isScalar(b)) return this.zip("*", a, b, (x, y) => m.mul(x, y));
    if (a.cols !== b.rows) {
      throw mismatch(
        "*",
        a,
        b,
        a.rows === b.rows && a.cols === b.cols ? "For the product element by element write .*" : undefined,
      );
    }
    this.charge(a.rows * a.cols * b.cols);
    return this.make(a.rows, b.cols, (i, j) => {
      let total = a.cols === 0 ? m.num(0) : m.mul(a.data[i * a.cols]!, b.data[j]!);
      for (let k = 1; k < a.cols; k++) total = m.add(total, m.mul(a.data[i * a.cols + k]!, b.data[k * b.cols + j]!));
      return total;
    });
  }

  transpose(a: Matrix<S>): Matrix<S> {
    return this.make(a.cols, a.rows, (i, j) => a.data[j * a.cols + i]!);
  }

  identity(rows: number, cols: number): Matrix<S> {
    const one = this.m.num(1);
    const zero = this.m.num(0);
    return this.make(rows, cols, (i, j) => (i === j ? one : zero));
  }

  /** Parts side by side (or one above the other). Empty parts vanish. */
  join(direction: "beside" | "below", parts: readonly Matrix<S>[]): Matrix<S> {
    const full = parts.filter((p) => p.rows * p.cols > 0);
    if (full.length === 0) return { rows: 0, cols: 0, data: [] };
    const first = full[0]!;
    const beside = direction === "beside";
    for (const part of full) {
      if (beside ? part.rows !== first.rows : part.cols !== first.cols) {
        const message = beside
          ? `Parts of ${first.rows} and ${part.rows} rows can't stand side by side.`
          : `Rows of ${first.cols} and ${part.cols} columns can't stand below each other.`;
        throw new ExpressionError("EXPR_SHAPE", message, "Every row of a matrix needs the same number of columns.", {
          operator: "[ ]",
          left: shapeOf(first),
          right: shapeOf(part),
        });
      }
    }
    const sum = full.reduce((total, p) => total + (beside ? p.cols : p.rows), 0);
    const rows = beside ? first.rows : sum;
    const cols = beside ? sum : first.cols;
    this.size(rows, cols);
    if (!beside) return { rows, cols, data: full.flatMap((p) => p.data) };
    const data: S[] = [];
    for (let i = 0; i < rows; i++) {
      for (const p of full) for (let j = 0; j < p.cols; j++) data.push(p.data[i * p.cols + j]!);
    }
    return { rows, cols, data };
  }

  /** Every element a known number: what solving linear equations and choosing sizes need. */
  numbers(what: string, a: Matrix<S>): number[] {
    return a.data.map((s) => {
      const value = this.known(s);
      if (value === undefined) {
        throw new ExpressionError(
          "EXPR_FORBIDDEN",
          `${what} needs plain numbers here, not signals or variables.`,
          "Compute it in a variable of the diagram, and use the variable's elements.",
          { name: what },
        );
      }
      return value;
    });
  }

  /** A size or an index: a whole number, known before anything runs. */
  whole(what: string, a: Matrix<S>, least: number): number {
    if (!isScalar(a)) throw new ExpressionError("EXPR_SHAPE", `${what} must be a single number, not ${shapeOf(a)}.`);
    const value = this.numbers(what, a)[0]!;
    if (!Number.isInteger(value) || value < least) {
      throw new ExpressionError(
        "EXPR_VALUE",
        `${what} must be a whole number of at least ${least}, not ${value}.`,
        undefined,
        { name: what, value },
      );
    }
    return value;
  }
}

export function mismatch(operator: string, a: Matrix<unknown>, b: Matrix<unknown>, hint?: string): ExpressionError {
  const values = { operator, left: shapeOf(a), right: shapeOf(b) };
  return new ExpressionError(
    "EXPR_SHAPE",
    `The sizes ${shapeOf(a)} and ${shapeOf(b)} don't fit ${operator}.`,
    hint,
    values,
  );
}
