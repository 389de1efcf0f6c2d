/**
 * What happens at one event, in its order: what is remembered takes its value from just before, pending samples take effect, modes
 * and signals are refreshed, and jumps set each other off until all is at rest. When events are is schedule.ts's and events.ts's.
 */
import type { Engine, LoopFailure, Place } from "./engine.ts";
import type { History } from "./history.ts";
import type { Schedule } from "./schedule.ts";

/** Rounds in which an event may set off others before it is said to chatter. */
const mostRounds = 100;

export interface Arrival {
  /** Where rounding moved the event to. */
  readonly t: number;
  readonly loop?: LoopFailure;
  /** The block that was not at rest after `rounds` rounds. */
  readonly restless?: { readonly block: string; readonly rounds: number };
  /** The block that asked for the end of the run, in any round. */
  readonly stopped?: string;
}

export interface EventRounds {
  /** Before the event at t, with memory's time and states there: the last look back, then samples that are due. */
  leave(t: number, due: Uint8Array): void;
  /** The event itself; afterwards memory holds the values just after it. */
  arrive(t: number, due: Uint8Array): Arrival;
  /** The next samples of the tasks that are due; the first that is no number a state may have. */
  sample(due: Uint8Array): { readonly place: Place; readonly value: number } | undefined;
}

export function createEventRounds(engine: Engine, schedule: Schedule, history: History | undefined): EventRounds {
  const { memory } = engine;
  const next = engine.tasks.map((task) => new Float64Array(task.states.length));
  const pending = engine.tasks.map(() => false);
  let begun = false;

  /** A beginning may stand on another one; on itself it may never come to rest. */
  function begin(due: Uint8Array): Arrival["restless"] {
    begun = true;
    let moved = -1;
    for (let round = 0; round < mostRounds; round++) {
      const before = engine.states.map((slot) => memory[slot]!);
      if (!engine.begin()) return undefined;
      engine.refresh(due);
      moved = engine.states.findIndex((slot, i) => memory[slot] !== before[i]);
      // A zero that changes its sign has not moved.
      if (moved < 0) return undefined;
    }
    return { block: engine.statePlace(moved).block, rounds: mostRounds };
  }

  return {
    leave(t, due) {
      if (engine.reacts && begun) {
        engine.settle();
        engine.react();
      }
      history?.pass(t);
      for (let k = 0; k < due.length; k++) {
        if (due[k] === 0 || !pending[k]) continue;
        const { states } = engine.tasks[k]!;
        for (let i = 0; i < states.length; i++) memory[states[i]!] = next[k]![i]!;
        pending[k] = false;
      }
    },
    arrive(time, due) {
      engine.failedLoop();
      const t = schedule.happen(time, due);
      let restless = begun ? undefined : begin(due);
      let stopped = engine.stopped();
      if (engine.reacts) {
        for (let round = 0; engine.react(); round++) {
          if (round === mostRounds) {
            restless = { block: engine.reacting(), rounds: mostRounds };
            break;
          }
          engine.refresh(due);
          stopped ??= engine.stopped();
        }
      }
      const loop = engine.failedLoop();
      return { t, ...(loop && { loop }), ...(restless && { restless }), ...(stopped !== undefined && { stopped }) };
    },
    sample(due) {
      for (let k = 0; k < due.length; k++) {
        if (due[k] === 0) continue;
        const values = next[k]!;
        engine.update(k, values);
        pending[k] = true;
        const bad = values.findIndex((v) => !(Math.abs(v) <= 1e300));
        if (bad >= 0) return { place: engine.taskPlace(k, bad), value: values[bad]! };
      }
      return undefined;
    },
  };
}
