/** A polyline over time. Its corners are known times, so that a run hits them. */
import { defineBlock } from "../block.ts";
import { notRising } from "../breakpoints.ts";

export default defineBlock({
  type: "piecewise-linear",
  version: 1,
  category: "sources",
  title: "Piecewise Linear",
  summary: "Joins given values at given times by straight lines, once.",
  formula: "y(t_i) = y_i",
  aliases: [
    "signal builder",
    "profile",
    "polyline",
    "drive cycle",
    "from workspace",
    "interpolation",
    "lineal a trozos",
    "perfil",
    "poligonal",
    "señal",
  ],
  params: {
    times: { kind: "vector", label: "Times", default: "[0, 1, 2, 3]", unit: "s", help: "Rising." },
    values: { kind: "vector", label: "Values", default: "[0, 1, 1, 0]", help: "One value for each time." },
    ends: {
      kind: "choice",
      label: "Beyond the ends",
      default: "hold",
      of: ["hold", "extrapolate", "zero"],
      help: "Before the first and after the last time: the end value, the end line going on, or 0.",
    },
  },
  check({ times, values }) {
    if (times.length < 2) return "there must be at least 2 times";
    return notRising(times, values);
  },
  ports: { out: { out: { width: 1 } } },
  equations(m, s, p) {
    const [times, values] = [m.table("times", p.times), m.table("values", p.values)];
    const last = times.length - 1;
    const inside = m.lookup(s.t, times, values, "linear");
    if (p.ends === "hold") return { out: { out: [inside] } };
    const [before, after] = [m.lt(s.t, p.times[0] ?? 0), m.gt(s.t, p.times[last] ?? 0)];
    const line = (i: number) => {
      const [t0, t1, y0, y1] = [p.times[i], p.times[i + 1], p.values[i], p.values[i + 1]];
      if (!t0 || !t1 || !y0 || !y1) return m.num(0);
      return m.add(y0, m.mul(m.div(m.sub(y1, y0), m.sub(t1, t0)), m.sub(s.t, t0)));
    };
    const [early, late] = p.ends === "zero" ? [m.num(0), m.num(0)] : [line(0), line(last - 1)];
    return { out: { out: [m.choose(before, early, m.choose(after, late, inside))] } };
  },
  glyph: {
    curve:
      "M2 13l5-6 5 2 5-7 5 3M7 5.500a1.500 1.500 0 1 0 .01 0zM12 7.500a1.500 1.500 0 1 0 .01 0zM17 .5a1.500 1.500 0 1 0 .01 0z",
    size: [8, 6],
  },
});
