/**
 * The one window: how it is made, its dialogs, and how it closes. It asks before unsaved work is lost, opens again after a
 * crash, and hands over the document that the system asked for. What channels do with it is handlers.ts's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserWindow, BrowserWindowConstructorOptions, Dialog, Menu, Screen, WebPreferences } from "electron";
import type { Command, OpenFile, WindowState } from "../renderer/host/host.ts";
import type { Messages } from "./channels.ts";
import type { FileFailure } from "./files.ts";
import type { Desk } from "./handlers.ts";
import { menuTemplate } from "./menu.ts";
import { START } from "./policies.ts";
import { reason, words, type Language, type Words } from "./text.ts";
import { placeWindow, windowStateText } from "./windowState.ts";

export interface WindowPlatform {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly Menu: Pick<typeof Menu, "buildFromTemplate" | "setApplicationMenu">;
  readonly dialog: Pick<Dialog, "showOpenDialog" | "showSaveDialog" | "showMessageBox">;
  readonly screen: Pick<Screen, "getAllDisplays">;
  readonly preload: string;
  /** Folder where the window's place is kept. */
  readonly userData: string;
  readonly mac: boolean;
  readonly packaged: boolean;
  opened(path: string): void;
  /** The user did not let the window close. */
  stayed(): void;
}

export interface MainWindow {
  readonly desk: Desk;
  /** Makes it when it is closed, else brings it to the front. */
  show(): void;
  hand(file: OpenFile): void;
  tellCannotOpen(failure: FileFailure): void;
}

/** More crashes than this in a row are not mended by opening again. */
const CRASHES_MAX = 3;

export function webPreferences(preload: string, packaged: boolean): WebPreferences {
  return Object.freeze({
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: !packaged,
  });
}

export function createMainWindow(platform: WindowPlatform): MainWindow {
  const placeFile = join(platform.userData, "window.json");
  let window: BrowserWindow | undefined;
  let state: WindowState = { title: "Lazo", dirty: false, language: "en" };
  /** Delivered when the page asks; it asks once it can listen. */
  let waiting: OpenFile | undefined;
  let pageListens = false;
  let closing: "asking" | "saving" | "now" | undefined;
  let crashes = 0;

  const text = (): Words => words[state.language];

  function send<M extends keyof Messages>(message: M, value: Messages[M]): void {
    window?.webContents.send(message, value);
  }

  function setMenu(language: Language): void {
    const { mac, packaged } = platform;
    const template = menuTemplate({ language, mac, packaged, send: (command: Command) => send("command", command) });
    platform.Menu.setApplicationMenu(platform.Menu.buildFromTemplate(template));
  }

  function create(): void {
    const screens = platform.screen.getAllDisplays().map(({ workArea }) => workArea);
    const { maximized, ...box } = placeWindow(readPlace(placeFile), screens);
    const made = new platform.BrowserWindow({
      ...box,
      minWidth: 800,
      minHeight: 560,
      show: false,
      title: "Lazo",
      webPreferences: webPreferences(platform.preload, platform.packaged),
    });
    window = made;
    closing = undefined;
    pageListens = false;
    state = { ...state, dirty: false };
    if (maximized) made.maximize();
    made.once("ready-to-show", () => made.show());
    made.on("close", (event) => {
      writePlace(placeFile, windowStateText(made.getNormalBounds(), made.isMaximized()));
      if (!state.dirty || closing === "now") return;
      event.preventDefault();
      if (closing === undefined) void askBeforeClosing(made);
    });
    made.on("closed", () => {
      window = undefined;
      pageListens = false;
    });
    // The title is the page's document and its mark for unsaved work; the page sets it through window:set.
    made.on("page-title-updated", (event) => event.preventDefault());
    // A page that is loaded again has to ask again.
    made.webContents.on("did-start-loading", () => (pageListens = false));
    made.webContents.on("render-process-gone", (_event, { reason: why }) => {
      if (why !== "clean-exit") void afterCrash(made);
    });
    void made.loadURL(START);
  }

  async function askBeforeClosing(made: BrowserWindow): Promise<void> {
    closing = "asking";
    const { response } = await platform.dialog.showMessageBox(made, {
      type: "warning",
      message: text().discardTitle,
      detail: text().discardDetail,
      buttons: [text().discardSave, text().discard, text().cancel],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    if (response === 0) {
      closing = "saving";
      send("command", "file.save");
    } else if (response === 1) {
      closing = "now";
      made.close();
    } else {
      stay();
    }
  }

  function stay(): void {
    if (closing === undefined) return;
    closing = undefined;
    platform.stayed();
  }

  async function afterCrash(made: BrowserWindow): Promise<void> {
    crashes += 1;
    // Nothing in the page can be saved any more; its journal brings the work back.
    state = { ...state, dirty: false };
    if (crashes === 1) {
      made.webContents.reload();
      return;
    }
    const { response } = await platform.dialog.showMessageBox(made, {
      type: "error",
      message: text().crashed,
      detail: text().crashedDetail,
      buttons: crashes < CRASHES_MAX ? [text().reopen, text().quit] : [text().quit],
      noLink: true,
    });
    if (response === 0 && crashes < CRASHES_MAX) made.webContents.reload();
    else made.destroy();
  }

  const desk: Desk = {
    async askOpen(kind) {
      if (window === undefined) return undefined;
      const filter =
        kind === "lazo"
          ? { name: text().documents, extensions: ["lazo"] }
          : { name: text().data, extensions: kind === "csv" ? ["csv", "txt"] : ["csv", "txt", "json"] };
      const { canceled, filePaths } = await platform.dialog.showOpenDialog(window, {
        properties: ["openFile"],
        filters: [filter],
      });
      return canceled ? undefined : filePaths[0];
    },

    async askSave(suggestedName) {
      if (window === undefined) return undefined;
      const ending = /\.([a-z0-9]+)$/i.exec(suggestedName)?.[1] ?? "lazo";
      const { canceled, filePath } = await platform.dialog.showSaveDialog(window, {
        defaultPath: suggestedName,
        filters: [{ name: ending === "lazo" ? text().documents : ending.toUpperCase(), extensions: [ending] }],
        properties: ["showOverwriteConfirmation", "createDirectory"],
      });
      return canceled || filePath === "" ? undefined : filePath;
    },

    async askReplaceChanged() {
      if (window === undefined) return "cancel";
      const { response } = await platform.dialog.showMessageBox(window, {
        type: "warning",
        message: text().changedTitle,
        detail: text().changedDetail,
        buttons: [text().changedReplace, text().saveAs, text().cancel],
        defaultId: 1,
        cancelId: 2,
        noLink: true,
      });
      return (["replace", "saveAs", "cancel"] as const)[response] ?? "cancel";
    },

    takeWaiting() {
      pageListens = true;
      const file = waiting;
      waiting = undefined;
      return file;
    },

    setWindow(next) {
      if (next.language !== state.language) setMenu(next.language);
      state = next;
      window?.setTitle(next.title);
      window?.setDocumentEdited(next.dirty);
      if (closing === "saving" && !next.dirty) {
        closing = "now";
        window?.close();
      }
    },

    pasteText: () => window?.webContents.paste(),

    notSaved: stay,

    opened: (path) => platform.opened(path),
  };

  return {
    desk,

    show() {
      if (window === undefined) {
        setMenu(state.language);
        create();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.focus();
    },

    hand(file) {
      if (pageListens) send("file:opened", file);
      else waiting = file;
    },

    tellCannotOpen({ code, file }) {
      const message = {
        type: "error",
        message: text().cannotOpen,
        detail: reason(state.language, code, file),
      } as const;
      void (window === undefined
        ? platform.dialog.showMessageBox(message)
        : platform.dialog.showMessageBox(window, message));
    },
  };
}

function readPlace(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function writePlace(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // The window opens where it would have opened at first: not worth a word.
  }
}
