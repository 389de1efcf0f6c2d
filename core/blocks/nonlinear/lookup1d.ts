/** A curve through the points of a table. */
import { defineBlock } from "../block.ts";
import { isCubic, slopesOf, smooth, unordered, ways, weights } from "../interpolation.ts";

export default defineBlock({
  type: "lookup-1d",
  version: 1,
  category: "nonlinear",
  title: "1-D Lookup Table",
  summary: "A curve through points: straight lines, a cubic spline, cubics that do not overshoot, or steps.",
  formula: "y = f(u),\\quad f(x_i) = y_i",
  aliases: ["table", "interpolation", "spline", "pchip", "calibration", "map", "tabla", "interpolación", "calibración"],
  params: {
    points: { kind: "vector", label: "Inputs x", default: "[-1, 0, 1]", help: "Rising from one to the next." },
    values: { kind: "vector", label: "Outputs y", default: "[-1, 0, 1]", help: "One for each input." },
    between: {
      kind: "choice",
      label: "Between",
      default: "linear",
      of: ways,
      help: "`spline` is cubic with continuous curvature (not-a-knot); `monotone` is cubic and rises only where the points do.",
    },
    beyond: {
      kind: "choice",
      label: "Beyond",
      default: "hold",
      of: ["hold", "straight"],
      help: "The end values, or onwards with the slope there.",
      when: { between: smooth },
    },
  },
  check: ({ points, values }) =>
    unordered("Inputs x", points) ??
    (points.length === values.length
      ? undefined
      : `Inputs x has ${points.length} elements but Outputs y has ${values.length}`),
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  derived: ({ points, values, between }) =>
    isCubic(between) ? { slopes: slopesOf(between, points, values) } : ({} as { slopes: number[] }),
  equations(m, s, p) {
    const [x, y] = [m.table("points", p.points), m.table("values", p.values)];
    const slopes = isCubic(p.between) ? m.table("slopes", s.derived["slopes"] ?? []) : undefined;
    const out = (s.in["in"] ?? []).map((u) => {
      const { segment, value, slope } = weights(m, x.series, u, p.between, p.beyond === "straight");
      const ends = [segment, m.add(segment, 1)] as const;
      const straight = m.dot(
        value,
        ends.map((end) => m.cell(y.series, end)),
      );
      if (!slope || !slopes) return straight;
      return m.add(
        straight,
        m.dot(
          slope,
          ends.map((end) => m.cell(slopes.series, end)),
        ),
      );
    });
    return { out: { out } };
  },
  glyph: { curve: "M3 1v13h19M4 12l5-3l4-6l8-1", size: [8, 6] },
});
