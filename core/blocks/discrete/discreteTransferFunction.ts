/** A ratio of polynomials in z, of one input and one output. */
import { defineBlock } from "../block.ts";
import { sampleTime } from "../fields.ts";
import { impropriety, rationalEquations, realization } from "../rational.ts";
import { rationalTex } from "../tex.ts";

export default defineBlock({
  type: "discrete-transfer-function",
  version: 1,
  category: "discrete",
  title: "Discrete Transfer Function",
  summary: "A ratio of polynomials in z, computed at its sample instants and held in between; starts at rest.",
  formula: "\\frac{Y}{U} = \\frac{b_m z^m + \\dots + b_0}{a_n z^n + \\dots + a_0}",
  aliases: [
    "tf",
    "filter",
    "iir",
    "digital filter",
    "difference equation",
    "función de transferencia",
    "filtro digital",
  ],
  params: {
    num: {
      kind: "vector",
      label: "Numerator",
      default: "1",
      help: "Coefficients in descending powers of z: [1, 2] is z + 2.",
    },
    den: {
      kind: "vector",
      label: "Denominator",
      default: "[1, -0.5]",
      help: "Coefficients in descending powers of z: [1, -0.5] is z - 0.5.",
    },
    period: sampleTime("inherited"),
  },
  check: ({ num, den }) => impropriety(num, den),
  derived: realization,
  ports: { in: { u: { width: 1 } }, out: { y: { width: 1 } } },
  states: ({ den }) => ({ x: { width: den.length - 1, initial: 0, every: "period" } }),
  equations: (m, s, p) => rationalEquations(m, s, { num: p.num.length, den: p.den.length }, p.period),
  glyph: { tex: ({ num, den }) => rationalTex(num, den, "z"), size: [14, 6] },
});
