/** y = u · v. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "dot-product",
  version: 1,
  category: "math",
  title: "Dot Product",
  summary: "The products of the elements of two vectors, added up.",
  formula: "y = u_1 v_1 + u_2 v_2 + \\dots",
  aliases: [
    "inner product",
    "scalar product",
    "weighted sum",
    "producto escalar",
    "producto interior",
    "producto punto",
  ],
  params: {},
  ports: { in: { u: { width: "n" }, v: { width: "n" } }, out: { out: { width: 1 } } },
  equations: (m, s) => ({ out: { out: [m.dot(s.in["u"] ?? [], s.in["v"] ?? [])] } }),
  glyph: { tex: () => "u \\cdot v", size: [8, 6] },
});
