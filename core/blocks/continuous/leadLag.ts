/** K (T1 s + 1) / (T2 s + 1). */
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";

export default defineBlock({
  type: "lead-lag",
  version: 1,
  category: "continuous",
  title: "Lead-Lag",
  summary: "A zero and a pole by their time constants: phase lead where T₁ > T₂, lag where T₁ < T₂.",
  formula: "\\frac{Y}{U} = K\\,\\frac{T_1 s + 1}{T_2 s + 1}",
  aliases: ["compensator", "phase lead", "phase lag", "adelanto", "atraso", "compensador", "red de avance"],
  params: {
    gain: { kind: "vector", label: "Gain K", default: "1", help: "For slow inputs." },
    lead: { kind: "vector", label: "Lead T₁", default: "1", unit: "s" },
    lag: { kind: "vector", label: "Lag T₂", default: "0.1", unit: "s" },
    initial: {
      kind: "vector",
      label: "Initial u₀",
      default: "0",
      help: "Constant input up to the start of the run, in which it has come to rest.",
    },
  },
  check({ gain, lead, lag, initial }) {
    const bad = lag.find((t) => !(t > 0));
    if (bad !== undefined) return `Lag T₂ must be greater than 0, not ${bad}`;
    return disagreement({ "Gain K": gain, "Lead T₁": lead, "Lag T₂": lag, "Initial u₀": initial });
  },
  ports: ({ gain, lead, lag, initial }) => {
    const width = wide(gain, lead, lag, initial);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ gain, lead, lag, initial }) => ({ x: { width: wide(gain, lead, lag, initial), initial: "initial" } }),
  equations(m, s, p) {
    const x = s.state["x"] ?? [];
    const slope = (s.in["in"] ?? []).map((u, i) => m.div(m.sub(u, x[i] ?? 0), element(p.lag, i)));
    const out = slope.map((dx, i) => m.mul(element(p.gain, i), m.add(x[i] ?? 0, m.mul(element(p.lead, i), dx))));
    return { out: { out }, next: { x: slope } };
  },
  glyph: { tex: () => "\\frac{T_1 s+1}{T_2 s+1}", size: [12, 6], small: "M2 13h6l7-10h7" },
});
