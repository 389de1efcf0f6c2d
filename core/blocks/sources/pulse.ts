/** A train of rectangular pulses. Every edge is known in closed form, so that a run hits it exactly. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";

export default defineBlock({
  type: "pulse",
  version: 1,
  category: "sources",
  title: "Pulse",
  summary: "Rectangular pulses of given amplitude, repeated with a period; silent before its delay.",
  formula: "y = b + a\\,[\\,(t - t_0) \\bmod T < d\\,T\\,]",
  aliases: ["square", "pwm", "train", "rectangular", "pulso", "onda cuadrada", "tren de pulsos"],
  params: {
    amplitude: { kind: "vector", label: "Amplitude", default: "1" },
    period: { kind: "real", label: "Period T", default: "1", unit: "s", above: 0 },
    duty: {
      kind: "real",
      label: "Duty d",
      default: "0.5",
      min: 0,
      max: 1,
      help: "The part of the period that the pulse lasts.",
    },
    delay: { kind: "real", label: "Delay", default: "0", unit: "s" },
    bias: { kind: "vector", label: "Bias", default: "0" },
  },
  check: ({ amplitude, bias }) => disagreement({ Amplitude: amplitude, Bias: bias }),
  ports: ({ amplitude, bias }) => ({ out: { out: { width: common(amplitude, bias) } } }),
  equations(m, s, p) {
    const since = m.sub(s.t, p.delay);
    const begun = m.mul(m.floor(m.div(since, p.period)), p.period);
    const on = m.and(m.ge(s.t, p.delay), m.lt(m.sub(since, begun), m.mul(p.duty, p.period)));
    const out = each(common(p.amplitude, p.bias), (i) =>
      m.add(element(p.bias, i), m.choose(on, element(p.amplitude, i), 0)),
    );
    return { out: { out } };
  },
  glyph: { curve: "M2 13h3V3h5v10h5V3h5v10h2", size: [8, 6] },
});
