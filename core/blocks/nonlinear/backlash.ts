/** Play between gears: the output rests until the input has taken up the gap, and is then dragged along. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock } from "../block.ts";
import { common, disagreement, element } from "../elements.ts";

export default defineBlock({
  type: "backlash",
  version: 1,
  category: "nonlinear",
  title: "Backlash",
  summary:
    "Follows its input with play: rests until the input has crossed the gap, and is then dragged along its edge.",
  formula: "|u - y| \\le \\tfrac{w}{2}",
  aliases: ["play", "gear", "slack", "lost motion", "holgura", "juego", "engranaje"],
  params: {
    width: { kind: "vector", label: "Width of the gap w", default: "1" },
    initial: { kind: "vector", label: "Initial y₀", default: "0" },
  },
  check: ({ width, initial }) =>
    width.some((w) => w < 0)
      ? "the width of the gap must not be negative"
      : disagreement({ "Width of the gap w": width, "Initial y₀": initial }),
  ports: ({ width: gap, initial }) => {
    const width = common(gap, initial) > 1 ? common(gap, initial) : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["in"] ?? []).map((u, i) => {
      const half = m.div(element(p.width, i), 2);
      const initial = element(p.initial, i);
      const [pushed, pulled] = [m.sub(u, half), m.add(u, half)];
      const slope = m.rate(u);
      // Driven up (1), down (-1) or at rest (0) where it was left: which one, is memory, for at the edge of the gap the values
      // alone do not tell. It is left where the input turns or jumps back.
      return m.remember(initial, (wasOut) => {
        let drive: Expr = m.num(0);
        const rest = m.remember(initial, (wasRest) => {
          let wasDrive: Expr = m.num(0);
          drive = m.remember(0, (was) => {
            wasDrive = was;
            const takenUp = m.choose(m.gt(pushed, wasRest), 1, m.choose(m.lt(pulled, wasRest), -1, 0));
            const goesUp = m.and(m.gt(slope, 0), m.not(m.lt(pushed, wasOut)));
            const goesDown = m.and(m.lt(slope, 0), m.not(m.gt(pulled, wasOut)));
            return m.choose(m.eq(was, 1), goesUp, m.choose(m.eq(was, -1), m.neg(goesDown), takenUp));
          });
          return m.choose(m.and(wasDrive, m.not(drive)), wasOut, wasRest);
        });
        return m.choose(m.eq(drive, 1), pushed, m.choose(m.eq(drive, -1), pulled, rest));
      });
    });
    return { out: { out } };
  },
  glyph: { curve: "M3 13h6l7-10h5M9 13h4M12 3h4M13 13l7-10", size: [8, 6] },
});
