/** To whole numbers. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";

const functions: { readonly [name: string]: { readonly tex: string; of(m: BlockAlgebra, u: Expr): Expr } } = {
  floor: { tex: "\\lfloor u\\rfloor", of: (m, u) => m.floor(u) },
  ceil: { tex: "\\lceil u\\rceil", of: (m, u) => m.ceil(u) },
  round: {
    tex: "\\lfloor u\\rceil",
    of: (m, u) => m.choose(m.lt(u, 0), m.ceil(m.sub(u, 0.5)), m.floor(m.add(u, 0.5))),
  },
  fix: { tex: "\\mathrm{fix}", of: (m, u) => m.choose(m.lt(u, 0), m.ceil(u), m.floor(u)) },
};

export default defineBlock({
  type: "rounding",
  version: 1,
  category: "math",
  title: "Rounding",
  summary: "A whole number beside its input: the next below, the next above, the nearest, or the next towards 0.",
  formula: "y = \\lfloor u \\rfloor,\\; \\lceil u \\rceil,\\; \\dots",
  aliases: ["floor", "ceil", "round", "fix", "truncate", "integer", "redondeo", "redondear", "truncar", "entero"],
  params: {
    function: {
      kind: "choice",
      label: "Function",
      default: "round",
      of: ["floor", "ceil", "round", "fix"],
      help: "`round` takes halves away from 0, `fix` drops what is behind the point.",
    },
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s, p) => ({
    out: { out: (s.in["in"] ?? []).map((u) => functions[p.function]?.of(m, u) ?? u) },
  }),
  glyph: { tex: (p) => functions[p.function]?.tex ?? "\\lfloor u\\rceil", size: [8, 6] },
});
