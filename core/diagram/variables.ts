/**
 * Changes of the diagram's variables and of the parameters of subsystems, and where they are used: renaming one renames it in
 * every expression that means it.
 */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, RunSettings, Sheet, Variable, Wire } from "./document.ts";
import { changeBlocks } from "./edit.ts";
import { variableNameProblem } from "./parameters.ts";
import { wordsOf } from "./parse.ts";
import { mapSame, sheetAt, trailOf } from "./trail.ts";

/** Which texts of a block are expressions, and the names in them that are its own (the u of a formula). */
export function expressionParams(block: Block): { readonly param: string; readonly own: readonly string[] }[] {
  if (block.sheet) {
    return (block.mask ?? []).flatMap(({ name }) =>
      Object.hasOwn(block.params, name) ? [{ param: name, own: [] }] : [],
    );
  }
  const definition = blockOf(block.type);
  if (!definition) return [];
  return Object.entries(definition.params).flatMap(([param, spec]) => {
    if (!Object.hasOwn(block.params, param)) return [];
    if (spec.kind === "formula") return [{ param, own: [...spec.of, "t"] }];
    return ["real", "vector", "matrix", "count", "period"].includes(spec.kind) ? [{ param, own: [] }] : [];
  });
}

/** A word before "(" is the name of a function. */
export const namesIn = (source: string): string[] =>
  wordsOf(source)
    .filter(({ name, at }) => !/^\s*\(/.test(source.slice(at + name.length)))
    .map(({ name }) => name);

/** Every name that the expressions of a drawing mention. */
export function expressionNames(sheet: Pick<Sheet, "blocks" | "wires">): Set<string> {
  const names = new Set<string>();
  for (const block of sheet.blocks) {
    for (const { param, own } of expressionParams(block)) {
      for (const name of namesIn(block.params[param]!)) if (!own.includes(name)) names.add(name);
    }
    const masked = new Set<string>();
    for (const { name, value } of block.mask ?? []) {
      for (const need of namesIn(value)) if (!masked.has(need)) names.add(need);
      masked.add(name);
    }
    if (block.sheet) for (const name of expressionNames(block.sheet)) if (!masked.has(name)) names.add(name);
  }
  for (const wire of sheet.wires) if (wire.gain !== undefined) for (const name of namesIn(wire.gain)) names.add(name);
  return names;
}

/** The variables among `from` that `names` stand on, directly or through others, and that `there` does not have. */
export function missingVariables(
  names: ReadonlySet<string>,
  from: readonly Variable[],
  there: readonly Variable[],
): Variable[] {
  const have = new Set(there.map(({ name }) => name));
  const byName = new Map(from.map((variable) => [variable.name, variable]));
  const wanted = new Set<string>();
  const queue = [...names];
  for (let i = 0; i < queue.length; i++) {
    const variable = byName.get(queue[i]!);
    if (!variable || wanted.has(variable.name) || have.has(variable.name)) continue;
    wanted.add(variable.name);
    for (const name of namesIn(variable.value)) queue.push(name);
  }
  return from.filter(
    (variable, i) => wanted.has(variable.name) && from.findIndex(({ name }) => name === variable.name) === i,
  );
}

/** The diagram's own, or the parameters of a subsystem. */
export type Owner = { readonly subsystem: string } | undefined;

export function variablesOf(document: LazoDocument, owner: Owner): readonly Variable[] {
  return owner === undefined ? document.variables : (subsystem(document, owner.subsystem)?.mask ?? []);
}

function subsystem(document: LazoDocument, id: string): Block | undefined {
  const block = sheetAt(document, trailOf(document, id) ?? []).blocks.find((candidate) => candidate.id === id);
  return block?.sheet && block;
}

function withVariables(document: LazoDocument, owner: Owner, variables: readonly Variable[]): LazoDocument {
  if (owner === undefined) return { ...document, variables };
  return changeBlocks(document, new Set([owner.subsystem]), (block) => {
    const { mask: _, ...rest } = block;
    return variables.length === 0 ? rest : { ...rest, mask: variables };
  });
}

/** a, b, c ... as mathematicians do; no letter that means something in most diagrams (e, i, t, u, x, y). */
export function addVariable(document: LazoDocument, variable?: Variable, owner?: Owner): LazoDocument {
  if (owner && !subsystem(document, owner.subsystem)) return document;
  const there = variablesOf(document, owner);
  const taken = new Set([...there, ...document.variables].map(({ name }) => name));
  let number = 1;
  while (taken.has(`a${number}`)) number++;
  const free = [..."abcdfghkmnpqrsvw"].find((name) => !taken.has(name)) ?? `a${number}`;
  return withVariables(document, owner, [...there, variable ?? { name: free, value: "1" }]);
}

export function removeVariable(document: LazoDocument, index: number, owner?: Owner): LazoDocument {
  const there = variablesOf(document, owner);
  const gone = there[index];
  if (!gone) return document;
  const left = withVariables(
    document,
    owner,
    there.filter((_, i) => i !== index),
  );
  return owner ? setOwnValue(left, owner.subsystem, gone.name, undefined) : left;
}

/** Value (of a subsystem's parameter: its default), unit or note; an empty unit or note goes. To rename use renameVariable. */
export function setVariable(
  document: LazoDocument,
  index: number,
  field: "value" | "unit" | "note",
  text: string,
  owner?: Owner,
): LazoDocument {
  const there = variablesOf(document, owner);
  const held = there[index];
  if (!held || (held[field] ?? "") === text) return document;
  const next = { ...held, [field]: text };
  if (text === "" && field !== "value") delete next[field];
  return withVariables(
    document,
    owner,
    there.map((variable, i) => (i === index ? next : variable)),
  );
}

/** Numbers for the drawing's variables of these names, all as one edit; names of none are passed over. */
export function setNumbers(document: LazoDocument, numbers: ReadonlyMap<string, number>): LazoDocument {
  return {
    ...document,
    variables: document.variables.map((variable) => {
      const number = numbers.get(variable.name);
      return number === undefined ? variable : { ...variable, value: String(number) };
    }),
  };
}

/** What one subsystem has instead of a parameter's default, as an expression of the sheet around it; undefined: the default. */
export function setOwnValue(document: LazoDocument, id: string, name: string, text: string | undefined): LazoDocument {
  return changeBlocks(document, new Set([id]), (block) => {
    const held = Object.hasOwn(block.params, name) ? block.params[name] : undefined;
    if (held === text) return block;
    const { [name]: _, ...rest } = block.params;
    return { ...block, params: text === undefined ? rest : { ...block.params, [name]: text } };
  });
}

/** In its own place and wherever it is used. Refuses a name that is taken or can't be one. */
export function renameVariable(document: LazoDocument, index: number, name: string, owner?: Owner): LazoDocument {
  const there = variablesOf(document, owner);
  const held = there[index];
  if (!held || held.name === name || variableNameProblem(name) || there.some((variable) => variable.name === name))
    return document;
  const old = held.name;
  const renamed = (source: string): string => replaceName(source, old, name);
  if (owner) return renameParameter(document, owner.subsystem, index, old, name);
  // While there are two of a name, nobody can tell which one an expression means.
  const twins = there.filter((variable) => variable.name === old).length > 1;
  const variables = there.map((variable, i) => {
    const value = twins ? variable.value : renamed(variable.value);
    if (i !== index) return value === variable.value ? variable : { ...variable, value };
    return { ...variable, name, value };
  });
  if (twins) return { ...document, variables };
  const run = renamedRun(document.run, renamed);
  return { ...document, variables, root: renamedSheet(document.root, old, renamed), run };
}

/** The defaults of those after it and the drawing inside mean it; what stands in the block is of the sheet around it. */
function renameParameter(document: LazoDocument, id: string, index: number, old: string, name: string): LazoDocument {
  const renamed = (source: string): string => replaceName(source, old, name);
  return changeBlocks(document, new Set([id]), (block) => {
    const mask = block.mask!.map((variable, i) =>
      i < index ? variable : i === index ? { ...variable, name } : { ...variable, value: renamed(variable.value) },
    );
    const { [old]: own, ...rest } = block.params;
    const params = Object.hasOwn(block.params, old) ? { ...rest, [name]: own! } : block.params;
    return { ...block, mask, params, sheet: renamedSheet(block.sheet!, old, renamed) };
  });
}

function renamedRun(run: RunSettings, renamed: (source: string) => string): RunSettings {
  const next = { ...run };
  let same = true;
  for (const key of ["stop", "step", "rtol", "atol", "maxStep"] as const) {
    const source = run[key];
    if (source === undefined) continue;
    next[key] = renamed(source);
    same &&= next[key] === source;
  }
  return same ? run : next;
}

function renamedSheet(sheet: Sheet, old: string, renamed: (source: string) => string): Sheet {
  const blocks = sheet.blocks.map((block): Block => {
    let next = block;
    for (const { param, own } of expressionParams(block)) {
      if (own.includes(old)) continue;
      const text = renamed(block.params[param]!);
      if (text !== block.params[param]) next = { ...next, params: { ...next.params, [param]: text } };
    }
    if (!block.sheet) return next;
    if (block.mask) {
      // A default sees the parameters before it, and then the sheet around.
      const hidden = block.mask.findIndex((variable) => variable.name === old);
      const mask = mapSame(block.mask, (variable) => {
        if (hidden >= 0 && block.mask!.indexOf(variable) > hidden) return variable;
        const value = renamed(variable.value);
        return value === variable.value ? variable : { ...variable, value };
      });
      if (mask !== block.mask) next = { ...next, mask };
      if (hidden >= 0) return next;
    }
    const inner = renamedSheet(block.sheet, old, renamed);
    return inner === block.sheet ? next : { ...next, sheet: inner };
  });
  const wires = sheet.wires.map((wire): Wire => {
    const gain = wire.gain === undefined ? undefined : renamed(wire.gain);
    return gain === undefined || gain === wire.gain ? wire : { ...wire, gain };
  });
  const same =
    blocks.every((block, i) => block === sheet.blocks[i]) && wires.every((wire, i) => wire === sheet.wires[i]);
  return same ? sheet : { ...sheet, blocks, wires };
}

/** Word by word: k in k*k2 + sin(k) is replaced twice, and a function of the same name is left alone. */
export function replaceName(source: string, old: string, name: string): string {
  return replaceNames(source, new Map([[old, name]]));
}

/** All at once, so that what is put in is not replaced again. */
export function replaceNames(source: string, by: ReadonlyMap<string, string>): string {
  let result = "";
  let done = 0;
  for (const word of wordsOf(source)) {
    const text = by.get(word.name);
    const after = word.at + word.name.length;
    if (text === undefined || /^\s*\(/.test(source.slice(after))) continue;
    result += source.slice(done, word.at) + text;
    done = after;
  }
  return result + source.slice(done);
}
