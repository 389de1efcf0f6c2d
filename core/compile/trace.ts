/**
 * Second pass: every block's equations are called once, over symbols, and leave steps behind. After this pass there are no
 * blocks, only slots and steps in no particular order; order.ts puts them in one.
 */
import type { BlockAlgebra, Equations, Rate, Signals, StateSpec } from "../blocks/block.ts";
import { FormulaError } from "../diagram/parameters.ts";
import type { Expr } from "../expr/expr.ts";
import type { Assign, Hop, Problem } from "../ir/ir.ts";
import { blockAlgebra } from "./blockAlgebra.ts";
import { createContexts, initialOf } from "./contexts.ts";
import { derivedParams } from "./derived.ts";
import { createDraft, type Draft } from "./draft.ts";
import type { Flat, FlatBlock, FlatWire } from "./flat.ts";
import { addSlopes } from "./slopes.ts";
import { initialAt, traceParams } from "./traceParams.ts";
import type { Widths } from "./widths.ts";

export interface Traced extends Omit<Draft, "slot" | "filled" | "task" | "seriesOf"> {
  readonly flow: readonly Assign[];
  readonly hops: readonly Hop[];
  readonly inputs: readonly number[];
  /** Slots of the in-port elements of each Output and Scope block, by block then port. */
  readonly sinks: readonly { readonly block: number; readonly port: string; readonly slots: readonly number[] }[];
  /** Slots of the out ports of each block, by block then port. */
  readonly outputs: readonly SlotsByName[];
  readonly problems: readonly Problem[];
}

export type SlotsByName = { readonly [name: string]: readonly number[] };

export function trace(flat: Flat, widths: Widths): Traced {
  const draft = createDraft();
  const { m } = draft;
  const flow: Assign[] = [];
  const hops: Hop[] = [];
  const problems: Problem[] = [];
  const sinks: { block: number; port: string; slots: number[] }[] = [];

  // Parameters, states and outputs get their slots before any equation is called: diagrams have loops.
  const params = traceParams(draft, flat);
  const states = flat.blocks.map((block, b) => stateSlots(draft, block, b, widths));
  const outputs = flat.blocks.map((block, b) => outputSlots(draft, block, b, widths));
  const contexts = createContexts(draft, flat);
  const arrive = createArrivals(draft, flat, widths, outputs, hops);

  flat.blocks.forEach((block, b) => {
    const around = block.context === undefined ? undefined : contexts.around(block.context);
    const algebra = blockAlgebra(draft, block.path, around);
    const { values, connected } = arrive(block, b, algebra);
    const { role } = block.definition;
    if (role !== undefined && role !== "input" && role !== "enable" && role !== "trigger") {
      for (const [port, arrived] of Object.entries(values))
        sinks.push({ block: b, port, slots: arrived.map((e) => sinkSlot(block, port, e)) });
    }
    const signals: Signals = {
      t: m.slot(0),
      in: values,
      state: Object.fromEntries(
        Object.entries(states[b]!).map(([name, own]) => [name, own.map((slot) => m.slot(slot))]),
      ),
      width: widths.named(b),
      connected,
      derived: derivedParams(draft, block, b),
      ...(around && { active: around.active }),
    };
    try {
      const equations = block.definition.equations(algebra, signals, params[b] as never);
      const { out = {}, next = {} } = equations;
      for (const [port, own] of Object.entries(outputs[b]!)) {
        own.forEach((slot, i) =>
          draft.steps.push({ do: "assign", slot, expr: need(out[port]?.[i], block, port, i), block: block.path }),
        );
      }
      for (const [name, own] of Object.entries(states[b]!)) {
        const spec = block.bound.states[name]!;
        const period = periodOf(block, spec);
        const moved = own.map((_, i) => need(next[name]?.[i], block, name, i));
        if (period?.triggered) {
          contexts.triggeredState(block, own, moved, (i) => initialOf(m, params[b]!, signals.derived, spec.initial, i));
          continue;
        }
        const into = period === null ? flow : draft.tasks[draft.task(period)]!.updates;
        const kept = around
          ? contexts.stopped(block, own, moved, period, (i) =>
              initialOf(m, params[b]!, signals.derived, spec.initial, i),
            )
          : moved;
        own.forEach((slot, i) => into.push({ do: "assign", slot, expr: kept[i]! }));
      }
      leaveEvents(block, states[b]!, equations, around?.active);
      if (equations.runs) contexts.runs(b, equations.runs);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      const hint = error.hint ? { hint: error.hint } : {};
      problems.push({ severity: "error", code: error.code, path: block.path, message: error.message, ...hint });
    }
  });

  /** Jumps, beginnings and ends that a block asks for. */
  function leaveEvents(block: FlatBlock, own: SlotsByName, equations: Equations, active: Expr | undefined): void {
    const slotOf = (what: string, value: Expr): number => {
      const path = `${block.path}#${what}`;
      const slot = draft.slot({ kind: "signal", path, label: path, block: block.path });
      draft.steps.push({ do: "assign", slot, expr: value, block: block.path });
      return slot;
    };
    const assigns = (state: string, to: readonly Expr[]): Assign[] =>
      own[state]!.map((slot, i) => ({ do: "assign", slot, expr: need(to[i], block, state, i) }));
    for (const [state, { when, to }] of Object.entries(equations.reset ?? {})) {
      const now = active ? m.and(active, when) : when;
      draft.resets.push({ when: slotOf(`reset ${state}`, now), to: assigns(state, to), block: block.path });
    }
    for (const [state, to] of Object.entries(equations.start ?? {})) draft.starts.push(...assigns(state, to));
    if (equations.stop) {
      const now = active ? m.and(active, equations.stop) : equations.stop;
      draft.stops.push({ slot: slotOf("stop", now), block: block.path });
    }
  }

  function sinkSlot(block: FlatBlock, port: string, value: Expr): number {
    if (value.op === "slot") return value.value;
    const path = `${block.path}.${port}`;
    const slot = draft.slot({ kind: "signal", path, label: path, block: block.path });
    draft.steps.push({ do: "assign", slot, expr: value, block: block.path });
    return slot;
  }

  addSlopes(draft, flow);

  // A purely sampled model is only ever looked at its instants, where a held value is the value itself.
  const onlySampled =
    flow.length === 0 &&
    draft.tasks.length === 1 &&
    draft.memories.length === 0 &&
    draft.steps.every((step) => step.do !== "delay");
  const steps = onlySampled
    ? draft.steps.map((step) =>
        step.do === "latch" ? { do: "assign" as const, slot: step.slot, expr: step.arg, block: step.block } : step,
      )
    : draft.steps;
  const inputs = flat.blocks.flatMap((block, b) =>
    block.definition.role === "input" ? Object.values(outputs[b]!).flat() : [],
  );
  return { ...draft, steps, flow, hops, inputs, sinks, outputs, problems };
}

function stateSlots(draft: Draft, block: FlatBlock, b: number, widths: Widths): SlotsByName {
  return Object.fromEntries(
    Object.entries(block.bound.states).map(([name, spec]) => {
      const width = widths.state(b, name);
      const triggered = periodOf(block, spec)?.triggered === true;
      const slots = Array.from({ length: width }, (_, i) => {
        const label = block.bound.labels[name]?.[i];
        const path = elementPath(block.path, name, false, i, width, label);
        // What a trigger moves on is remembered, not integrated or sampled (contexts.ts).
        if (triggered) return draft.slot({ kind: "signal", path, label: label ?? path, block: block.path });
        const slot = draft.slot({ kind: "state", path, label: label ?? path, block: block.path });
        draft.fills.push({ slot, read: (f) => initialAt(f.blocks[b]!, spec.initial, i) });
        return slot;
      });
      return [name, slots];
    }),
  );
}

function outputSlots(draft: Draft, block: FlatBlock, b: number, widths: Widths): SlotsByName {
  const ports = Object.keys(block.bound.ports.out ?? {});
  const kind = block.definition.role === "input" ? "input" : "signal";
  const labels = block.definition.labels?.(block.bound.shapes as never, widths.named(b)) ?? {};
  return Object.fromEntries(
    ports.map((port) => {
      const width = widths.port(b, "out", port);
      const slots = Array.from({ length: width }, (_, i) => {
        const label = labels[port]?.[i];
        const path = elementPath(block.path, port, ports.length === 1, i, width, label);
        return draft.slot({ kind, path, label: label ?? path, block: block.path });
      });
      return [port, slots];
    }),
  );
}

/**
 * What arrives at the in ports of a block. A single plain wire is its source; several wires, or a gain, add up in slots of the
 * port's own. Every crossing leaves a hop.
 */
function createArrivals(draft: Draft, flat: Flat, widths: Widths, outputs: readonly SlotsByName[], hops: Hop[]) {
  const { m } = draft;
  const byPort = new Map<string, FlatWire[]>();
  for (const wire of flat.wires) {
    const key = `${wire.to.block}.${wire.to.port}`;
    const list = byPort.get(key);
    if (list) list.push(wire);
    else byPort.set(key, [wire]);
  }
  const gains = new Map<string, readonly Expr[]>();
  flat.wires.forEach((wire, w) => {
    if (!wire.gain) return;
    const { cols, data } = wire.gain;
    const entry = (_: number, i: number): Expr => {
      const suffix = data.length === 1 ? "" : `[${Math.floor(i / cols) + 1},${(i % cols) + 1}]`;
      const slot = { kind: "param", path: `wire ${wire.id}${suffix}`, label: `gain${suffix}`, block: "" } as const;
      return draft.filled(slot, (f) => f.wires[w]!.gain!.data[i]!);
    };
    gains.set(wire.id, data.map(entry));
  });
  const sourcesOf = (wire: FlatWire): readonly number[] => outputs[wire.from.block]![wire.from.port]!;

  function carried(wire: FlatWire, algebra: BlockAlgebra): readonly Expr[] {
    const values = sourcesOf(wire).map((slot) => m.slot(slot));
    const gain = gains.get(wire.id);
    if (!gain || !wire.gain) return values;
    const { rows, cols } = wire.gain;
    if (rows === 1 && cols === 1) return values.map((v) => m.mul(gain[0]!, v));
    const matrix = Array.from({ length: rows }, (_, i) => gain.slice(i * cols, (i + 1) * cols));
    return algebra.matvec(matrix, values);
  }

  return (block: FlatBlock, b: number, algebra: BlockAlgebra) => {
    const values: { [port: string]: readonly Expr[] } = {};
    const connected: { [port: string]: boolean } = {};
    const ports = Object.keys(block.bound.ports.in ?? {});
    for (const port of ports) {
      const wires = byPort.get(`${b}.${port}`) ?? [];
      const width = widths.port(b, "in", port);
      const [first] = wires;
      connected[port] = first !== undefined;
      if (!first) values[port] = Array.from({ length: width }, () => m.num(0));
      else if (wires.length === 1 && !first.gain) {
        for (const slot of sourcesOf(first)) hops.push({ wire: first.id, slot, block: block.path });
        values[port] = carried(first, algebra);
      } else {
        const terms = wires.map((wire) => ({ wire, values: carried(wire, algebra) }));
        values[port] = Array.from({ length: width }, (_, i) => {
          const label = block.bound.labels[port]?.[i];
          const path = elementPath(block.path, port, false, i, width, label);
          const slot = draft.slot({ kind: "signal", path, label: label ?? path, block: block.path });
          draft.steps.push({
            do: "assign",
            slot,
            expr: m.sum(terms.map((term) => term.values[i]!)),
            block: block.path,
          });
          for (const { wire } of terms) {
            for (const source of sourcesOf(wire))
              hops.push({ wire: wire.id, slot: source, block: block.path, into: slot });
          }
          return m.slot(slot);
        });
      }
    }
    return { values, connected };
  };
}

/** The path of one element of a port or state: by its label, or by number where there are several. */
export function elementPath(
  block: string,
  port: string,
  single: boolean,
  i: number,
  width: number,
  label: string | undefined,
): string {
  if (label !== undefined) return `${block}.${label}`;
  const base = single ? block : `${block}.${port}`;
  return width === 1 ? base : `${base}[${i + 1}]`;
}

function periodOf(block: FlatBlock, spec: StateSpec<never>): Rate | null {
  const value = spec.every === undefined ? undefined : block.bound.values[spec.every];
  return value?.kind === "period" && value.value !== "inherited" ? value.value : null;
}

function need(e: Expr | undefined, block: FlatBlock, name: string, i: number): Expr {
  if (!e)
    throw new Error(`Block type ${block.definition.type} gives no equation for ${name}[${i + 1}] (${block.path})`);
  return e;
}
