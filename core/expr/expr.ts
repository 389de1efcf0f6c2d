/**
 * The language of equations: what an expression is, and the one way to build it.
 * Expressions are immutable and interned by the `Algebra` that built them (equal expressions are the same object),
 * so a model is a shared graph and not a tree. It knows nothing of blocks, slots' meaning, or how a value is computed.
 */

/** Smooth operations, in the order of their arguments. */
export type SmoothOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "neg"
  | "pow"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "sinh"
  | "cosh"
  | "tanh"
  | "exp"
  | "log"
  | "sqrt";

/** Operations whose value jumps. Comparisons and logic give 0 or 1. */
export type SwitchOp =
  | "lt"
  | "le"
  | "eq"
  | "and"
  | "or"
  | "not"
  | "if" // if(condition, then, else): any condition but 0 is true
  | "floor"
  | "find" // find(x): index of the last sample of series `value` that is <= x, clamped to 0 .. length - 2
  | "cell" // cell(index): that sample of series `value`, the index clamped to the series
  | "uniform"; // uniform(seed, k): the k-th number of a seeded stream, in the open interval (0, 1)

export type Op = "num" | "slot" | SmoothOp | SwitchOp;

/** `value` is the constant of "num", the slot of "slot", the series of "find" and "cell", and 0 otherwise. */
export interface Expr {
  readonly op: Op;
  readonly args: readonly Expr[];
  readonly value: number;
  /** Order of creation within its algebra; arguments always have lower ids. */
  readonly id: number;
}

/** Where a scalar is wanted, a plain number may stand. */
export type Scalar = Expr | number;

/** Builds expressions, folding constants and dropping neutral elements (0*x = 0 is taken to hold, as in any CAS). */
export interface Algebra {
  num(value: number): Expr;
  slot(index: number): Expr;
  add(a: Scalar, b: Scalar): Expr;
  sub(a: Scalar, b: Scalar): Expr;
  mul(a: Scalar, b: Scalar): Expr;
  div(a: Scalar, b: Scalar): Expr;
  neg(a: Scalar): Expr;
  pow(a: Scalar, b: Scalar): Expr;
  sin(a: Scalar): Expr;
  cos(a: Scalar): Expr;
  tan(a: Scalar): Expr;
  asin(a: Scalar): Expr;
  acos(a: Scalar): Expr;
  atan(a: Scalar): Expr;
  atan2(y: Scalar, x: Scalar): Expr;
  sinh(a: Scalar): Expr;
  cosh(a: Scalar): Expr;
  tanh(a: Scalar): Expr;
  exp(a: Scalar): Expr;
  log(a: Scalar): Expr;
  sqrt(a: Scalar): Expr;
  lt(a: Scalar, b: Scalar): Expr;
  le(a: Scalar, b: Scalar): Expr;
  gt(a: Scalar, b: Scalar): Expr;
  ge(a: Scalar, b: Scalar): Expr;
  eq(a: Scalar, b: Scalar): Expr;
  and(a: Scalar, b: Scalar): Expr;
  or(a: Scalar, b: Scalar): Expr;
  not(a: Scalar): Expr;
  choose(condition: Scalar, then: Scalar, otherwise: Scalar): Expr;
  floor(a: Scalar): Expr;
  find(series: number, x: Scalar): Expr;
  cell(series: number, index: Scalar): Expr;
  uniform(seed: Scalar, k: Scalar): Expr;
  // Written with the ones above:
  abs(a: Scalar): Expr;
  sign(a: Scalar): Expr;
  min(a: Scalar, b: Scalar): Expr;
  max(a: Scalar, b: Scalar): Expr;
  mod(a: Scalar, b: Scalar): Expr;
  round(a: Scalar): Expr;
  ceil(a: Scalar): Expr;
  sum(terms: readonly Scalar[]): Expr;
  dot(a: readonly Scalar[], b: readonly Scalar[]): Expr;
  /** Standard normal, the k-th number of the seeded stream (Box-Muller). */
  gaussian(seed: Scalar, k: Scalar): Expr;
  /** The same operation on rebuilt arguments: for substitution and differentiation. */
  rebuild(e: Expr, args: readonly Expr[]): Expr;
}
