/** A switch with hysteresis: it remembers on which side it was, so that noise between the two points does not make it chatter. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";

export default defineBlock({
  type: "relay",
  version: 1,
  category: "nonlinear",
  title: "Relay",
  summary: "Switches on when its input reaches one point and off when it falls to a lower one; in between it stays.",
  formula:
    "y = \\begin{cases} y_{\\text{on}} & u \\ge u_{\\text{on}} \\\\ y_{\\text{off}} & u \\le u_{\\text{off}} \\end{cases}",
  aliases: [
    "hysteresis",
    "thermostat",
    "two-point",
    "bang-bang",
    "switch",
    "relé",
    "histéresis",
    "termostato",
    "todo o nada",
  ],
  params: {
    on: { kind: "vector", label: "Switches on at", default: "0.5" },
    off: { kind: "vector", label: "Switches off at", default: "-0.5" },
    high: { kind: "vector", label: "Value when on", default: "1" },
    low: { kind: "vector", label: "Value when off", default: "0" },
    initial: { kind: "choice", label: "At first", default: "off", of: ["off", "on"] },
  },
  check({ on, off, high, low }) {
    const different = disagreement({
      "Switches on at": on,
      "Switches off at": off,
      "Value when on": high,
      "Value when off": low,
    });
    if (different !== undefined) return different;
    const at = each(common(on, off), (i) => i).find((i) => element(off, i) > element(on, i));
    return at === undefined
      ? undefined
      : `it must switch off below where it switches on: ${element(off, at)} is more than ${element(on, at)}`;
  },
  ports: ({ on, off, high, low }) => {
    const width = common(on, off, high, low) > 1 ? common(on, off, high, low) : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["in"] ?? []).map((u, i) => {
      const state = m.remember(p.initial === "on" ? 1 : 0, (was) =>
        m.choose(m.ge(u, element(p.on, i)), 1, m.choose(m.le(u, element(p.off, i)), 0, was)),
      );
      return m.choose(state, element(p.high, i), element(p.low, i));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 13h13M9 3h13M9 13V3M15 13V3", size: [8, 6] },
});
