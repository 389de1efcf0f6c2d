/**
 * Third pass: steps in an order in which everything is computed before it is read. Direct feedthrough is nothing but this
 * dependence, element by element, so a block is in an algebraic loop only where its equations really close one.
 */
import { createDerivative } from "../expr/derivative.ts";
import type { Algebra, Expr } from "../expr/expr.ts";
import { createRewriter, slotsOf } from "../expr/walk.ts";
import { slotsRead, slotsWritten } from "../ir/dependence.ts";
import type { Assign, Latch, Problem, Slot, Step } from "../ir/ir.ts";
import { jumpsWith } from "../ir/partials.ts";
import type { DraftStep } from "./draft.ts";
import type { Traced } from "./trace.ts";

/** An algebraic loop before it became a `solve` step: its members, for conditioning and messages. */
export interface Loop {
  readonly members: readonly Assign[];
  /** Blocks around the loop, the first not repeated. */
  readonly blocks: readonly string[];
}

export interface Ordered {
  readonly steps: Step[];
  readonly loops: readonly Loop[];
  readonly problems: readonly Problem[];
}

export function order(traced: Traced): Ordered {
  const producer = new Map<number, number>();
  traced.steps.forEach((step, i) => slotsWritten(step).forEach((slot) => producer.set(slot, i)));
  const needs = traced.steps.map((step) =>
    slotsRead(step).flatMap((slot) => (producer.has(slot) ? [producer.get(slot)!] : [])),
  );

  const steps: Step[] = [];
  const loops: Loop[] = [];
  const problems: Problem[] = [];
  for (const component of stronglyConnected(needs)) {
    const first = component[0]!;
    if (component.length === 1 && !needs[first]!.includes(first)) {
      steps.push(traced.steps[first]!);
      continue;
    }
    const parts = component.map((i) => traced.steps[i]!);
    const sampled = parts.filter((step) => step.do === "latch");
    const members = parts.flatMap((step) => asAssigns(traced.m, step));
    const blockOfSlot = new Map<number, string>();
    for (const step of parts) for (const slot of slotsWritten(step)) blockOfSlot.set(slot, step.block);
    const blocks = around(members, blockOfSlot);
    loops.push({ members, blocks });
    const blockOf = (slot: number): string => blockOfSlot.get(slot) ?? "";
    const [sample, other] = sampled.length > 0 ? distinctTasks(sampled) : [];
    if (sample && other) {
      problems.push({
        severity: "error",
        code: "LOOP_SAMPLED",
        path: sample.block,
        message: `An algebraic loop passes through blocks of two sample times: ${printLoop(blocks)}.`,
        hint: "Put a Unit Delay in the loop, or sample them alike.",
        values: { block: sample.block, loop: printLoop(blocks) },
        related: blocks,
      });
      continue;
    }
    if (!sample) {
      steps.push(...solveLoop(traced.m, members, blocks, blockOf, traced.slots));
      continue;
    }
    // At the instants the samples close the loop and are solved for; in between they are held, and the rest is in order again.
    const held = new Set(sampled.map((step) => step.slot));
    steps.push(...solveLoop(traced.m, members, blocks, blockOf, traced.slots, { slots: held, task: sample.task! }));
    const rest = component.filter((i) => traced.steps[i]!.do !== "latch");
    const among = new Map(rest.map((i, at) => [i, at]));
    const inner = stronglyConnected(
      rest.map((i) => needs[i]!.flatMap((need) => (among.has(need) ? [among.get(need)!] : []))),
    );
    for (const part of inner) {
      const own = part.map((at) => rest[at]!);
      const alone = own[0]!;
      if (own.length === 1 && !needs[alone]!.includes(alone)) steps.push(traced.steps[alone]!);
      else {
        const looped = own.flatMap((i) => asAssigns(traced.m, traced.steps[i]!));
        steps.push(...solveLoop(traced.m, looped, around(looped, blockOfSlot), blockOf, traced.slots));
      }
    }
  }
  return { steps, loops, problems };
}

/** The first sample of the loop and, where there is one, one of another task. */
function distinctTasks(sampled: readonly (Latch & { readonly block: string })[]) {
  const [first] = sampled;
  return [first, sampled.find((step) => step.task !== first!.task)];
}

export function printLoop(blocks: readonly string[]): string {
  return [...blocks, blocks[0]].join(" → ");
}

function asAssigns(m: Algebra, step: DraftStep): Assign[] {
  if (step.do === "assign") return [step];
  if (step.do === "latch") return [{ do: "assign", slot: step.slot, expr: step.arg }];
  if (step.do === "delay") throw new Error(`${step.block}: a delay waits for nothing and is in no loop`);
  const v = step.from.map((slot) => m.slot(slot));
  return step.to.map((slot, i) => ({
    do: "assign",
    slot,
    expr: m.dot(
      Array.from({ length: step.cols }, (_, j) => m.slot(step.matrix + i * step.cols + j)),
      v,
    ),
  }));
}

/**
 * Tears the loop at the targets of a depth-first search's back edges; the other members follow by substitution. A loop that
 * `held` samples close is torn at them, and only they are written: what else has to be torn is solved for aside.
 */
function solveLoop(
  m: Algebra,
  members: readonly Assign[],
  blocks: readonly string[],
  blockOf: (slot: number) => string,
  slots: Slot[],
  held?: { readonly slots: ReadonlySet<number>; readonly task: number },
): Step[] {
  const byslot = new Map(members.map((member) => [member.slot, member]));
  const inner = new Map(
    members.map((member) => [
      member.slot,
      slotsOf(member.expr).filter((slot) => byslot.has(slot) && !held?.slots.has(slot)),
    ]),
  );
  const tears = new Set<number>(held?.slots);
  const sorted: Assign[] = [];
  const state = new Map<number, "open" | "done">();
  for (const root of byslot.keys()) {
    const stack: { slot: number; next: number }[] = state.has(root) ? [] : [{ slot: root, next: 0 }];
    if (stack.length > 0) state.set(root, "open");
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const slot = inner.get(top.slot)![top.next++];
      if (slot === undefined) {
        state.set(top.slot, "done");
        sorted.push(byslot.get(top.slot)!);
        stack.pop();
      } else if (state.get(slot) === "open") tears.add(slot);
      else if (!state.has(slot)) {
        state.set(slot, "open");
        stack.push({ slot, next: 0 });
      }
    }
  }

  const known = new Map<number, Expr>();
  const substitute = createRewriter(m, (e) => (e.op === "slot" ? (known.get(e.value) ?? e) : e));
  const unknowns = [...tears].sort((a, b) => a - b);
  const right = new Map<number, Expr>();
  for (const member of sorted) {
    const e = substitute(member.expr);
    if (tears.has(member.slot)) right.set(member.slot, e);
    else known.set(member.slot, e);
  }
  const aside = new Map(
    unknowns.flatMap((slot): [number, Expr][] => {
      if (!held || held.slots.has(slot)) return [];
      const path = `${slots[slot]!.path}#loop`;
      return [[slot, m.slot(slots.push({ ...slots[slot]!, kind: "signal", path, label: path }) - 1)]];
    }),
  );
  const elsewhere = createRewriter(m, (e) => (e.op === "slot" ? (aside.get(e.value) ?? e) : e));
  const residual = unknowns.map((slot) => elsewhere(m.sub(right.get(slot)!, m.slot(slot))));
  const solved = unknowns.map((slot) => aside.get(slot)?.value ?? slot);
  const unknown = new Set(solved);
  const columns = solved.map((slot) => createDerivative(m, slot));
  const zero = m.num(0);
  const jacobian = residual.flatMap((r) => {
    const read = new Set(slotsOf(r));
    return columns.map((d, j) => (read.has(solved[j]!) ? d(r) : zero));
  });
  const linear =
    jacobian.every((j) => !slotsOf(j).some((slot) => unknown.has(slot))) &&
    residual.every((r) => !jumpsWith(r, (slot) => unknown.has(slot)));
  const block = blockOf(unknowns[0]!);
  const step: Step = { do: "solve", unknowns: solved, residual, jacobian, linear, loop: blocks, block };
  const torn = (tornAt: Iterable<number>): Assign[] =>
    [...tornAt].map((slot) => ({ do: "assign", slot, expr: byslot.get(slot)!.expr }));
  if (held) return [{ ...step, task: held.task, torn: torn(held.slots) }];
  const rest = sorted
    .filter((member) => !tears.has(member.slot))
    .map((member) => ({ ...member, block: blockOf(member.slot) }));
  return [{ ...step, torn: torn(unknowns) }, ...rest];
}

/** The blocks of one shortest cycle through the first member, in the order signals travel. */
function around(members: readonly Assign[], blockOf: ReadonlyMap<number, string>): string[] {
  const reads = new Map(members.map((member) => [member.slot, slotsOf(member.expr)]));
  const start = members[0]!.slot;
  const via = new Map<number, number>();
  const queue = [start];
  for (const slot of queue) {
    for (const source of reads.get(slot)!) {
      if (!reads.has(source) || via.has(source)) continue;
      via.set(source, slot);
      if (source !== start) queue.push(source);
    }
    if (via.has(start)) break;
  }
  // `via` leads downstream: from a source to what reads it.
  const blocks: string[] = [];
  let slot = start;
  do {
    const block = blockOf.get(slot)!;
    if (blocks[blocks.length - 1] !== block) blocks.push(block);
    slot = via.get(slot)!;
  } while (slot !== start);
  if (blocks.length > 1 && blocks[0] === blocks[blocks.length - 1]) blocks.pop();
  return blocks;
}

/** Tarjan's algorithm without recursion: components in an order where each comes after those it needs. */
export function stronglyConnected(needs: readonly (readonly number[])[]): number[][] {
  const index = new Int32Array(needs.length).fill(-1);
  const low = new Int32Array(needs.length);
  const onStack = new Uint8Array(needs.length);
  const stack: number[] = [];
  const components: number[][] = [];
  let counter = 0;
  for (let root = 0; root < needs.length; root++) {
    if (index[root] !== -1) continue;
    const work: { node: number; next: number }[] = [{ node: root, next: 0 }];
    while (work.length > 0) {
      const top = work[work.length - 1]!;
      const { node } = top;
      if (top.next === 0) {
        index[node] = low[node] = counter++;
        stack.push(node);
        onStack[node] = 1;
      }
      const target = needs[node]![top.next++];
      if (target !== undefined) {
        if (index[target] === -1) work.push({ node: target, next: 0 });
        else if (onStack[target]) low[node] = Math.min(low[node]!, index[target]!);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent) low[parent.node] = Math.min(low[parent.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      let member: number;
      do {
        member = stack.pop()!;
        onStack[member] = 0;
        component.push(member);
      } while (member !== node);
      components.push(component.sort((a, b) => a - b));
    }
  }
  return components;
}
