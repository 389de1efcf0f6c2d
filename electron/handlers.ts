/** What each channel does: asks the user where through the desk, and lets files.ts read and write. No Electron in here. */
import type { Outcome } from "../renderer/host/bridge.ts";
import type { OpenFile, WindowState } from "../renderer/host/host.ts";
import type { Args, Channel, Results } from "./channels.ts";
import { FileFailure, type Files } from "./files.ts";
import { suggestedFileName } from "./policies.ts";

/** The window and its dialogs, as far as a channel needs them. Paths come from here alone. */
export interface Desk {
  askOpen(kind: "lazo" | "csv" | "attached"): Promise<string | undefined>;
  askSave(suggestedName: string): Promise<string | undefined>;
  askReplaceChanged(): Promise<"replace" | "saveAs" | "cancel">;
  /** The document that the system asked for; only once. */
  takeWaiting(): OpenFile | undefined;
  setWindow(state: WindowState): void;
  pasteText(): void;
  /** Something was asked to be saved and was not. */
  notSaved(): void;
  opened(path: string): void;
}

type ValueOf<C extends Channel> = Extract<Results[C], { ok: true }>["value"];

export type Handlers = { readonly [C in Channel]: (...args: Args<C>) => Promise<Outcome<ValueOf<C>>> };

export function createHandlers(files: Files, desk: Desk): Handlers {
  async function saveAs(text: string, suggestedName: string) {
    const path = await desk.askSave(withEnding(suggestedFileName(suggestedName)));
    if (path === undefined) {
      desk.notSaved();
      return undefined;
    }
    const written = await files.saveAs(path, text);
    desk.opened(path);
    return written;
  }

  return {
    "file:open": () =>
      outcome(async () => {
        const path = await desk.askOpen("lazo");
        if (path === undefined) return undefined;
        const file = await files.open(path);
        desk.opened(path);
        return file;
      }),

    "file:save": (text, token) =>
      saving(desk, async () => {
        if (!(await files.changedOutside(token))) return files.save(token, text);
        const answer = await desk.askReplaceChanged();
        if (answer === "replace") return files.save(token, text);
        if (answer === "saveAs") return saveAs(text, files.nameOf(token));
        desk.notSaved();
        return undefined;
      }),

    "file:saveAs": (text, suggestedName) => saving(desk, () => saveAs(text, suggestedName)),

    "file:exportText": (suggestedName, text) =>
      outcome(async () => {
        const path = await desk.askSave(suggestedFileName(suggestedName));
        return path === undefined ? undefined : files.exportText(path, text);
      }),

    "file:openAttached": () =>
      outcome(async () => {
        const path = await desk.askOpen("attached");
        return path === undefined ? undefined : files.openAttached(path);
      }),

    "file:readBeside": (token, name) => outcome(() => files.readBeside(token, name)),

    "file:openData": () =>
      outcome(async () => {
        const path = await desk.askOpen("csv");
        return path === undefined ? undefined : files.openData(path);
      }),

    "file:dataBeside": (token, name) => outcome(() => files.dataBeside(token, name)),

    "file:readData": (token, from, length) => outcome(() => files.readData(token, from, length)),

    "file:waiting": () => outcome(async () => desk.takeWaiting()),

    "window:set": (state) =>
      outcome(async () => {
        desk.setWindow(state);
        return undefined;
      }),

    "window:pasteText": () =>
      outcome(async () => {
        desk.pasteText();
        return undefined;
      }),
  };
}

function withEnding(name: string): string {
  return /\.lazo$/i.test(name) ? name : `${name}.lazo`;
}

async function saving<T>(desk: Desk, save: () => Promise<T>): Promise<Outcome<T>> {
  const done = await outcome(save);
  if (!done.ok) desk.notSaved();
  return done;
}

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof FileFailure) return { ok: false, code: error.code, file: error.file };
    console.error(error);
    return { ok: false, code: "failed" };
  }
}
