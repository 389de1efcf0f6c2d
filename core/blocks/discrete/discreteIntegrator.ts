/** A sum over samples that stands for an integral. */
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";
import { initialState, sampleTime } from "../fields.ts";
import { beyond, clamp, contradiction, limitFields } from "../limits.ts";
import { methodHelp, methods, weightOf } from "../methods.ts";

export default defineBlock({
  type: "discrete-integrator",
  version: 1,
  category: "discrete",
  title: "Discrete Integrator",
  summary: "Sums its samples times the sample time, by one of three rules, between limits if wanted.",
  formula: "x_{k+1} = x_k + K T u_k,\\quad y_k = x_k + \\theta K T u_k",
  aliases: ["accumulator", "sum", "euler", "tustin", "integrador discreto", "acumulador", "trapecio"],
  params: {
    method: { kind: "choice", label: "Method", default: "forward Euler", of: methods, help: methodHelp },
    gain: { kind: "vector", label: "Gain K", default: "1" },
    initial: initialState,
    ...limitFields,
    period: sampleTime("inherited"),
  },
  check({ gain, initial, limits, lower, upper }) {
    if (limits === "none") return disagreement({ "Gain K": gain, "Initial x₀": initial });
    return (
      contradiction(lower, upper) ??
      disagreement({ "Gain K": gain, "Initial x₀": initial, Lower: lower, Upper: upper }) ??
      beyond(initial, lower, upper)
    );
  },
  ports: ({ gain, initial, limits, lower, upper }) => {
    const width = wide(gain, initial, ...(limits === "none" ? [] : [lower, upper]));
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ gain, initial, limits, lower, upper }) => ({
    x: {
      width: wide(gain, initial, ...(limits === "none" ? [] : [lower, upper])),
      initial: "initial",
      every: "period",
    },
  }),
  equations(m, s, p) {
    const x = s.state["x"] ?? [];
    const weight = weightOf(p.method);
    const limited = p.limits !== "none";
    const dt = p.period ? m.period(p.period) : m.num(0);
    // What is compared must hold still between instants, or every crossing in between would be an event.
    const holds = limited || weight > 0;
    const grown = (s.in["in"] ?? []).map((u, i) =>
      m.mul(m.mul(element(p.gain, i), dt), holds ? m.sample(u, p.period) : u),
    );
    const after = (part: number) =>
      x.map((xi, i) => {
        const value = m.add(xi, m.mul(part, grown[i] ?? 0));
        return limited ? clamp(m, value, element(p.lower, i), element(p.upper, i)) : value;
      });
    return { out: { out: weight === 0 ? x : after(weight) }, next: { x: after(1) } };
  },
  glyph: {
    tex: ({ method }) =>
      method === "backward Euler"
        ? "\\frac{T z}{z-1}"
        : method === "trapezoidal"
          ? "\\frac{T}{2}\\frac{z+1}{z-1}"
          : "\\frac{T}{z-1}",
    size: [10, 6],
    small: "M3 14v-2M7.500 14v-4M12 14v-7M16.500 14v-9M21 14v-12",
  },
});
