/** Recorded data as the window knows it: which set is looked at, what has been read of each, and the file that is being imported. Written by engine/dataClient.ts. */
import { create } from "zustand";
import type { CsvFormat, CsvRefusal } from "../../core/data/csvFormat.ts";
import type { CsvPreview } from "../../core/data/detectCsv.ts";
import type { Loaded } from "../engine/dataProtocol.ts";
import type { DataHandle } from "../host/host.ts";

export type SetState =
  | { readonly kind: "loading"; readonly fraction: number; readonly rows: number }
  /** `source`: its number in the worker. */
  | { readonly kind: "ready"; readonly source: number; readonly loaded: Loaded }
  /** Neither in the document nor beside it. */
  | { readonly kind: "missing" }
  /** A file of that name with other bytes, read all the same. */
  | { readonly kind: "changed"; readonly source: number; readonly loaded: Loaded; readonly handle: DataHandle }
  | { readonly kind: "refused"; readonly refusal: CsvRefusal };

/** A file on its way into the document. */
export interface Arriving {
  readonly handle: DataHandle;
  /** What was found, or how it reads under the format that the user wants. */
  readonly found: CsvPreview | CsvRefusal | undefined;
  /** Under which `found` is shown; undefined until it is known. */
  readonly format: CsvFormat | undefined;
  /** Places of the columns that stay out. */
  readonly without: ReadonlySet<number>;
  readonly progress?: { readonly fraction: number; readonly rows: number };
  readonly refusal?: CsvRefusal;
}

interface DataSetsState {
  /** Id of the set that is looked at; undefined: the samples of the run. */
  readonly chosen: string | undefined;
  readonly sets: { readonly [id: string]: SetState };
  readonly arriving: Arriving | undefined;
}

export const noData: DataSetsState = { chosen: undefined, sets: {}, arriving: undefined };

export const useDataSets = create<DataSetsState>()(() => noData);

export const chooseSet = (chosen: string | undefined): void => useDataSets.setState({ chosen });

export function putState(id: string, state: SetState): void {
  useDataSets.setState(({ sets }) => ({ sets: { ...sets, [id]: state } }));
}
