/**
 * Brings recorded data from the host into the document and to its worker (dataPort.ts), and asks for what plots and models need. What of it
 * is shown is store/dataSets.ts's; what the numbers become is core/data's.
 */
import type { CsvFormat } from "../../core/data/csvFormat.ts";
import { csvLimits, csvRefusal } from "../../core/data/csvFormat.ts";
import type { CsvPreview } from "../../core/data/detectCsv.ts";
import { addDataSet, changeDataSet, setRole } from "../../core/diagram/dataSets.ts";
import type { Channel, DataSet, LazoDocument } from "../../core/diagram/document.ts";
import { attachFile } from "../../core/diagram/dataFiles.ts";
import type { DataHandle } from "../host/host.ts";
import { chooseSet, noData, putState, useDataSets } from "../store/dataSets.ts";
import type { Arriving } from "../store/dataSets.ts";
import { useDocument } from "../store/document.ts";
import { host } from "../store/host.ts";
import { reportDataFailure } from "../store/session.ts";
import { ask, load, post } from "./dataPort.ts";
import type { DataReply, DataRequest, Loaded, Look, PreparedRefusal, Selection, Taken } from "./dataProtocol.ts";

/** Shown for confirmation. */
const headBytes = 256 * 1024;
/** Files up to this size become part of the document; of larger ones only their name, size and fingerprint. */
export const attachedBytes = 1024 * 1024;

let head: Uint8Array = new Uint8Array(0);
const arrivingNow = (): Arriving | undefined => useDataSets.getState().arriving;
function change(part: Partial<Arriving>): void {
  useDataSets.setState(({ arriving }) => ({ arriving: arriving && { ...arriving, ...part } }));
}

/** Looks at the beginning of a file, of one that is asked for where none is given. */
export async function beginImport(given?: DataHandle): Promise<void> {
  try {
    const handle = given ?? (await host().openData());
    if (!handle) return;
    useDataSets.setState({ arriving: { handle, found: undefined, format: undefined, without: new Set() } });
    if (handle.bytes > csvLimits.bytes) {
      change({ found: csvRefusal("DATA_TOO_LARGE", { limit: "bytes", most: csvLimits.bytes, bytes: handle.bytes }) });
      return;
    }
    head = await host().readData(handle.token, 0, headBytes);
    const { found } = await ask<Extract<DataReply, { kind: "detected" }>>((id) => ({
      do: "detect",
      id,
      head,
      whole: head.length >= handle.bytes,
    }));
    if (arrivingNow()?.handle !== handle) return;
    const texts = found.ok ? found.columns.flatMap(({ text }, j) => (text ? [j] : [])) : [];
    change({ found, without: new Set(texts), ...(found.ok && { format: found.format }) });
  } catch (error) {
    useDataSets.setState({ arriving: undefined });
    reportDataFailure(error);
  }
}

/** How it reads under another format. */
export async function tryFormat(format: CsvFormat): Promise<void> {
  const now = arrivingNow();
  if (!now) return;
  change({ format });
  const { found } = await ask<Extract<DataReply, { kind: "detected" }>>((id) => ({
    do: "detect",
    id,
    head,
    whole: head.length >= now.handle.bytes,
    format,
  }));
  const after = arrivingNow();
  if (after?.format !== format) return;
  const texts = found.ok ? found.columns.flatMap(({ text }, j) => (text ? [j] : [])) : [];
  const { refusal: _, ...rest } = after;
  useDataSets.setState({ arriving: { ...rest, found, without: new Set(texts) } });
}

export function keepColumn(place: number, keep: boolean): void {
  const now = arrivingNow();
  if (!now) return;
  const without = new Set(now.without);
  if (keep) without.delete(place);
  else without.add(place);
  change({ without });
}

export function cancelImport(): void {
  useDataSets.setState({ arriving: undefined });
}

const inputName = /^(?:u\d*|in\d*|inputs?|entradas?|reference|command)$/i;

function channelsOf({ columns }: CsvPreview, without: ReadonlySet<number>): readonly Channel[] {
  return columns.flatMap(({ name, unit, time }, column): Channel[] =>
    without.has(column)
      ? []
      : [
          {
            column,
            name,
            ...(unit !== undefined && { unit }),
            role: time ? "time" : inputName.test(name) ? "input" : "output",
          },
        ],
  );
}

/** Reads all of it and puts it into the document. */
export async function confirmImport(): Promise<void> {
  const now = arrivingNow();
  if (!now?.format || !now.found?.ok) return;
  const { handle, format, found, without } = now;
  const channels = channelsOf(found, without);
  const { refusal: _, ...rest } = now;
  useDataSets.setState({ arriving: { ...rest, progress: { fraction: 0, rows: 0 } } });
  const opened = useDocument.getState().opened;
  const goOn = (): boolean => arrivingNow()?.handle === handle && useDocument.getState().opened === opened;
  try {
    const outcome = await load(
      handle,
      handle.bytes,
      format,
      channels.map(({ column }) => column),
      (fraction, rows) => goOn() && change({ progress: { fraction, rows } }),
      goOn,
    );
    if (!outcome) return;
    if (!outcome.ok) {
      const { progress: __, ...stays } = arrivingNow()!;
      useDataSets.setState({ arriving: { ...stays, refusal: outcome } });
      return;
    }
    const small = handle.bytes <= attachedBytes;
    const text = small
      ? new TextDecoder(format.encoding).decode(await host().readData(handle.token, 0, handle.bytes))
      : undefined;
    if (!goOn()) return post({ do: "forget", source: outcome.source });
    const { source, rows, missing, print } = outcome;
    keepSet(
      {
        name: handle.name.replace(/\.[^.]+$/, ""),
        file: { name: handle.name, bytes: handle.bytes, print },
        format: text === undefined ? format : { ...format, encoding: "utf-8" },
        channels,
        every: 1,
        steps: [],
        split: 0.7,
      },
      text,
      { source, loaded: { rows, missing, print } },
    );
    cancelImport();
  } catch (error) {
    cancelImport();
    reportDataFailure(error, handle.name);
  }
}

function keepSet(
  set: Omit<DataSet, "id">,
  text: string | undefined,
  { source, loaded }: { readonly source: number; readonly loaded: Loaded },
): void {
  useDocument.getState().edit((document) => withSet(document, set, text));
  const id = useDocument.getState().document.sets!.at(-1)!.id;
  putState(id, { kind: "ready", source, loaded });
  chooseSet(id);
}

/** Another file of the same name is not overwritten. */
function withSet(document: LazoDocument, set: Omit<DataSet, "id">, text: string | undefined): LazoDocument {
  if (text === undefined) return addDataSet(document, set);
  const [, base, ending] = /^(.*?)(\.[^.]*)?$/.exec(set.file.name)!;
  let { name } = set.file;
  for (let n = 2; document.data?.[name] !== undefined && document.data[name] !== text; n++)
    name = `${base} ${n}${ending ?? ""}`;
  return addDataSet(attachFile(document, name, text), { ...set, file: { ...set.file, name } });
}

/** Makes a set of text that came from here: the samples of a run. */
export async function addText(name: string, text: string): Promise<void> {
  const whole = new Blob([text]);
  head = new Uint8Array(await whole.slice(0, headBytes).arrayBuffer());
  const { found } = await ask<Extract<DataReply, { kind: "detected" }>>((id) => ({
    do: "detect",
    id,
    head,
    whole: head.length === whole.size,
  }));
  if (!found.ok) return;
  const channels = channelsOf(found, new Set());
  const keep = channels.map(({ column }) => column);
  const outcome = await load(
    whole,
    whole.size,
    found.format,
    keep,
    () => {},
    () => true,
  );
  if (!outcome?.ok) return;
  const { source, rows, missing, print } = outcome;
  const set = {
    name,
    file: { name: `${name}.csv`, bytes: whole.size, print },
    format: found.format,
    channels,
    every: 1,
    steps: [],
    split: 0.7,
  };
  keepSet(set, text, { source, loaded: { rows, missing, print } });
}

const lookFor = async (set: DataSet): Promise<DataHandle | undefined> => {
  const { file } = useDocument.getState();
  const beside = file && (await host().dataBeside(file.token, set.file.name));
  return beside ?? host().dataKept(set.file.name, set.file.bytes, false);
};

/** Reads a set that the document has, from the document or from beside it. */
export async function loadSet(set: DataSet, chosen?: DataHandle): Promise<void> {
  const known = useDataSets.getState().sets[set.id];
  if (!chosen && known && known.kind !== "missing") return;
  putState(set.id, { kind: "loading", fraction: 0, rows: 0 });
  const { opened, document } = useDocument.getState();
  const goOn = (): boolean => useDocument.getState().opened === opened;
  try {
    const text = chosen ? undefined : document.data?.[set.file.name];
    const handle = chosen ?? (text === undefined ? await lookFor(set) : undefined);
    if (!goOn()) return;
    if (text === undefined && !handle) return putState(set.id, { kind: "missing" });
    const outcome = await load(
      handle ?? new Blob([text!]),
      handle?.bytes ?? set.file.bytes,
      set.format,
      set.channels.map(({ column }) => column),
      (fraction, rows) => goOn() && putState(set.id, { kind: "loading", fraction, rows }),
      goOn,
    );
    if (!outcome) return;
    if (!outcome.ok) return putState(set.id, { kind: "refused", refusal: outcome });
    const { source, rows, missing, print } = outcome;
    const loaded: Loaded = { rows, missing, print };
    const other = handle && (print !== set.file.print || handle.bytes !== set.file.bytes);
    putState(set.id, other ? { kind: "changed", source, loaded, handle } : { kind: "ready", source, loaded });
  } catch (error) {
    putState(set.id, { kind: "missing" });
    reportDataFailure(error, set.file.name);
  }
}

/** The user allows a file of before to be read again, or shows where the data of a set is. */
export async function findData(set: DataSet): Promise<void> {
  try {
    const missing = useDataSets.getState().sets[set.id]?.kind === "missing";
    const kept = missing ? await host().dataKept(set.file.name, set.file.bytes, true) : undefined;
    const handle = kept ?? (await host().openData());
    if (handle) await loadSet(set, handle);
  } catch (error) {
    reportDataFailure(error, set.file.name);
  }
}

/** The file that was found is taken in place of the one that was imported. */
export function acceptChanged(set: DataSet): void {
  const state = useDataSets.getState().sets[set.id];
  if (state?.kind !== "changed") return;
  const { source, loaded, handle } = state;
  const file = { name: handle.name, bytes: handle.bytes, print: loaded.print };
  useDocument.getState().edit((document) => changeDataSet(document, set.id, { file }));
  putState(set.id, { kind: "ready", source, loaded });
}

/** undefined: it has not been read. */
export function selectionOf(set: DataSet, columns: readonly number[]): Selection | undefined {
  const state = useDataSets.getState().sets[set.id];
  if (state?.kind !== "ready") return undefined;
  const time = set.channels.find(({ role }) => role === "time");
  return {
    source: state.source,
    time: time ? { column: time.column } : { every: set.every },
    columns,
    steps: set.steps,
  };
}

export async function lookAt(
  of: Selection,
  window: readonly [number, number] | undefined,
  apart: boolean,
): Promise<Look | PreparedRefusal> {
  const make = (id: number): DataRequest => ({ do: "look", id, of, window, apart });
  return (await ask<Extract<DataReply, { kind: "look" }>>(make)).look;
}

export async function take(of: Selection): Promise<Taken | PreparedRefusal> {
  return (await ask<Extract<DataReply, { kind: "taken" }>>((id) => ({ do: "take", id, of }))).taken;
}

export function editSet(id: string, change: Partial<Omit<DataSet, "id">>, coalesce?: string): void {
  useDocument.getState().edit((document) => changeDataSet(document, id, change), coalesce);
}

export function editChannel(set: DataSet, column: number, change: Partial<Channel>, coalesce?: string): void {
  const changed = set.channels.map((channel) => (channel.column === column ? { ...channel, ...change } : channel));
  editSet(set.id, { channels: change.role ? setRole(changed, column, change.role) : changed }, coalesce);
}

/** Another document has other data; what is missing is told at once. */
export function watchDocuments(): void {
  let opened = useDocument.getState().opened;
  const look = (): void => {
    for (const set of useDocument.getState().document.sets ?? [])
      if (useDocument.getState().document.data?.[set.file.name] === undefined)
        void lookFor(set).then(
          (found) => !found && !useDataSets.getState().sets[set.id] && putState(set.id, { kind: "missing" }),
          () => putState(set.id, { kind: "missing" }),
        );
  };
  look();
  useDocument.subscribe((state) => {
    if (state.opened === opened) return;
    opened = state.opened;
    for (const one of Object.values(useDataSets.getState().sets))
      if (one.kind === "ready" || one.kind === "changed") post({ do: "forget", source: one.source });
    useDataSets.setState(noData);
    look();
  });
}
