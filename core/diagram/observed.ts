/**
 * The drawing around an observer: what goes into the plant comes from an Input block, what is measured goes to an Output block, the observer
 * is taken out. What it knows as u is what reaches the first part of the Mux before it, and drives something else too: the plant.
 */
import { blockOf } from "../blocks/index.ts";
import type { Opened } from "./design.ts";
import type { Block, LazoDocument, Wire } from "./document.ts";
import { freeName, namesOf } from "./edit.ts";
import { freshIds, prefixAt, sheetAt, trailOf, withSheet } from "./trail.ts";

export type Observed =
  | { readonly ok: true; readonly opened: Opened; /** Of u. */ readonly width: number }
  /** MUX: no Mux of u and what is measured is wired to it. KNOWN: what it gets as u drives nothing else, or is scaled on the way. */
  | { readonly ok: false; readonly why: "MUX" | "KNOWN" };

/** `widthOf`: of a port by its path. `states`: as wide is what the observer gives. */
export function withoutObserver(
  document: LazoDocument,
  id: string,
  states: number,
  widthOf: (port: string) => number | undefined,
): Observed | undefined {
  const trail = trailOf(document, id);
  if (!trail) return undefined;
  const sheet = sheetAt(document, trail);
  const prefix = prefixAt(document, trail);
  const into = sheet.wires.filter(({ to }) => to.block === id);
  const mux = sheet.blocks.find((block) => block.id === into[0]?.from.block);
  const count = Number(mux?.params["count"] ?? "2");
  if (into.length !== 1 || into[0]!.gain !== undefined || mux?.type !== "mux" || !(count >= 2))
    return { ok: false, why: "MUX" };
  const known = sheet.wires.filter(({ to }) => to.block === mux.id && to.port === "in1");
  const plain = known.every(({ gain }) => gain === undefined);
  const driven = plain ? drivenBy(sheet.wires, known, mux.id) : [];
  if (driven.length === 0) return { ok: false, why: "KNOWN" };
  const width = widthOf(`${prefix}${mux.name}.in1`) ?? 1;
  const fresh = freshIds(document);
  const taken = namesOf(sheet);
  const make = (type: "input" | "output", label: string, params: Block["params"]): Block => {
    const name = freeName(taken, label);
    taken.add(name);
    return { id: fresh("b"), name, type, version: blockOf(type)!.version, params, at: mux.at };
  };
  const zeros = (n: number): string => (n === 1 ? "0" : `[${new Array<string>(n).fill("0").join("; ")}]`);
  const input = make("input", "u", { signal: zeros(width) });
  const estimate = make("input", "x", { signal: zeros(states) });
  const output = make("output", "y", {});
  const first = new Set(driven.map((group) => group[0]!.id));
  const gone = new Set([...known, ...driven.flat()].map((wire) => wire.id));
  for (const wire of first) gone.delete(wire);
  const moved = (wire: Wire): Wire => {
    if (first.has(wire.id)) return { ...wire, from: { block: input.id, port: "u" } };
    const from = wire.from.block === id ? { block: estimate.id, port: "u" } : wire.from;
    if (wire.to.block === id) return { ...wire, from, to: { block: output.id, port: "y" } };
    if (wire.to.block !== mux.id) return from === wire.from ? wire : { ...wire, from };
    return { ...wire, from, to: { ...wire.to, port: `in${Number(wire.to.port.slice(2)) - 1}` } };
  };
  const opened = withSheet(document, trail, (before) => ({
    ...before,
    blocks: [
      ...before.blocks
        .filter((block) => block.id !== id)
        .map((block) => (block === mux ? { ...mux, params: { ...mux.params, count: String(count - 1) } } : block)),
      input,
      estimate,
      output,
    ],
    wires: before.wires.filter((wire) => !gone.has(wire.id)).map(moved),
  }));
  return { ok: true, opened: { document: opened, input: prefix + input.name, output: prefix + output.name }, width };
}

/** Wires into one port, by one gain, from exactly the sources of `known`: what they carry together is u. */
function drivenBy(wires: readonly Wire[], known: readonly Wire[], mux: string): readonly (readonly Wire[])[] {
  const source = ({ from }: Wire): string => JSON.stringify([from.block, from.port]);
  const sources = new Set(known.map(source));
  const groups = new Map<string, Wire[]>();
  for (const wire of wires) {
    if (wire.to.block === mux || !sources.has(source(wire))) continue;
    const key = JSON.stringify([wire.to.block, wire.to.port, wire.gain ?? ""]);
    groups.set(key, [...(groups.get(key) ?? []), wire]);
  }
  return [...groups.values()].filter((group) => new Set(group.map(source)).size === sources.size);
}
