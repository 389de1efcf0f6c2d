/** Compares two inputs. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";

/** Equality from two inequalities: unlike a bare test it is a mode, located where signals cross. */
const equal = (m: BlockAlgebra, a: Expr, b: Expr): Expr => m.and(m.le(a, b), m.ge(a, b));

const operators: { readonly [name: string]: { readonly tex: string; of(m: BlockAlgebra, a: Expr, b: Expr): Expr } } = {
  "<": { tex: "<", of: (m, a, b) => m.lt(a, b) },
  "<=": { tex: "\\le", of: (m, a, b) => m.le(a, b) },
  ">": { tex: ">", of: (m, a, b) => m.gt(a, b) },
  ">=": { tex: "\\ge", of: (m, a, b) => m.ge(a, b) },
  "==": { tex: "=", of: equal },
  "!=": { tex: "\\ne", of: (m, a, b) => m.not(equal(m, a, b)) },
};

export default defineBlock({
  type: "relational",
  version: 1,
  category: "math",
  title: "Relational",
  summary: "1 where the first input compares to the second as asked, else 0, element by element.",
  formula: "y = [\\,u_1 \\ge u_2\\,] \\in \\{0, 1\\}",
  aliases: [
    "compare",
    "comparison",
    "comparator",
    "greater",
    "less",
    "equal",
    "threshold",
    "comparar",
    "comparador",
    "mayor",
    "menor",
    "igual",
    "umbral",
  ],
  params: {
    operator: { kind: "choice", label: "Operator", default: ">=", of: ["<", "<=", ">", ">=", "==", "!="] },
  },
  ports: { in: { in1: { width: "n" }, in2: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s, p) => ({
    out: {
      out: (s.in["in1"] ?? []).map((a, i) => operators[p.operator]?.of(m, a, s.in["in2"]?.[i] ?? m.num(0)) ?? a),
    },
  }),
  glyph: { tex: (p) => operators[p.operator]?.tex ?? "=", size: [8, 6] },
});
