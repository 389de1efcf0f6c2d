/** Shows what is wired into it as numbers. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "display",
  version: 1,
  category: "sinks",
  title: "Display",
  summary: "Shows the value of its input as numbers: at the end of a run, or where the cursor of the plot stands.",
  formula: "u(t)",
  aliases: ["number", "readout", "numeric", "digital", "value", "visualizador", "indicador", "número", "valor"],
  params: {},
  ports: { in: { in: { width: "n" } } },
  role: "display",
  equations: () => ({}),
  glyph: { curve: "M2 2h20v12H2zM6 5v6h3.500V5zM12.500 11h.5M15.500 5H18.500l-1.500 6", size: [10, 6] },
});
