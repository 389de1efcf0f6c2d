/**
 * The order in which a model's blocks work at an event, read off its steps: outputs first, loops as one, then derivatives and
 * next values. A block whose outputs do not wait for one another may stand there more than once.
 */
import { slotsRead, slotsWritten } from "./dependence.ts";
import type { Ir } from "./ir.ts";

export interface OrderEntry {
  readonly does: "output" | "loop" | "derivative" | "update";
  /** One block, or the blocks of a loop in the order signals travel. */
  readonly blocks: readonly string[];
  /** "continuous", "every 0.1 s", "every 0.1 s from 0.02 s"; "constant" where nothing moves it. */
  readonly when: readonly string[];
}

export function executionOrder(ir: Ir): OrderEntry[] {
  const continuous = "continuous";
  const words = ir.tasks.map(({ every, offset }) => `every ${every} s${offset === 0 ? "" : ` from ${offset} s`}`);
  const moved = ir.slots.map((): ReadonlySet<string> => new Set());
  moved[0] = new Set([continuous]);
  const own = new Map<string, Set<string>>();
  const belongs = (block: string, word: string): void => {
    own.set(block, (own.get(block) ?? new Set()).add(word));
  };
  for (const slot of ir.inputs) moved[slot] = new Set([continuous]);
  for (const { slot } of ir.flow) {
    moved[slot] = new Set([continuous]);
    belongs(ir.slots[slot]!.block, continuous);
  }
  ir.tasks.forEach((task, k) => {
    for (const { slot } of task.updates) {
      moved[slot] = new Set([words[k]!]);
      belongs(ir.slots[slot]!.block, words[k]!);
    }
  });
  for (const step of ir.algebra)
    if (step.do === "latch" && step.task !== undefined) belongs(step.block, words[step.task]!);

  const entries: { does: OrderEntry["does"]; blocks: readonly string[]; when: Set<string> }[] = [];
  for (const step of ir.algebra) {
    const task = step.do === "latch" || step.do === "solve" ? step.task : undefined;
    const sources = step.do === "delay" ? [step.from] : slotsRead(step);
    const when = new Set(task === undefined ? sources.flatMap((slot) => [...moved[slot]!]) : [words[task]!]);
    if (step.do === "delay") when.add(continuous);
    for (const slot of slotsWritten(step)) if (!ir.inputs.includes(slot)) moved[slot] = when;
    const blocks = step.do === "solve" ? step.loop : [step.block];
    const does = step.do === "solve" ? "loop" : "output";
    const last = entries.at(-1);
    if (last?.does === does && does === "output" && last.blocks[0] === step.block)
      for (const word of when) last.when.add(word);
    else entries.push({ does, blocks, when: new Set(when) });
  }
  const whenOf = (entry: (typeof entries)[number]): readonly string[] => {
    const kept = entry.does === "output" ? own.get(entry.blocks[0]!) : undefined;
    const list = [...(kept ?? entry.when)];
    return list.length === 0 ? ["constant"] : list.includes(continuous) ? [continuous] : list;
  };
  const ordered = entries.map((entry): OrderEntry => ({ does: entry.does, blocks: entry.blocks, when: whenOf(entry) }));
  const each = (slots: readonly number[]): string[] => [...new Set(slots.map((slot) => ir.slots[slot]!.block))];
  for (const block of each(ir.flow.map(({ slot }) => slot)))
    ordered.push({ does: "derivative", blocks: [block], when: [continuous] });
  ir.tasks.forEach((task, k) => {
    for (const block of each(task.updates.map(({ slot }) => slot)))
      ordered.push({ does: "update", blocks: [block], when: [words[k]!] });
  });
  return ordered;
}

/** One line an entry, as aligned columns. */
export function printOrder(entries: readonly OrderEntry[]): string {
  const rows = entries.map(({ does, blocks, when }, i) => [
    String(i + 1),
    does,
    does === "loop" ? [...blocks, blocks[0]].join(" -> ") : blocks[0]!,
    when.join(", "),
  ]);
  const widths = [0, 1, 2].map((k) => Math.max(0, ...rows.map((row) => [...row[k]!].length)));
  const pad = (text: string, k: number): string => {
    const space = " ".repeat(Math.max(0, (widths[k] ?? 0) - [...text].length));
    return k === 0 ? space + text : text + space;
  };
  return rows.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}
