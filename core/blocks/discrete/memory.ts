/** x[k+1] = u[k] at whatever rate arrives. */
import { defineBlock } from "../block.ts";
import { wide } from "../elements.ts";
import { initialState } from "../fields.ts";

export default defineBlock({
  type: "memory",
  version: 1,
  category: "discrete",
  title: "Memory",
  summary: "The value one sample ago, at the sample time of what is wired in; breaks a loop of sampled blocks.",
  formula: "y_k = u_{k-1},\\quad y_0 = x_0",
  aliases: ["previous", "last value", "z^-1", "inherited", "memoria", "valor anterior"],
  params: {
    initial: initialState,
    period: {
      kind: "period",
      label: "Sample time",
      default: "inherited",
      optional: false,
      inherits: true,
      help: "`inherited` from what is wired in, or in s.",
    },
  },
  ports: ({ initial }) => ({ in: { in: { width: wide(initial) } }, out: { out: { width: wide(initial) } } }),
  states: ({ initial }) => ({ x: { width: wide(initial), initial: "initial", every: "period" } }),
  equations: (_, s) => ({ out: { out: s.state["x"] ?? [] }, next: { x: s.in["in"] ?? [] } }),
  glyph: { curve: "M5 3h14v10h-14zM5 3l14 10M19 3l-14 10", size: [8, 6] },
});
