/** What each scalar operation computes: the one table that constant folding and the slow evaluator share. */
import { uniform } from "../math/random.ts";
import type { Op } from "./expr.ts";

const truth = (condition: boolean): number => (condition ? 1 : 0);

/** Value of an operation on numbers; "num", "slot", "find" and "cell" need a context and are not here. */
export function applyOp(op: Exclude<Op, "num" | "slot" | "find" | "cell">, a: number, b: number, c: number): number {
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "neg":
      return -a;
    case "pow":
      return Math.pow(a, b);
    case "sin":
      return Math.sin(a);
    case "cos":
      return Math.cos(a);
    case "tan":
      return Math.tan(a);
    case "asin":
      return Math.asin(a);
    case "acos":
      return Math.acos(a);
    case "atan":
      return Math.atan(a);
    case "atan2":
      return Math.atan2(a, b);
    case "sinh":
      return Math.sinh(a);
    case "cosh":
      return Math.cosh(a);
    case "tanh":
      return Math.tanh(a);
    case "exp":
      return Math.exp(a);
    case "log":
      return Math.log(a);
    case "sqrt":
      return Math.sqrt(a);
    case "lt":
      return truth(a < b);
    case "le":
      return truth(a <= b);
    case "eq":
      return truth(a === b);
    case "and":
      return truth(a !== 0 && b !== 0);
    case "or":
      return truth(a !== 0 || b !== 0);
    case "not":
      return truth(a === 0);
    case "if":
      return a !== 0 ? b : c;
    case "floor":
      return Math.floor(a);
    case "uniform":
      return uniform(a, b);
  }
}
