/** Logic on signals: whatever is not 0 is true. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";
import { each, numbered } from "../elements.ts";

type Join = (m: BlockAlgebra, a: Expr, b: Expr) => Expr;
const and: Join = (m, a, b) => m.and(a, b);
const or: Join = (m, a, b) => m.or(a, b);
const xor: Join = (m, a, b) => m.choose(a, m.not(b), b);

/** How inputs join, and whether the whole is turned round. */
const operators: { readonly [name: string]: readonly [join: Join, turned: boolean] } = {
  and: [and, false],
  or: [or, false],
  xor: [xor, false],
  nand: [and, true],
  nor: [or, true],
  xnor: [xor, true],
};

/** 1 or 0. What is continuous becomes a mode by the two comparisons, as "not" alone would not. */
const truth = (m: BlockAlgebra, u: Expr): Expr => m.or(m.lt(u, 0), m.gt(u, 0));

export default defineBlock({
  type: "logical",
  version: 1,
  category: "math",
  title: "Logical",
  summary: "Joins conditions: whatever is not 0 is true, the result is 1 or 0.",
  formula: "y = u_1 \\wedge u_2,\\; u_1 \\vee u_2,\\; \\neg u,\\; \\dots",
  aliases: [
    "and",
    "or",
    "not",
    "xor",
    "nand",
    "nor",
    "boolean",
    "gate",
    "logic operator",
    "lógica",
    "y",
    "o",
    "no",
    "puerta",
    "booleano",
  ],
  params: {
    operator: {
      kind: "choice",
      label: "Operator",
      default: "and",
      of: ["and", "or", "xor", "nand", "nor", "xnor", "not"],
    },
    count: {
      kind: "count",
      label: "Inputs",
      default: "2",
      min: 1,
      max: 32,
      help: "With one input the elements of its vector are joined.",
      when: { operator: ["and", "or", "xor", "nand", "nor", "xnor"] },
    },
  },
  ports: ({ operator, count }) =>
    operator === "not"
      ? { in: { in1: { width: "n" } }, out: { out: { width: "n" } } }
      : { in: numbered("in", count, "n"), out: { out: { width: count === 1 ? 1 : "n" } } },
  equations(m, s, p) {
    const inputs = each(p.operator === "not" ? 1 : p.count, (i) => (s.in[`in${i + 1}`] ?? []).map((u) => truth(m, u)));
    const [first = [], ...rest] = inputs;
    if (p.operator === "not") return { out: { out: first.map((u) => m.not(u)) } };
    const [join, turned] = operators[p.operator] ?? [and, false];
    const all = (list: readonly Expr[]) => {
      const joined = list.reduce((a, b) => join(m, a, b));
      return turned ? m.not(joined) : joined;
    };
    const out = rest.length === 0 ? [all(first)] : first.map((u, i) => all([u, ...rest.map((v) => v[i] ?? u)]));
    return { out: { out } };
  },
  glyph: { tex: ({ operator }) => `\\mathrm{${operator}}`, size: [8, 6] },
});
