/** One of two inputs, by a third. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "switch",
  version: 1,
  category: "math",
  title: "Switch",
  summary: "Passes its first input while the control input meets the criterion, and the second otherwise.",
  formula: "y = \\begin{cases} u_1 & c \\ge \\theta \\\\ u_2 & c < \\theta \\end{cases}",
  aliases: ["if", "select", "relay", "condition", "changeover", "conmutador", "interruptor", "si", "condición"],
  params: {
    criterion: {
      kind: "choice",
      label: "First input while",
      default: "control >= threshold",
      of: ["control >= threshold", "control > threshold", "control is not 0"],
    },
    threshold: {
      kind: "real",
      label: "Threshold θ",
      default: "0",
      when: { criterion: ["control >= threshold", "control > threshold"] },
    },
  },
  ports: {
    in: { in1: { width: "n" }, control: { width: 1 }, in2: { width: "n" } },
    out: { out: { width: "n" } },
  },
  equations(m, s, p) {
    const [control = m.num(0)] = s.in["control"] ?? [];
    const met =
      p.criterion === "control is not 0"
        ? m.or(m.lt(control, 0), m.gt(control, 0))
        : p.criterion === "control > threshold"
          ? m.gt(control, p.threshold)
          : m.ge(control, p.threshold);
    return { out: { out: (s.in["in1"] ?? []).map((u, i) => m.choose(met, u, s.in["in2"]?.[i] ?? u)) } };
  },
  glyph: { curve: "M2 2h6M2 14h6M2 8h4M8 2l8.500 6H22", size: [10, 8] },
});
