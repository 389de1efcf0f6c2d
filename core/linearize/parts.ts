/** What takes part in a linearization: the states, samples and delays between its columns and its rows. */
import { slotsOf } from "../expr/walk.ts";
import type { Assign, Delay, Ir } from "../ir/ir.ts";
import { createGraph, type Edge, type GraphRow, reach } from "./graph.ts";
import type { Points } from "./points.ts";
import { createProvenance, type Origin } from "./provenance.ts";
import type { DelayStates } from "./tangents.ts";

export interface Parts {
  readonly flow: readonly Assign[];
  readonly updates: readonly (Assign & { readonly task: number })[];
  /** Samples that are held between the instants of their task. */
  readonly held: readonly { readonly slot: number; readonly task: number }[];
  readonly delays: readonly (Delay & { readonly block: string })[];
}

/** A state of the system, and its equation's row. */
export interface State {
  /** The slot, or a number past all slots, that stands for its column. */
  readonly seed: number;
  readonly label: string;
  readonly path: string;
  readonly block: string;
  /** At the operating point. */
  readonly value: number;
  /** Slots that its equation reads. */
  readonly reads: readonly number[];
  /** Its equation holds over a period in which other states move too. */
  readonly through: boolean;
}

/** With `onPath` only what the columns reach and the rows need; otherwise all states, and what lies between them. */
export function takePart(ir: Ir, points: Points, onPath: boolean): Parts {
  const updates = ir.tasks.flatMap((task, k) => task.updates.map((assign) => ({ ...assign, task: k })));
  const plain = ir.tasks.length === 0 && !ir.algebra.some((step) => step.do === "delay");
  if (plain && !onPath) return { flow: ir.flow, updates, held: [], delays: [] };
  const through = [...ir.flow, ...updates];
  const rows = points.rows.map((row, i): GraphRow => ({ node: -1 - i, reads: [row.slot], block: row.reader }));
  const graph = createGraph(ir, { taps: points.taps, columns: new Set(ir.inputs), through, rows, more: [] });
  const anywhere = (): boolean => false;
  const always = onPath
    ? []
    : acting(ir, through, (slots) =>
        reach([...rows.map(({ node }) => node), ...slots], graph.incoming, "from", anywhere),
      );
  const after = reach([...points.columns.map(({ seed }) => seed), ...always], graph.outgoing, "to", anywhere);
  const before = reach([...rows.map(({ node }) => node), ...always], graph.incoming, "from", anywhere);
  const kept = (slot: number): boolean => after.has(slot) && before.has(slot);
  return {
    flow: ir.flow.filter(({ slot }) => kept(slot)),
    updates: updates.filter(({ slot }) => kept(slot)),
    held: ir.algebra.flatMap((step) => {
      const { task } = step.do === "latch" || step.do === "solve" ? step : {};
      const slots = step.do === "latch" ? [step.slot] : step.do === "solve" ? step.unknowns : [];
      return task === undefined ? [] : slots.filter(kept).map((slot) => ({ slot, task }));
    }),
    delays: ir.algebra.flatMap((step) => (step.do === "delay" && kept(step.slot) ? [step] : [])),
  };
}

/** All states but those of estimators that nothing reads: these are instruments, and no part of what they look at. */
function acting(
  ir: Ir,
  through: readonly Assign[],
  readBy: (slots: readonly number[]) => { has(slot: number): boolean },
): readonly number[] {
  const moving = through.map(({ slot }) => slot);
  if (!ir.watchers) return moving;
  const watchers = new Set(ir.watchers);
  const blockOf = (slot: number): string => ir.slots[slot]!.block;
  const read = readBy(moving.filter((slot) => !watchers.has(blockOf(slot))));
  const used = new Set(moving.filter((slot) => read.has(slot)).map(blockOf));
  return moving.filter((slot) => !watchers.has(blockOf(slot)) || used.has(blockOf(slot)));
}

/** Provenance of the entries of [A B; C D]; the graph is walked when the first one is asked for. */
export function originsOf(
  ir: Ir,
  points: Points,
  parts: Parts,
  delays: readonly DelayStates[],
  states: readonly State[],
): (row: number, column: number) => Origin {
  const period = states.some((state) => state.through);
  const through = period ? [...parts.flow, ...parts.updates] : [];
  const columns = [
    ...states.map(({ seed, block }) => ({ node: seed, block })),
    ...points.columns.map(({ seed, slot }) => ({ node: seed, block: ir.slots[slot]!.block })),
  ];
  let free = Math.max(ir.slots.length, ...columns.map(({ node }) => node + 1));
  const rows = [
    ...states.map(({ reads, block, through: passes }) => ({ node: free++, reads, block, through: passes })),
    ...points.rows.map(({ slot, reader }) => ({ node: free++, reads: [slot], block: reader, through: false })),
  ];
  const more: Edge[] = [];
  states.forEach(({ seed, block }, i) => {
    if (seed < ir.slots.length) {
      // What a state is at the end of the period is what it became on the way.
      if (rows[i]!.through) more.push({ from: seed, to: rows[i]!.node, block, wires: [] });
      return;
    }
    const delay = delays.find((one) => one.states.includes(seed));
    if (!delay) return;
    // Inside of a delay every state leads to every other one, and to what the delay gives.
    more.push({ from: seed, to: delay.step.slot, block, wires: [] });
    states.forEach((other, j) => {
      if (delay.states.includes(other.seed)) more.push({ from: seed, to: rows[j]!.node, block, wires: [] });
    });
  });
  const graph = createGraph(ir, { taps: points.taps, columns: new Set(ir.inputs), through, rows, more });
  const fixed = new Set(points.columns.map(({ seed }) => seed));
  return createProvenance(graph, columns, rows, fixed);
}

export function stateOf(ir: Ir, memory: Float64Array, assign: Assign, through: boolean): State {
  const { label, path, block } = ir.slots[assign.slot]!;
  return { seed: assign.slot, label, path, block, value: memory[assign.slot]!, reads: slotsOf(assign.expr), through };
}
