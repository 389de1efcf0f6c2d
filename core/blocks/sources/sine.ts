/** A sine wave about a bias. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";

export default defineBlock({
  type: "sine",
  version: 1,
  category: "sources",
  title: "Sine",
  summary: "A sine wave of given amplitude, angular frequency and phase, about a bias.",
  formula: "y = b + a \\sin(\\omega t + \\varphi)",
  aliases: ["cosine", "wave", "oscillator", "harmonic", "seno", "senoidal", "onda", "armónico"],
  params: {
    amplitude: { kind: "vector", label: "Amplitude", default: "1" },
    frequency: { kind: "vector", label: "Frequency ω", default: "1", unit: "rad/s" },
    phase: { kind: "vector", label: "Phase", default: "0", unit: "rad" },
    bias: { kind: "vector", label: "Bias", default: "0" },
  },
  check: ({ amplitude, frequency, phase, bias }) =>
    disagreement({ Amplitude: amplitude, Frequency: frequency, Phase: phase, Bias: bias }),
  ports: (p) => ({ out: { out: { width: common(p.amplitude, p.frequency, p.phase, p.bias) } } }),
  equations(m, s, p) {
    const out = each(common(p.amplitude, p.frequency, p.phase, p.bias), (i) => {
      const angle = m.add(m.mul(element(p.frequency, i), s.t), element(p.phase, i));
      return m.add(element(p.bias, i), m.mul(element(p.amplitude, i), m.sin(angle)));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 8c3.300-8 6.700-8 10 0s6.700 8 10 0", size: [8, 6] },
});
