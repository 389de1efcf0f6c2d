/**
 * Explicit Runge-Kutta methods whose steps lie on a grid from the start of the run on, each a multiple of one length, so that
 * time does not drift. An event in between is hit exactly by a shorter step, and the next one leads back to the grid.
 */
import type { Engine } from "../engine.ts";
import type { Integrator, StepOutcome } from "./integrator.ts";
import { createStages } from "./stages.ts";
import type { Tableau } from "./tableaus.ts";

export function createFixedStep(engine: Engine, tableau: Tableau, length: number): Integrator {
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const stages = createStages(engine, tableau, counts, undefined);
  /** The start of the run: the first time that restart() sees. */
  let origin = Number.NaN;

  return {
    stepsOnGrid: true,
    counts,
    stiff: false,
    restart() {
      stages.restart();
      if (Number.isNaN(origin)) origin = stages.t;
    },
    step(limit): StepOutcome {
      const { t } = stages;
      const grid = origin + (Math.floor((t - origin) / length + 1e-9) + 1) * length;
      // A limit that rounding alone parts from the grid is the grid.
      const end = grid >= limit - 1e-9 * length ? limit : grid;
      const room = end - t;
      // Of grid steps all have the very same length, whatever t rounds to.
      const size = Math.abs(room - length) <= 1e-9 * length ? length : room;
      if (!(end > t)) return { t, failed: "HNIL" };
      if (!stages.begin()) return { t, failed: "NONFINITE" };
      if (!stages.attempt(size, end) || !stages.finish(end)) return { t, failed: "NONFINITE" };
      counts.steps++;
      stages.accept(size, end);
      return { t: end };
    },
    at: (time) => stages.at(time),
  };
}
