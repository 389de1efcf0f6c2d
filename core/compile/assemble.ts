/**
 * Last pass: ordered steps become an Ir. Copies inside a block disappear (an Integrator's output IS its state), unused slots
 * go, the rest is numbered anew, and what a run records is chosen.
 */
import type { Expr } from "../expr/expr.ts";
import { createRewriter, slotsOf } from "../expr/walk.ts";
import { slotsWritten } from "../ir/dependence.ts";
import type { Assign, Estimate, Instant, Ir, Record, Slot, Step, View } from "../ir/ir.ts";
import { withKey } from "../ir/print.ts";
import type { Flat } from "./flat.ts";
import type { Latched } from "./latch.ts";
import { elementPath, type Traced } from "./trace.ts";

export interface Assembled {
  readonly ir: Ir;
  /** A slot of the trace in the Ir; -1 for one that nothing reads. */
  readonly renumber: (slot: number) => number;
  /** First values of memories, in the slots of the Ir. */
  readonly begins: readonly Assign[];
}

export function assemble(flat: Flat, traced: Traced, latched: Latched): Assembled {
  const { m } = traced;
  const slots = [...latched.slots];

  const { steps } = latched;

  /** The slot that a copy is of, or -1. */
  const alias = new Int32Array(slots.length).fill(-1);
  const resolve = (slot: number): number => {
    let s = slot;
    while (alias[s] !== -1) s = alias[s]!;
    return s;
  };
  const remembered = new Set(traced.memories.map((memory) => memory.slot));
  const copies = new Set<Step>();
  for (const step of steps) {
    if (step.do !== "assign" || step.expr.op !== "slot" || slots[step.slot]!.kind !== "signal") continue;
    const target = resolve(step.expr.value);
    const from = slots[target]!;
    const to = slots[step.slot]!;
    if (from.block !== to.block || from.kind === "time" || from.kind === "param") continue;
    if (remembered.has(target)) continue; // What is remembered moves at another moment than what shows it.
    alias[step.slot] = target;
    copies.add(step);
    // The state is known to the user by the output that shows it.
    const unnamed = from.kind === "state" ? from.label === from.path : from.path.startsWith(`${from.block}#`);
    if (unnamed) slots[target] = { ...from, path: to.path, label: to.label };
  }

  const kept = steps.filter((step) => !copies.has(step));
  const stepIndex = new Map<number, number>();
  steps.forEach((step, i) => {
    if (!copies.has(step)) stepIndex.set(i, stepIndex.size);
  });
  const live = Uint8Array.from(slots, ({ kind }) => (kind === "param" || kind === "state" || kind === "input" ? 1 : 0));
  live[0] = 1;
  for (const step of kept) {
    for (const slot of slotsWritten(step)) live[slot] = 1;
    if (step.do === "delay") live[resolve(step.from)] = 1;
  }
  for (const { slot } of traced.memories) live[slot] = 1;
  for (const sink of traced.sinks) for (const slot of sink.slots) live[resolve(slot)] = 1;
  const number = new Int32Array(slots.length).fill(-1);
  const numbered: Slot[] = [];
  slots.forEach((slot, i) => {
    if (live[i] === 1 && alias[i] === -1) number[i] = numbered.push(slot) - 1;
  });
  const at = (slot: number): number => number[resolve(slot)]!;
  const renumber = createRewriter(m, (e, original) => (original.op === "slot" ? m.slot(at(original.value)) : e));
  const assign = (a: Assign): Assign => ({ do: "assign", slot: at(a.slot), expr: renumber(a.expr) });

  const algebra = kept.map((step): Step => {
    switch (step.do) {
      case "assign":
        return { do: "assign", slot: at(step.slot), expr: renumber(step.expr), block: step.block };
      case "latch":
        return { ...step, slot: at(step.slot), arg: renumber(step.arg) };
      case "delay":
        return {
          ...step,
          slot: at(step.slot),
          from: at(step.from),
          time: renumber(step.time),
          initial: renumber(step.initial),
        };
      case "matvec":
        return { ...step, matrix: at(step.matrix), from: step.from.map(at), to: step.to.map(at) };
      case "solve":
        return {
          ...step,
          unknowns: step.unknowns.map(at),
          residual: step.residual.map(renumber),
          jacobian: step.jacobian.map(renumber),
          ...(step.torn ? { torn: step.torn.map(assign) } : {}),
        };
    }
  });
  const flow = latched.flow.map(assign);
  const tasks = traced.tasks.map((task) => ({ ...task, updates: task.updates.map(assign) }));
  const sampledSlots = sampled(numbered, algebra, flow, traced.tasks.length > 0);
  const { outputs, records, views, estimates } = shown(flat, traced, numbered, at, (slot) => sampledSlots[slot] === 1);
  const instants: Instant[] = latched.instants.map((instant) => ({
    step: stepIndex.get(instant.step)!,
    arg: renumber(instant.arg),
    slope: renumber(instant.slope),
    offset: renumber(instant.offset),
  }));
  const watchers = flat.blocks.flatMap(({ definition, path }) => (definition.estimates ? [path] : []));
  const body: Omit<Ir, "key"> = {
    slots: unique(numbered),
    series: traced.series.map((one) => (one.from === undefined ? one : { ...one, from: at(one.from) })),
    algebra,
    flow,
    tasks,
    instants,
    memories: traced.memories.map((one) => ({ ...one, slot: at(one.slot), arg: renumber(one.arg) })),
    resets: traced.resets.map((one) => ({ ...one, when: at(one.when), to: one.to.map(assign) })),
    starts: traced.starts.map(assign),
    stops: traced.stops.map((one) => ({ ...one, slot: at(one.slot) })),
    inputs: traced.inputs.map(at),
    outputs,
    records,
    views,
    ...(estimates.length > 0 && { estimates }),
    ...(watchers.length > 0 && { watchers }),
    hops: traced.hops.map(({ wire, slot, block, into }) =>
      into === undefined ? { wire, slot: at(slot), block } : { wire, slot: at(slot), block, into: at(into) },
    ),
  };
  return {
    ir: withKey(body),
    renumber: at,
    begins: traced.begins.map(({ slot, expr }) => ({ do: "assign", slot: at(slot), expr: renumber(expr) })),
  };
}

/** Which slots change at sample instants only. In a purely sampled model all of them do. */
function sampled(
  slots: readonly Slot[],
  algebra: readonly Step[],
  flow: readonly Assign[],
  tasks: boolean,
): Uint8Array {
  const result = new Uint8Array(slots.length);
  if (!tasks) return result;
  if (flow.length === 0) return result.fill(1);
  const continuous = new Uint8Array(slots.length);
  continuous[0] = 1;
  slots.forEach((slot, i) => {
    if (slot.kind === "state") result[i] = 1;
  });
  for (const { slot } of flow) {
    continuous[slot] = 1;
    result[slot] = 0;
  }
  const moves = (e: Expr): boolean => slotsOf(e).some((slot) => continuous[slot] === 1);
  const held = (e: Expr): boolean => slotsOf(e).some((slot) => result[slot] === 1);
  for (const step of algebra) {
    if (step.do === "latch") {
      if (step.test === "sample") result[step.slot] = 1;
      else if (moves(step.arg)) continuous[step.slot] = 1;
      else result[step.slot] = held(step.arg) ? 1 : 0;
    } else if (step.do === "assign") {
      continuous[step.slot] = moves(step.expr) ? 1 : 0;
      result[step.slot] = !moves(step.expr) && held(step.expr) ? 1 : 0;
    } else {
      const written = slotsWritten(step);
      const read =
        step.do === "matvec" ? step.from : step.do === "delay" ? [step.from, 0] : step.residual.flatMap(slotsOf);
      const moving = read.some((slot) => continuous[slot] === 1);
      for (const slot of written) {
        continuous[slot] = moving ? 1 : 0;
        result[slot] = !moving && read.some((s) => result[s] === 1) ? 1 : 0;
      }
    }
  }
  return result;
}

/** Outputs, then what scopes show, then states: each signal once. */
function shown(
  flat: Flat,
  traced: Traced,
  slots: readonly Slot[],
  at: (slot: number) => number,
  isSampled: (slot: number) => boolean,
) {
  const records: Record[] = [];
  const views: View[] = [];
  const outputs: { slot: number; label: string; path: string; block: string }[] = [];
  const known = new Map<string, number>();
  const record = (slot: number, path: string, label = slots[slot]!.label): number => {
    const same = known.get(path);
    if (same !== undefined && records[same]!.slot === slot) return same;
    const free = same === undefined ? path : firstFree(path, (p) => known.has(p));
    known.set(free, records.length);
    return records.push({ slot, path: free, label, sampled: isSampled(slot) }) - 1;
  };
  const roleOf = (sink: Traced["sinks"][number]) => flat.blocks[sink.block]!.definition.role;
  for (const sink of traced.sinks) {
    if (roleOf(sink) !== "output") continue;
    const { path: block, bound } = flat.blocks[sink.block]!;
    const indices = sink.slots.map((raw, i) => {
      const slot = at(raw);
      const label = bound.labels[sink.port]?.[i];
      const path = elementPath(block, sink.port, true, i, sink.slots.length, label);
      outputs.push({ slot, label: label ?? path, path, block });
      return record(slot, path, label);
    });
    views.push({ block, kind: "output", records: indices });
  }
  const scopes = new Map<string, { kind: View["kind"]; records: number[] }>();
  for (const sink of traced.sinks) {
    const kind = roleOf(sink);
    if (kind === "output") continue;
    const block = flat.blocks[sink.block]!.path;
    const view = scopes.get(block) ?? { kind: kind as View["kind"], records: [] };
    scopes.set(block, view);
    for (const raw of sink.slots) view.records.push(record(at(raw), slots[at(raw)]!.path));
  }
  for (const [block, view] of scopes) views.push({ block, ...view });
  const recorded = new Set(records.map((r) => r.slot));
  slots.forEach((slot, i) => {
    if (slot.kind === "state" && !recorded.has(i)) record(i, slot.path);
  });
  const estimates = estimatesIn(flat, traced, slots, at, records, record);
  return { outputs: distinctLabels(outputs), records, views, estimates };
}

/** Of estimates that something shows: their deviations are recorded too, and the states that they are of. */
function estimatesIn(
  flat: Flat,
  traced: Traced,
  slots: readonly Slot[],
  at: (slot: number) => number,
  records: readonly Record[],
  record: (slot: number, path: string) => number,
): Estimate[] {
  const shownAt = new Map(records.map(({ slot }, i) => [slot, i]));
  return flat.blocks.flatMap(({ definition, bound }, b) => {
    const { estimates } = definition;
    const plant = Object.values(bound.values).find((value) => value.kind === "plant")?.plant;
    if (!estimates || !plant) return [];
    const { ir } = plant.model;
    const states = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)];
    const lag = estimates.lag === undefined ? undefined : bound.values[estimates.lag];
    const every = Object.values(bound.values).find((value) => value.kind === "period")?.value;
    const late = lag?.kind === "count" && typeof every === "object" && every ? lag.value * every.every : 0;
    return traced.outputs[b]![estimates.port]!.flatMap((raw, i): Estimate[] => {
      const estimate = shownAt.get(at(raw));
      if (estimate === undefined) return [];
      const slot = at(traced.outputs[b]![estimates.deviation]![i]!);
      const deviation = shownAt.get(slot) ?? record(slot, slots[slot]!.path);
      const path = plant.prefix + ir.slots[states[i]!.slot]!.path;
      const truth = records.findIndex((one) => slots[one.slot]!.kind === "state" && slots[one.slot]!.path === path);
      return [{ estimate, deviation, ...(truth >= 0 && { truth }), late }];
    });
  });
}

function distinctLabels<T extends { readonly label: string; readonly path: string }>(items: readonly T[]): T[] {
  const count = new Map<string, number>();
  for (const { label } of items) count.set(label, (count.get(label) ?? 0) + 1);
  return items.map((item) => (count.get(item.label)! > 1 ? { ...item, label: item.path } : item));
}

/** Paths are unique, and labels of states and of inputs among themselves: rows and columns must be told apart. */
function unique(slots: readonly Slot[]): Slot[] {
  const taken = new Set<string>();
  const renamed = slots.map((slot) => {
    const path = taken.has(slot.path) ? firstFree(slot.path, (p) => taken.has(p)) : slot.path;
    taken.add(path);
    return path === slot.path ? slot : { ...slot, path };
  });
  for (const kind of ["state", "input"] as const) {
    const own = renamed.flatMap((slot, i) => (slot.kind === kind ? [i] : []));
    distinctLabels(own.map((i) => renamed[i]!)).forEach((slot, k) => (renamed[own[k]!] = slot));
  }
  return renamed;
}

function firstFree(path: string, taken: (path: string) => boolean): string {
  let n = 2;
  while (taken(`${path} (${n})`)) n++;
  return `${path} (${n})`;
}
