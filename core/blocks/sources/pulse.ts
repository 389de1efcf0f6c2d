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
  aliases: [
    "pulse generator",
    "square wave",
    "pwm",
    "pulse train",
    "rectangular",
    "pulso",
    "onda cuadrada",
    "tren de pulsos",
  ],
  params: {
    amplitude: { kind: "vector", label: "Amplitude", default: "1" },
    period: { kind: "real", label: "Period T", default: "1", unit: "s", above: 0 },
    duty: { kind: "vector", label: "Duty d", default: "0.5", help: "The part of the period that the pulse lasts." },
    delay: { kind: "vector", label: "Delay", default: "0", unit: "s" },
    bias: { kind: "vector", label: "Bias", default: "0" },
  },
  check({ amplitude, duty, delay, bias }) {
    const wrong = duty.find((d) => !(d >= 0 && d <= 1));
    if (wrong !== undefined) return `Duty must lie between 0 and 1, not ${wrong}`;
    return disagreement({ Amplitude: amplitude, Duty: duty, Delay: delay, Bias: bias });
  },
  ports: (p) => ({ out: { out: { width: common(p.amplitude, p.duty, p.delay, p.bias) } } }),
  equations(m, s, p) {
    const out = each(common(p.amplitude, p.duty, p.delay, p.bias), (i) => {
      const delay = element(p.delay, i);
      const since = m.sub(s.t, delay);
      const begun = m.mul(m.floor(m.div(since, p.period)), p.period);
      const on = m.and(m.ge(s.t, delay), m.lt(m.sub(since, begun), m.mul(element(p.duty, i), p.period)));
      return m.add(element(p.bias, i), m.choose(on, element(p.amplitude, i), 0));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 13h3V3h5v10h5V3h5v10h2", size: [8, 6] },
});
