/**
 * Builds interned expressions: constants folded, neutral elements dropped, equal expressions the same object.
 * No expansion and no reordering: floating-point results must not depend on how clever a simplifier is.
 */
import { applyOp } from "./apply.ts";
import type { Algebra, Expr, Op, Scalar } from "./expr.ts";

/**
 * Ids are unique across algebras, so that an expression built by one may be an argument in another (a derivative taken long
 * after tracing): they are interned apart, never mixed up.
 */
let count = 0;

type Plain = Exclude<Op, "num" | "slot" | "find" | "cell">;

export function createAlgebra(): Algebra {
  const interned = createTable();
  const constants = new Map<number, Expr>();
  let negativeZero: Expr | undefined;

  function num(value: number): Expr {
    if (Object.is(value, -0)) return (negativeZero ??= { op: "num", args: [], value, id: count++ });
    let e = constants.get(value);
    if (!e) constants.set(value, (e = { op: "num", args: [], value, id: count++ }));
    return e;
  }

  const make = (op: Op, args: readonly Expr[], value = 0): Expr => interned(op, args, value);

  const lift = (a: Scalar): Expr => (typeof a === "number" ? num(a) : a);
  const is = (e: Expr, value: number): boolean => e.op === "num" && e.value === value;

  function plain(op: Plain, ...scalars: readonly Scalar[]): Expr {
    const args: Expr[] = [];
    let constant = true;
    for (const scalar of scalars) {
      const arg = lift(scalar);
      constant &&= arg.op === "num";
      args.push(arg);
    }
    if (constant) return num(applyOp(op, args[0]!.value, args[1]?.value ?? 0, args[2]?.value ?? 0));
    return make(op, args);
  }

  function add(a: Scalar, b: Scalar): Expr {
    const x = lift(a);
    const y = lift(b);
    if (is(x, 0)) return y;
    if (is(y, 0)) return x;
    if (y.op === "neg") return sub(x, y.args[0]!);
    return plain("add", x, y);
  }
  function sub(a: Scalar, b: Scalar): Expr {
    const x = lift(a);
    const y = lift(b);
    if (is(y, 0)) return x;
    if (is(x, 0)) return neg(y);
    if (x === y) return num(0);
    if (y.op === "neg") return add(x, y.args[0]!);
    return plain("sub", x, y);
  }
  function mul(a: Scalar, b: Scalar): Expr {
    const x = lift(a);
    const y = lift(b);
    if (is(x, 0) || is(y, 0)) return num(0);
    if (is(x, 1)) return y;
    if (is(y, 1)) return x;
    if (is(x, -1)) return neg(y);
    if (is(y, -1)) return neg(x);
    return plain("mul", x, y);
  }
  function div(a: Scalar, b: Scalar): Expr {
    const x = lift(a);
    const y = lift(b);
    if (is(y, 1)) return x;
    if (is(y, -1)) return neg(x);
    if (is(x, 0) && !is(y, 0)) return num(0);
    return plain("div", x, y);
  }
  function neg(a: Scalar): Expr {
    const x = lift(a);
    return x.op === "neg" ? x.args[0]! : plain("neg", x);
  }
  function pow(a: Scalar, b: Scalar): Expr {
    const x = lift(a);
    const y = lift(b);
    if (is(y, 0)) return num(1);
    if (is(y, 1)) return x;
    // A square is a product: exact to the last bit of one rounding, and the derivative stays defined at 0.
    if (is(y, 2)) return mul(x, x);
    return plain("pow", x, y);
  }
  function choose(condition: Scalar, then: Scalar, otherwise: Scalar): Expr {
    const c = lift(condition);
    const x = lift(then);
    const y = lift(otherwise);
    if (c.op === "num") return c.value !== 0 ? x : y;
    return x === y ? x : plain("if", c, x, y);
  }
  function not(a: Scalar): Expr {
    return plain("not", a);
  }
  const lt = (a: Scalar, b: Scalar): Expr => plain("lt", a, b);
  const le = (a: Scalar, b: Scalar): Expr => plain("le", a, b);
  const floor = (a: Scalar): Expr => plain("floor", a);

  const algebra: Algebra = {
    num,
    slot: (index) => make("slot", [], index),
    add,
    sub,
    mul,
    div,
    neg,
    pow,
    choose,
    not,
    lt,
    le,
    floor,
    gt: (a, b) => lt(b, a),
    ge: (a, b) => le(b, a),
    eq: (a, b) => plain("eq", a, b),
    and: (a, b) => plain("and", a, b),
    or: (a, b) => plain("or", a, b),
    sin: (a) => plain("sin", a),
    cos: (a) => plain("cos", a),
    tan: (a) => plain("tan", a),
    asin: (a) => plain("asin", a),
    acos: (a) => plain("acos", a),
    atan: (a) => plain("atan", a),
    atan2: (y, x) => plain("atan2", y, x),
    sinh: (a) => plain("sinh", a),
    cosh: (a) => plain("cosh", a),
    tanh: (a) => plain("tanh", a),
    exp: (a) => plain("exp", a),
    log: (a) => plain("log", a),
    sqrt: (a) => plain("sqrt", a),
    find: (series, x) => make("find", [lift(x)], series),
    cell: (series, index) => make("cell", [lift(index)], series),
    uniform: (seed, k) => plain("uniform", seed, k),

    abs: (a) => choose(lt(a, 0), neg(a), a),
    sign: (a) => choose(lt(0, a), 1, choose(lt(a, 0), -1, 0)),
    min: (a, b) => choose(le(a, b), a, b),
    max: (a, b) => choose(le(b, a), a, b),
    mod: (a, b) => sub(a, mul(b, floor(div(a, b)))),
    round: (a) => floor(add(a, 0.5)),
    ceil: (a) => neg(floor(neg(a))),
    sum: (terms) => terms.reduce<Expr>((total, term) => add(total, term), num(0)),
    dot: (a, b) => a.reduce<Expr>((total, x, i) => add(total, mul(x, b[i]!)), num(0)),
    gaussian: (seed, k) => {
      const first = plain("uniform", seed, mul(2, k));
      const second = plain("uniform", seed, add(mul(2, k), 1));
      return mul(algebra.sqrt(mul(-2, algebra.log(first))), algebra.cos(mul(2 * Math.PI, second)));
    },

    rebuild(e, args) {
      let same = true;
      for (let i = 0; i < args.length; i++) same &&= args[i] === e.args[i];
      if (same) return e;
      switch (e.op) {
        case "num":
        case "slot":
          return e;
        case "find":
        case "cell":
          return make(e.op, args, e.value);
        case "add":
          return add(args[0]!, args[1]!);
        case "sub":
          return sub(args[0]!, args[1]!);
        case "mul":
          return mul(args[0]!, args[1]!);
        case "div":
          return div(args[0]!, args[1]!);
        case "neg":
          return neg(args[0]!);
        case "pow":
          return pow(args[0]!, args[1]!);
        case "if":
          return choose(args[0]!, args[1]!, args[2]!);
        default:
          return plain(e.op, ...args);
      }
    },
  };
  return algebra;
}

/**
 * The one expression of an operation on these arguments: a hash table with open addressing, since a model makes a million of
 * them and texts as keys would cost more than the expressions.
 */
function createTable(): (op: Op, args: readonly Expr[], value: number) => Expr {
  let table: (Expr | undefined)[] = new Array<Expr | undefined>(64).fill(undefined);
  let held = 0;
  /** Where it stands, or the free place where it belongs. */
  function find(op: Op, args: readonly Expr[], value: number): number {
    const last = table.length - 1;
    let hash =
      Math.imul(op.charCodeAt(0) * 31 + op.charCodeAt(op.length - 1), 0x9e3779b1) ^ Math.imul(value | 0, 0x85ebca6b);
    for (let i = 0; i < args.length; i++) hash = Math.imul(hash ^ args[i]!.id, 0xc2b2ae35) ^ (hash >>> 15);
    for (let at = (hash ^ (hash >>> 16)) & last; ; at = (at + 1) & last) {
      const e = table[at];
      if (e === undefined || (e.op === op && e.value === value && sameArgs(e.args, args))) return at;
    }
  }
  return (op, args, value) => {
    const at = find(op, args, value);
    const known = table[at];
    if (known) return known;
    const e: Expr = { op, args, value, id: count++ };
    table[at] = e;
    if (++held * 2 > table.length) {
      const before = table;
      table = new Array<Expr | undefined>(before.length * 2).fill(undefined);
      for (const old of before) if (old) table[find(old.op, old.args, old.value)] = old;
    }
    return e;
  };
}

function sameArgs(a: readonly Expr[], b: readonly Expr[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
