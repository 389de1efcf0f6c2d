/** K / (T s + 1). */
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";
import { scalarOr } from "../tex.ts";

export default defineBlock({
  type: "first-order",
  version: 1,
  category: "continuous",
  title: "First-Order Lag",
  summary: "Follows its input with a gain and a time constant: 63 % of a step after T.",
  formula: "\\frac{Y}{U} = \\frac{K}{T s + 1},\\quad T\\,\\dot y = K u - y",
  aliases: ["lag", "pt1", "low pass", "time constant", "filter", "primer orden", "paso bajo", "constante de tiempo"],
  params: {
    gain: { kind: "vector", label: "Gain K", default: "1" },
    time: { kind: "vector", label: "Time constant T", default: "1", unit: "s" },
    initial: { kind: "vector", label: "Initial y₀", default: "0", help: "One value serves every element." },
  },
  check({ gain, time, initial }) {
    const bad = time.find((t) => !(t > 0));
    if (bad !== undefined) return `Time constant T must be greater than 0, not ${bad}`;
    return disagreement({ "Gain K": gain, "Time constant T": time, "Initial y₀": initial });
  },
  ports: ({ gain, time, initial }) => {
    const width = wide(gain, time, initial);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ gain, time, initial }) => ({ x: { width: wide(gain, time, initial), initial: "initial" } }),
  equations(m, s, p) {
    const x = s.state["x"] ?? [];
    const next = (s.in["in"] ?? []).map((u, i) =>
      m.div(m.sub(m.mul(element(p.gain, i), u), x[i] ?? 0), element(p.time, i)),
    );
    return { out: { out: x }, next: { x: next } };
  },
  glyph: {
    tex: ({ gain, time }) => `\\frac{${scalarOr(gain, "K")}}{${factor(scalarOr(time, "T"))}s+1}`,
    size: [10, 6],
    small: "M2 14h4c2-9 6-11 16-11",
  },
});

const factor = (time: string): string => (time === "1" ? "" : /[-+]/.test(time) ? `(${time})` : `${time}\\,`);
