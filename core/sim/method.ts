/** Which integrator a run gets, and the words that say so. */
import type { Problem } from "../ir/ir.ts";
import { norm1 } from "../math/lu.ts";
import type { Engine } from "./engine.ts";
import { createDopri5 } from "./integrators/dopri5.ts";
import { createExact } from "./integrators/exact.ts";
import { createHold } from "./integrators/hold.ts";
import type { Integrator } from "./integrators/integrator.ts";
import { notLinearProblem } from "./problems.ts";
import type { SimSettings } from "./result.ts";

export interface Method {
  readonly ok: true;
  readonly integrator: Integrator;
  readonly method: string;
  /** Recorded on the output grid; else at the sample instants. */
  readonly grid: boolean;
}

export function chooseMethod(
  engine: Engine,
  settings: SimSettings,
): Method | { readonly ok: false; readonly problem: Problem } {
  const n = engine.states.length;
  const span = settings.stop - settings.start;
  const longest = settings.maxStep > 0 ? settings.maxStep : Number.POSITIVE_INFINITY;
  if (n === 0) {
    const rates = [...new Set(engine.tasks.map((task) => task.every))].sort((a, b) => a - b);
    const method =
      rates.length > 0
        ? `recurrence, Ts = ${rates.map(String).join(", ")} s`
        : "no states: evaluated on the output grid";
    // Looks for state events at least this often, whatever the grid.
    const finest = engine.searched === "none" ? Number.POSITIVE_INFINITY : Math.min(longest, span / 500);
    return { ok: true, integrator: createHold(engine, finest), method, grid: rates.length === 0 };
  }
  const a = engine.linear;
  const exact = a !== undefined && engine.forcing !== undefined && engine.forcing !== "other";
  if (settings.solver === "exact" && !exact) return { ok: false, problem: notLinearProblem() };
  // Modes that act back on the states could switch and return between two points of the grid, where nobody would look.
  if (
    a &&
    exact &&
    (settings.solver === "exact" || (settings.solver === "auto" && engine.searched !== "inside" && n <= 200))
  ) {
    const careful =
      engine.searched === "none"
        ? longest
        : engine.searched === "outside"
          ? Math.min(longest, span / 50)
          : Math.min(longest, span / 50, 0.5 / norm1(a, n, n));
    const why = engine.forcing === "constant" ? "inputs constant between events" : "inputs straight between events";
    return {
      ok: true,
      integrator: createExact(engine, a, settings.step, careful),
      method: `exact LTI (matrix exponential; ${why})`,
      grid: true,
    };
  }
  const why =
    settings.solver === "dopri5"
      ? "as chosen"
      : a === undefined
        ? "the model is nonlinear or time-varying"
        : !exact
          ? "inputs are not straight lines between events"
          : n > 200
            ? "many states"
            : "switching acts on the states";
  const integrator = createDopri5(engine, settings.rtol, settings.atol, Math.min(longest, span / 50));
  return {
    ok: true,
    integrator,
    method: `Dormand-Prince 5(4), rtol ${settings.rtol.toExponential()} (${why})`,
    grid: true,
  };
}
