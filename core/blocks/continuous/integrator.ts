/**
 * dx/dt = u; with limits, resets and a beginning that is wired in where they are asked for. At a limit the derivative is held
 * at 0 as long as the input pushes outwards, so nothing winds up, and a jump puts the state exactly on the limit.
 */
import type { Expr } from "../../expr/expr.ts";
import { type BlockAlgebra, defineBlock, type Equations } from "../block.ts";
import { disagreement, element, wide } from "../elements.ts";
import { beyond, clamp, contradiction, limitFields } from "../limits.ts";

export default defineBlock({
  type: "integrator",
  version: 1,
  category: "continuous",
  title: "Integrator",
  summary: "Integrates its input over time, from an initial value; with limits and resets if wanted.",
  formula: "\\dot x = u,\\quad y = x,\\quad x(0) = x_0",
  aliases: ["1/s", "accumulator", "integral", "anti-windup", "reset", "integrador", "acumulador", "saturado"],
  params: {
    initial: {
      kind: "vector",
      label: "Initial x₀",
      default: "0",
      help: "One value serves every element.",
      when: { begins: ["value"] },
    },
    begins: {
      kind: "choice",
      label: "Begins at",
      default: "value",
      of: ["value", "port"],
      help: "`port`: what arrives at x0 when the run starts, and at every reset.",
    },
    reset: {
      kind: "choice",
      label: "Reset",
      default: "none",
      of: ["none", "rising", "falling", "either"],
      help: "When what arrives at `reset` passes 0 so, the state begins anew.",
    },
    ...limitFields,
  },
  check({ initial, begins, limits, lower, upper }) {
    if (limits === "none") return undefined;
    const found = contradiction(lower, upper);
    if (found !== undefined || begins === "port") return found;
    return disagreement({ "Initial x₀": initial, Lower: lower, Upper: upper }) ?? beyond(initial, lower, upper);
  },
  ports: ({ initial, begins, reset, limits, lower, upper }) => {
    const width = wide(...(begins === "value" ? [initial] : []), ...(limits === "none" ? [] : [lower, upper]));
    return {
      in: {
        in: { width },
        ...(reset === "none" ? {} : { reset: { width: 1 } }),
        ...(begins === "port" ? { x0: { width } } : {}),
      },
      out: { out: { width } },
    };
  },
  states: ({ initial, begins, limits, lower, upper }) => {
    const width = wide(...(begins === "value" ? [initial] : []), ...(limits === "none" ? [] : [lower, upper]));
    return { x: { width, initial: begins === "value" ? "initial" : 0 } };
  },
  equations(m, s, p): Equations {
    const x = s.state["x"] ?? [];
    const u = s.in["in"] ?? [];
    const limited = p.limits !== "none";
    const inside = (value: Expr, i: number): Expr =>
      limited ? clamp(m, value, element(p.lower, i), element(p.upper, i)) : value;
    const first = p.begins === "port" ? (s.in["x0"] ?? []).map(inside) : x.map((_, i) => element<Expr>(p.initial, i));
    const begun: Equations = p.begins === "port" ? { start: { x: first } } : {};
    const again = flank(m, p.reset, s.in["reset"]?.[0]);
    if (!limited) {
      return {
        out: { out: x },
        next: { x: u },
        ...begun,
        ...(again ? { reset: { x: { when: again, to: first } } } : {}),
      };
    }
    const at = x.map((xi, i) => {
      const [lower, upper] = [element(p.lower, i), element(p.upper, i)];
      const [over, under] = [m.ge(xi, upper), m.le(xi, lower)];
      return { lower, upper, over, under, hitsUpper: m.rises(over), hitsLower: m.rises(under) };
    });
    const hits = at.flatMap(({ hitsUpper, hitsLower }) => [hitsUpper, hitsLower]);
    const onLimit = at.map(({ lower, upper, hitsUpper, hitsLower }, i) =>
      m.choose(hitsUpper, upper, m.choose(hitsLower, lower, x[i] ?? 0)),
    );
    const all = again ? [again, ...hits] : hits;
    return {
      out: { out: x },
      next: {
        x: u.map((ui, i) => {
          const { over, under } = at[i] ?? { over: m.num(0), under: m.num(0) };
          return m.choose(m.or(m.and(over, m.gt(ui, 0)), m.and(under, m.lt(ui, 0))), 0, ui);
        }),
      },
      reset: {
        x: {
          when: all.reduce((a, b) => m.or(a, b)),
          to: onLimit.map((to, i) => (again ? m.choose(again, first[i] ?? 0, to) : to)),
        },
      },
      ...begun,
    };
  },
  glyph: { tex: () => "\\frac{1}{s}", size: [8, 6] },
});

/** 1 at the events at which a signal passes 0 as asked. */
function flank(m: BlockAlgebra, kind: string, signal: Expr | undefined): Expr | undefined {
  if (kind === "none" || !signal) return undefined;
  const positive = m.gt(signal, 0);
  if (kind === "rising") return m.rises(positive);
  if (kind === "falling") return m.falls(positive);
  return m.or(m.rises(positive), m.falls(positive));
}
