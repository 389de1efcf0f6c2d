/** The IR as stable text: equal structure, equal text. For golden tests, for the key, and for reading. */
import type { Expr } from "../expr/expr.ts";
import type { Ir, Step } from "./ir.ts";

/** With the key, made when first asked for: to print a large model takes a tenth of the time to compile it. */
export function withKey(body: Omit<Ir, "key">): Ir {
  let key: string | undefined;
  return Object.defineProperty({ ...body }, "key", { get: () => (key ??= hashText(printIr(body))) }) as Ir;
}

export function printIr(ir: Omit<Ir, "key">): string {
  const name = (slot: number): string => `%${slot}`;
  const lines: string[] = ["slots"];
  ir.slots.forEach((slot, i) => lines.push(`  %${i} ${slot.kind} ${JSON.stringify(slot.path)}`));
  ir.series.forEach(({ name: own, values, from }, i) =>
    lines.push(
      `series ${i} ${JSON.stringify(own)} x ${values.length}${from === undefined ? "" : ` from ${name(from)}`}`,
    ),
  );
  lines.push("algebra");
  for (const step of ir.algebra) lines.push(`  ${printStep(step)}`);
  lines.push("flow");
  for (const { slot, expr } of ir.flow) lines.push(`  d${name(slot)} = ${printExpr(expr)}`);
  for (const task of ir.tasks) {
    lines.push(`task every ${task.every} offset ${task.offset}`);
    for (const { slot, expr } of task.updates) lines.push(`  next ${name(slot)} = ${printExpr(expr)}`);
  }
  ir.instants.forEach(({ step, arg }) => lines.push(`instant of step ${step}: ${printExpr(arg)}`));
  for (const { slot, arg } of ir.memories) lines.push(`memory ${name(slot)} of ${printExpr(arg)}`);
  for (const { when, to } of ir.resets)
    lines.push(`reset when ${name(when)}: ${to.map((a) => `${name(a.slot)} = ${printExpr(a.expr)}`).join("; ")}`);
  for (const { slot, expr } of ir.starts) lines.push(`start ${name(slot)} = ${printExpr(expr)}`);
  for (const { slot } of ir.stops) lines.push(`stop when ${name(slot)}`);
  lines.push(`inputs ${ir.inputs.map(name).join(" ")}`);
  for (const { slot, label, path } of ir.outputs)
    lines.push(`output ${name(slot)} ${JSON.stringify(label)} ${JSON.stringify(path)}`);
  for (const { slot, path, sampled } of ir.records)
    lines.push(`record ${name(slot)} ${JSON.stringify(path)}${sampled ? " sampled" : ""}`);
  for (const view of ir.views) lines.push(`view ${view.kind} ${JSON.stringify(view.block)} ${view.records.join(" ")}`);
  for (const { wire, slot, block, into } of ir.hops)
    lines.push(`hop ${wire} ${name(slot)} ${JSON.stringify(block)}${into === undefined ? "" : ` into ${name(into)}`}`);
  return `${lines.join("\n")}\n`;
}

function printStep(step: Step): string {
  switch (step.do) {
    case "assign":
      return `%${step.slot} = ${printExpr(step.expr)}`;
    case "latch": {
      const kind =
        step.test === "sample"
          ? `sample task ${step.task}`
          : step.test + (step.series === undefined ? "" : ` series ${step.series}`);
      return `%${step.slot} := ${kind} ${printExpr(step.arg)}`;
    }
    case "matvec":
      return `[${step.to.map((s) => `%${s}`).join(" ")}] = matrix %${step.matrix} ${step.rows} x ${step.cols} * [${step.from.map((s) => `%${s}`).join(" ")}]`;
    case "delay":
      return `%${step.slot} = %${step.from} delayed by ${printExpr(step.time)}, at first ${printExpr(step.initial)}`;
    case "solve":
      return `solve${step.linear ? " linear" : ""}${step.task === undefined ? "" : ` task ${step.task}`} ${step.unknowns.map((slot, i) => `%${slot}: 0 = ${printExpr(step.residual[i]!)}`).join("; ")}`;
  }
}

/** Operations; longer ones are printed with names for what is shared. */
const LONGEST = 1000;

/**
 * Prefix form, unambiguous and without precedence: (add %1 (mul %2 3)). In a long one what comes again is named where it stands
 * first, (#1 = sin %2), and is #1 from there on: written out, a graph of fifty nodes can be longer than any memory.
 */
export function printExpr(root: Expr): string {
  let left = LONGEST;
  /** Undefined when it gets too long without names. */
  const plain = (e: Expr): string | undefined => {
    if (e.args.length === 0) return leaf(e);
    if (--left < 0) return undefined;
    let text = `(${opening(e)}`;
    for (const arg of e.args) {
      const inner = plain(arg);
      if (inner === undefined) return undefined;
      text += ` ${inner}`;
    }
    return `${text})`;
  };
  return plain(root) ?? named(root);
}

const leaf = (e: Expr): string => (e.op === "slot" ? `%${e.value}` : Object.is(e.value, -0) ? "-0" : String(e.value));
const opening = (e: Expr): string => (e.op === "find" || e.op === "cell" ? `${e.op}:${e.value}` : e.op);

function named(root: Expr): string {
  const names = new Map<Expr, number>();
  const parts: string[] = [];
  const stack: (Expr | string)[] = [root];
  while (stack.length > 0) {
    const e = stack.pop()!;
    if (typeof e === "string") parts.push(e);
    else if (e.args.length === 0) parts.push(leaf(e));
    else if (names.has(e)) parts.push(`#${names.get(e)}`);
    else {
      parts.push(`(#${names.set(e, names.size + 1).size} = ${opening(e)}`);
      stack.push(")");
      for (let i = e.args.length - 1; i >= 0; i--) stack.push(e.args[i]!, " ");
    }
  }
  return parts.join("");
}

/** A 64-bit FNV-1a hash of the text's UTF-16 units, in hexadecimal: two 32-bit lanes with different offsets. */
export function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0xc9dc5118;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + 0x9e37), 0x85ebca6b);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
