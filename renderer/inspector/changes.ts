/** The inspector's edits of the document, each (document, ...) -> document; the same document where nothing changes. */
import type { Block, LazoDocument, Note, RunSettings, Sheet, Variable, Wire } from "../../core/diagram/document.ts";

function mapSheet(sheet: Sheet, change: (sheet: Sheet) => Sheet): Sheet {
  const changed = change(sheet);
  const blocks = mapSame(changed.blocks, (block) => {
    if (!block.sheet) return block;
    const inner = mapSheet(block.sheet, change);
    return inner === block.sheet ? block : { ...block, sheet: inner };
  });
  return blocks === changed.blocks ? changed : { ...changed, blocks };
}

/** Keeps the list itself when no element changed, so that nothing downstream does. */
function mapSame<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const next = list.map(change);
  return next.every((item, k) => item === list[k]) ? list : next;
}

function changeBlocks(document: LazoDocument, ids: ReadonlySet<string>, change: (block: Block) => Block): LazoDocument {
  const root = mapSheet(document.root, (sheet) => {
    const blocks = mapSame(sheet.blocks, (block) => (ids.has(block.id) ? change(block) : block));
    return blocks === sheet.blocks ? sheet : { ...sheet, blocks };
  });
  return root === document.root ? document : { ...document, root };
}

export function setParam(document: LazoDocument, ids: ReadonlySet<string>, param: string, text: string): LazoDocument {
  return changeBlocks(document, ids, (block) =>
    block.params[param] === text ? block : { ...block, params: { ...block.params, [param]: text } },
  );
}

export function setName(document: LazoDocument, id: string, name: string): LazoDocument {
  return changeBlocks(document, new Set([id]), (block) => (block.name === name ? block : { ...block, name }));
}

export function setBlockNote(document: LazoDocument, id: string, note: string): LazoDocument {
  return changeBlocks(document, new Set([id]), (block) => optional(block, "note", note));
}

/** An empty text takes the gain or the label out again. */
export function setWire(document: LazoDocument, ids: ReadonlySet<string>, key: "gain" | "label", text: string): LazoDocument {
  const root = mapSheet(document.root, (sheet) => {
    const wires = mapSame(sheet.wires, (wire: Wire) => (ids.has(wire.id) ? optional(wire, key, text) : wire));
    return wires === sheet.wires ? sheet : { ...sheet, wires };
  });
  return root === document.root ? document : { ...document, root };
}

export function setNoteText(document: LazoDocument, id: string, text: string): LazoDocument {
  const root = mapSheet(document.root, (sheet) => {
    const notes = mapSame(sheet.notes, (note: Note) => (note.id === id && note.text !== text ? { ...note, text } : note));
    return notes === sheet.notes ? sheet : { ...sheet, notes };
  });
  return root === document.root ? document : { ...document, root };
}

export function setTitle(document: LazoDocument, name: string): LazoDocument {
  return document.name === name ? document : { ...document, name };
}

export function setDescription(document: LazoDocument, description: string): LazoDocument {
  return optional(document, "description", description);
}

export function setVariable(document: LazoDocument, index: number, change: Partial<Variable>): LazoDocument {
  const variables = document.variables.map((variable, k) => (k === index ? { ...variable, ...change } : variable));
  return { ...document, variables };
}

export function removeVariable(document: LazoDocument, index: number): LazoDocument {
  return { ...document, variables: document.variables.filter((_, k) => k !== index) };
}

export function addVariable(document: LazoDocument): LazoDocument {
  const taken = new Set(document.variables.map((variable) => variable.name));
  const letter = [..."abcdfghkmnpqrsvw"].find((name) => !taken.has(name));
  let number = 1;
  while (taken.has(`a${number}`)) number++;
  return { ...document, variables: [...document.variables, { name: letter ?? `a${number}`, value: "1" }] };
}

export function setRun<K extends keyof RunSettings>(document: LazoDocument, key: K, text: string): LazoDocument {
  const required = key === "stop" || key === "step" || key === "solver";
  const run = required ? (document.run[key] === text ? document.run : { ...document.run, [key]: text }) : optional(document.run, key, text);
  return run === document.run ? document : { ...document, run };
}

function optional<T extends object, K extends keyof T>(of: T, key: K, text: string): T {
  if ((of[key] ?? "") === text) return of;
  const next = { ...of, [key]: text };
  if (text === "") delete next[key];
  return next;
}
