/** Which integrator a run gets, and the words that say so. */
import type { Problem } from "../ir/ir.ts";
import { norm1 } from "../math/lu.ts";
import type { Engine } from "./engine.ts";
import { createAdaptive } from "./integrators/adaptive.ts";
import { createBdf } from "./integrators/bdf.ts";
import { createExact } from "./integrators/exact.ts";
import { createFixedStep } from "./integrators/fixedStep.ts";
import { createHold } from "./integrators/hold.ts";
import type { Integrator, IntegratorSpec } from "./integrators/integrator.ts";
import { createRodas4 } from "./integrators/rodas4.ts";
import { createSwitching } from "./integrators/switching.ts";
import {
  bs32Tableau,
  dop853Tableau,
  dopri5Tableau,
  eulerTableau,
  heunTableau,
  rk4Tableau,
  rk8Tableau,
} from "./integrators/tableaus.ts";
import type { AdaptiveTableau, Tableau } from "./integrators/tableaus.ts";
import { notLinearProblem } from "./problems.ts";
import type { SimSettings } from "./result.ts";

export interface Method {
  readonly ok: true;
  readonly integrator: Integrator;
  /** To be read when the run is over: it tells what happened on the way. */
  readonly method: () => string;
  /** Recorded on the output grid; else at the sample instants. */
  readonly grid: boolean;
}

type Chosen = IntegratorSpec["solver"];

/** In functions, not tables: exported code keeps no order among the constants of different files. */
function fixedTableau(solver: Chosen): Tableau | undefined {
  if (solver === "euler") return eulerTableau;
  if (solver === "heun") return heunTableau;
  if (solver === "rk4") return rk4Tableau;
  return solver === "rk8" ? rk8Tableau : undefined;
}
function adaptiveTableau(solver: Chosen): AdaptiveTableau | undefined {
  if (solver === "bs32") return bs32Tableau;
  if (solver === "dopri5") return dopri5Tableau;
  return solver === "dop853" ? dop853Tableau : undefined;
}

const implicitNames: { readonly [name in Chosen]?: string } = { rodas4: "Rodas 4(3)", bdf: "BDF of order 1 to 5" };

/** Above this many states exact propagation, whose matrices are dense, is not chosen unasked. */
const mostExact = 200;
/** Up to this many, one-step Rosenbrock steps are worth their factorizations; above it, those of BDF are fewer. */
const mostRodas = 40;

export function chooseMethod(
  engine: Engine,
  settings: SimSettings,
): Method | { readonly ok: false; readonly problem: Problem } {
  const n = engine.states.length;
  const { solver, rtol, atol, step } = settings;
  const span = settings.stop - settings.start;
  // What a delay reads must lie in the past.
  const longest = engine.delays.reduce(
    (least, { time }) => (time > 0 ? Math.min(least, time) : least),
    settings.maxStep > 0 ? settings.maxStep : Number.POSITIVE_INFINITY,
  );
  if (n === 0) {
    const rates = [...new Set(engine.tasks.map((task) => task.every))].sort((a, b) => a - b);
    const method =
      rates.length > 0
        ? `recurrence, Ts = ${rates.map(String).join(", ")} s`
        : "no states: evaluated on the output grid";
    // Looks for state events at least this often, whatever the grid.
    const finest = engine.searched === "none" ? longest : Math.min(longest, span / 500);
    return { ok: true, integrator: createHold(engine, finest), method: () => method, grid: rates.length === 0 };
  }

  const few = n <= mostExact;
  // Making A costs n^2, and nobody wants it above.
  const a = solver === "exact" || (solver === "auto" && few) ? engine.linear?.() : undefined;
  const exact = a !== undefined && engine.forcing !== undefined && engine.forcing !== "other";
  if (solver === "exact" && !exact) return { ok: false, problem: notLinearProblem() };
  // Modes that act back on the states could switch and return between two points of the grid, where nobody would look.
  if (a && exact && (solver === "exact" || engine.searched !== "inside")) {
    const careful =
      engine.searched === "none"
        ? longest
        : engine.searched === "outside"
          ? Math.min(longest, span / 50)
          : Math.min(longest, span / 50, 0.5 / norm1(a, n, n));
    const why = engine.forcing === "constant" ? "inputs constant between events" : "inputs straight between events";
    return {
      ok: true,
      integrator: createExact(engine, a, step, careful),
      method: () => `exact LTI (matrix exponential; ${why})`,
      grid: true,
    };
  }

  const fixedStep = step / Math.max(1, Math.ceil(step / longest - 1e-9));
  const make = (name: Chosen): Integrator =>
    createIntegrator(engine, { solver: name, rtol, atol, maxStep: Math.min(longest, span / 50), fixedStep });
  const precision = `rtol ${rtol.toExponential()}`;
  if (solver !== "auto" && solver !== "exact") {
    const fixed = fixedTableau(solver);
    const how = fixed ? `step ${Number(fixedStep.toPrecision(6))} s` : precision;
    return { ok: true, integrator: make(solver), method: () => `${nameOf(solver)}, ${how} (as chosen)`, grid: true };
  }

  const why =
    a === undefined
      ? few
        ? "the model is nonlinear or time-varying"
        : "many states"
      : !exact
        ? "inputs are not straight lines between events"
        : "switching acts on the states";
  // What a delay gives moves with time in ways that no Jacobian knows, and Rodas relies on.
  const oneStep = (n <= mostRodas || !engine.jacobian?.()) && engine.delays.length === 0;
  const implicit = oneStep ? "rodas4" : "bdf";
  const integrator = createSwitching(engine, make("dopri5"), () => make(implicit), span);
  return {
    ok: true,
    integrator,
    method: () => {
      const { since } = integrator;
      if (since === undefined) return `${nameOf("dopri5")}, ${precision} (${why})`;
      if (since <= settings.start) return `${nameOf(implicit)}, ${precision} (stiff from the start)`;
      const at = Number(since.toPrecision(4));
      return `${nameOf("dopri5")}, then ${nameOf(implicit)} from t = ${at} s, ${precision} (stiff from there on)`;
    },
    grid: true,
  };
}

function nameOf(solver: Chosen): string {
  return (fixedTableau(solver) ?? adaptiveTableau(solver))?.name ?? implicitNames[solver] ?? solver;
}

/** The engine's own where it has one. */
function createIntegrator(engine: Engine, spec: IntegratorSpec): Integrator {
  const own = engine.integrator?.(spec);
  if (own) return own;
  const { solver, rtol, atol, maxStep } = spec;
  const fixed = fixedTableau(solver);
  if (fixed) return createFixedStep(engine, fixed, spec.fixedStep);
  const adaptive = adaptiveTableau(solver);
  if (adaptive) return createAdaptive(engine, adaptive, rtol, atol, maxStep);
  return (solver === "bdf" ? createBdf : createRodas4)(engine, rtol, atol, maxStep);
}
