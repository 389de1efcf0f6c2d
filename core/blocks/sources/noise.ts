/** White Gaussian numbers at sample instants, the same in every run and in every engine. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";
import { sampleNumber } from "../sampleNumber.ts";

export default defineBlock({
  type: "noise",
  version: 1,
  category: "sources",
  title: "Gaussian Noise",
  summary: "A new Gaussian number each sample, held in between; one seed, one sequence.",
  formula: "y_k \\sim \\mathcal N(\\mu, \\sigma^2)",
  aliases: [
    "random number",
    "gaussian",
    "white noise",
    "disturbance",
    "normal",
    "randn",
    "ruido",
    "aleatorio",
    "ruido blanco",
    "perturbación",
  ],
  params: {
    mean: { kind: "vector", label: "Mean μ", default: "0" },
    deviation: { kind: "vector", label: "Deviation σ", default: "1", help: "Standard deviation of each sample." },
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
  check: ({ mean, deviation }) =>
    deviation.some((d) => d < 0)
      ? "Deviation must not be negative"
      : disagreement({ Mean: mean, Deviation: deviation }),
  ports: ({ mean, deviation }) => ({ out: { out: { width: common(mean, deviation) } } }),
  equations(m, s, p) {
    const k = p.period ? sampleNumber(m, s.t, p.period) : s.t;
    const width = common(p.mean, p.deviation);
    const out = each(width, (i) =>
      m.add(element(p.mean, i), m.mul(element(p.deviation, i), m.gaussian(p.seed, m.add(m.mul(k, width), i + 0.25)))),
    );
    return { out: { out } };
  },
  glyph: {
    curve: "M2 9l1.800-5 1.700 9 1.800-7 1.700 4L10.800 2l1.700 11 1.800-8 1.700 5 1.800-7 1.700 8L22 6",
    size: [8, 6],
  },
});
