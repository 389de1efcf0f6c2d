/** A rational transfer function of one input and one output, in s or, with a sample time, in z. */
import { defineBlock } from "../block.ts";
import { isContinuous } from "../elements.ts";
import { impropriety, rationalEquations, realization } from "../rational.ts";
import { rationalTex } from "../tex.ts";

export default defineBlock({
  type: "transfer-function",
  version: 1,
  category: "continuous",
  title: "Transfer Function",
  summary: "A ratio of polynomials in s, or in z with a sample time; starts at rest.",
  formula: "\\frac{Y}{U} = \\frac{b_m s^m + \\dots + b_0}{a_n s^n + \\dots + a_0}",
  aliases: ["tf", "filter", "lag", "lead", "laplace", "poles", "zeros", "función de transferencia", "filtro"],
  params: {
    num: {
      kind: "vector",
      label: "Numerator",
      default: "1",
      help: "Coefficients in descending powers of s (or z): [1, 2] is s + 2.",
    },
    den: {
      kind: "vector",
      label: "Denominator",
      default: "[1, 1]",
      help: "Coefficients in descending powers: [1, 3, 2] is s² + 3 s + 2.",
    },
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      inherits: true,
      help: "`continuous`, or the sample time in s: the variable is then z.",
    },
  },
  check: ({ num, den }) => impropriety(num, den),
  derived: realization,
  ports: { in: { u: { width: 1 } }, out: { y: { width: 1 } } },
  states: ({ den }) => ({ x: { width: den.length - 1, initial: 0, every: "period" } }),
  equations: (m, s, p) => rationalEquations(m, s, { num: p.num.length, den: p.den.length }, p.period),
  glyph: {
    tex: ({ num, den, period }) => rationalTex(num, den, isContinuous(period) ? "s" : "z"),
    size: [14, 6],
  },
});
