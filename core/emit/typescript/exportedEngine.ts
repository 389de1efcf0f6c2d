/**
 * What printed equations lean on, beside the simulator's own numbers in core/sim/modes.ts. Its text travels in every exported
 * file; engine.ts prints the calls.
 */
import type { DelayLine, Engine, LoopFailure, Place } from "../../sim/engine.ts";
import { distanceToChange, solveInMemory } from "../../sim/modes.ts";
import type { LatchTest, LoopCells } from "../../sim/modes.ts";

/** What an engine remembers beside its memory. `driven`: the diagram drives its external inputs, not the caller. */
export interface EngineNotes {
  readonly driven: boolean;
  failure: LoopFailure | undefined;
  /** Rows of numbers for table look-up: recorded data, and parameters where they stand in memory. */
  readonly series: readonly Float64Array[];
  readonly delays: readonly DelayLine[];
  /** The first slot that the last event changed. */
  changed: number;
}

/** States that jump together where slot `when` is not 0. */
export interface JumpOfSlots {
  readonly when: number;
  readonly states: readonly number[];
}

/** Puts values that were computed together into their slots: jumps that are due, then what is remembered. True when any changed. */
export function putTogether(
  m: Float64Array,
  own: EngineNotes,
  values: Float64Array,
  jumps: readonly JumpOfSlots[],
  remembered: readonly number[],
): boolean {
  const due = jumps.map(({ when }) => m[when] !== 0);
  let changed = false;
  let k = 0;
  const put = (slot: number): void => {
    if (!Object.is(m[slot], values[k])) {
      m[slot] = values[k]!;
      if (!changed) own.changed = slot;
      changed = true;
    }
    k++;
  };
  jumps.forEach(({ states }, i) => (due[i] ? states.forEach(put) : (k += states.length)));
  remembered.forEach(put);
  return changed;
}

/** The past of a slot, before anything is known of it. */
export function noPast(from: number, time: number): DelayLine {
  return { from, time, read: (_, initial) => initial };
}

/** Slot, index of its block, path. */
export type SlotPlace = readonly [slot: number, block: number, path: string];

/** `closed`: its next change is a closed-form instant. `series` is -1 where it has none. */
export interface ModeOfSlot {
  readonly slot: number;
  readonly test: LatchTest;
  readonly closed: boolean;
  readonly series: number;
}

/** Any condition but 0 is true. */
export function isTrue(value: number): boolean {
  return value !== 0;
}

export function isEqual(a: number, b: number): boolean {
  return a === b;
}

/** Turns the arguments of the modes, which `distance` holds, into how far each is from changing. */
export function modeDistances(
  m: Float64Array,
  modes: readonly ModeOfSlot[],
  series: readonly Float64Array[],
  distance: Float64Array,
): void {
  modes.forEach((mode, k) => {
    const samples = series[mode.series] ?? new Float64Array(0);
    distance[k] = mode.closed ? Infinity : distanceToChange(mode.test, m[mode.slot]!, distance[k]!, samples);
  });
}

export function solveLoopOf(
  m: Float64Array,
  own: EngineNotes,
  loop: readonly string[],
  cells: LoopCells,
  linear: boolean,
  equations: (residual: Float64Array, jacobian: Float64Array) => void,
): void {
  const outcome = solveInMemory(m, cells, linear, equations);
  if (!outcome.solved) own.failure ??= { loop, rcond: outcome.rcond, residual: outcome.residual };
}

export function placeOf(slot: number, places: readonly SlotPlace[], blocks: readonly string[]): Place {
  const place = places.find(([at]) => at === slot);
  return { block: blocks[place?.[1] ?? -1] ?? "", path: place?.[2] ?? "" };
}

/** `places` follow the order of computation: the first that is not finite came from finite numbers. */
export function firstNotFinite(
  engine: Engine,
  places: readonly SlotPlace[],
  blocks: readonly string[],
): Place | undefined {
  const bad = places.find(([slot]) => !Number.isFinite(engine.memory[slot]));
  if (bad) return { block: blocks[bad[1]] ?? "", path: bad[2] };
  const derivative = new Float64Array(engine.states.length);
  engine.flow(derivative);
  const flow = derivative.findIndex((value) => !Number.isFinite(value));
  if (flow >= 0) return placeOf(engine.states[flow]!, places, blocks);
  for (let task = 0; task < engine.tasks.length; task++) {
    const { states } = engine.tasks[task]!;
    const next = new Float64Array(states.length);
    engine.update(task, next);
    const at = next.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return placeOf(states[at]!, places, blocks);
  }
  return undefined;
}
