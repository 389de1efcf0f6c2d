/** Poles, zeros and gain in z, of one input and one output. */
import { defineBlock } from "../block.ts";
import { cascadeEquations, cascadeNumbers, orderOf, rootsProblem } from "../cascade.ts";

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
    zeros: { kind: "vector", label: "Real zeros", default: "[]", empty: true, help: "[] for none." },
    zeroPairs: {
      kind: "matrix",
      label: "Zero pairs",
      default: "[]",
      empty: true,
      help: "Complex ones: real and imaginary part of one of each pair, a row a pair. [-1, 2] is -1 ± 2j.",
    },
    poles: { kind: "vector", label: "Real poles", default: "0.5", empty: true, help: "[] for none." },
    polePairs: {
      kind: "matrix",
      label: "Pole pairs",
      default: "[]",
      empty: true,
      help: "Complex ones: real and imaginary part of one of each pair, a row a pair. [-1, 2; -3, 4] is four poles.",
    },
    gain: { kind: "real", label: "Gain k", default: "1" },
    period: {
      kind: "period",
      label: "Sample time",
      default: "inherited",
      optional: false,
      inherits: true,
      help: "In s, or `inherited` from what is wired in.",
    },
  },
  check: rootsProblem,
  derived: (roots) => cascadeNumbers(roots, false),
  ports: { in: { u: { width: 1 } }, out: { y: { width: 1 } } },
  states: (shapes) => ({ x: { width: orderOf(shapes), initial: 0, every: "period" } }),
  equations: (m, s, p) =>
    cascadeEquations(
      m,
      s,
      {
        zeros: p.zeros.length,
        zeroPairs: p.zeroPairs.length,
        poles: p.poles.length,
        polePairs: p.polePairs.length,
      },
      p.period,
    ),
  glyph: {
    curve: "M12 1a7 7 0 1 0 .010 0zM9.500 5.500l5 5M14.500 5.500l-5 5",
    size: [8, 6],
  },
});
