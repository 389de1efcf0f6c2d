/**
 * The rows of [A B; C D] in terms of seeds: as the equations stand where all is continuous or sampled at one rate, and else
 * as one map over the common period of all that is sampled.
 */
import type { Matrix } from "ml-matrix";
import type { Row } from "../ir/gradients.ts";
import type { Assign } from "../ir/ir.ts";
import { delaysInLoops, mostOnTheWay } from "./delayLines.ts";
import { type Parts, type State, stateOf } from "./parts.ts";
import type { Points } from "./points.ts";
import type { Phases } from "./rates.ts";
import { sampledMap } from "./sampledMap.ts";
import { type ClosedDelay, createTangents, type DelayStates, type TangentParts, type Tangents } from "./tangents.ts";

export interface Equations {
  readonly states: readonly State[];
  readonly next: readonly Row[];
  readonly out: readonly Row[];
  /** What stands for transport delays in them. */
  readonly delays: readonly DelayStates[];
  /** As `Linearization.costOver`, where it was asked for. */
  readonly costOver?: (Q: Matrix) => Matrix;
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
    delays: tangible.delays,
  };
}

/**
 * `tasks`: those that the phases' flags are about, in their order. Of the delays only those are approximated that lie in a loop without
 * a sampler, and where what is on its way would be too many states all of them.
 */
export function equationsOverPeriod(
  tangible: TangentParts,
  parts: Parts,
  points: Points,
  phases: Phases,
  tasks: readonly number[],
  overTime: boolean,
): Equations {
  const { delays } = tangible;
  const equationsWith = (closed: readonly ClosedDelay[], late: readonly ClosedDelay[]): Equations =>
    overPeriod({ ...tangible, delays: closed }, late, parts, points, phases, tasks, overTime);
  if (delays.length === 0) return equationsWith([], []);
  const between = betweenSamples({ ...tangible, delays: [] }, delays, parts, points);
  const loops = delaysInLoops({ ...between, continuous: parts.flow.map(({ slot }) => slot) });
  const approximated = ({ step, time }: ClosedDelay): boolean => loops.has(step.slot) || time < 1e-6 * phases.period;
  const exact = delays.filter((delay) => !approximated(delay));
  const equations = equationsWith(delays.filter(approximated), exact);
  const onTheWay = equations.delays.reduce((sum, { states }) => sum + states.length, 0);
  return onTheWay > mostOnTheWay ? equationsWith(delays, []) : equations;
}

function betweenSamples(
  tangible: TangentParts,
  late: readonly ClosedDelay[],
  { flow, updates, held }: Parts,
  points: Points,
) {
  const slots = [...flow, ...updates, ...held, ...late.map(({ step }) => step)].map(({ slot }) => slot);
  const tangents = createTangents(tangible, [...slots, ...inputsOf(points)], false);
  return {
    flow: [...flow.map((assign) => rowOf(tangible, tangents, assign)), ...tangents.pade.flat()],
    seen: points.rows.map(({ slot, reader }) => tangents.signal(slot, reader)),
    late: late.map(({ step, time }) => ({
      slot: step.slot,
      time,
      from: tangents.signal(step.from, step.block, step.slot),
    })),
  };
}

function overPeriod(
  tangible: TangentParts,
  late: readonly ClosedDelay[],
  parts: Parts,
  points: Points,
  phases: Phases,
  tasks: readonly number[],
  overTime: boolean,
): Equations {
  const { ir, memory, delays } = tangible;
  const { flow, updates, held } = parts;
  const rateOf = new Map(tasks.map((task, rate) => [task, rate]));
  const rated = <T extends { readonly task: number; readonly slot: number }>({ slot, task }: T) => ({
    slot,
    rate: rateOf.get(task)!,
  });
  const inputs = inputsOf(points);
  const slots = [...flow, ...updates, ...held, ...late.map(({ step }) => step)].map(({ slot }) => slot).concat(inputs);
  let free = Math.max(points.free, ...[...delays, ...late].flatMap((delay) => delay.states.map((seed) => seed + 1)));
  const continuous = [...flow.map(({ slot }) => slot), ...delays.flatMap((delay) => delay.states)];
  const between = betweenSamples(tangible, late, parts, points);
  const map = sampledMap({
    phases,
    continuous,
    ...between,
    seen: overTime ? between.seen : [],
    free,
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
  const further = (slot: number, suffix: string, seed: number, of = slot): State => {
    const { path, block } = ir.slots[slot]!;
    const name = `${path}.${suffix}`;
    return { seed, label: name, path: name, block, value: memory[of] ?? 0, reads: [of], through: true };
  };
  const inside = new Map(late.map(({ step }) => [step.slot, { step, states: [] as number[] }]));
  const onTheWay = map.late.map(({ slot, of }): State => {
    const { step, states: own } = inside.get(slot)!;
    own.push(free);
    return { ...further(slot, `late[${own.length}]`, free++, of), reads: [step.from] };
  });
  const states = [
    ...flow.map((assign) => stateOf(ir, memory, assign, true)),
    ...padeStates(tangible, true),
    ...updates.map((assign) => stateOf(ir, memory, assign, !once(rateOf.get(assign.task)!))),
    ...map.pending.map((slot) => further(slot, "next", free++)),
    ...map.held.map((slot) => further(slot, "held", slot)),
    ...onTheWay,
  ];
  const seeds = [...states.map(({ seed }) => seed), ...inputs];
  const sparse = (row: Float64Array): Row => new Map(seeds.map((seed, j) => [seed, row[j]!]));
  return {
    states,
    next: map.next.map(sparse),
    out: map.out.map(sparse),
    delays: [...delays, ...inside.values()],
    ...(overTime && { costOver: map.costOver }),
  };
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
