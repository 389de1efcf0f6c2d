/** What a division leaves. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";
import { element } from "../elements.ts";

/** The remainder with the sign of u: what is cut off is the quotient's part behind the point. */
function remainder(m: BlockAlgebra, u: Expr, d: Expr): Expr {
  const quotient = m.div(u, d);
  return m.sub(u, m.mul(d, m.choose(m.lt(quotient, 0), m.ceil(quotient), m.floor(quotient))));
}

export default defineBlock({
  type: "modulo",
  version: 1,
  category: "math",
  title: "Modulo",
  summary: "What is left of its input when whole divisors are taken away: wraps an angle, or folds time into a period.",
  formula: "y = u - d\\,\\lfloor u / d \\rfloor",
  aliases: ["mod", "rem", "remainder", "wrap", "angle", "módulo", "resto", "residuo", "envolver", "ángulo"],
  params: {
    function: {
      kind: "choice",
      label: "Function",
      default: "mod",
      of: ["mod", "rem"],
      help: "`mod` has the sign of the divisor, `rem` the sign of the input.",
    },
    from: {
      kind: "choice",
      label: "Divisor from",
      default: "parameter",
      of: ["parameter", "input"],
      help: "A number below, or a second input.",
    },
    divisor: {
      kind: "vector",
      label: "Divisor d",
      default: "2*pi",
      help: "One value serves every element.",
      when: { from: ["parameter"] },
    },
  },
  check: ({ from, divisor }) => (from === "parameter" && divisor.includes(0) ? "Divisor must not be zero" : undefined),
  ports({ from, divisor }) {
    const width = from === "parameter" && divisor.length > 1 ? divisor.length : "n";
    return { in: { u: { width }, ...(from === "input" && { d: { width } }) }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["u"] ?? []).map((u, i) => {
      const d = p.from === "input" ? (s.in["d"]?.[i] ?? m.num(1)) : element(p.divisor, i);
      return p.function === "rem" ? remainder(m, u, d) : m.mod(u, d);
    });
    return { out: { out } };
  },
  glyph: { tex: (p) => `\\mathrm{${p.function}}`, size: [8, 6] },
});
