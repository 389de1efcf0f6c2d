/** x[k+1] = u[k]. */
import { defineBlock } from "../block.ts";
import { initialState } from "../fields.ts";

export default defineBlock({
  type: "unit-delay",
  version: 1,
  category: "discrete",
  title: "Unit Delay",
  summary: "Gives its input one sample later, and holds it in between.",
  formula: "y_{k+1} = u_k,\\quad y_0 = x_0",
  aliases: ["z^-1", "1/z", "memory", "sample and hold", "register", "retardo", "retraso", "memoria"],
  params: {
    period: {
      kind: "period",
      label: "Sample time",
      default: "0.1",
      optional: false,
      inherits: true,
      help: "In s; or inherited.",
    },
    initial: initialState,
  },
  ports: ({ initial }) => {
    const width = initial.length > 1 ? initial.length : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  states: ({ initial }) => ({
    x: { width: initial.length > 1 ? initial.length : "n", initial: "initial", every: "period" },
  }),
  equations: (_, s) => ({ out: { out: s.state["x"] ?? [] }, next: { x: s.in["in"] ?? [] } }),
  glyph: { tex: () => "z^{-1}", size: [8, 6] },
});
