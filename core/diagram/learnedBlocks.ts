/** Networks in the drawing as what is to be trained: which there are, what each runs, what is wired to it, and where its weights go. */
import learnedSsm, { networkOf } from "../blocks/discrete/learnedSsm.ts";
import { blockOf } from "../blocks/index.ts";
import { writeWeights, type Learned } from "../learn/weightFile.ts";
import { attachedTo } from "./attached.ts";
import { bindBlock } from "./bind.ts";
import type { Block, LazoDocument, Sheet, Wire } from "./document.ts";
import { setParam } from "./edit.ts";
import { attachWeights } from "./placeLearned.ts";
import { scopeAt, sheetAt, trailOf, withSheet } from "./trail.ts";

export const isLearned = ({ type }: Block): boolean => type === learnedSsm.type;

/** On every sheet. */
export function learnedBlocks(document: LazoDocument): readonly Block[] {
  const inside = ({ blocks }: Sheet): readonly Block[] =>
    blocks.flatMap((block) => [...(isLearned(block) ? [block] : []), ...(block.sheet ? inside(block.sheet) : [])]);
  return inside(document.root);
}

/** What such a block runs; undefined where its file is missing or its fields are wrong. */
export function networkIn(document: LazoDocument, id: string): Learned | undefined {
  const trail = trailOf(document, id);
  const block = trail && sheetAt(document, trail).blocks.find((one) => one.id === id);
  if (!block || !isLearned(block)) return undefined;
  const { shapes, problems } = bindBlock(block, learnedSsm, scopeAt(document, trail), attachedTo(document.data));
  return problems.length > 0 ? undefined : networkOf(shapes as unknown as Parameters<typeof networkOf>[0]);
}

/** The same as a block to begin a training with: its name, and its file of weights, though it may have none. */
export function startIn(
  document: LazoDocument,
  id: string,
): { readonly name: string; readonly learned: Learned; readonly text: string } | undefined {
  const name = learnedBlocks(document).find((block) => block.id === id)?.name;
  const learned = name === undefined ? undefined : networkIn(document, id);
  return learned && { name: name!, learned, text: writeWeights(learned) };
}

/** Its trained weights attached and chosen; the other fields follow. */
export function putWeights(
  document: LazoDocument,
  id: string,
  name: string,
  text: string,
  period: number,
): LazoDocument {
  const [file, held] = attachWeights(document, name, text);
  const own = new Set([id]);
  return setParam(setParam(held, own, "weights", file), own, "period", String(period));
}

/**
 * Which of these signals come into it, in its order: what an Input, a State or an Output has, straight or through a Mux. Undefined where
 * something else does.
 */
export function wiredTo(document: LazoDocument, id: string, paths: readonly string[]): readonly string[] | undefined {
  const sheet = document.root;
  const into = (block: string, port: string): readonly Wire[] =>
    sheet.wires.filter(({ to }) => to.block === block && to.port === port);
  const only = into(id, "u");
  const before = only.length === 1 ? sheet.blocks.find((block) => block.id === only[0]!.from.block) : undefined;
  const wires =
    before?.type === "mux" && only[0]!.gain === undefined
      ? Array.from({ length: Number(before.params["count"] ?? "2") }, (_, i) => into(before.id, `in${i + 1}`))
      : [only];
  const found: string[] = [];
  for (const feed of wires) {
    if (feed.length !== 1) return undefined;
    const { from, gain } = feed[0]!;
    const source = sheet.blocks.find((block) => block.id === from.block);
    // An Output shows the same signal where the same wire goes to it.
    const shown = sheet.blocks.filter((block) => {
      const [wire, ...more] = into(block.id, "y");
      return (
        blockOf(block.type)?.role === "output" &&
        more.length === 0 &&
        wire?.from.block === from.block &&
        wire.from.port === from.port &&
        wire.gain === gain
      );
    });
    const plain = gain === undefined && (source?.type === "input" || source?.type === "state") ? [source] : [];
    const own = [...plain, ...shown]
      .map(({ name }) => paths.filter((path) => path === name || path.startsWith(`${name}.`)))
      .find((names) => names.length > 0);
    if (!own) return undefined;
    found.push(...own);
  }
  return found.length > 0 ? found : undefined;
}

/** Without the networks on its root sheet that only Outputs and plots read, and without these: instruments are no part of what they look at. */
export function withoutReaders(document: LazoDocument): LazoDocument {
  const { blocks, wires } = document.root;
  const sinks = (id: string): readonly Block[] =>
    wires.filter(({ from }) => from.block === id).map(({ to }) => blocks.find((block) => block.id === to.block)!);
  const ends = (block: Block | undefined): boolean => {
    const role = block && blockOf(block.type)?.role;
    return role !== undefined && ["output", "scope", "xy", "display", "csv"].includes(role);
  };
  const readers = blocks.filter((block) => isLearned(block) && sinks(block.id).every(ends));
  if (readers.length === 0) return document;
  const gone = new Set(readers.map(({ id }) => id));
  for (const sink of readers.flatMap(({ id }) => sinks(id)))
    if (wires.every(({ from, to }) => to.block !== sink.id || gone.has(from.block))) gone.add(sink.id);
  return withSheet(document, [], (sheet) => ({
    ...sheet,
    blocks: blocks.filter(({ id }) => !gone.has(id)),
    wires: wires.filter(({ from, to }) => !gone.has(from.block) && !gone.has(to.block)),
  }));
}
