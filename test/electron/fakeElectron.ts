/**
 * Electron as far as boot.ts uses it, typed against electron.d.ts: it notes what it is told, in order, and lets a test play
 * the system and the user.
 */
import { EventEmitter } from "node:events";
import type { BrowserWindow, BrowserWindowConstructorOptions, MenuItemConstructorOptions } from "electron";
import type { Electron } from "../../electron/boot.ts";

type Listener = (...args: never[]) => unknown;

export class FakeContents extends EventEmitter {
  readonly sent: [string, unknown][] = [];
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  reloads = 0;
  pastes = 0;
  send(channel: string, value: unknown): void {
    this.sent.push([channel, value]);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  reload(): void {
    this.reloads += 1;
  }
  paste(): void {
    this.pastes += 1;
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: BrowserWindowConstructorOptions;
  url = "";
  title = "";
  edited = false;
  open = true;
  focused = 0;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  loadURL(url: string): Promise<void> {
    this.url = url;
    return Promise.resolve();
  }
  show(): void {}
  maximize(): void {}
  restore(): void {}
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return false;
  }
  focus(): void {
    this.focused += 1;
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
  setTitle(title: string): void {
    this.title = title;
  }
  setDocumentEdited(edited: boolean): void {
    this.edited = edited;
  }
  close(): void {
    let stopped = false;
    this.emit("close", { preventDefault: () => (stopped = true) });
    if (!stopped) this.destroy();
  }
  destroy(): void {
    this.open = false;
    this.emit("closed");
  }
}

export class FakeElectron {
  /** What was called, in order, by name. */
  readonly calls: string[] = [];
  readonly windows: FakeWindow[] = [];
  readonly handlers = new Map<string, Listener>();
  readonly schemes: unknown[] = [];
  readonly recent: string[] = [];
  readonly messages: { message: string; detail?: string; buttons?: string[] }[] = [];
  readonly events = new EventEmitter();
  menu: MenuItemConstructorOptions[] = [];
  serve: ((request: { method: string; url: string }) => Promise<Response>) | undefined;
  permissionRequest: Listener | undefined;
  permissionCheck: Listener | undefined;
  deviceCheck: (() => boolean) | undefined;
  /** What the user answers: a button of a message, paths of dialogs. */
  response = 0;
  openPath: string | undefined;
  savePath: string | undefined;
  firstInstance = true;
  packaged = true;
  readonly folders: { readonly app: string; readonly userData: string };

  constructor(folders: { readonly app: string; readonly userData: string }) {
    this.folders = folders;
  }

  get window(): FakeWindow {
    return this.windows.at(-1)!;
  }

  /** What boot.ts is given. */
  get electron(): Electron {
    return partsOf(this);
  }

  /** As the page of the window calls it. */
  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    const event = { senderFrame: { url: this.window.url, parent: null } };
    return (this.handlers.get(channel) as (...all: unknown[]) => Promise<unknown>)(event, ...args);
  }
}

function partsOf(fake: FakeElectron): Electron {
  const note = (name: string) => void fake.calls.push(name);
  const ask = (...args: unknown[]) => {
    fake.messages.push(args.at(-1) as (typeof fake.messages)[number]);
    return Promise.resolve({ response: fake.response, checkboxChecked: false });
  };
  const parts = {
    app: {
      get isPackaged() {
        return fake.packaged;
      },
      enableSandbox: () => note("enableSandbox"),
      requestSingleInstanceLock: () => {
        note("requestSingleInstanceLock");
        return fake.firstInstance;
      },
      quit: () => note("quit"),
      whenReady: () => {
        note("whenReady");
        return Promise.resolve();
      },
      on(event: string, listener: Listener) {
        fake.events.on(event, listener as (...args: unknown[]) => void);
        return this;
      },
      getPath: () => fake.folders.userData,
      getAppPath: () => fake.folders.app,
      addRecentDocument: (path: string) => void fake.recent.push(path),
    },
    ipcMain: { handle: (channel: string, listener: Listener) => void fake.handlers.set(channel, listener) },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown[]) => {
        note("registerSchemesAsPrivileged");
        fake.schemes.push(...schemes);
      },
      handle: (scheme: string, handler: NonNullable<FakeElectron["serve"]>) => {
        note(`protocol.handle ${scheme}`);
        fake.serve = handler;
      },
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: Listener) => (fake.permissionRequest = handler),
        setPermissionCheckHandler: (handler: Listener) => (fake.permissionCheck = handler),
        setDevicePermissionHandler: (handler: () => boolean) => (fake.deviceCheck = handler),
      },
    },
    BrowserWindow: class extends FakeWindow {
      constructor(options: BrowserWindowConstructorOptions) {
        super(options);
        note("new BrowserWindow");
        fake.windows.push(this);
        fake.events.emit("web-contents-created", {}, this.webContents);
      }
    } as unknown as new (options: BrowserWindowConstructorOptions) => BrowserWindow,
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: MenuItemConstructorOptions[]) => (fake.menu = menu),
    },
    dialog: {
      showOpenDialog: () =>
        Promise.resolve({ canceled: fake.openPath === undefined, filePaths: fake.openPath ? [fake.openPath] : [] }),
      showSaveDialog: () => Promise.resolve({ canceled: fake.savePath === undefined, filePath: fake.savePath ?? "" }),
      showMessageBox: ask,
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
  };
  return parts as unknown as Electron;
}
