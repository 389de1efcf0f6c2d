/**
 * What the application needs from the place it runs in: files, a window title, commands from a native menu. The renderer owns
 * this contract; electron.ts and browser.ts fulfil it. Types only. Nobody here ever names a path: a token stands for a file.
 */

/** `token` is opaque: the desktop keeps the path behind it, the browser a file handle (or nothing: a download). */
export interface OpenFile {
  /** Base name, with its extension: "island.lazo". */
  readonly name: string;
  readonly text: string;
  readonly token: string;
}

export interface DataFile {
  readonly name: string;
  readonly text: string;
}

/** A file that is read in parts, for it may be large. */
export interface DataHandle {
  readonly name: string;
  readonly bytes: number;
  readonly token: string;
}

/** Sent by the native menu; the same ids as in the command registry. */
export type Command =
  | "file.new"
  | "file.open"
  | "file.examples"
  | "file.save"
  | "file.saveAs"
  | "file.exportJson"
  | "file.exportTypescript"
  | "edit.undo"
  | "edit.redo"
  | "edit.cut"
  | "edit.copy"
  | "edit.paste"
  | "edit.duplicate"
  | "edit.delete"
  | "edit.selectAll"
  | "view.fit"
  | "view.zoomIn"
  | "view.zoomOut"
  | "view.togglePalette"
  | "view.toggleInspector"
  | "view.toggleDock"
  | "view.commandPalette"
  | "run.run"
  | "run.stop"
  | "help.about";

/** Why a file could not be read or written; the user interface has a sentence for each. */
export type FailureCode =
  /** Larger than the host reads. */
  | "too-large"
  /** Not UTF-8 text. */
  | "not-text"
  | "not-found"
  | "no-permission"
  | "read-only"
  | "no-space"
  | "busy"
  /** Cannot be replaced in one step where it lies (another volume, a link to elsewhere): save under another name. */
  | "not-replaceable"
  /** The token is not one of this window's. */
  | "unknown-token"
  | "failed";

/** Every promise of a host that rejects, rejects with this. A cancelled dialog is not a failure: it gives undefined. */
export interface HostFailure extends Error {
  readonly name: "HostFailure";
  readonly code: FailureCode;
  /** Base name of the file, where there is one. */
  readonly file?: string;
}

export interface WindowState {
  readonly title: string;
  /** Unsaved changes: closing asks first. */
  readonly dirty: boolean;
  /** Language of the native menu and dialogs. */
  readonly language: "en" | "es";
}

export interface Host {
  readonly kind: "electron" | "browser";
  /** Asks for a `.lazo` file. undefined: cancelled. */
  open(): Promise<OpenFile | undefined>;
  /** Writes to `to`, or asks where when it is absent. undefined: cancelled. */
  save(text: string, to?: OpenFile, suggestedName?: string): Promise<OpenFile | undefined>;
  /** Always asks where. */
  saveAs(text: string, suggestedName: string): Promise<OpenFile | undefined>;
  /** Writes text that is not the document. The name it was written under; undefined: cancelled. */
  exportText(suggestedName: string, text: string): Promise<string | undefined>;
  /** Asks for a file that a block reads: a CSV, or weights. undefined: cancelled. */
  openAttached(): Promise<DataFile | undefined>;
  /** Asks for a data file of any size that is read. undefined: cancelled. */
  openData(): Promise<DataHandle | undefined>;
  /** A data file (plain base name) in the folder of an opened document; undefined where there is none to be had. */
  dataBeside(token: string, name: string): Promise<DataHandle | undefined>;
  /** A data file that this host was shown before, by name and size; `ask`, on a click: permission is asked for where it takes one. */
  dataKept(name: string, bytes: number, ask: boolean): Promise<DataHandle | undefined>;
  /** A data file of the page's own, which a worker reads by itself; undefined: read it in parts. */
  dataFile(token: string): Blob | undefined;
  /** Fewer bytes than asked for at the end of the file only. */
  readData(token: string, from: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Text of a `.csv` file (plain base name) in the folder of an opened document; undefined where there is none to be had. */
  readBeside(token: string, name: string): Promise<string | undefined>;
  /** Commands of the native menu. Gives the function that stops listening. */
  onCommand(run: (command: Command) => void): () => void;
  /** A document the system asks to open (double click, command line). One that came before is delivered at once. */
  onOpenFile(run: (file: OpenFile) => void): () => void;
  /** A data file dropped on the window. Gives the function that stops listening. */
  onDropData(run: (data: DataHandle) => void): () => void;
  setWindow(state: WindowState): void;
}
