/** A staircase: the multiple of an interval that is nearest to the input. */
import { defineBlock } from "../block.ts";
import { element } from "../elements.ts";

export default defineBlock({
  type: "quantizer",
  version: 1,
  category: "nonlinear",
  title: "Quantizer",
  summary: "Rounds its input to the nearest multiple of an interval, as a converter does.",
  formula: "y = q \\left\\lfloor \\tfrac{u}{q} + \\tfrac12 \\right\\rfloor",
  aliases: ["adc", "round", "resolution", "staircase", "steps", "cuantizador", "conversor", "resolución", "escalera"],
  params: { interval: { kind: "vector", label: "Interval q", default: "1" } },
  check: ({ interval }) => {
    const bad = interval.find((q) => !(q > 0));
    return bad === undefined ? undefined : `the interval must be greater than 0, not ${bad}`;
  },
  ports: ({ interval }) => {
    const width = interval.length > 1 ? interval.length : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations: (m, s, p) => ({
    out: {
      out: (s.in["in"] ?? []).map((u, i) => m.mul(element(p.interval, i), m.round(m.div(u, element(p.interval, i))))),
    },
  }),
  glyph: { curve: "M2 14h5v-4h5V6h5V2h5", size: [8, 6] },
});
