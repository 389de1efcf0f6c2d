/** 1, 0 or -1. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "sign",
  version: 1,
  category: "math",
  title: "Sign",
  summary: "1 where its input is positive, -1 where it is negative, 0 at 0.",
  formula: "y = \\operatorname{sgn}(u)",
  aliases: ["signum", "sgn", "bang-bang", "signo"],
  params: {},
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s) => ({ out: { out: (s.in["in"] ?? []).map((u) => m.sign(u)) } }),
  glyph: { curve: "M2 14h10V2h10M2 8h5M17 8h5", size: [8, 6] },
});
