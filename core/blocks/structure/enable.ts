/** The port that switches a subsystem on and off. What stands still in it meanwhile is the compiler's work. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "enable",
  version: 1,
  category: "structure",
  title: "Enable",
  summary: "The subsystem it stands in runs while the signal at this port is above 0; its states stand still else.",
  formula: "u > 0",
  aliases: ["enabled subsystem", "conditional", "switch on", "habilitar", "subsistema habilitado", "condicional"],
  params: {
    states: {
      kind: "choice",
      label: "States when enabled",
      default: "held",
      of: ["held", "reset"],
      help: "Go on from where they stopped, or begin anew.",
    },
  },
  ports: { in: { outer: { width: 1, optional: true, hidden: true } } },
  role: "enable",
  equations: (m, s) => ({ runs: m.gt(s.in["outer"]?.[0] ?? 0, 0) }),
  glyph: { curve: "M4 13h5V3h8v10h4", size: [8, 6] },
});
