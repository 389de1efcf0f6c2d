/** Changes of the diagram's variables, and where they are used: renaming one renames it in every expression. */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, RunSettings, Sheet, Variable, Wire } from "./document.ts";
import { variableNameProblem } from "./parameters.ts";
import { wordsOf } from "./parse.ts";

/** Which texts of a block are expressions, and the names in them that are its own (the u of a formula). */
function expressionParams(block: Block): { readonly param: string; readonly own: readonly string[] }[] {
  const definition = blockOf(block.type);
  if (!definition) return [];
  return Object.entries(definition.params).flatMap(([param, spec]) => {
    if (!Object.hasOwn(block.params, param)) return [];
    if (spec.kind === "formula") return [{ param, own: [...spec.of, "t"] }];
    return ["real", "vector", "matrix", "count", "period"].includes(spec.kind) ? [{ param, own: [] }] : [];
  });
}

/** A word before "(" is the name of a function. */
const namesIn = (source: string): string[] =>
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
    if (block.sheet) for (const name of expressionNames(block.sheet)) names.add(name);
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

/** a, b, c ... as mathematicians do; no letter that means something in most diagrams (e, i, t, u, x, y). */
export function addVariable(document: LazoDocument, variable?: Variable): LazoDocument {
  const taken = new Set(document.variables.map(({ name }) => name));
  let number = 1;
  while (taken.has(`a${number}`)) number++;
  const free = [..."abcdfghkmnpqrsvw"].find((name) => !taken.has(name)) ?? `a${number}`;
  return { ...document, variables: [...document.variables, variable ?? { name: free, value: "1" }] };
}

export function removeVariable(document: LazoDocument, index: number): LazoDocument {
  if (!document.variables[index]) return document;
  return { ...document, variables: document.variables.filter((_, i) => i !== index) };
}

/** Value, unit or note; an empty unit or note goes. To rename use renameVariable. */
export function setVariable(
  document: LazoDocument,
  index: number,
  field: "value" | "unit" | "note",
  text: string,
): LazoDocument {
  const held = document.variables[index];
  if (!held || (held[field] ?? "") === text) return document;
  const next = { ...held, [field]: text };
  if (text === "" && field !== "value") delete next[field];
  return { ...document, variables: document.variables.map((variable, i) => (i === index ? next : variable)) };
}

/** In its own place and wherever it is used. Refuses a name that is taken or can't be one. */
export function renameVariable(document: LazoDocument, index: number, name: string): LazoDocument {
  const held = document.variables[index];
  if (
    !held ||
    held.name === name ||
    variableNameProblem(name) ||
    document.variables.some((variable) => variable.name === name)
  )
    return document;
  const old = held.name;
  const renamed = (source: string): string => replaceName(source, old, name);
  // While there are two of a name, nobody can tell which one an expression means.
  const twins = document.variables.filter((variable) => variable.name === old).length > 1;
  const variables = document.variables.map((variable, i) => {
    const value = twins ? variable.value : renamed(variable.value);
    if (i !== index) return value === variable.value ? variable : { ...variable, value };
    return { ...variable, name, value };
  });
  if (twins) return { ...document, variables };
  const run = renamedRun(document.run, renamed);
  return { ...document, variables, root: renamedSheet(document.root, old, renamed), run };
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
  let result = "";
  let done = 0;
  for (const word of wordsOf(source)) {
    if (word.name !== old || /^\s*\(/.test(source.slice(word.at + old.length))) continue;
    result += source.slice(done, word.at) + name;
    done = word.at + old.length;
  }
  return result + source.slice(done);
}
