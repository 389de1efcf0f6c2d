/**
 * Evaluates a parsed expression over any arithmetic: numbers for parameters, expressions for formulas. The one place that
 * knows what operators, shapes and names mean; functions are in functions.ts.
 */
import {
  type Arithmetic,
  ExpressionError,
  isScalar,
  isVector,
  type Matrix,
  mismatch,
  shapeOf,
  type Workspace,
} from "./arithmetic.ts";
import { functions } from "./functions.ts";
import { closest } from "./names.ts";
import type { BinaryOp, Tree } from "./parse.ts";
import { inverse } from "./solve.ts";

export const constants: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
  ["inf", Infinity],
  ["Inf", Infinity],
]);

/** What a name stands for; undefined when it is unknown. */
export type Lookup<S> = (name: string) => Matrix<S> | undefined;

/** Throws ExpressionError. `known` lists the names that `lookup` answers, for suggestions. */
export function walk<S>(root: Tree, work: Workspace<S>, lookup: Lookup<S>, known: () => Iterable<string>): Matrix<S> {
  const { m } = work;

  function value(tree: Tree): Matrix<S> {
    work.charge(1);
    switch (tree.kind) {
      case "number":
        return work.number(tree.value);
      case "literal":
        work.size(tree.rows, tree.cols);
        return { rows: tree.rows, cols: tree.cols, data: tree.data.map((x) => m.num(x)) };
      case "name":
        return named(tree.name);
      case "unary": {
        const of = value(tree.of);
        if (tree.op === "-") return work.map(of, (x) => m.neg(x));
        if (tree.op === "not") return work.map(of, (x) => m.not(x));
        return tree.op === "'" ? work.transpose(of) : of;
      }
      case "binary":
        return binary(tree.op, value(tree.left), value(tree.right));
      case "compare": {
        const terms = tree.terms.map(value);
        return tree.ops
          .map((op, i) => binary(op, terms[i]!, terms[i + 1]!))
          .reduce((all, one) => work.zip("and", all, one, (a, b) => m.and(a, b)));
      }
      case "choose":
        return choose(tree);
      case "range":
        return range(value(tree.from), tree.by && value(tree.by), value(tree.to));
      case "array":
        return work.join(
          "below",
          tree.rows.map((row) => work.join("beside", row.map(value))),
        );
      case "call":
        return call(tree.name, tree.args);
      case "index":
        return pick(tree.name, named(tree.name), tree.at.map(value));
    }
  }

  function named(name: string): Matrix<S> {
    const found = lookup(name);
    if (found) return found;
    const constant = constants.get(name);
    if (constant !== undefined) return work.number(constant);
    const like = closest(name, [...known(), ...constants.keys()]);
    const hint = functions.has(name)
      ? `${name} is a function: write ${name}( ).`
      : like
        ? `Did you mean ${like}?`
        : "Add a variable with this name to the diagram.";
    throw new ExpressionError("EXPR_UNKNOWN_NAME", `There is no variable named ${name}.`, hint, {
      name,
      ...(like && { like }),
    });
  }

  function binary(op: BinaryOp, a: Matrix<S>, b: Matrix<S>): Matrix<S> {
    if (op === "*") return work.multiply(a, b);
    if (op === "/" && !isScalar(b)) return divide(a, b);
    if (op === "^" && !(isScalar(a) && isScalar(b))) return power(a, b);
    return work.zip(op, a, b, elementwise(m, op));
  }

  /** A/B is A inv(B). */
  function divide(a: Matrix<S>, b: Matrix<S>): Matrix<S> {
    if (b.rows !== b.cols || a.cols !== b.rows)
      throw mismatch("/", a, b, "For the quotient element by element write ./");
    work.size(b.rows, b.cols);
    work.charge(2 * b.rows ** 3);
    const inverted = inverse(work.numbers("Division by a matrix", b), b.rows);
    return work.multiply(a, { ...b, data: inverted.map((x) => m.num(x)) });
  }

  function power(a: Matrix<S>, b: Matrix<S>): Matrix<S> {
    if (a.rows !== a.cols || !isScalar(b)) throw mismatch("^", a, b, "For the power element by element write .^");
    let n = work.whole("The power of a matrix", b, -1000);
    let base = a;
    if (n < 0) {
      base = divide(work.identity(a.rows, a.cols), a);
      n = -n;
    }
    let result = work.identity(a.rows, a.cols);
    for (; n > 0; n = Math.floor(n / 2)) {
      if (n % 2 === 1) result = work.multiply(result, base);
      if (n > 1) base = work.multiply(base, base);
    }
    return result;
  }

  /** Where the condition is a known number, only the branch it takes is looked at. */
  function choose(tree: Tree & { kind: "choose" }): Matrix<S> {
    const condition = value(tree.condition);
    if (!isScalar(condition))
      throw new ExpressionError("EXPR_SHAPE", `A condition must be a single number, not ${shapeOf(condition)}.`);
    const known = work.known(condition.data[0]!);
    if (known !== undefined) return value(known !== 0 ? tree.then : tree.otherwise);
    return work.zip("? :", value(tree.then), value(tree.otherwise), (x, y) => m.choose(condition.data[0]!, x, y));
  }

  function range(from: Matrix<S>, by: Matrix<S> | undefined, to: Matrix<S>): Matrix<S> {
    const ends = [from, by ?? work.number(1), to];
    if (!ends.every(isScalar)) throw new ExpressionError("EXPR_SHAPE", "The ends of a range must be single numbers.");
    const [first, step, last] = ends.map((end) => work.numbers("A range", end)[0]!) as [number, number, number];
    if (step === 0 || ![first, step, last].every(Number.isFinite)) {
      throw new ExpressionError(
        "EXPR_VALUE",
        "A range needs finite ends and a step that is not 0.",
        "Write first:step:last.",
      );
    }
    // 0:0.1:1 has 11 elements, though 10 * 0.1 may exceed 1 by a rounding.
    const count = Math.max(0, Math.floor((last - first) / step + 1e-10) + 1);
    return work.make(1, count, (_, i) => m.num(first + i * step));
  }

  function call(name: string, args: readonly Tree[]): Matrix<S> {
    const f = functions.get(name);
    if (!f) {
      if (lookup(name))
        throw new ExpressionError(
          "EXPR_UNKNOWN_FUNCTION",
          `${name} is a variable, not a function.`,
          `Write * for a product, ${name}[1] for an element.`,
          { name },
        );
      const like = closest(name, functions.keys());
      throw new ExpressionError(
        "EXPR_UNKNOWN_FUNCTION",
        `There is no function named ${name}.`,
        like && `Did you mean ${like}?`,
        { name, ...(like && { like }) },
      );
    }
    const [least, most] = f.arity;
    if (args.length < least || args.length > most) {
      const count = least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
      throw new ExpressionError(
        "EXPR_ARITY",
        `${name} takes ${count} argument${count === "1" ? "" : "s"}, not ${args.length}.`,
        args.length > most ? "The decimal sign is a point; commas separate arguments." : undefined,
        { name, count: args.length },
      );
    }
    return f.apply(work, args.map(value));
  }

  /** Elements are counted from 1. One index walks a vector, two pick from a matrix; each may be a range. */
  function pick(name: string, a: Matrix<S>, at: readonly Matrix<S>[]): Matrix<S> {
    const indices = (index: Matrix<S>, length: number): number[] =>
      work.numbers("An index", index).map((i) => {
        if (Number.isInteger(i) && i >= 1 && i <= length) return i - 1;
        throw new ExpressionError(
          "EXPR_INDEX",
          `${name} has no element ${i}: they run from 1 to ${length}.`,
          undefined,
          { name, index: i, length },
        );
      });
    if (at.length === 1 && isVector(a)) {
      const picked = indices(at[0]!, a.data.length);
      const column = a.cols === 1 && a.rows !== 1;
      return work.make(
        column ? picked.length : 1,
        column ? 1 : picked.length,
        (i, j) => a.data[picked[column ? i : j]!]!,
      );
    }
    if (at.length === 2) {
      const rows = indices(at[0]!, a.rows);
      const cols = indices(at[1]!, a.cols);
      return work.make(rows.length, cols.length, (i, j) => a.data[rows[i]! * a.cols + cols[j]!]!);
    }
    throw new ExpressionError(
      "EXPR_INDEX",
      `${name} is ${shapeOf(a)}: an element needs ${isVector(a) ? "one index or two" : "two indices"}.`,
      `Write ${name}[row, column].`,
      { name },
    );
  }

  return value(root);
}

function elementwise<S>(m: Arithmetic<S>, op: BinaryOp): (a: S, b: S) => S {
  switch (op) {
    case "+":
      return (a, b) => m.add(a, b);
    case "-":
      return (a, b) => m.sub(a, b);
    case "*":
    case ".*":
      return (a, b) => m.mul(a, b);
    case "/":
    case "./":
      return (a, b) => m.div(a, b);
    case "^":
    case ".^":
      return (a, b) => m.pow(a, b);
    case "mod":
      return (a, b) => m.mod(a, b);
    case "<":
      return (a, b) => m.lt(a, b);
    case "<=":
      return (a, b) => m.le(a, b);
    case ">":
      return (a, b) => m.gt(a, b);
    case ">=":
      return (a, b) => m.ge(a, b);
    case "==":
      return (a, b) => m.eq(a, b);
    case "!=":
      return (a, b) => m.not(m.eq(a, b));
    case "and":
      return (a, b) => m.and(a, b);
    case "or":
      return (a, b) => m.or(a, b);
    case "xor":
      return (a, b) => m.not(m.eq(m.not(a), m.not(b)));
  }
}
