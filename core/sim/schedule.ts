/** When things happen that are known beforehand: sample instants of the tasks and closed-form instants of the modes. */
import type { Engine } from "./engine.ts";

export interface Schedule {
  /** Which tasks sample at t (1) and which do not (0). */
  due(t: number): Uint8Array;
  /** The next instant after t, gathered with all that follow it within rounding: land there, and all of them have happened. */
  next(t: number, stop: number): number;
  /** The event at t: refreshes memory, with instants that rounding put just after t; gives back the time they moved it to. */
  happen(t: number, due: Uint8Array): number;
}

/** `tolerance(t)`: instants nearer than this are one. */
export function createSchedule(engine: Engine, start: number, tolerance: (t: number) => number): Schedule {
  // By multiplication, so that a million samples do not drift.
  const index = engine.tasks.map((task) => Math.ceil((start - tolerance(start) - task.offset) / task.every));
  const instantOf = (k: number): number => engine.tasks[k]!.offset + index[k]! * engine.tasks[k]!.every;
  const flags = new Uint8Array(engine.tasks.length);

  function gather(t: number): number {
    const bound = t + tolerance(t);
    let last = t;
    for (let k = 0; k < engine.instantCount; k++) {
      const at = engine.nextInstant(k, t);
      if (at <= bound && at > last) last = at;
    }
    return last;
  }

  return {
    happen(t, due) {
      let at = t;
      engine.refresh(due);
      for (let pass = 0; pass < 10; pass++) {
        const gathered = gather(at);
        if (gathered === at) break;
        engine.memory[0] = at = gathered;
        engine.refresh(due);
      }
      return at;
    },
    due(t) {
      for (let k = 0; k < flags.length; k++) flags[k] = Math.abs(instantOf(k) - t) <= tolerance(t) ? 1 : 0;
      return flags;
    },
    next(t, stop) {
      const instants = [stop];
      for (let k = 0; k < engine.tasks.length; k++) {
        // Many may have passed since: all but the last are skipped at once.
        const { every, offset } = engine.tasks[k]!;
        index[k] = Math.max(index[k]!, Math.floor((t - offset) / every) - 1);
        while (instantOf(k) <= t + tolerance(t)) index[k]!++;
        instants.push(instantOf(k));
      }
      for (let k = 0; k < engine.instantCount; k++) instants.push(engine.nextInstant(k, t));
      const first = Math.min(...instants);
      const bound = first + tolerance(first);
      return instants.reduce((last, at) => (at <= bound && at > last ? at : last), first);
    },
  };
}
