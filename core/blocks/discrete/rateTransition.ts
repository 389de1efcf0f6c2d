/** From one sample time to another. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "rate-transition",
  version: 1,
  category: "discrete",
  title: "Rate Transition",
  summary:
    "Hands a sampled signal on at another sample time: held where that is faster, each due sample where it is slower.",
  formula: "y(t) = u(t_k),\\quad t_k = \\text{offset} + k\\,T_\\text{out}",
  aliases: ["multirate", "resample", "downsample", "upsample", "multitasa", "remuestreo", "cambio de periodo"],
  params: {
    period: {
      kind: "period",
      label: "Output sample time",
      default: "0.5",
      optional: false,
      help: "In s. At a common instant it takes the new sample of its input.",
    },
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s, p) => ({ out: { out: (s.in["in"] ?? []).map((u) => m.sample(u, p.period)) } }),
  glyph: {
    tex: () => "T_1{\\to}T_2",
    size: [10, 6],
    small: "M2 14h2.500v-3h2.500v-3h2.500v-3h2.500v-3M14 14h4v-6h4v-6",
  },
});
