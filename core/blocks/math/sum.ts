/** Adds and subtracts its inputs, element by element. */
import { defineBlock } from "../block.ts";
import { each, numbered } from "../elements.ts";

const MOST = 32;
const signs = (text: string) => text.replaceAll(/\s/g, "");

export default defineBlock({
  type: "sum",
  version: 1,
  category: "math",
  title: "Sum",
  summary: "Adds or subtracts its inputs, one for each sign.",
  formula: "y = \\pm u_1 \\pm u_2 \\pm \\dots",
  aliases: ["add", "subtract", "plus", "minus", "summing junction", "comparator", "error", "suma", "resta", "sumador"],
  params: {
    signs: {
      kind: "text",
      label: "Signs",
      default: "++",
      help: "A + or a - for each input: `+-` is the error of a loop.",
    },
  },
  check: (p) =>
    new RegExp(`^[-+]{1,${MOST}}$`).test(signs(p.signs))
      ? undefined
      : `Signs must be one to ${MOST} of + and -, not “${p.signs}”`,
  ports: (p) => ({
    in: numbered("in", Math.max(1, Math.min(MOST, signs(p.signs).length)), "n"),
    out: { out: { width: "n" } },
  }),
  equations(m, s, p) {
    const list = [...signs(p.signs)];
    const out = each(s.width["n"] ?? 1, (i) =>
      list
        .map((sign, k) => ({ sign, term: s.in[`in${k + 1}`]?.[i] ?? m.num(0) }))
        .reduce((sum, { sign, term }) => (sign === "-" ? m.sub(sum, term) : m.add(sum, term)), m.num(0)),
    );
    return { out: { out } };
  },
  // The signs themselves stand beside the ports.
  glyph: { shape: "circle", tex: () => "\\Sigma", size: [6, 6] },
});
