/** A weighted sum of the last samples. */
import { defineBlock } from "../block.ts";
import { each } from "../elements.ts";
import { sampleTime } from "../fields.ts";

export default defineBlock({
  type: "fir",
  version: 1,
  category: "discrete",
  title: "FIR Filter",
  summary: "A weighted sum of its last samples: a moving average, a smoother, a difference.",
  formula: "y_k = b_0 u_k + \\dots + b_n u_{k-n}",
  aliases: ["moving average", "finite impulse response", "convolution", "media móvil", "filtro", "convolución"],
  params: {
    coefficients: {
      kind: "vector",
      label: "Coefficients b",
      default: "[0.25, 0.25, 0.25, 0.25]",
      help: "The newest sample's first.",
    },
    initial: { kind: "real", label: "Initial u₀", default: "0", help: "All samples before the first." },
    period: sampleTime("inherited"),
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  states: ({ coefficients }) =>
    Object.fromEntries(
      each(coefficients.length - 1, (i) => [
        `u${i + 1}`,
        { width: "n", initial: "initial" as const, every: "period" as const },
      ]),
    ),
  equations(m, s, p) {
    const now = (s.in["in"] ?? []).map((u) => m.sample(u, p.period));
    const past = each(p.coefficients.length - 1, (i) => s.state[`u${i + 1}`] ?? []);
    const out = now.map((u, j) => m.dot(p.coefficients, [u, ...past.map((sample) => sample[j] ?? 0)]));
    return {
      out: { out },
      next: Object.fromEntries(past.map((_, i) => [`u${i + 1}`, i === 0 ? now : (past[i - 1] ?? [])])),
    };
  },
  glyph: { curve: "M3 14v-3M7.500 14v-7M12 14v-12M16.500 14v-7M21 14v-3", size: [8, 6] },
});
