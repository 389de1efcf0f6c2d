/** Square roots, and what becomes of negative numbers. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";

/** u / sqrt|u|, with |u| as the root of a square: neither jumps, so that a flow that turns back is no event and no NaN. */
function signed(m: BlockAlgebra, u: Expr): Expr {
  const root = m.sqrt(m.sqrt(m.mul(u, u)));
  return m.choose(m.eq(root, 0), 0, m.div(u, root));
}

const functions: { readonly [name: string]: { readonly tex: string; of(m: BlockAlgebra, u: Expr): Expr } } = {
  sqrt: { tex: "\\sqrt{u}", of: (m, u) => m.sqrt(u) },
  "signed sqrt": { tex: "\\pm\\sqrt{|u|}", of: signed },
  "1/sqrt": { tex: "1/\\sqrt{u}", of: (m, u) => m.div(1, m.sqrt(u)) },
};

export default defineBlock({
  type: "square-root",
  version: 1,
  category: "math",
  title: "Square Root",
  summary: "The square root of its input, element by element; a flow that may turn back is the signed one.",
  formula: "y = \\sqrt{u},\\quad \\operatorname{sgn}(u)\\sqrt{|u|},\\quad 1/\\sqrt{u}",
  aliases: ["sqrt", "root", "signed sqrt", "orifice", "valve", "torricelli", "raíz cuadrada", "raíz", "válvula"],
  params: {
    function: {
      kind: "choice",
      label: "Function",
      default: "sqrt",
      of: ["sqrt", "signed sqrt", "1/sqrt"],
      help: "A negative input has no root and ends the run, unless the signed one is taken: -4 gives -2.",
    },
  },
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s, p) => ({
    out: { out: (s.in["in"] ?? []).map((u) => functions[p.function]?.of(m, u) ?? u) },
  }),
  glyph: { tex: (p) => functions[p.function]?.tex ?? "\\sqrt{u}", size: [8, 6] },
});
