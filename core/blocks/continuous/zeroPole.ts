/** Poles, zeros and gain in s, of one input and one output. */
import { defineBlock } from "../block.ts";
import { cascadeEquations, cascadeNumbers, countsOf, orderOf, rootFields, rootsProblem } from "../cascade.ts";

export default defineBlock({
  type: "zero-pole",
  version: 1,
  category: "continuous",
  title: "Zero-Pole",
  summary: "A transfer function by its zeros, poles and gain, never multiplied out into polynomials; starts at rest.",
  formula: "\\frac{Y}{U} = k\\,\\frac{(s - z_1)(s - z_2)\\cdots}{(s - p_1)(s - p_2)\\cdots}",
  aliases: ["zpk", "poles", "zeros", "factored", "transfer function", "polos", "ceros", "función de transferencia"],
  params: {
    ...rootFields("-1"),
  },
  check: rootsProblem,
  derived: (roots) => cascadeNumbers(roots, true),
  ports: { in: { u: { width: 1 } }, out: { y: { width: 1 } } },
  states: (shapes) => ({ x: { width: orderOf(shapes), initial: 0 } }),
  equations: (m, s, p) => cascadeEquations(m, s, countsOf(p), null),
  glyph: {
    curve: "M2 8h20M4 1.500l4 4M8 1.500l-4 4M4 10.500l4 4M8 10.500l-4 4M17 5.500a2.500 2.500 0 1 0 .010 0z",
    size: [8, 6],
  },
});
