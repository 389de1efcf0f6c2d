/** Points to linearize at: the start, a time of a run, states and inputs as given. Equilibria are trim.ts's. */
import type { Model, Problem } from "../ir/ir.ts";
import { undriven } from "../ir/undriven.ts";
import type { Engine } from "../sim/engine.ts";
import { interpret } from "../sim/interpret.ts";
import type { SimSettings } from "../sim/result.ts";
import { simulate } from "../sim/simulate.ts";

export type OperatingPoint =
  { readonly ok: true; readonly memory: Float64Array } | { readonly ok: false; readonly problems: readonly Problem[] };

/** States, inputs and time by path or label; what is absent stays as the model starts. */
export interface PointValues {
  readonly t?: number;
  readonly states?: { readonly [name: string]: number };
  readonly inputs?: { readonly [name: string]: number };
}

/** The memory of a model at time 0 with everything computed. */
export function startOf(model: Model): Float64Array {
  const engine = interpret(model);
  const all = new Uint8Array(model.ir.tasks.length).fill(1);
  engine.refresh(all);
  if (engine.begin()) engine.refresh(all);
  return engine.memory;
}

/** Where the model's own run is at t. */
export function atTime(model: Model, settings: SimSettings, t: number): OperatingPoint {
  const engine = interpret(model);
  const result = simulate(engine, { records: [] }, { ...settings, stop: t });
  if (result.problems.some((problem) => problem.severity === "error")) return { ok: false, problems: result.problems };
  return { ok: true, memory: engine.memory };
}

/** The point with these values and everything computed from them. */
export function atPoint(model: Model, given: PointValues, from: Float64Array = startOf(model)): OperatingPoint {
  const { ir } = model;
  const problems: Problem[] = [];
  const memory = from.slice();
  const states = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)].map(({ slot }) => slot);
  if (given.t !== undefined) memory[0] = given.t;
  for (const [names, slots] of [
    [given.states, states],
    [given.inputs, ir.inputs],
  ] as const) {
    for (const [name, value] of Object.entries(names ?? {})) {
      const slot = slotNamed(model, slots, name);
      if (slot === undefined) problems.push(unknownQuantity(name));
      else memory[slot] = value;
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const engine = interpret(undriven(model));
  engine.memory.set(memory);
  settleThere(
    engine,
    states.map((slot) => [slot, memory[slot]!]),
  );
  return { ok: true, memory: engine.memory };
}

/** Computes everything at an event where all samples are taken and memories have come to rest; states stay where they are put. */
export function settleThere(engine: Engine, states: readonly (readonly [slot: number, value: number])[]): void {
  const all = new Uint8Array(engine.tasks.length).fill(1);
  for (let round = 0; round < 100; round++) {
    for (const [slot, value] of states) engine.memory[slot] = value;
    engine.refresh(all);
    if (!engine.reacts || !engine.react()) return;
  }
}

/** By path, or by label where only one has it. */
export function slotNamed({ ir }: Model, slots: readonly number[], name: string): number | undefined {
  const byPath = slots.find((slot) => ir.slots[slot]!.path === name);
  if (byPath !== undefined) return byPath;
  const byLabel = slots.filter((slot) => ir.slots[slot]!.label === name);
  return byLabel.length === 1 ? byLabel[0] : undefined;
}

export function unknownQuantity(name: string): Problem {
  return {
    severity: "error",
    code: "POINT_NAME",
    path: "",
    message: `There is no state or input "${name}".`,
    hint: "Use the names of the matrices' rows and columns.",
    values: { name },
  };
}
