/** Powers of e, 10 and 2, and their inverses. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";

/** From multiplying by 1 / ln b, log10(1000) would be 2.9999999999999996: one division rounds once. */
const functions: { readonly [name: string]: { readonly tex: string; of(m: BlockAlgebra, u: Expr): Expr } } = {
  exp: { tex: "e^u", of: (m, u) => m.exp(u) },
  ln: { tex: "\\ln", of: (m, u) => m.log(u) },
  log10: { tex: "\\log_{10}", of: (m, u) => m.div(m.log(u), Math.LN10) },
  log2: { tex: "\\log_2", of: (m, u) => m.div(m.log(u), Math.LN2) },
  "10^u": { tex: "10^u", of: (m, u) => m.pow(10, u) },
  "2^u": { tex: "2^u", of: (m, u) => m.pow(2, u) },
};

export default defineBlock({
  type: "exp-log",
  version: 1,
  category: "math",
  title: "Exp/Log",
  summary: "An exponential or a logarithm of its input, element by element.",
  formula: "y = e^u,\\; \\ln u,\\; \\log_{10} u,\\; 10^u,\\; \\dots",
  aliases: [
    "exponential",
    "logarithm",
    "exp",
    "ln",
    "log",
    "log10",
    "log2",
    "decibel",
    "exponencial",
    "logaritmo",
    "decibelio",
  ],
  params: {
    function: { kind: "choice", label: "Function", default: "exp", of: ["exp", "ln", "log10", "log2", "10^u", "2^u"] },
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s, p) => ({
    out: { out: (s.in["in"] ?? []).map((u) => functions[p.function]?.of(m, u) ?? u) },
  }),
  glyph: { tex: (p) => functions[p.function]?.tex ?? "e^u", size: [8, 6] },
});
