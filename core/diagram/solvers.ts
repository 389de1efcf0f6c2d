/** The names of solvers that files, the command line and the interface use. What each is, is core/sim's. */
import type { Solver } from "../sim/result.ts";

/** As they are offered, kin together. */
export const solverGroups = {
  chosen: ["auto", "exact"],
  adaptive: ["bs32", "dopri5", "dop853"],
  stiff: ["rodas4", "bdf"],
  fixed: ["euler", "heun", "rk4", "rk8"],
} as const satisfies { readonly [group: string]: readonly Solver[] };

export const solvers = [
  ...solverGroups.chosen,
  ...solverGroups.adaptive,
  ...solverGroups.stiff,
  ...solverGroups.fixed,
] as const satisfies readonly Solver[];
