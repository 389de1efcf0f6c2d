/**
 * The signals that a linearization goes between, found by their names: Input and Output blocks, any signal of a block, one
 * wire. Names that lead nowhere, or that stand for what the equations cannot tell apart, are problems.
 */
import type { Hop, Ir, Problem } from "../ir/ir.ts";
import { createTaps, type Tap, type Taps } from "../ir/taps.ts";
import type { LinearizeOptions } from "./linearization.ts";

export interface Column {
  readonly slot: number;
  /** The input itself, or a number past all slots where something is added. */
  readonly seed: number;
  readonly label: string;
}

export interface OutputRow {
  readonly slot: number;
  readonly label: string;
  /** Who reads it: an Output block, or nobody. */
  readonly reader: string;
  readonly block: string;
  /** The slot that the reader writes, where that tells what it reads from what else it does. */
  readonly into?: number;
}

export interface Points {
  readonly columns: readonly Column[];
  readonly rows: readonly OutputRow[];
  readonly taps: Taps | undefined;
  readonly tapped: readonly number[];
  /** First number that stands for nothing yet. */
  readonly free: number;
}

/** A signal that can be named, for lists to choose from. */
export interface NamedSignal {
  readonly name: string;
  readonly kind: "input" | "output" | "state" | "signal";
  readonly block: string;
}

interface Found {
  readonly slot: number;
  readonly label: string;
  readonly hop?: Hop;
}

export function signalsOf(ir: Ir): NamedSignal[] {
  const named: NamedSignal[] = [];
  ir.slots.forEach(({ kind, path, block }) => {
    if ((kind === "input" || kind === "state" || kind === "signal") && !path.includes("#"))
      named.push({ name: path, kind, block });
  });
  for (const { path, block } of ir.outputs) named.push({ name: path, kind: "output", block });
  return named;
}

export function findPoints(ir: Ir, options: LinearizeOptions): Points | readonly Problem[] {
  const problems: Problem[] = [];
  const find = (name: string): readonly Found[] => {
    const found = findSignal(ir, name);
    if (found.length === 0) problems.push(unknownSignal(ir, name));
    return found;
  };
  const inputs = new Set(ir.inputs);
  let free = ir.slots.length;
  const taps: Tap[] = [];
  const columns: Column[] = options.inputs
    ? options.inputs.flatMap(find).map(({ slot, label, hop }): Column => {
        if (inputs.has(slot) && !hop) return { slot, seed: slot, label };
        taps.push({ slot, seed: free, cut: false, ...(hop ? { hop } : {}) });
        return { slot, seed: free++, label };
      })
    : ir.inputs.map((slot) => ({ slot, seed: slot, label: ir.slots[slot]!.label }));
  for (const { slot, hop } of (options.open ?? []).flatMap(find))
    taps.push({ slot, cut: true, ...(hop ? { hop } : {}) });
  const rows = options.outputs
    ? options.outputs.flatMap((name): readonly OutputRow[] => {
        const found = outputsNamed(ir, name);
        if (found.length === 0) problems.push(unknownSignal(ir, name));
        return found;
      })
    : outputRows(ir);
  for (const tap of taps) {
    const why = inseparable(ir, tap);
    if (why) problems.push(why);
  }
  if (problems.length > 0) return problems;
  const tapped = [...new Set(taps.map((tap) => tap.slot))];
  return {
    columns: distinct(columns, ({ slot }) => ir.slots[slot]!.path),
    rows: distinct(rows, ({ slot }) => ir.slots[slot]!.path),
    taps: taps.length > 0 ? createTaps(ir, taps) : undefined,
    tapped,
    free,
  };
}

const outputRows = (ir: Ir): readonly OutputRow[] =>
  ir.outputs.map(({ slot, label, block }) => ({ slot, label, reader: block, block }));

/** What a name stands for among what is read: an Output block's elements, else any signal's; none where it is unknown. */
export function outputsNamed(ir: Ir, name: string): readonly OutputRow[] {
  const given = outputRows(ir);
  const own = ir.outputs.flatMap((o, i) =>
    o.label === name || o.path === name || o.block === name ? [given[i]!] : [],
  );
  if (own.length > 0) return own;
  return findSignal(ir, name).map(({ slot, label }) => ({ slot, label, reader: "", block: ir.slots[slot]!.block }));
}

/** The slots that a name stands for: several for a vector; none where it is unknown. */
export function findSignal(ir: Ir, name: string): readonly Found[] {
  const wire = /^wire:(.+)$/s.exec(name)?.[1];
  if (wire !== undefined) {
    const hops = ir.hops.filter((hop) => hop.wire === wire);
    return hops.map((hop) => ({ slot: hop.slot, label: ir.slots[hop.slot]!.label, hop }));
  }
  const isSignal = (slot: number): boolean => ["input", "state", "signal"].includes(ir.slots[slot]!.kind);
  const all = ir.slots.map((_, slot) => slot).filter(isSignal);
  const named = (slots: readonly number[]): Found[] => slots.map((slot) => ({ slot, label: ir.slots[slot]!.label }));
  const byPath = all.filter((slot) => ir.slots[slot]!.path === name);
  if (byPath.length > 0) return named(byPath);
  const byLabel = all.filter((slot) => ir.slots[slot]!.label === name);
  if (byLabel.length === 1) return named(byLabel);
  // Of a block's output, or of a port.
  const elements = all.filter((slot) => {
    const { path } = ir.slots[slot]!;
    return path.startsWith(`${name}[`) && path.endsWith("]");
  });
  if (elements.length > 0) return named(elements);
  const ofBlock = all.filter((slot) => ir.slots[slot]!.block === name);
  // What leaves the block, whatever its ports are called.
  const leaving = new Set(ir.hops.map((hop) => hop.slot));
  return named(ofBlock.filter((slot) => leaving.has(slot)));
}

export function unknownSignal(ir: Ir, name: string): Problem {
  const wanted = name.toLowerCase();
  const near = signalsOf(ir)
    .map((signal) => signal.name)
    .filter((known) => known.toLowerCase().includes(wanted) || wanted.includes(known.toLowerCase()));
  return {
    severity: "error",
    code: "SIGNAL_UNKNOWN",
    path: "",
    message: `There is no signal "${name}".`,
    hint:
      near.length > 0
        ? `Did you mean ${near.slice(0, 5).join(", ")}?`
        : "Name a block, one of its outputs, or a wire as wire:id.",
    values: { signal: name },
  };
}

function inseparable(ir: Ir, { slot, hop }: Tap): Problem | undefined {
  const { block, kind } = ir.slots[slot]!;
  const problem = (path: string, message: string): Problem => ({
    severity: "error",
    code: "SIGNAL_INSIDE",
    path,
    message,
    hint: "Put a Gain of 1 there and name that.",
  });
  const same = (other: Hop): boolean =>
    other !== hop && other.slot === slot && other.block === hop?.block && other.into === hop.into;
  if (hop && ir.hops.some((other) => same(other) && other.wire !== hop.wire))
    return problem(hop.block, `Wires that bring the same signal to "${hop.block}" cannot be told apart.`);
  const back = ir.hops.some((one) => one.slot === slot && one.block === block && one.into === undefined);
  if (kind === "state" && back && (!hop || hop.block === block))
    return problem(block, `"${block}" is wired to itself, where its own state cannot be told apart.`);
  return undefined;
}

/** Rows and columns must be told apart: those of one label go by their paths, then by number. */
export function distinct<T extends { readonly label: string }>(items: readonly T[], pathOf: (item: T) => string): T[] {
  const count = (list: readonly T[]): Map<string, number> => {
    const seen = new Map<string, number>();
    for (const { label } of list) seen.set(label, (seen.get(label) ?? 0) + 1);
    return seen;
  };
  const first = count(items);
  const byPath = items.map((item) => (first.get(item.label)! > 1 ? { ...item, label: pathOf(item) } : item));
  const second = count(byPath);
  const used = new Map<string, number>();
  return byPath.map((item) => {
    if (second.get(item.label) === 1) return item;
    const n = (used.get(item.label) ?? 0) + 1;
    used.set(item.label, n);
    return n === 1 ? item : { ...item, label: `${item.label} (${n})` };
  });
}
