/**
 * Limits how fast its output changes. While the input is slow enough the output is the input itself; once it jumps or runs away the
 * output slides after it at a limit until it has caught up. When it leaves and when it catches up are events.
 */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";

/** A jump less than what the limit passes in this time is not one, s. */
const instant = 1e-6;

export default defineBlock({
  type: "rate-limiter",
  version: 1,
  category: "nonlinear",
  title: "Rate Limiter",
  summary: "Follows its input no faster than one rate up and another down.",
  formula: "-F \\le \\dot y \\le R",
  aliases: ["slew rate", "ramp limit", "slope", "pendiente", "limitador de velocidad", "rampa"],
  params: {
    rising: { kind: "vector", label: "Rising R", default: "1", unit: "1/s" },
    falling: { kind: "vector", label: "Falling F", default: "1", unit: "1/s" },
    begins: {
      kind: "choice",
      label: "Begins at",
      default: "input",
      of: ["input", "value"],
      help: "`value`: from there it slides to its input.",
    },
    initial: { kind: "vector", label: "Initial y₀", default: "0", when: { begins: ["value"] } },
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      inherits: true,
      help: "`continuous`, or the sample time in s.",
    },
  },
  check({ rising, falling, begins, initial }) {
    for (const [label, rates] of [
      ["Rising R", rising],
      ["Falling F", falling],
    ] as const) {
      const bad = rates.find((rate) => !(rate > 0));
      if (bad !== undefined) return `${label} must be greater than 0, not ${bad}`;
    }
    return disagreement({
      "Rising R": rising,
      "Falling F": falling,
      ...(begins === "value" ? { "Initial y₀": initial } : {}),
    });
  },
  ports: ({ rising, falling, begins, initial }) => {
    const width = wide(rising, falling, ...(begins === "value" ? [initial] : []));
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ rising, falling, begins, initial }) => ({
    x: {
      width: wide(rising, falling, ...(begins === "value" ? [initial] : [])),
      initial: begins === "value" ? "initial" : 0,
      every: "period",
    },
  }),
  equations(m, s, p) {
    const x = s.state["x"] ?? [];
    const u = s.in["in"] ?? [];
    const limits = (i: number): readonly [Expr, Expr] => [element(p.rising, i), element(p.falling, i)];
    const start = p.begins === "input" ? { start: { x: u } } : {};
    if (p.period) {
      const dt = m.period(p.period);
      const out = u.map((ui, i) => {
        const [rising, falling] = limits(i);
        const [was, step] = [x[i] ?? m.num(0), m.sub(m.sample(ui, p.period), x[i] ?? 0)];
        return m.add(was, m.max(m.neg(m.mul(falling, dt)), m.min(m.mul(rising, dt), step)));
      });
      return { out: { out }, next: { x: out }, ...start };
    }
    const modes = u.map((ui, i) => {
      const [rising, falling] = limits(i);
      const [rate, ahead] = [m.rate(ui), m.sub(ui, x[i] ?? 0)];
      const tooFast = m.choose(m.gt(rate, rising), 1, m.choose(m.lt(rate, m.neg(falling)), -1, 0));
      // 1: slides up, -1: slides down, 0: follows.
      const mode = m.remember(p.begins === "input" ? 0 : 2, (was) => {
        const lost = m.choose(
          m.gt(ahead, m.mul(rising, instant)),
          1,
          m.choose(m.lt(ahead, m.neg(m.mul(falling, instant))), -1, tooFast),
        );
        const up = m.choose(m.gt(ahead, 0), 1, tooFast);
        const down = m.choose(m.lt(ahead, 0), -1, tooFast);
        return m.choose(m.eq(was, 1), up, m.choose(m.eq(was, -1), down, lost));
      });
      const follows = m.eq(mode, 0);
      return { rate, mode, follows, caught: m.rises(follows) };
    });
    return {
      out: { out: modes.map(({ follows }, i) => m.choose(follows, u[i] ?? 0, x[i] ?? 0)) },
      next: {
        x: modes.map(({ rate, mode, follows }, i) => {
          const [rising, falling] = limits(i);
          return m.choose(follows, rate, m.choose(m.gt(mode, 0), rising, m.neg(falling)));
        }),
      },
      reset: {
        x: {
          when: modes.reduce<Expr>((any, { caught }) => m.or(any, caught), m.num(0)),
          to: modes.map(({ caught }, i) => m.choose(caught, u[i] ?? 0, x[i] ?? 0)),
        },
      },
      ...start,
    };
  },
  glyph: { curve: "M2 14h4l9-10h7M6 14v-12h16", size: [8, 6] },
});
