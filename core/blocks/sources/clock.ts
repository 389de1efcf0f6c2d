/** The time of the run. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "clock",
  version: 1,
  category: "sources",
  title: "Clock",
  summary: "The time of the run in s, running on or read at sample instants.",
  formula: "y = t",
  aliases: ["time", "timer", "digital clock", "reloj", "tiempo", "temporizador"],
  params: {
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      help: "`continuous`, or the sample time in s.",
    },
  },
  ports: { out: { out: { width: 1 } } },
  equations: (m, s, p) => ({ out: { out: [m.sample(s.t, p.period)] } }),
  glyph: { curve: "M12 1a7 7 0 1 0 .01 0zM12 4v4l2.800 2", size: [8, 6] },
});
