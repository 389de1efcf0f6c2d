/** N s / (s + N): the derivative of its input up to about N rad/s. */
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";

export default defineBlock({
  type: "derivative",
  version: 1,
  category: "continuous",
  title: "Derivative",
  summary: "The rate of change of its input, filtered by a pole at -N so that noise and jumps stay finite.",
  formula: "\\frac{Y}{U} = \\frac{N\\,s}{s + N},\\quad \\dot x = N\\,(u - x),\\quad y = \\dot x",
  aliases: ["du/dt", "differentiator", "high pass", "washout", "derivada", "diferenciador", "paso alto"],
  params: {
    N: { kind: "vector", label: "Filter N", default: "100", unit: "rad/s", help: "The larger, the closer to s." },
    initial: {
      kind: "vector",
      label: "Initial u₀",
      default: "0",
      help: "Value of the input before the run: the output begins at N (u - u₀).",
    },
  },
  check({ N, initial }) {
    const bad = N.find((n) => !(n > 0));
    if (bad !== undefined) return `Filter N must be greater than 0, not ${bad}`;
    return disagreement({ "Filter N": N, "Initial u₀": initial });
  },
  ports: ({ N, initial }) => {
    const width = wide(N, initial);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ N, initial }) => ({ x: { width: wide(N, initial), initial: "initial" } }),
  equations(m, s, p) {
    const x = s.state["x"] ?? [];
    const slope = (s.in["in"] ?? []).map((u, i) => m.mul(element(p.N, i), m.sub(u, x[i] ?? 0)));
    return { out: { out: slope }, next: { x: slope } };
  },
  glyph: { tex: () => "\\frac{N s}{s+N}", size: [10, 6], small: "M2 13h4v-11c2 8 5 10.500 16 11" },
});
