/**
 * Symbolic partial derivatives. What jumps (floor, comparisons, table indices, random numbers) has derivative 0 between its
 * jumps; the jumps themselves are events and belong to the compiler.
 */
import type { Algebra, Expr } from "./expr.ts";
import { postorder } from "./walk.ts";

/** d e / d slot, with all other slots held. */
export function derivative(m: Algebra, e: Expr, slot: number): Expr {
  return createDerivative(m, slot)(e);
}

/** The same for many expressions that share parts: each node is differentiated once. */
export function createDerivative(m: Algebra, slot: number): (e: Expr) => Expr {
  const zero = m.num(0);
  const known = new Map<Expr, Expr>();
  return (root) => {
    for (const e of postorder(known.has(root) ? [] : [root])) {
      if (known.has(e)) continue;
      const [da, db, dc] = e.args.map((a) => known.get(a)!);
      const constant = e.op !== "slot" && [da, db, dc].every((d) => d === undefined || d === zero);
      known.set(e, constant ? zero : rule(m, e, slot, da ?? zero, db ?? zero, dc ?? zero));
    }
    return known.get(root)!;
  };
}

function rule(m: Algebra, e: Expr, slot: number, da: Expr, db: Expr, dc: Expr): Expr {
  const a = e.args[0]!;
  const b = e.args[1]!;
  switch (e.op) {
    case "slot":
      return m.num(e.value === slot ? 1 : 0);
    case "add":
      return m.add(da, db);
    case "sub":
      return m.sub(da, db);
    case "mul":
      return m.add(m.mul(da, b), m.mul(a, db));
    case "div":
      return m.div(m.sub(da, m.mul(e, db)), b);
    case "neg":
      return m.neg(da);
    case "pow": {
      const base = m.mul(m.mul(b, m.pow(a, m.sub(b, 1))), da);
      // An exponent that does not vary must not bring log(a) in: x^3 is differentiable where log(x) is not.
      return isZero(db) ? base : m.add(base, m.mul(m.mul(e, m.log(a)), db));
    }
    case "sin":
      return m.mul(m.cos(a), da);
    case "cos":
      return m.neg(m.mul(m.sin(a), da));
    case "tan":
      return m.mul(m.add(1, m.mul(e, e)), da);
    case "asin":
      return m.div(da, m.sqrt(m.sub(1, m.mul(a, a))));
    case "acos":
      return m.neg(m.div(da, m.sqrt(m.sub(1, m.mul(a, a)))));
    case "atan":
      return m.div(da, m.add(1, m.mul(a, a)));
    case "atan2":
      return m.div(m.sub(m.mul(da, b), m.mul(a, db)), m.add(m.mul(a, a), m.mul(b, b)));
    case "sinh":
      return m.mul(m.cosh(a), da);
    case "cosh":
      return m.mul(m.sinh(a), da);
    case "tanh":
      return m.mul(m.sub(1, m.mul(e, e)), da);
    case "exp":
      return m.mul(e, da);
    case "log":
      return m.div(da, a);
    case "sqrt":
      return m.div(da, m.mul(2, e));
    case "if":
      return m.choose(a, db, dc);
    default:
      return m.num(0);
  }
}

function isZero(e: Expr): boolean {
  return e.op === "num" && e.value === 0;
}
