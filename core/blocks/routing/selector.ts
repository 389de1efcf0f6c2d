/** Takes elements out of a vector by their numbers. */
import { defineBlock } from "../block.ts";

const MOST = 10_000;

/** Indices as typed: "3, 1, 5:7" gives 3, 1, 5, 6, 7; undefined for what is none. */
function indices(text: string): number[] | undefined {
  const all: number[] = [];
  for (const part of text.split(",")) {
    const [, from, to] = /^\s*([1-9]\d*)\s*(?::\s*([1-9]\d*)\s*)?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from === undefined || last < first || last > MOST || all.length + last - first >= MOST) return undefined;
    for (let i = first; i <= last; i++) all.push(i);
  }
  return all;
}

export default defineBlock({
  type: "selector",
  version: 1,
  category: "routing",
  title: "Selector",
  summary: "Takes elements out of a vector by their numbers, in any order and as often as asked.",
  formula: "y_k = u_{i_k}",
  aliases: [
    "index",
    "pick",
    "element",
    "reorder",
    "permute",
    "subvector",
    "demux",
    "índice",
    "elegir",
    "elemento",
    "reordenar",
  ],
  params: {
    indices: {
      kind: "text",
      label: "Indices",
      default: "1",
      help: "Numbers of the elements, from 1 on: `3, 1`, or a range `2:4`.",
    },
  },
  check: (p) =>
    indices(p.indices)
      ? undefined
      : `Indices must be whole numbers from 1 on, or ranges such as 2:4, separated by commas, not “${p.indices}”`,
  ports(p) {
    const list = indices(p.indices) ?? [1];
    // As wide as it comes, but no less than the last index asks for: the rest has one element at least.
    return { in: { in: { width: [Math.max(...list) - 1, "rest"] } }, out: { out: { width: list.length } } };
  },
  equations: (m, s, p) => ({
    out: { out: (indices(p.indices) ?? [1]).map((i) => s.in["in"]?.[i - 1] ?? m.num(0)) },
  }),
  glyph: { curve: "M3 2h5M3 6h5M3 10h5M3 14h5M8 6l6-2h7M8 14l6-3h7", size: [8, 6] },
});
