/** A polyline or a staircase over time that begins again and again. Its corners are known times, so that a run hits them. */
import { defineBlock } from "../block.ts";
import { notRising } from "../breakpoints.ts";

export default defineBlock({
  type: "repeating-sequence",
  version: 1,
  category: "sources",
  title: "Repeating Sequence",
  summary: "Goes through given values at given times, over and over; the last time is the period.",
  formula: "y(t_i) = y_i,\\quad y(t + t_n) = y(t)",
  aliases: [
    "sawtooth",
    "triangle wave",
    "periodic",
    "stair",
    "waveform",
    "secuencia repetida",
    "diente de sierra",
    "onda triangular",
    "periódica",
  ],
  params: {
    times: { kind: "vector", label: "Times", default: "[0, 1]", unit: "s", help: "Rising, from 0 to the period." },
    values: { kind: "vector", label: "Values", default: "[0, 1]", help: "One value for each time." },
    between: {
      kind: "choice",
      label: "Between times",
      default: "linear",
      of: ["linear", "hold"],
      help: "Straight lines, or each value held until the next time; then the last one is never seen.",
    },
  },
  check({ times, values }) {
    if (times.length < 2) return "there must be at least 2 times, from 0 to the period";
    if (times[0] !== 0) return `Times must begin with 0, not ${times[0]}`;
    return notRising(times, values);
  },
  ports: { out: { out: { width: 1 } } },
  equations(m, s, p) {
    const period = p.times.at(-1) ?? 1;
    const within = m.sub(s.t, m.mul(period, m.floor(m.div(s.t, period))));
    const [times, values] = [m.table("times", p.times), m.table("values", p.values)];
    const from = m.find(times.series, within);
    const before = m.cell(values.series, from);
    if (p.between === "hold") return { out: { out: [before] } };
    const start = m.cell(times.series, from);
    const rise = m.sub(m.cell(values.series, m.add(from, 1)), before);
    const run = m.sub(m.cell(times.series, m.add(from, 1)), start);
    return { out: { out: [m.add(before, m.mul(m.div(rise, run), m.sub(within, start)))] } };
  },
  glyph: { curve: "M2 13L8.500 3v10L15 3v10l6.500-10v10", size: [8, 6] },
});
