/** Samples and holds. */
import { defineBlock } from "../block.ts";
import { sampleTime } from "../fields.ts";

export default defineBlock({
  type: "zero-order-hold",
  version: 1,
  category: "discrete",
  title: "Zero-Order Hold",
  summary: "Samples its input and holds each sample until the next one.",
  formula: "y(t) = u(t_k),\\quad t_k \\le t < t_{k+1}",
  aliases: ["zoh", "sample and hold", "sampler", "adc", "dac", "retenedor", "muestreador", "muestreo y retención"],
  params: {
    period: sampleTime("0.1"),
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s, p) => ({ out: { out: (s.in["in"] ?? []).map((u) => m.sample(u, p.period)) } }),
  glyph: { curve: "M2 14v-3h5v-5h5v-4h5v5h5", size: [8, 6] },
});
