/**
 * Prints expressions as TypeScript over one memory `m`. Every operation keeps its order and its parentheses, so the text
 * computes the interpreter's value to the last bit; what is shared or deep becomes a constant, met once.
 */
import type { Expr } from "../../expr/expr.ts";
import { postorder } from "../../expr/walk.ts";
import { numberText } from "../literals.ts";

/** Nesting that readers and parsers bear; deeper expressions are cut into constants. */
const deepest = 16;

/** How tightly printed text binds: a term in a sum, a factor in a product, a sign, or whole. */
const binds = { sum: 1, product: 2, sign: 3, whole: 4 } as const;

interface Printed {
  readonly text: string;
  readonly binds: number;
  readonly depth: number;
}

/** Numbers the constants of one function body, which several printers may share. */
export interface ConstantNames {
  next: number;
}

/**
 * A printer for expressions between which no slot that they read is written twice. All that it will print must be named in
 * `roots`, as a part is hoisted when two places use it; `declare` receives each hoisted constant in time for its first use.
 * Time is read as `time`.
 */
export function createExpressionPrinter(
  roots: readonly Expr[],
  declare: (line: string) => void,
  names: ConstantNames,
  time = "m[0]",
): (e: Expr) => string {
  const uses = new Map<Expr, number>();
  const used = (e: Expr): void => void uses.set(e, (uses.get(e) ?? 0) + 1);
  for (const root of roots) used(root);
  for (const e of postorder(roots)) for (const arg of e.args) used(arg);
  const printed = new Map<Expr, Printed>();

  return (root) => {
    for (const e of postorder(printed.has(root) ? [] : [root])) {
      if (printed.has(e)) continue;
      const args = e.args.map((arg) => printed.get(arg)!);
      const depth = 1 + Math.max(0, ...args.map((arg) => arg.depth));
      let result: Printed = { ...print(e, args, time), depth };
      if (e.args.length > 0 && (depth > deepest || (uses.get(e) ?? 0) > 1)) {
        const name = `e${names.next++}`;
        declare(`const ${name}: number = ${result.text};`);
        result = { text: name, binds: binds.whole, depth: 0 };
      }
      printed.set(e, result);
    }
    return printed.get(root)!.text;
  };
}

function print(e: Expr, args: readonly Printed[], time: string): { text: string; binds: number } {
  const [a, b, c] = args.map((arg) => arg.text);
  const at = (i: number, least: number): string => (args[i]!.binds >= least ? args[i]!.text : `(${args[i]!.text})`);
  /** A slot may be compared with 0 at sight; for anything else TypeScript might know better and call it unintentional. */
  const holds = (i: number): string =>
    e.args[i]!.op === "slot" ? `${args[i]!.text} !== 0` : `isTrue(${args[i]!.text})`;
  const whole = (text: string) => ({ text, binds: binds.whole });
  switch (e.op) {
    case "num":
      return { text: numberText(e.value), binds: e.value < 0 || Object.is(e.value, -0) ? binds.sign : binds.whole };
    case "slot":
      return whole(e.value === 0 ? time : `m[${e.value}]`);
    // A right operand as loose as its operator keeps its parentheses: a - (b - c), and a + (b + c) rounds otherwise too.
    case "add":
      return { text: `${at(0, binds.sum)} + ${at(1, binds.product)}`, binds: binds.sum };
    case "sub":
      return { text: `${at(0, binds.sum)} - ${at(1, binds.product)}`, binds: binds.sum };
    case "mul":
      return { text: `${at(0, binds.product)} * ${at(1, binds.sign)}`, binds: binds.product };
    case "div":
      return { text: `${at(0, binds.product)} / ${at(1, binds.sign)}`, binds: binds.product };
    case "neg":
      return { text: `-${at(0, binds.whole)}`, binds: binds.sign };
    case "pow":
      return whole(`Math.pow(${a}, ${b})`);
    case "atan2":
      return whole(`Math.atan2(${a}, ${b})`);
    case "lt":
      return whole(`(${a} < ${b} ? 1 : 0)`);
    case "le":
      return whole(`(${a} <= ${b} ? 1 : 0)`);
    case "eq":
      return whole(`(isEqual(${a}, ${b}) ? 1 : 0)`);
    case "and":
      return whole(`(${holds(0)} && ${holds(1)} ? 1 : 0)`);
    case "or":
      return whole(`(${holds(0)} || ${holds(1)} ? 1 : 0)`);
    case "not":
      return whole(`(${holds(0)} ? 0 : 1)`);
    case "if":
      return whole(`(${holds(0)} ? ${b} : ${c})`);
    case "find":
      return whole(`findIndex(own.series[${e.value}]!, ${a})`);
    case "cell":
      return whole(`cellAt(own.series[${e.value}]!, ${a})`);
    case "uniform":
      return whole(`uniform(${a}, ${b})`);
    case "sin":
    case "cos":
    case "tan":
    case "asin":
    case "acos":
    case "atan":
    case "sinh":
    case "cosh":
    case "tanh":
    case "exp":
    case "log":
    case "sqrt":
    case "floor":
      return whole(`Math.${e.op}(${a})`);
  }
}
