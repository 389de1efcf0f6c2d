/**
 * sqrt(max(h, 0)) must stay a number while an integrator tries out a step that goes below 0, where max, held as it was, would hand
 * h on. So switches that are continuous and feed a root, a logarithm or the like are not held: only their events are looked for.
 */
import { createEvaluator } from "../expr/evaluate.ts";
import type { Algebra, Expr, Op } from "../expr/expr.ts";
import { createRewriter, postorder, slotsOf } from "../expr/walk.ts";
import type { Assign, Step } from "../ir/ir.ts";
import { uniform } from "../math/random.ts";

/** Not defined everywhere, or not finite. */
export const limitedDomain: ReadonlySet<Op> = new Set<Op>(["sqrt", "log", "pow", "asin", "acos", "div"]);

export interface DomainGuards {
  /** Signals that arguments of such operations are made of. */
  readonly slots: ReadonlySet<number>;
  /** A switch whose two sides are equal where it switches, as min, max, abs and limits are. */
  continuous(e: Expr): boolean;
}

export function domainGuards(m: Algebra, steps: readonly Step[], flow: readonly Assign[]): DomainGuards {
  const assigned = new Map(steps.flatMap((step) => (step.do === "assign" ? [[step.slot, step.expr] as const] : [])));
  const slots = new Set<number>();
  const queue = postorder([...assigned.values(), ...flow.map(({ expr }) => expr)])
    .filter(({ op }) => limitedDomain.has(op))
    .flatMap(argumentSlots);
  for (const slot of queue) {
    if (slots.has(slot) || !assigned.has(slot)) continue;
    slots.add(slot);
    queue.push(...slotsOf(assigned.get(slot)!));
  }
  const known = new Map<Expr, boolean>();
  return {
    slots,
    continuous(e) {
      if (e.op !== "if") return false;
      let answer = known.get(e);
      if (answer === undefined) known.set(e, (answer = meets(m, e)));
      return answer;
    },
  };
}

/** Of a quotient the denominator counts, of a power the base. */
function argumentSlots(e: Expr): number[] {
  return slotsOf(e.op === "div" ? e.args[1]! : e.args[0]!);
}

/** Whether both sides agree at random places where the compared values are equal. */
function meets(m: Algebra, e: Expr): boolean {
  const [condition, left, right] = e.args as readonly [Expr, Expr, Expr];
  if (condition.op !== "lt" && condition.op !== "le") return false;
  const [a, b] = condition.args as readonly [Expr, Expr];
  const [moved, to] = a.op === "num" ? [b, a] : [a, b];
  if (moved.op === "num") return false;
  const equal = createRewriter(m, (node, original) => (original === moved ? to : node));
  const difference = m.sub(equal(left), equal(right));
  if (difference.op === "num") return difference.value === 0;
  // What is looked up in series is not known here.
  if (postorder([difference]).some(({ op }) => op === "find" || op === "cell")) return false;
  const read = slotsOf(difference);
  for (let probe = 0; probe < 3; probe++) {
    const memory: number[] = [];
    read.forEach((slot, i) => (memory[slot] = 2 * uniform(probe, i) - 0.5));
    const value = createEvaluator(memory)(difference);
    if (!(Math.abs(value) < 1e-9)) return false;
  }
  return true;
}
