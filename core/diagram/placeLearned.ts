/** A trained network as a block below what is there, its weights attached, wired to the signals that it was given where they are whole ports. */
import { blockOf } from "../blocks/index.ts";
import { attachFile } from "./dataFiles.ts";
import type { Block, LazoDocument, Sheet, Wire } from "./document.ts";
import { freeName, namesOf } from "./edit.ts";
import { below } from "./placeModel.ts";
import { freshIds, sheetAt, withSheet, type Trail } from "./trail.ts";

export interface PlacedNetwork {
  readonly name: string;
  /** Its file of weights. */
  readonly text: string;
  readonly period: number;
  readonly note: string;
  /** Paths of the signals that it was given; none: it is not wired. */
  readonly given: readonly string[];
}

/** `widths`: of ports, by "block.port". */
export function placeLearned(
  document: LazoDocument,
  { name, text, period, note, given }: PlacedNetwork,
  widths: ReadonlyMap<string, number>,
  trail: Trail = [],
): LazoDocument {
  const [file, held] = attachWeights(document, name, text);
  const sheet = sheetAt(document, trail);
  const fresh = freshIds(held);
  const taken = namesOf(sheet);
  const at = below(document, trail);
  const made = (type: string, wanted: string, x: number, params: Block["params"], own?: string): Block => {
    const free = freeName(taken, wanted);
    taken.add(free);
    return {
      ...{ id: fresh("b"), name: free, type, version: blockOf(type)!.version, params },
      at: { x: at.x + x, y: at.y },
      ...(own !== undefined && { note: own }),
    };
  };
  const feeds = trail.length === 0 ? sources(sheet, given, widths) : undefined;
  const mux = feeds && feeds.length > 1 ? made("mux", "Mux", 0, { count: String(feeds.length) }) : undefined;
  const block = made("learned-ssm", name, mux ? 100 : 0, { weights: file, period: String(period) }, note);
  const wires = (feeds ?? []).flatMap((feed, i) =>
    feed.map((wire): Wire => ({
      ...wire,
      id: fresh("w"),
      to: mux ? { block: mux.id, port: `in${i + 1}` } : { block: block.id, port: "u" },
    })),
  );
  if (mux) wires.push({ id: fresh("w"), from: { block: mux.id, port: "out" }, to: { block: block.id, port: "u" } });
  return withSheet(held, trail, (old) => ({
    ...old,
    blocks: [...old.blocks, ...(mux ? [mux] : []), block],
    wires: [...old.wires, ...wires],
  }));
}

/** Under a name of its own, unless the very text is there already. */
export function attachWeights(document: LazoDocument, name: string, text: string): readonly [string, LazoDocument] {
  const base = name.replaceAll(/[^\p{L}\p{N} _-]/gu, "").trim() || "network";
  let file = `${base}.weights.json`;
  for (let n = 2; document.data && Object.hasOwn(document.data, file) && document.data[file] !== text; n++)
    file = `${base} ${n}.weights.json`;
  return [file, attachFile(document, file, text)];
}

type Feed = readonly Pick<Wire, "from" | "gain" | "label">[];

/** What brings each group of elements; undefined where they are not all of a port in its order. */
function sources(
  sheet: Sheet,
  given: readonly string[],
  widths: ReadonlyMap<string, number>,
): readonly Feed[] | undefined {
  const feeds: Feed[] = [];
  for (let at = 0; at < given.length;) {
    const path = given[at]!;
    const block = sheet.blocks
      .filter(({ name }) => path === name || path.startsWith(`${name}.`))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (!block) return undefined;
    const output = block.type === "output";
    const ports = output ? ["y"] : block.type === "input" ? ["u"] : block.type === "state" ? ["x"] : [];
    const width = ports[0] === undefined ? undefined : widths.get(`${block.name}.${ports[0]}`);
    if (width === undefined) return undefined;
    const own = given.slice(at, at + width);
    if (own.length < width || !own.every((one) => one === block.name || one.startsWith(`${block.name}.`)))
      return undefined;
    const into = sheet.wires.filter(({ to }) => to.block === block.id && to.port === "y");
    feeds.push(
      output
        ? into.map(({ from, gain, label }) => ({
            from,
            ...(gain !== undefined && { gain }),
            ...(label !== undefined && { label }),
          }))
        : [{ from: { block: block.id, port: ports[0]! } }],
    );
    at += width;
  }
  return feeds.length > 0 ? feeds : undefined;
}
