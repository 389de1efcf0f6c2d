/** Reading and rewriting expression graphs without recursion depth or repeated work: every shared node is met once. */
import type { Algebra, Expr } from "./expr.ts";

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

/** The slots an expression reads, each once. */
export function slotsOf(e: Expr): number[] {
  return postorder([e])
    .filter((n) => n.op === "slot")
    .map((n) => n.value);
}

/** Bottom-up rewriting: `rule` sees each node with its arguments already rewritten and may replace it. */
export function createRewriter(m: Algebra, rule: (e: Expr, original: Expr) => Expr): (e: Expr) => Expr {
  const done = new Map<Expr, Expr>();
  return (root) => {
    for (const e of postorder(done.has(root) ? [] : [root])) {
      if (done.has(e)) continue;
      done.set(
        e,
        rule(
          m.rebuild(
            e,
            e.args.map((a) => done.get(a)!),
          ),
          e,
        ),
      );
    }
    return done.get(root)!;
  };
}
