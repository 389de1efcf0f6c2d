/** States found by trimming become the initial values of the blocks that hold them: one edit, however many there are. */
import { blockOf } from "../../core/blocks/index.ts";
import type { Block, LazoDocument } from "../../core/diagram/document.ts";
import { setParam } from "../../core/diagram/edit.ts";
import { placeOf } from "../store/places.ts";

export interface FoundState {
  readonly path: string;
  /** Path of the block that holds it. */
  readonly block: string;
  readonly value: number;
}

export interface Taken {
  readonly document: LazoDocument;
  /** Blocks whose initial state is no plain parameter of theirs, and stays as it is. */
  readonly left: readonly string[];
}

export function withInitialStates(document: LazoDocument, states: readonly FoundState[]): Taken {
  const byBlock = new Map<string, number[]>();
  for (const { block, value } of states) byBlock.set(block, [...(byBlock.get(block) ?? []), value]);
  const left: string[] = [];
  const largest = Math.max(...states.map(({ value }) => Math.abs(value)));
  let next = document;
  for (const [path, values] of byBlock) {
    const place = placeOf(document, path);
    if (place.kind !== "block" || !beginsWithInitial(place.block)) {
      left.push(path);
      continue;
    }
    const texts = values.map((value) => written(value, largest));
    const text = texts.length === 1 ? texts[0]! : `[${texts.join("; ")}]`;
    next = setParam(next, new Set([place.block.id]), "initial", text);
  }
  return { document: next, left };
}

/** Whether the parameter `initial` is the state as it begins, element by element. */
function beginsWithInitial({ type, params }: Block): boolean {
  const initial = blockOf(type)?.params["initial"];
  // An integrator may be told by a wire where to begin; a second-order system has a rate beside its value.
  if (params["begins"] === "port" || type === "second-order") return false;
  return initial?.kind === "vector" || initial?.kind === "real";
}

/** As exact as the search was; what is nothing beside the largest of them is 0. */
const written = (value: number, largest: number): string =>
  Math.abs(value) <= 1e-15 * largest ? "0" : String(Number(value.toPrecision(12)));
