/**
 * What the desktop's preload puts on the page as `window.lazo`: plain values in, plain values out, so that nothing of
 * Electron crosses over. Types only; electron.ts makes a Host of it.
 */
import type { Command, DataFile, DataHandle, FailureCode, OpenFile, WindowState } from "./host.ts";

/** Errors lose their class between processes, so a failure is a value here. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: FailureCode; readonly file?: string };

/** A document that was written: the text is the one that was given. */
export type Written = Pick<OpenFile, "name" | "token">;

export interface Bridge {
  open(): Promise<Outcome<OpenFile | undefined>>;
  save(text: string, token: string): Promise<Outcome<Written | undefined>>;
  saveAs(text: string, suggestedName: string): Promise<Outcome<Written | undefined>>;
  exportText(suggestedName: string, text: string): Promise<Outcome<string | undefined>>;
  openAttached(): Promise<Outcome<DataFile | undefined>>;
  openData(): Promise<Outcome<DataHandle | undefined>>;
  dataBeside(token: string, name: string): Promise<Outcome<DataHandle | undefined>>;
  readData(token: string, from: number, length: number): Promise<Outcome<Uint8Array<ArrayBuffer>>>;
  readBeside(token: string, name: string): Promise<Outcome<string | undefined>>;
  setWindow(state: WindowState): Promise<Outcome<undefined>>;
  /** Into the text field that has the focus: a page may not read the clipboard for that by itself. */
  pasteText(): Promise<Outcome<undefined>>;
  onCommand(run: (command: Command) => void): () => void;
  /** The one that waits is delivered at once. */
  onOpenFile(run: (file: OpenFile) => void): () => void;
}
