/** dx/dt = u. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "integrator",
  version: 1,
  category: "continuous",
  title: "Integrator",
  summary: "Integrates its input over time, from an initial value.",
  formula: "\\dot x = u,\\quad y = x,\\quad x(0) = x_0",
  aliases: ["1/s", "accumulator", "integral", "integrador", "acumulador"],
  params: {
    initial: { kind: "vector", label: "Initial x₀", default: "0", help: "One value serves every element." },
  },
  ports: ({ initial }) => {
    const width = initial.length > 1 ? initial.length : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ initial }) => ({ x: { width: initial.length > 1 ? initial.length : "n", initial: "initial" } }),
  equations: (_, s) => ({ out: { out: s.state["x"] ?? [] }, next: { x: s.in["in"] ?? [] } }),
  glyph: { tex: () => "\\frac{1}{s}", size: [8, 6] },
});
