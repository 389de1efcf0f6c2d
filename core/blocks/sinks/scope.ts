/** Shows what is wired into it over time. */
import { defineBlock } from "../block.ts";
import { numbered } from "../elements.ts";

export default defineBlock({
  type: "scope",
  version: 1,
  category: "sinks",
  title: "Scope",
  summary: "Plots what is wired into it against time.",
  formula: "u(t)",
  aliases: ["plot", "display", "viewer", "oscilloscope", "graph", "osciloscopio", "gráfica", "visor"],
  params: { count: { kind: "count", label: "Inputs", default: "1", min: 1, max: 16 } },
  ports: ({ count }) => ({ in: numbered("in", count) }),
  role: "scope",
  equations: () => ({}),
  glyph: { curve: "M3 1v13h19M5 11c3-9 5-9 8-4s5 3 8-3", size: [8, 6] },
});
