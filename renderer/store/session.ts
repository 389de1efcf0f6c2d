/**
 * The life of a document: new, open, save, examples, attached data, recovery. It decides what becomes of unsaved work and
 * tells the user in the bar; how files are read and written is the host's, what a document is is core/diagram's.
 */
import { attachFile, namedFiles } from "../../core/diagram/dataFiles.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { readDocument, writeDocument } from "../../core/diagram/schema.ts";
import type { FailureCode, HostFailure, OpenFile } from "../host/host.ts";
import { t } from "../ui/i18n.ts";
import { emptyDocument, isDirty, useDocument } from "./document.ts";
import type { FileRef } from "./document.ts";
import { host } from "./host.ts";
import { useNotices } from "./notices.ts";
import { useSelection } from "./selection.ts";
import { useShell } from "./shell.ts";
import { useView } from "./view.ts";
import { problemText } from "./problemText.ts";

/** CSV text read from the folder of the document, by name. Not written into it again unless it is saved elsewhere. */
let beside: { readonly token: string; readonly files: ReadonlyMap<string, string> } | undefined;

export interface Example {
  readonly id: string;
  readonly text: string;
  /** Text of a CSV file that the document names, from the bundle. */
  data(name: string): Promise<string | undefined>;
}

const failureText = (code: FailureCode, file: string): string => t(`failure.${code}`, { file });

function report(id: string, error: unknown, file: string): void {
  const failure = error as Partial<HostFailure> | undefined;
  const known = error instanceof Error && error.name === "HostFailure" && failure?.code !== undefined;
  useNotices.getState().show({
    id,
    tone: "error",
    text: known ? failureText(failure.code as FailureCode, failure.file ?? file) : t("failure.failed", { file }),
    ...(known ? {} : { detail: error instanceof Error ? error.message : String(error) }),
  });
}

export const documentName = (state: { file: FileRef | undefined; document: LazoDocument }): string =>
  state.file?.name ?? `${shownName(state.document)}.lazo`;

/** What nobody has given a name yet is said to have none in the user's language. */
export const shownName = ({ name }: LazoDocument): string => (name === emptyDocument.name ? t("file.untitled") : name);

/** Does `next` at once when nothing would be lost; else asks in the bar first. */
export function whenSafe(next: () => void): void {
  const state = useDocument.getState();
  const notices = useNotices.getState();
  if (
    !isDirty(state) ||
    state.document.root.blocks.length + state.document.root.notes.length + state.document.variables.length === 0
  ) {
    notices.dismiss("discard");
    next();
    return;
  }
  const then = (run: () => void) => () => {
    useNotices.getState().dismiss("discard");
    run();
  };
  notices.show({
    id: "discard",
    tone: "warning",
    text: t("discard.question", { name: documentName(state) }),
    actions: [
      { label: t("discard.save"), primary: true, run: then(() => void save().then((saved) => saved && next())) },
      { label: t("discard.discard"), run: then(next) },
      { label: t("discard.cancel"), run: then(() => {}) },
    ],
  });
}

function show(
  document: LazoDocument,
  file: FileRef | undefined,
  options: Parameters<ReturnType<typeof useDocument.getState>["replace"]>[2],
): void {
  useSelection.getState().clear();
  useSelection.getState().setHighlight(undefined);
  useView.getState().set({ hiddenTraces: new Set() });
  for (const id of ["open", "save", "export", "data"]) useNotices.getState().dismiss(id);
  useDocument.getState().replace(document, file, options);
  useShell.getState().set({ gallery: false });
}

export function newDocument(): void {
  whenSafe(() => {
    beside = undefined;
    show({ ...emptyDocument }, undefined, { trust: "free" });
  });
}

const missingFiles = (document: LazoDocument): readonly string[] =>
  namedFiles(document).filter((name) => !Object.hasOwn(document.data ?? {}, name));

/** A broken file is told in the bar, by its first problem; what was open stays open. */
export function readOrReport(name: string, text: string): LazoDocument | undefined {
  const read = readDocument(text);
  if (read.ok) return read.document;
  const [first, ...rest] = read.problems;
  useNotices.getState().show({
    id: "open",
    tone: "error",
    text: t("open.broken", { name }),
    detail: first
      ? `${first.path ? `${first.path}: ` : ""}${problemText(first).message}${rest.length > 0 ? ` ${t("open.more", { count: rest.length })}` : ""}`
      : "",
  });
  return undefined;
}

/** A named data file that is neither attached nor to be found beside the document: the user may know where it is. */
function askForMissing(document: LazoDocument): void {
  const [name] = missingFiles(document);
  if (name === undefined) return;
  useNotices.getState().show({
    id: "data",
    tone: "warning",
    text: t("data.missing", { name }),
    actions: [
      {
        label: t("data.choose"),
        primary: true,
        run: () => void attachPicked(name).then((attached) => attached !== undefined && askNext()),
      },
    ],
  });
}

function askNext(): void {
  useNotices.getState().dismiss("data");
  askForMissing(useDocument.getState().document);
}

export async function openFile(file: OpenFile): Promise<void> {
  let document = readOrReport(file.name, file.text);
  if (!document) return;
  const files = new Map<string, string>();
  for (const name of missingFiles(document)) {
    const text = await host()
      .readBeside(file.token, name)
      .catch(() => undefined);
    if (text === undefined) continue;
    files.set(name, text);
    document = attachFile(document, name, text);
  }
  const opened = document;
  whenSafe(() => {
    beside = { token: file.token, files };
    show(opened, { name: file.name, token: file.token }, { trust: "asked" });
    askForMissing(opened);
  });
}

/** Of recorded data. */
export const reportDataFailure = (error: unknown, file = ""): void => report("data", error, file);

export const reportOpenFailure = (error: unknown, file = ""): void => report("open", error, file);

export async function open(): Promise<void> {
  try {
    const file = await host().open();
    if (file) await openFile(file);
  } catch (error) {
    reportOpenFailure(error);
  }
}

/** Examples are ours, so they run at once. They carry their data: saved anywhere, they still work. */
export async function openExample(example: Example): Promise<void> {
  let document = readOrReport(`${example.id}.lazo`, example.text);
  if (!document) return;
  const recorded = (document.sets ?? []).map(({ file }) => file.name);
  for (const name of new Set([...missingFiles(document), ...recorded])) {
    const text = await example.data(name);
    if (text !== undefined) document = attachFile(document, name, text);
  }
  const opened = document;
  whenSafe(() => {
    beside = undefined;
    show(opened, undefined, { trust: "free" });
  });
}

/** The text to write: data that lies beside the document, unchanged, is left there. */
function textFor(document: LazoDocument, token: string | undefined): string {
  if (!document.data || !beside || beside.token !== token) return writeDocument(document);
  const { files } = beside;
  const own = Object.entries(document.data).filter(([name, text]) => files.get(name) !== text);
  const { data: _, ...rest } = document;
  return writeDocument(own.length > 0 ? { ...rest, data: Object.fromEntries(own) } : rest);
}

function saved(document: LazoDocument, file: OpenFile): void {
  const named = file.name.replace(/\.lazo$/i, "");
  useDocument.getState().markSaved({ name: file.name, token: file.token }, document);
  useNotices.getState().dismiss("save");
  useNotices.getState().show({ id: "saved", tone: "success", text: t("save.done", { name: named }), expires: 2500 });
}

export async function save(): Promise<boolean> {
  const { document, file } = useDocument.getState();
  if (!file) return saveAs();
  try {
    const text = textFor(document, file.token);
    const written = await host().save(text, { ...file, text });
    if (!written) return false;
    saved(document, written);
    return true;
  } catch (error) {
    const code = (error as Partial<HostFailure>).code;
    // A browser forgets its file handles with the page; the file can only be named again.
    if (code === "unknown-token" || code === "not-replaceable") return saveAs();
    report("save", error, file.name);
    return false;
  }
}

export async function saveAs(): Promise<boolean> {
  const state = useDocument.getState();
  try {
    const written = await host().saveAs(textFor(state.document, undefined), documentName(state));
    if (!written) return false;
    saved(state.document, written);
    return true;
  } catch (error) {
    report("save", error, documentName(state));
    return false;
  }
}

/** Writes text that is not the document itself. */
export async function exportText(name: string, text: string): Promise<void> {
  try {
    const written = await host().exportText(name, text);
    if (written !== undefined) {
      useNotices
        .getState()
        .show({ id: "export", tone: "success", text: t("export.done", { name: written }), expires: 4000 });
    }
  } catch (error) {
    report("export", error, name);
  }
}

/**
 * Asks for a CSV file and attaches it, under the name that the document already uses when `name` is given. Gives the name
 * it is attached under; undefined when the user thought better of it.
 */
export async function attachPicked(name?: string): Promise<string | undefined> {
  try {
    const file = await host().openAttached();
    if (!file) return undefined;
    const under = name ?? file.name;
    useDocument.getState().edit((document) => attachFile(document, under, file.text));
    return under;
  } catch (error) {
    report("data", error, name ?? "");
    return undefined;
  }
}
