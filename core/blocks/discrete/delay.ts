/** y[k] = u[k - n]. */
import { defineBlock } from "../block.ts";
import { each, wide } from "../elements.ts";
import { sampleTime } from "../fields.ts";
import { tex } from "../tex.ts";

export default defineBlock({
  type: "delay",
  version: 1,
  category: "discrete",
  title: "Delay",
  summary: "Gives its input a number of samples later.",
  formula: "y_k = u_{k-n},\\quad y_k = y_0 \\text{ for } k < n",
  aliases: ["z^-n", "shift register", "tapped delay", "dead time", "retardo", "registro de desplazamiento"],
  params: {
    samples: { kind: "count", label: "Samples n", default: "2", min: 0, max: 1000 },
    initial: { kind: "vector", label: "Initial y₀", default: "0", help: "What comes out for the first n samples." },
    period: sampleTime("inherited"),
  },
  ports: ({ initial }) => ({ in: { in: { width: wide(initial) } }, out: { out: { width: wide(initial) } } }),
  states: ({ samples, initial }) =>
    Object.fromEntries(
      each(samples, (i) => [
        `x${i + 1}`,
        { width: wide(initial), initial: "initial" as const, every: "period" as const },
      ]),
    ),
  equations: (m, s, p) => ({
    out: {
      out: p.samples === 0 ? (s.in["in"] ?? []).map((u) => m.sample(u, p.period)) : (s.state[`x${p.samples}`] ?? []),
    },
    next: Object.fromEntries(each(p.samples, (i) => [`x${i + 1}`, (i === 0 ? s.in["in"] : s.state[`x${i}`]) ?? []])),
  }),
  glyph: { tex: ({ samples }) => `z^{-${tex(samples, "n")}}`, size: [8, 6] },
});
