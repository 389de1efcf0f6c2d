/** Straight lines through samples. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock } from "../block.ts";
import { sampleTime } from "../fields.ts";

export default defineBlock({
  type: "first-order-hold",
  version: 1,
  category: "discrete",
  title: "First-Order Hold",
  summary: "Draws straight lines through its samples: onwards through the last two, or between them one sample late.",
  formula: "y(t) = u_k + \\frac{t - t_k}{T}\\,(u_k - u_{k-1})",
  aliases: ["foh", "linear hold", "extrapolation", "interpolation", "retenedor de primer orden", "interpolación"],
  params: {
    line: {
      kind: "choice",
      label: "Line",
      default: "onwards",
      of: ["onwards", "one sample late"],
      help: "`onwards` extrapolates and may jump at samples; `one sample late` never jumps.",
    },
    period: sampleTime("0.1"),
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  states: { before: { width: "n", initial: 0, every: "period" } },
  equations(m, s, p) {
    const before = s.state["before"] ?? [];
    const now = (s.in["in"] ?? []).map((u) => m.sample(u, p.period));
    const part = p.period ? m.div(m.sub(s.t, m.sample(s.t, p.period)), m.period(p.period)) : m.num(0);
    const out = now.map((u, i): Expr => {
      const was = before[i] ?? m.num(0);
      return m.add(p.line === "onwards" ? u : was, m.mul(part, m.sub(u, was)));
    });
    // It begins at its first sample, with no slope.
    return { out: { out }, next: { before: now }, start: { before: now } };
  },
  glyph: { curve: "M2 14l5-5l5-6l5 1l5 5", size: [8, 6] },
});
