/** The PID controller in discrete time. */
import { defineBlock } from "../block.ts";
import { sampleTime } from "../fields.ts";
import { methodHelp, methods, weightOf } from "../methods.ts";
import { pidEquations, pidParams, pidPorts, pidProblem, pidStates } from "../pid.ts";

export default defineBlock({
  type: "discrete-pid",
  version: 1,
  category: "discrete",
  title: "Discrete PID Controller",
  summary: "A PID controller computed at its sample instants, with limits, anti-windup and manual mode if wanted.",
  formula:
    "\\begin{aligned} u_k ={}& P\\,(b r_k - y_k) + I\\,\\textstyle\\sum T\\,(r - y) \\\\ &+ D\\,\\delta_N(c r - y)_k \\end{aligned}",
  aliases: ["pi", "pd", "digital controller", "anti-windup", "bumpless", "2dof", "regulador", "controlador digital"],
  params: {
    ...pidParams,
    integralMethod: {
      kind: "choice",
      label: "Integral by",
      default: "forward Euler",
      of: methods,
      help: methodHelp,
      when: { terms: ["PID", "PI"] },
    },
    filterMethod: {
      kind: "choice",
      label: "Derivative by",
      default: "backward Euler",
      of: methods,
      help: "Forward Euler needs N times the sample time below 2.",
      when: { terms: ["PID", "PD"] },
    },
    period: sampleTime("inherited"),
  },
  check(values) {
    const { terms, N, period, filterMethod } = values;
    const unstable =
      terms.includes("D") &&
      filterMethod === "forward Euler" &&
      period !== null &&
      period !== "inherited" &&
      N * period.every >= 2;
    return unstable
      ? `the derivative is unstable by forward Euler: N times the sample time must be below 2, and is ${N * period.every}`
      : pidProblem(values);
  },
  ports: pidPorts,
  states: (shapes) => pidStates(shapes, "period"),
  equations: (m, s, p) =>
    pidEquations(
      m,
      s,
      p,
      p.period ? { rate: p.period, integral: weightOf(p.integralMethod), filter: weightOf(p.filterMethod) } : undefined,
    ),
  glyph: { tex: ({ terms }) => `\\mathrm{${terms}}_z`, size: [8, 6] },
});
