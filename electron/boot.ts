/**
 * Starts the desktop app: what has to be said to Electron, in the order it has to be said. Electron is an argument, so that
 * tests start the very same thing. No product logic: the page has that.
 */
import { join } from "node:path";
import type { App, IpcMain, Protocol, Session, WebContents } from "electron";
import { bundleServer } from "./bundle.ts";
import { createFiles, failure, type Files } from "./files.ts";
import { createHandlers } from "./handlers.ts";
import { registerHandlers } from "./ipc.ts";
import { documentInArgs, mayNavigate, mayUse, SCHEME, windowOpen } from "./policies.ts";
import { createMainWindow, type WindowPlatform } from "./window.ts";

export interface Electron extends Pick<WindowPlatform, "BrowserWindow" | "Menu" | "dialog" | "screen"> {
  readonly app: Pick<
    App,
    | "enableSandbox"
    | "requestSingleInstanceLock"
    | "quit"
    | "whenReady"
    | "on"
    | "getPath"
    | "getAppPath"
    | "isPackaged"
    | "addRecentDocument"
  >;
  readonly ipcMain: Pick<IpcMain, "handle">;
  readonly protocol: Pick<Protocol, "registerSchemesAsPrivileged" | "handle">;
  readonly session: {
    readonly defaultSession: Pick<
      Session,
      "setPermissionRequestHandler" | "setPermissionCheckHandler" | "setDevicePermissionHandler"
    >;
  };
}

export interface Process {
  readonly argv: readonly string[];
  readonly platform: string;
  cwd(): string;
}

export async function boot(electron: Electron, process: Process, files: Files = createFiles()): Promise<void> {
  const { app, protocol } = electron;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }

  let quitting = false;
  const appFolder = app.getAppPath();
  const main = createMainWindow({
    ...electron,
    preload: join(appFolder, "dist", "electron", "preload.cjs"),
    userData: app.getPath("userData"),
    mac: process.platform === "darwin",
    packaged: app.isPackaged,
    opened: (path) => app.addRecentDocument(path),
    stayed: () => (quitting = false),
  });
  const open = async (path: string | undefined): Promise<void> => {
    if (path === undefined) return;
    try {
      main.hand(await files.open(path));
      app.addRecentDocument(path);
    } catch (error) {
      main.tellCannotOpen(failure(error, path));
    }
  };

  // Before `ready`: a start by double click on macOS says so early.
  let ready = false;
  let early: string | undefined;
  app.on("open-file", (event, path) => {
    event.preventDefault();
    const document = documentInArgs([path], "/");
    if (ready) {
      main.show();
      void open(document);
    } else early = document;
  });
  app.on("second-instance", (_event, argv, workingFolder) => {
    if (!ready) return;
    main.show();
    void open(documentInArgs(argv.slice(1), workingFolder));
  });
  app.on("web-contents-created", (_event, contents) => guard(contents));
  app.on("before-quit", () => (quitting = true));
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin" || quitting) app.quit();
  });
  app.on("activate", () => ready && main.show());

  await app.whenReady();
  const { defaultSession } = electron.session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(mayUse(permission, contents.getURL())),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => mayUse(permission, origin));
  defaultSession.setDevicePermissionHandler(() => false);
  protocol.handle(SCHEME, bundleServer(join(appFolder, "dist", "renderer")));
  registerHandlers(electron.ipcMain, createHandlers(files, main.desk));
  ready = true;
  main.show();
  await open(early ?? documentInArgs(process.argv.slice(1), process.cwd()));
}

/** Every page that could ever come to be: it stays where it is, opens nothing, and embeds nothing. */
function guard(contents: WebContents): void {
  contents.on("will-navigate", (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => windowOpen(url));
}
