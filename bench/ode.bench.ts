/** Differential equations of the literature, drawn with Integrators and a Function: time beside accuracy. */
import { compiled, engineOf, finished, settingsOf, trace } from "./engine.ts";
import type { Engine } from "../core/index.ts";
import { c, note, pick, python, timesOf } from "./peers.ts";
import { equation, equations } from "./systems.ts";
import type { Equation, Solver } from "./systems.ts";
import { duration, error, faster, measure, slower } from "./table.ts";
import type { Table } from "./table.ts";

const runs: readonly { readonly name: Equation; readonly solver: Solver; readonly goal?: true }[] = [
  { name: "vdp1", solver: "dopri5", goal: true },
  { name: "lorenz", solver: "dopri5", goal: true },
  { name: "cart", solver: "dopri5", goal: true },
  { name: "vdp1000", solver: "auto", goal: true },
  { name: "vdp1000", solver: "rodas4" },
  { name: "vdp1000", solver: "bdf" },
];

/** Runs before those that count: after so many the memory that results have left goes round, and no run touches pages that nobody had before. */
const warm = 2000;

/** The largest relative error of the states at the time at which they are known. */
function errorOf(name: Equation, solver: Solver): number {
  const { checked, end } = equations[name];
  const document = equation(name, solver, checked);
  const { model } = compiled(document);
  const result = finished(engineOf(model), model, settingsOf(document));
  return Math.max(
    ...end.map((value, i) => {
      const values = trace(result, names(name)[i]!);
      return Math.abs(values[values.length - 1]! - value) / Math.max(Math.abs(value), 1e-3);
    }),
  );
}

const names = (name: Equation): readonly string[] =>
  name === "lorenz" ? ["x", "y", "z"] : name === "cart" ? ["x", "v", "theta", "omega"] : ["x", "v"];

export default function run(): Table {
  const dp5 = c("b2_dp5");
  const cvode = c("b2_cvode");
  const rows = runs.map(({ name, solver, goal }) => {
    const document = equation(name, solver);
    const { model } = compiled(document);
    const settings = settingsOf(document);
    let method = "";
    let steps = 0;
    const work = (engine: Engine): void => {
      const result = finished(engine, model, settings);
      ({ method } = result);
      ({ steps } = result.counts);
    };
    const first = measure(work, () => engineOf(model));
    const ours = measure(work, () => engineOf(model), 1000, warm);
    const stiff = name === "vdp1000";
    const theirs = timesOf(stiff ? pick(cvode, "SUNDIALS CVODE BDF", name) : pick(dp5, "DP5 hand-written", name));
    const scipy = goal
      ? pick(python("b2_ode.py", [name]), stiff ? "solve_ivp BDF" : "solve_ivp RK45", name)
      : undefined;
    return [
      name,
      method.replace(/, rtol.*/, ""),
      String(steps),
      duration(ours.median),
      duration(ours.min),
      duration(first.median),
      error(errorOf(name, solver)),
      duration(theirs?.median),
      slower(ours, theirs, goal ? (stiff ? 2 : 1.5) : undefined),
      duration(timesOf(scipy)?.median),
      scipy?.err === undefined ? "–" : error(scipy.err),
      faster(ours, timesOf(scipy), stiff ? undefined : 50),
    ];
  });
  return {
    title: "Differential equations: rtol 1e-6 (Van der Pol) and 1e-8, 1,000 output points",
    columns: [
      "problem",
      "method",
      "steps",
      "Lazo",
      "best",
      "first 200",
      "error",
      "C",
      "Lazo / C: median / best",
      "SciPy",
      "its error",
      "SciPy / Lazo",
    ],
    rows,
    notes: [
      "Errors: the largest relative one of the states at the end (Lorenz: at t = 20) against values in high precision.",
      `Lazo: the median of up to 200 runs of one process after ${warm} that do not count, beside that of its first 200; C: of 9, after one.`,
      "C is a hand-written DP5, and SUNDIALS CVODE (BDF) for vdp1000; SciPy is solve_ivp RK45, and BDF for vdp1000.",
      ...(note ? [note] : []),
    ],
  };
}
