/** Cuts a vector into parts of given widths. */
import { defineBlock } from "../block.ts";
import { each } from "../elements.ts";

const MOST = 64;
const WIDEST = 10000;

/** Widths as typed: "1, 2" gives 1 and 2. What is not a width counts as 1, so that ports can be drawn. */
function widths(text: string): number[] {
  const parts = text
    .split(",")
    .slice(0, MOST)
    .map((part) => Number(part));
  return parts.map((width) => (Number.isInteger(width) && width >= 1 && width <= WIDEST ? width : 1));
}

export default defineBlock({
  type: "demux",
  version: 1,
  category: "routing",
  title: "Demux",
  summary: "Cuts a vector into parts, one output for each width.",
  formula: "[y_1;\\; y_2;\\; \\dots] = u",
  aliases: ["split", "select", "unstack", "demultiplexer", "demultiplexor", "separar", "dividir"],
  params: {
    widths: { kind: "text", label: "Widths", default: "1, 1", help: "How many elements each output takes: `1, 2`." },
  },
  check({ widths: text }) {
    const parts = text.split(",").map((part) => part.trim());
    const wrong = parts.find((part) => !/^[1-9]\d*$/.test(part) || Number(part) > WIDEST);
    if (wrong !== undefined) return `Widths must be whole numbers from 1 on, separated by commas, not “${wrong}”`;
    return parts.length > MOST ? `there can be ${MOST} outputs at most, not ${parts.length}` : undefined;
  },
  ports: (p) => {
    const list = widths(p.widths);
    return {
      in: { in: { width: list.reduce((sum, width) => sum + width, 0) } },
      out: Object.fromEntries(list.map((width, i) => [`out${i + 1}`, { width }])),
    };
  },
  equations(_, s, p) {
    const list = widths(p.widths);
    const starts = each(list.length, (i) => list.slice(0, i).reduce((sum, width) => sum + width, 0));
    return {
      out: Object.fromEntries(
        list.map((width, i) => [`out${i + 1}`, (s.in["in"] ?? []).slice(starts[i], (starts[i] ?? 0) + width)]),
      ),
    };
  },
  glyph: { shape: "bar", size: [1, 10] },
});
