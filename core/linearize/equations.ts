/**
 * The rows of [A B; C D] in terms of seeds: as the equations stand where all is continuous or sampled at one rate, and else
 * as one map over the common period of all that is sampled.
 */
import type { Row } from "../ir/gradients.ts";
import type { Assign } from "../ir/ir.ts";
import { type Parts, type State, stateOf } from "./parts.ts";
import type { Points } from "./points.ts";
import type { Phases } from "./rates.ts";
import { sampledMap } from "./sampledMap.ts";
import { createTangents, type TangentParts, type Tangents } from "./tangents.ts";

export interface Equations {
  readonly states: readonly State[];
  readonly next: readonly Row[];
  readonly out: readonly Row[];
}

/** Continuous, or sampled at one rate and nothing else. */
export function equationsAtOnce(tangible: TangentParts, parts: Parts, points: Points, sampled: boolean): Equations {
  const { ir, memory } = tangible;
  const pade = padeStates(tangible, false);
  const equations = [...parts.flow, ...parts.updates];
  const seeds = [...equations.map(({ slot }) => slot), ...inputsOf(points)];
  const tangents = createTangents(tangible, seeds, sampled);
  return {
    states: [
      ...parts.flow.map((assign) => stateOf(ir, memory, assign, false)),
      ...pade,
      ...parts.updates.map((assign) => stateOf(ir, memory, assign, false)),
    ],
    next: [
      ...parts.flow.map((assign) => rowOf(tangible, tangents, assign)),
      ...tangents.pade.flat(),
      ...parts.updates.map((assign) => rowOf(tangible, tangents, assign)),
    ],
    out: points.rows.map(({ slot, reader, into }) => tangents.signal(slot, reader, into)),
  };
}

/** `tasks`: those that the phases' flags are about, in their order. */
export function equationsOverPeriod(
  tangible: TangentParts,
  parts: Parts,
  points: Points,
  phases: Phases,
  tasks: readonly number[],
): Equations {
  const { ir, memory, delays } = tangible;
  const { flow, updates, held } = parts;
  const rateOf = new Map(tasks.map((task, rate) => [task, rate]));
  const rated = <T extends { readonly task: number; readonly slot: number }>({ slot, task }: T) => ({
    slot,
    rate: rateOf.get(task)!,
  });
  const inputs = inputsOf(points);
  const slots = [...flow, ...updates, ...held].map(({ slot }) => slot).concat(inputs);
  const between = createTangents(tangible, slots, false);
  const continuous = [...flow.map(({ slot }) => slot), ...delays.flatMap((delay) => delay.states)];
  const map = sampledMap({
    phases,
    continuous,
    flow: [...flow.map((assign) => rowOf(tangible, between, assign)), ...between.pade.flat()],
    sampled: updates.map(rated),
    held: held.map(rated),
    inputs,
    at(due) {
      const now = (task: number): boolean => due[rateOf.get(task) ?? -1] ?? false;
      const taken = new Set(held.filter(({ task }) => now(task)).map(({ slot }) => slot));
      const tangents = createTangents(
        tangible,
        slots.filter((slot) => !taken.has(slot)),
        now,
      );
      return {
        held: held.map(({ slot }) => tangents.signal(slot, "")),
        next: updates.map((assign) => rowOf(tangible, tangents, assign)),
        out: points.rows.map(({ slot, reader }) => tangents.signal(slot, reader)),
      };
    },
  });
  // A state whose only equation is taken when the period begins depends on nothing that moves later.
  const once = (rate: number): boolean =>
    phases.phases[0]!.due[rate]! && phases.phases.every(({ due }, i) => i === 0 || !due[rate]);
  const further = (slot: number, suffix: string, seed: number): State => {
    const { path, block } = ir.slots[slot]!;
    const name = `${path}.${suffix}`;
    return { seed, label: name, path: name, block, value: memory[slot]!, reads: [slot], through: true };
  };
  let free = Math.max(points.free, ...delays.flatMap((delay) => delay.states.map((seed) => seed + 1)));
  const states = [
    ...flow.map((assign) => stateOf(ir, memory, assign, true)),
    ...padeStates(tangible, true),
    ...updates.map((assign) => stateOf(ir, memory, assign, !once(rateOf.get(assign.task)!))),
    ...map.pending.map((slot) => further(slot, "next", free++)),
    ...map.held.map((slot) => further(slot, "held", slot)),
  ];
  const seeds = [...states.map(({ seed }) => seed), ...inputs];
  const sparse = (row: Float64Array): Row => new Map(seeds.map((seed, j) => [seed, row[j]!]));
  return { states, next: map.next.map(sparse), out: map.out.map(sparse) };
}

function inputsOf(points: Points): number[] {
  return points.columns.map(({ seed }) => seed);
}

function rowOf({ ir }: TangentParts, tangents: Tangents, assign: Assign): Row {
  return tangents.row(assign.expr, ir.slots[assign.slot]!.block);
}

function padeStates({ ir, memory, delays }: TangentParts, through: boolean): State[] {
  return delays.flatMap(({ step, states }) =>
    states.map((seed, i): State => {
      const path = `${ir.slots[step.slot]!.path}.pade[${i + 1}]`;
      const value = i === 0 ? memory[step.from]! : 0;
      return { seed, label: path, path, block: step.block, value, reads: [step.from], through };
    }),
  );
}
