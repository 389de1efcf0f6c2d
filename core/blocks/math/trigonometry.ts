/** Trigonometric and hyperbolic functions, angles in radians. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra, type Ports } from "../block.ts";

const ofOne: { readonly [name: string]: (m: BlockAlgebra, u: Expr) => Expr } = {
  sin: (m, u) => m.sin(u),
  cos: (m, u) => m.cos(u),
  tan: (m, u) => m.tan(u),
  asin: (m, u) => m.asin(u),
  acos: (m, u) => m.acos(u),
  atan: (m, u) => m.atan(u),
  sinh: (m, u) => m.sinh(u),
  cosh: (m, u) => m.cosh(u),
  tanh: (m, u) => m.tanh(u),
};

const short: { readonly [name: string]: string } = {
  asin: "\\sin^{-1}",
  acos: "\\cos^{-1}",
  atan: "\\tan^{-1}",
  atan2: "\\angle(x, y)",
};

export default defineBlock({
  type: "trigonometry",
  version: 1,
  category: "math",
  title: "Trig Function",
  summary: "A trigonometric or hyperbolic function of its input in radians, element by element; atan2 takes y and x.",
  formula: "y = \\sin u,\\; \\cos u,\\; \\tan u,\\; \\dots",
  aliases: [
    "trigonometry",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "sinh",
    "cosh",
    "tanh",
    "sine",
    "cosine",
    "angle",
    "seno",
    "coseno",
    "tangente",
    "arcotangente",
    "trigonometría",
    "ángulo",
  ],
  params: {
    function: {
      kind: "choice",
      label: "Function",
      default: "sin",
      of: ["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"],
    },
  },
  ports(p): Ports {
    const width = "n";
    return { in: p.function === "atan2" ? { y: { width }, x: { width } } : { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out =
      p.function === "atan2"
        ? (s.in["y"] ?? []).map((y, i) => m.atan2(y, s.in["x"]?.[i] ?? 1))
        : (s.in["in"] ?? []).map((u) => ofOne[p.function]?.(m, u) ?? u);
    return { out: { out } };
  },
  glyph: { tex: (p) => short[p.function] ?? `\\${p.function}`, size: [8, 6] },
});
