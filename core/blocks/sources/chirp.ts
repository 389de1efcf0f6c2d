/** A sine whose frequency moves from one value to another, and stays there. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "chirp",
  version: 1,
  category: "sources",
  title: "Chirp",
  summary: "A sine that sweeps from one angular frequency to another, then stays at the last.",
  formula:
    "y = a \\sin\\Bigl(\\int_0^t \\omega(\\tau)\\,d\\tau + \\varphi\\Bigr),\\quad \\omega: \\omega_0 \\to \\omega_1 \\text{ in } T",
  aliases: ["sweep", "swept sine", "frequency response", "identification", "barrido", "barrido en frecuencia"],
  params: {
    amplitude: { kind: "real", label: "Amplitude", default: "1" },
    from: { kind: "real", label: "From ω₀", default: "1", unit: "rad/s", min: 0 },
    to: { kind: "real", label: "To ω₁", default: "10", unit: "rad/s", min: 0 },
    time: { kind: "real", label: "Sweep time T", default: "10", unit: "s", above: 0 },
    phase: { kind: "real", label: "Phase", default: "0", unit: "rad" },
    start: { kind: "real", label: "Start", default: "0", unit: "s", help: "Before it stands at its first value." },
    sweep: { kind: "choice", label: "Sweep", default: "linear", of: ["linear", "exponential"] },
  },
  check: ({ from, to, sweep }) =>
    sweep === "exponential" && (from <= 0 || to <= 0 || from === to)
      ? "an exponential sweep needs two different frequencies above zero"
      : undefined,
  ports: { out: { out: { width: 1 } } },
  equations(m, s, p) {
    const t = m.choose(m.ge(s.t, p.start), m.sub(s.t, p.start), 0);
    const part = m.div(t, p.time);
    // The phase is the integral of the frequency: the mean of both frequencies at the end of a linear sweep.
    const ratio = m.log(m.div(p.to, p.from));
    const [sweeping, whole] =
      p.sweep === "linear"
        ? [
            m.mul(t, m.add(p.from, m.mul(m.sub(p.to, p.from), m.div(part, 2)))),
            m.mul(p.time, m.div(m.add(p.from, p.to), 2)),
          ]
        : [
            m.mul(m.div(m.mul(p.from, p.time), ratio), m.sub(m.exp(m.mul(ratio, part)), 1)),
            m.mul(m.div(p.time, ratio), m.sub(p.to, p.from)),
          ];
    const after = m.add(whole, m.mul(p.to, m.sub(t, p.time)));
    const angle = m.add(m.choose(m.lt(t, p.time), sweeping, after), p.phase);
    return { out: { out: [m.mul(p.amplitude, m.sin(angle))] } };
  },
  glyph: {
    curve: "M2 8c2.700-9 4.500-9 6.300 0s3.600 9 5.400 0 2.700-9 4 0 1.800 9 2.700 0 1.200-5 1.600-5",
    size: [8, 6],
  },
});
