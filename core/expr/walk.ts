/** Reading and rewriting expression graphs without recursion depth or repeated work: every shared node is met once. */
import type { Algebra, Expr, Op } from "./expr.ts";

/** All nodes reachable from the roots, arguments before what uses them; not those `known` already, nor below them. */
export function postorder(roots: Iterable<Expr>, known: (e: Expr) => boolean = () => false): Expr[] {
  const done = new Set<Expr>();
  const order: Expr[] = [];
  const stack: Expr[] = [];
  for (const root of roots) {
    stack.push(root);
    while (stack.length > 0) {
      const e = stack[stack.length - 1]!;
      if (done.has(e) || known(e)) {
        stack.pop();
        continue;
      }
      let ready = true;
      for (const a of e.args) {
        if (!done.has(a) && !known(a)) {
          stack.push(a);
          ready = false;
        }
      }
      if (ready) {
        done.add(e);
        order.push(e);
        stack.pop();
      }
    }
  }
  return order;
}

/** A small expression is read as a tree, with no book kept of what was met: most are, and they are read again and again. */
const SMALL = 48;

/** The slots an expression reads, each once, in the order of `postorder`. */
export function slotsOf(e: Expr): number[] {
  const slots: number[] = [];
  let left = SMALL;
  const small = (node: Expr): boolean => {
    if (node.op === "slot") {
      if (!slots.includes(node.value)) slots.push(node.value);
      return true;
    }
    // The last argument first, as postorder's stack has it.
    for (let i = node.args.length - 1; i >= 0; i--) if (--left < 0 || !small(node.args[i]!)) return false;
    return true;
  };
  if (small(e)) return slots;
  return postorder([e])
    .filter((n) => n.op === "slot")
    .map((n) => n.value);
}

/** Whether the expression has a node of one of these operations. */
export function hasOp(e: Expr, ops: ReadonlySet<Op>): boolean {
  let left = SMALL;
  /** Undefined: not seen whole. */
  const small = (node: Expr): boolean | undefined => {
    if (ops.has(node.op)) return true;
    for (const arg of node.args) {
      const found = --left < 0 ? undefined : small(arg);
      if (found !== false) return found;
    }
    return false;
  };
  return small(e) ?? postorder([e]).some(({ op }) => ops.has(op));
}

/** Levels of a walk that calls itself; below them a list is kept instead, so that long chains do not end the stack. */
const DEEP = 200;

/** Bottom-up rewriting: `rule` sees each node with its arguments already rewritten and may replace it. */
export function createRewriter(m: Algebra, rule: (e: Expr, original: Expr) => Expr): (e: Expr) => Expr {
  const done = new Map<Expr, Expr>();
  const isDone = (e: Expr): boolean => done.has(e);
  const rewrite = (e: Expr, depth: number): Expr => {
    const known = done.get(e);
    if (known) return known;
    if (depth > DEEP) for (const below of postorder(e.args, isDone)) rewrite(below, 0);
    const args = new Array<Expr>(e.args.length);
    // The last argument first, as postorder's stack has it.
    for (let i = args.length - 1; i >= 0; i--) args[i] = rewrite(e.args[i]!, depth + 1);
    const made = rule(args.length === 0 ? e : m.rebuild(e, args), e);
    done.set(e, made);
    return made;
  };
  return (root) => rewrite(root, 0);
}
