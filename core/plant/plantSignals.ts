/** The states of a diagram, which inputs a record may set, which signals may be measured, and what their names stand for. */
import type { Ir, Model, Problem } from "../ir/ir.ts";
import { slotNamed, unknownQuantity } from "../linearize/operatingPoint.ts";
import { outputsNamed, unknownSignal } from "../linearize/points.ts";

export interface PlantSignal {
  /** As `plantModel` takes it. */
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
}

export interface PlantSignals {
  /** As `plantModel` has them. */
  readonly states: readonly PlantSignal[];
  readonly inputs: readonly PlantSignal[];
  /** Entries of Output blocks. */
  readonly outputs: readonly PlantSignal[];
  /** What else the diagram shows anywhere. */
  readonly shown: readonly PlantSignal[];
}

export function plantSignals({ ir }: Model): PlantSignals {
  const told = (slot: number, name: string, label: string): PlantSignal => {
    const { unit } = ir.slots[slot]!;
    return { name, label, ...(unit !== undefined && { unit }) };
  };
  const known = new Set(ir.outputs.map(({ slot }) => slot));
  const shown: PlantSignal[] = [];
  for (const record of ir.views.flatMap(({ records }) => records)) {
    const { slot, label } = ir.records[record]!;
    const { path } = ir.slots[slot]!;
    if (known.has(slot) || path.includes("#")) continue;
    known.add(slot);
    shown.push(told(slot, path, label));
  }
  const states = [...ir.flow, ...ir.tasks.flatMap(({ updates }) => updates)];
  return {
    states: states.map(({ slot }) => told(slot, ir.slots[slot]!.path, ir.slots[slot]!.label)),
    inputs: ir.inputs.map((slot) => told(slot, ir.slots[slot]!.path, ir.slots[slot]!.label)),
    outputs: ir.outputs.map(({ slot, label, path }) => told(slot, path, label)),
    shown,
  };
}

/** Slots of inputs by path or label; all where no names are given. What is unknown joins `problems`. */
export function inputsNamed(
  model: Model,
  names: readonly string[] | undefined,
  problems: Problem[],
): readonly number[] {
  const { inputs } = model.ir;
  if (!names) return inputs;
  return names.flatMap((name) => {
    const slot = slotNamed(model, inputs, name);
    if (slot === undefined) problems.push(unknownQuantity(name));
    return slot ?? [];
  });
}

/** Slots of Output blocks or of any signals by their names; all Output blocks where none are given. */
export function readingsNamed(
  { ir }: { readonly ir: Ir },
  names: readonly string[] | undefined,
  problems: Problem[],
): readonly { readonly slot: number; readonly label: string }[] {
  if (!names) return ir.outputs;
  return names.flatMap((name) => {
    const found = outputsNamed(ir, name);
    if (found.length === 0) problems.push(unknownSignal(ir, name));
    return found;
  });
}
