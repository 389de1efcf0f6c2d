/** y(t) = u(t - T). */
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";

export default defineBlock({
  type: "transport-delay",
  version: 1,
  category: "continuous",
  title: "Transport Delay",
  summary: "Gives its input a fixed time later, as a pipe or a conveyor belt does; jumps arrive as jumps.",
  formula: "y(t) = u(t - T),\\quad y(t) = y_0 \\text{ for } t < T",
  aliases: ["dead time", "time delay", "latency", "pure delay", "e^-sT", "retardo", "tiempo muerto", "latencia"],
  params: {
    time: { kind: "vector", label: "Time T", default: "1", unit: "s", help: "One value serves every element." },
    initial: { kind: "vector", label: "Initial y₀", default: "0", help: "What comes out before anything has passed." },
  },
  check({ time, initial }) {
    const bad = time.find((t) => !(t > 0));
    if (bad !== undefined) return `Time T must be greater than 0, not ${bad}`;
    return disagreement({ "Time T": time, "Initial y₀": initial });
  },
  ports: ({ time, initial }) => {
    const width = wide(time, initial);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["in"] ?? []).map((u, i) => m.delay(u, element(p.time, i), element(p.initial, i)));
    return { out: { out } };
  },
  glyph: { tex: () => "e^{-sT}", size: [8, 6], small: "M2 13h4v-10h6M9 13h6v-10h7" },
});
