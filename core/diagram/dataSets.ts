/** Edits of the recorded data that a document refers to. Reading files and doing what steps say is core/data's. */
import { namedFiles } from "./dataFiles.ts";
import type { Channel, DataSet, LazoDocument, Role } from "./document.ts";

/** At the end of the list, with an id and a name of its own. */
export function addDataSet(document: LazoDocument, set: Omit<DataSet, "id">): LazoDocument {
  const sets = document.sets ?? [];
  const names = new Set(sets.map(({ name }) => name));
  let name = set.name;
  for (let n = 2; names.has(name); n++) name = `${set.name} ${n}`;
  let number = sets.length + 1;
  while (sets.some(({ id }) => id === `data${number}`)) number++;
  const id = `data${number}`;
  return { ...document, sets: [...sets, { ...set, id, name }] };
}

export function changeDataSet(document: LazoDocument, id: string, change: Partial<Omit<DataSet, "id">>): LazoDocument {
  if (!document.sets?.some((set) => set.id === id)) return document;
  return { ...document, sets: document.sets.map((set) => (set.id === id ? { ...set, ...change } : set)) };
}

/** One channel has the time at most: whoever had it before has no role any more. */
export function setRole(channels: readonly Channel[], column: number, role: Role): readonly Channel[] {
  return channels.map((channel) => {
    if (channel.column === column) return { ...channel, role };
    return role === "time" && channel.role === "time" ? { ...channel, role: "none" } : channel;
  });
}

/** An attached file that nothing else names goes with it. */
export function removeDataSet(document: LazoDocument, id: string): LazoDocument {
  const gone = document.sets?.find((set) => set.id === id);
  if (!gone) return document;
  const sets = document.sets!.filter((set) => set !== gone);
  const { sets: _, data, ...rest } = document;
  const file = gone.file.name;
  const needed = namedFiles(document).includes(file) || sets.some((set) => set.file.name === file);
  const left = Object.entries(data ?? {}).filter(([name]) => needed || name !== file);
  return {
    ...rest,
    ...(left.length > 0 && { data: Object.fromEntries(left) }),
    ...(sets.length > 0 && { sets }),
  };
}
