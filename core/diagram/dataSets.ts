/**
 * Recorded data that a document refers to: which file, how it is read, what its columns mean, what is done to them. The numbers lie beside
 * the document (or, of small files, in its `data`); reading them is core/data's.
 */
import type { CsvFormat } from "../data/csvFormat.ts";
import type { Step } from "../data/steps.ts";
import { namedFiles } from "./dataFiles.ts";
import type { LazoDocument } from "./document.ts";

export type Role = "time" | "input" | "output" | "none";

export interface Channel {
  /** Place of the column in the file, from 0. */
  readonly column: number;
  readonly name: string;
  readonly unit?: string;
  readonly role: Role;
}

export interface DataSet {
  readonly id: string;
  readonly name: string;
  /** Base name, size in bytes and fingerprint, to find it again and to tell whether it is the same. */
  readonly file: { readonly name: string; readonly bytes: number; readonly print: string };
  readonly format: CsvFormat;
  readonly channels: readonly Channel[];
  /** Between rows, s, where no channel has their times. */
  readonly every: number;
  readonly steps: readonly Step[];
  /** Which part of the time models are made from, the first; the rest is held back to judge them. */
  readonly split: number;
}

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
