/** Numbers spread evenly between two bounds, one each sample, the same in every run and in every engine. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";
import { sampleNumber } from "../sampleNumber.ts";

export default defineBlock({
  type: "uniform-noise",
  version: 1,
  category: "sources",
  title: "Uniform Noise",
  summary: "A new number between two bounds each sample, all equally likely, held in between.",
  formula: "y_k \\sim \\mathcal U(a, b)",
  aliases: ["random number", "rand", "dither", "white noise", "ruido uniforme", "aleatorio", "azar"],
  params: {
    lower: { kind: "vector", label: "Lower a", default: "-1" },
    upper: { kind: "vector", label: "Upper b", default: "1" },
    period: { kind: "period", label: "Sample time", default: "0.1", optional: false, help: "In s." },
    seed: {
      kind: "count",
      label: "Seed",
      default: "1",
      min: 0,
      max: 1e9,
      help: "Two blocks with one seed make the same numbers.",
    },
  },
  check: ({ lower, upper }) =>
    disagreement({ Lower: lower, Upper: upper }) ??
    (each(common(lower, upper), (i) => i).some((i) => element(lower, i) > element(upper, i))
      ? "Lower must not exceed Upper"
      : undefined),
  ports: ({ lower, upper }) => ({ out: { out: { width: common(lower, upper) } } }),
  equations(m, s, p) {
    const k = p.period ? sampleNumber(m, s.t, p.period) : s.t;
    const width = common(p.lower, p.upper);
    const out = each(width, (i) => {
      const [lower, upper] = [element(p.lower, i), element(p.upper, i)];
      return m.add(lower, m.mul(m.sub(upper, lower), m.uniform(p.seed, m.add(m.mul(k, width), i + 0.25))));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 1h4M10 1h4M18 1h4M2 15h4M10 15h4M18 15h4M2 10h4V4h4v8h4V6h4v5h4", size: [8, 6] },
});
