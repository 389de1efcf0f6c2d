/** Poles, zeros and gain in z, of one input and one output. */
import { defineBlock } from "../block.ts";
import { cascadeEquations, cascadeNumbers, countsOf, orderOf, rootFields, rootsProblem } from "../cascade.ts";
import { sampleTime } from "../fields.ts";

export default defineBlock({
  type: "discrete-zero-pole",
  version: 1,
  category: "discrete",
  title: "Discrete Zero-Pole",
  summary:
    "A transfer function in z by its zeros, poles and gain, never multiplied out into polynomials; starts at rest.",
  formula: "\\frac{Y}{U} = k\\,\\frac{(z - z_1)(z - z_2)\\cdots}{(z - p_1)(z - p_2)\\cdots}",
  aliases: ["zpk", "poles", "zeros", "factored", "transfer function", "polos", "ceros", "función de transferencia"],
  params: {
    ...rootFields("0.5"),
    period: sampleTime("inherited"),
  },
  check: rootsProblem,
  derived: (roots) => cascadeNumbers(roots, false),
  ports: { in: { u: { width: 1 } }, out: { y: { width: 1 } } },
  states: (shapes) => ({ x: { width: orderOf(shapes), initial: 0, every: "period" } }),
  equations: (m, s, p) => cascadeEquations(m, s, countsOf(p), p.period),
  glyph: {
    curve: "M12 1a7 7 0 1 0 .010 0zM9.500 5.500l5 5M14.500 5.500l-5 5",
    size: [8, 6],
  },
});
