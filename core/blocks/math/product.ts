/** Multiplies and divides its inputs, element by element. */
import { defineBlock } from "../block.ts";
import { each, numbered } from "../elements.ts";

const MOST = 32;
const operations = (text: string) => text.replaceAll(/\s/g, "");

export default defineBlock({
  type: "product",
  version: 1,
  category: "math",
  title: "Product",
  summary: "Multiplies or divides its inputs, one for each operation, element by element.",
  formula: "y = u_1^{\\pm 1}\\,u_2^{\\pm 1}\\cdots",
  aliases: ["multiply", "divide", "times", "quotient", "modulator", "producto", "multiplicar", "dividir", "división"],
  params: {
    operations: {
      kind: "text",
      label: "Operations",
      default: "**",
      help: "A * or a / for each input: `*/` divides the first by the second.",
    },
  },
  check: (p) =>
    new RegExp(`^[*/]{1,${MOST}}$`).test(operations(p.operations))
      ? undefined
      : `Operations must be one to ${MOST} of * and /, not “${p.operations}”`,
  ports: (p) => ({
    in: numbered("in", Math.max(1, Math.min(MOST, operations(p.operations).length)), "n"),
    out: { out: { width: "n" } },
  }),
  equations(m, s, p) {
    const list = [...operations(p.operations)];
    const out = each(s.width["n"] ?? 1, (i) =>
      list
        .map((operation, k) => ({ operation, factor: s.in[`in${k + 1}`]?.[i] ?? m.num(1) }))
        .reduce(
          (product, { operation, factor }) => (operation === "/" ? m.div(product, factor) : m.mul(product, factor)),
          m.num(1),
        ),
    );
    return { out: { out } };
  },
  glyph: {
    tex: (p) => (/\//.test(p.operations) ? "\\times\\div" : "\\times"),
    size: [8, 6],
  },
});
