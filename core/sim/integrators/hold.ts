/** The integrator of a model without continuous states: time alone moves. */
import type { Engine } from "../engine.ts";
import type { Beats, Integrator } from "./integrator.ts";

export function createHold(engine: Engine, maxStep: number): Integrator {
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const beats = engine.beats?.();
  return {
    ...(beats && { beats: countedBeats(beats, counts) }),
    stepsOnGrid: true,
    counts,
    stiff: false,
    restart() {},
    step(limit) {
      counts.steps++;
      const t = Math.min(limit, engine.memory[0]! + maxStep);
      engine.memory[0] = t;
      return { t };
    },
    at(t) {
      engine.memory[0] = t;
    },
  };
}

/** Every beat is a step. */
export function countedBeats(beats: Beats, counts: { steps: number }): Beats {
  return (...around) => {
    const made = beats(...around);
    if (made) counts.steps += made.count;
    return made;
  };
}
