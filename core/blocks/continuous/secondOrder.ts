/** K w^2 / (s^2 + 2 z w s + w^2), with its output and the rate of it as states. */
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";

export default defineBlock({
  type: "second-order",
  version: 1,
  category: "continuous",
  title: "Second-Order System",
  summary: "An oscillator by its gain, natural frequency and damping ratio: a mass on a spring, an RLC circuit.",
  formula: "\\frac{Y}{U} = \\frac{K\\,\\omega^2}{s^2 + 2\\zeta\\omega s + \\omega^2}",
  aliases: [
    "pt2",
    "oscillator",
    "damping",
    "resonance",
    "natural frequency",
    "segundo orden",
    "oscilador",
    "amortiguamiento",
  ],
  params: {
    gain: { kind: "vector", label: "Gain K", default: "1" },
    frequency: { kind: "vector", label: "Natural frequency ω", default: "1", unit: "rad/s" },
    damping: { kind: "vector", label: "Damping ratio ζ", default: "0.5", help: "1 is critical, 0 never dies out." },
    initial: { kind: "vector", label: "Initial y₀", default: "0", help: "One value serves every element." },
    rate: { kind: "vector", label: "Initial rate ẏ₀", default: "0", help: "One value serves every element." },
  },
  check({ gain, frequency, damping, initial, rate }) {
    const bad = frequency.find((w) => !(w > 0));
    if (bad !== undefined) return `Natural frequency ω must be greater than 0, not ${bad}`;
    return disagreement({
      "Gain K": gain,
      "Natural frequency ω": frequency,
      "Damping ratio ζ": damping,
      "Initial y₀": initial,
      "Initial rate ẏ₀": rate,
    });
  },
  ports: ({ gain, frequency, damping, initial, rate }) => {
    const width = wide(gain, frequency, damping, initial, rate);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ gain, frequency, damping, initial, rate }) => {
    const width = wide(gain, frequency, damping, initial, rate);
    return { x: { width, initial: "initial" }, v: { width, initial: "rate" } };
  },
  equations(m, s, p) {
    const [x, v] = [s.state["x"] ?? [], s.state["v"] ?? []];
    const pull = (s.in["in"] ?? []).map((u, i) => {
      const w = element(p.frequency, i);
      const back = m.mul(w, m.sub(m.mul(element(p.gain, i), u), x[i] ?? 0));
      return m.mul(w, m.sub(back, m.mul(m.mul(2, element(p.damping, i)), v[i] ?? 0)));
    });
    return { out: { out: x }, next: { x: v, v: pull } };
  },
  glyph: { curve: "M2 14c2-16 4-16 6-7s4 5 6 1 4-1 8-1", size: [8, 6] },
});
