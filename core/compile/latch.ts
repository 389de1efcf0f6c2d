/**
 * Fourth pass: everything that jumps becomes a mode, held while an integrator steps and refreshed at events, so that between
 * events every expression is smooth. Modes that follow time alone, in a straight line, know their next event in closed form.
 */
import { createDerivative } from "../expr/derivative.ts";
import type { Algebra, Expr, Op } from "../expr/expr.ts";
import { createRewriter, hasOp, postorder, slotsOf } from "../expr/walk.ts";
import { domainGuards, limitedDomain } from "./domains.ts";
import type { Assign, Instant, Latch, Slot, Step } from "../ir/ir.ts";

export interface Latched {
  readonly steps: Step[];
  readonly flow: Assign[];
  readonly slots: Slot[];
  readonly instants: Instant[];
}

/** Operations whose value jumps. */
const switches: ReadonlySet<Op> = new Set<Op>(["lt", "le", "floor", "find"]);

export function latch(m: Algebra, ordered: readonly Step[], flow: readonly Assign[], given: readonly Slot[]): Latched {
  const slots = [...given];
  const steps: Step[] = [];
  const modes = new Map<string, Expr>();
  const counts = new Map<string, number>();
  let block = "";

  const varies = (e: Expr): boolean => slotsOf(e).some((slot) => slots[slot]!.kind !== "param");
  const mode = (test: Exclude<Latch["test"], "sample">, arg: Expr, series?: number): Expr => {
    const key = `${test}:${arg.id}:${series ?? ""}`;
    let e = modes.get(key);
    if (!e) {
      const number = (counts.get(block) ?? 0) + 1;
      counts.set(block, number);
      const path = `${block}#mode${number}`;
      const slot = slots.push({ kind: "mode", path, label: path, block }) - 1;
      steps.push({ do: "latch", slot, test, arg, block, ...(series === undefined ? {} : { series }) });
      modes.set(key, (e = m.slot(slot)));
    }
    return e;
  };
  const held = (e: Expr): Expr => {
    const [a, b] = e.args;
    switch (e.op) {
      case "lt":
        return varies(e) ? mode("above", m.sub(b!, a!)) : e;
      case "le":
        return varies(e) ? mode("atLeast", m.sub(b!, a!)) : e;
      case "floor":
        return varies(e) ? mode("floor", a!) : e;
      case "find":
        return varies(e) ? mode("find", a!, e.value) : e;
      default:
        return e;
    }
  };
  const jumps = (e: Expr): boolean => hasOp(e, switches);
  const anyJumps =
    flow.some(({ expr }) => jumps(expr)) ||
    ordered.some((step) => (step.do === "assign" ? jumps(step.expr) : step.do === "latch" && jumps(step.arg)));
  // Most models have no switch, and are left as they are.
  if (!anyJumps) {
    const steps = [...ordered];
    return { steps, flow: [...flow], slots, instants: instants(m, steps, flow, slots) };
  }
  const domains = domainGuards(m, ordered, flow);
  /** Every switch held; what guards the domain of a root or a logarithm guards it inside a step as well. */
  const smooth: (e: Expr) => Expr = createRewriter(m, (e, original) =>
    limitedDomain.has(original.op) ? m.rebuild(original, original.args.map(guarding)) : held(e),
  );
  const guarding: (e: Expr) => Expr = createRewriter(m, (e, original) => {
    if (!domains.continuous(original)) return held(e);
    // The mode is there for its event; the value follows the condition itself.
    const condition = original.args[0]!;
    held(m.rebuild(condition, condition.args.map(guarding)));
    return m.choose(
      m.rebuild(condition, condition.args.map(guarding)),
      guarding(original.args[1]!),
      guarding(original.args[2]!),
    );
  });

  for (const step of ordered) {
    block = step.block;
    if (step.do === "assign" && jumps(step.expr)) {
      const expr = (domains.slots.has(step.slot) ? guarding : smooth)(step.expr);
      steps.push({ ...step, expr });
    } else if (step.do === "latch" && jumps(step.arg)) {
      const arg = smooth(step.arg);
      steps.push({ ...step, arg });
    } else steps.push(step); // A loop's own conditions are part of its solution; the others have none.
  }
  const smoothFlow = flow.map((assign) => {
    if (!jumps(assign.expr)) return assign;
    block = slots[assign.slot]!.block;
    return { ...assign, expr: smooth(assign.expr) };
  });
  return { steps, flow: smoothFlow, slots, instants: instants(m, steps, smoothFlow, slots) };
}

/**
 * Nodes of an argument that is written out in time: a longer one would be computed once for every latch behind it, and costs more
 * than a search.
 */
const LARGEST = 200;

/** Latches whose argument, written out in time and held slots, is affine in time: where it does not move at all, nothing has to be searched for. */
function instants(m: Algebra, steps: readonly Step[], flow: readonly Assign[], slots: readonly Slot[]): Instant[] {
  const found: Instant[] = [];
  const wanted = readByLatches(steps);
  const written = new Map<number, Expr | undefined>();
  const size = createSizes();
  const integrated = new Set(flow.map((assign) => assign.slot));
  const inTime = createRewriter(m, (e) => (e.op === "slot" ? (written.get(e.value) ?? e) : e));
  const d = createDerivative(m, 0);
  /** Undefined when a continuous state, an input from outside or a loop is involved. */
  const expand = (e: Expr): Expr | undefined => {
    for (const slot of slotsOf(e)) {
      if (integrated.has(slot)) return undefined;
      if (written.has(slot) && written.get(slot) === undefined) return undefined;
    }
    const out = inTime(e);
    return size(out) <= LARGEST ? out : undefined;
  };
  steps.forEach((step, i) => {
    if (step.do === "assign") {
      if (wanted.has(step.slot)) written.set(step.slot, expand(step.expr));
    } else if (step.do === "solve") for (const slot of step.unknowns) written.set(slot, undefined);
    else if (step.do === "matvec") for (const slot of step.to) written.set(slot, undefined);
    else if (step.do === "delay") written.set(step.slot, undefined);
    else if (step.test !== "sample") {
      const arg = expand(step.arg);
      if (!arg || slotsOf(arg).some((slot) => slots[slot]!.kind === "input")) return;
      const slope = d(arg);
      if (slotsOf(slope).includes(0)) return;
      const atZero = createRewriter(m, (e) => (e.op === "slot" && e.value === 0 ? m.num(0) : e));
      found.push({ step: i, arg, slope, offset: atZero(arg) });
    }
  });
  return found;
}

/** Slots that arguments of latches are made of. */
function readByLatches(steps: readonly Step[]): ReadonlySet<number> {
  const wanted = new Set<number>();
  const read = (e: Expr): void => slotsOf(e).forEach((slot) => wanted.add(slot));
  for (const step of steps.toReversed()) {
    if (step.do === "latch" && step.test !== "sample") read(step.arg);
    else if (step.do === "assign" && wanted.has(step.slot)) read(step.expr);
  }
  return wanted;
}

/** Nodes of expressions written as trees, each counted once. */
function createSizes(): (e: Expr) => number {
  const known = new Map<Expr, number>();
  return (root) => {
    for (const e of postorder([root], (node) => known.has(node)))
      known.set(
        e,
        e.args.reduce((sum, arg) => sum + known.get(arg)!, 1),
      );
    return known.get(root)!;
  };
}
