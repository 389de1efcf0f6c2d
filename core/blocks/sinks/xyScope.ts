/** Shows one signal against another. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "xy-scope",
  version: 1,
  category: "sinks",
  title: "XY Scope",
  summary: "Plots one signal against another: phase planes, paths, hysteresis loops.",
  formula: "(x(t),\\; y(t))",
  aliases: [
    "xy graph",
    "phase plane",
    "phase portrait",
    "lissajous",
    "trajectory",
    "plano de fase",
    "trayectoria",
    "gráfica xy",
  ],
  params: {},
  ports: { in: { x: { width: "n" }, y: { width: "n" } } },
  role: "xy",
  equations: () => ({}),
  glyph: { curve: "M3 1v13h19M8 9c0-8 12-7 12-2 0 4-8 6-8 1 0-3 4-3 4-.500", size: [8, 6] },
});
