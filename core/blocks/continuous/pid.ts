/** The PID controller in continuous time. */
import { defineBlock } from "../block.ts";
import { pidDerived, pidEquations, pidParams, pidPorts, pidProblem, pidStates } from "../pid.ts";

export default defineBlock({
  type: "pid",
  version: 1,
  category: "continuous",
  title: "PID Controller",
  summary: "Proportional, integral and filtered derivative action, with limits, anti-windup and manual mode if wanted.",
  formula:
    "\\begin{aligned} U ={}& P\\,(b R - Y) + \\tfrac{I}{s}\\,(R - Y) \\\\ &+ \\tfrac{D N s}{s + N}\\,(c R - Y) \\end{aligned}",
  aliases: [
    "pi",
    "pd",
    "controller",
    "anti-windup",
    "bumpless",
    "2dof",
    "two degrees of freedom",
    "control proporcional",
    "regulador",
    "controlador",
  ],
  params: pidParams,
  check: pidProblem,
  derived: pidDerived,
  ports: pidPorts,
  states: (shapes) => pidStates(shapes),
  equations: (m, s, p) => pidEquations(m, s, p),
  glyph: { tex: ({ terms }) => `\\mathrm{${terms}}`, size: [8, 6] },
});
