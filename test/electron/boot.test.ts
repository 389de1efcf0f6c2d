/** The very start of the desktop app, with Electron played: what it says to Electron, and what the user then lives through. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boot } from "../../electron/boot.ts";
import { channels } from "../../electron/channels.ts";
import headers from "../../electron/headers.json" with { type: "json" };
import { FakeElectron, type FakeWindow } from "./fakeElectron.ts";

let folder = "";
let fake: FakeElectron;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "lazo-boot-")));
  mkdirSync(at("dist/renderer"), { recursive: true });
  writeFileSync(at("dist/renderer/index.html"), "<!doctype html>");
  writeFileSync(at("dist/renderer/app.js"), "1;");
  writeFileSync(at("dist/renderer/notes.txt"), "x");
  writeFileSync(at("plant.lazo"), "{}");
  fake = new FakeElectron({ app: folder, userData: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (argv: string[] = [], platform = "linux") =>
  boot(fake.electron, { argv: ["electron", ...argv], platform, cwd: () => folder });
const state = (dirty: boolean, language = "en") => ({ title: "plant", dirty, language });
const commands = (window: FakeWindow) =>
  window.webContents.sent.map(([channel, value]) => `${channel} ${String(value)}`);
/** Lets what hangs on promises alone come to its end. Reading a file takes as long as it takes: see `read`. */
const settled = () => new Promise((done) => setTimeout(done, 20));
/** So many documents have been read and handed over. */
const read = (count: number) => vi.waitFor(() => expect(fake.recent).toHaveLength(count), 10_000);

describe("the start", () => {
  test("in the order that Electron demands", async () => {
    await start();
    expect(fake.calls).toEqual([
      "enableSandbox",
      "registerSchemesAsPrivileged",
      "requestSingleInstanceLock",
      "whenReady",
      "protocol.handle app",
      "new BrowserWindow",
    ]);
    expect(fake.schemes).toEqual([
      { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect(fake.window.url).toBe("app://bundle/index.html");
    expect([...fake.handlers.keys()]).toEqual(Object.keys(channels));
  });

  test("exactly these powers for the page", async () => {
    await start();
    expect(fake.window.options.webPreferences).toEqual({
      preload: at("dist/electron/preload.cjs"),
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
      devTools: false,
    });
    expect(Object.isFrozen(fake.window.options.webPreferences)).toBe(true);
  });

  test("a second instance ends at once", async () => {
    fake.firstInstance = false;
    await start();
    expect(fake.calls).toContain("quit");
    expect(fake.windows).toEqual([]);
  });

  test("a page can go nowhere, open nothing, embed nothing, and use nearly nothing", async () => {
    await start();
    const { webContents } = fake.window;
    for (const event of ["will-navigate", "will-redirect"]) {
      const preventDefault = vi.fn();
      webContents.emit(event, { url: "https://example.org/", preventDefault });
      expect(preventDefault).toHaveBeenCalledOnce();
      webContents.emit(event, { url: "app://bundle/index.html", preventDefault });
      expect(preventDefault).toHaveBeenCalledOnce();
    }
    const preventDefault = vi.fn();
    webContents.emit("will-attach-webview", { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(webContents.openHandler!({ url: "https://example.org/" })).toEqual({ action: "deny" });

    const asked = (permission: string, url = "app://bundle/index.html") => {
      let granted: boolean | undefined;
      const answer = (yes: boolean) => (granted = yes);
      (fake.permissionRequest as (...args: unknown[]) => void)({ getURL: () => url }, permission, answer);
      return granted;
    };
    const checked = fake.permissionCheck as (...args: unknown[]) => boolean;
    expect(asked("clipboard-read")).toBe(true);
    expect(asked("clipboard-read", "https://example.org/")).toBe(false);
    expect(asked("media")).toBe(false);
    expect(checked(null, "clipboard-sanitized-write", "app://bundle/")).toBe(true);
    expect(checked(null, "geolocation", "app://bundle/")).toBe(false);
    expect(fake.deviceCheck!()).toBe(false);
  });

  test("the bundle is served with the policy, and nothing but the bundle", async () => {
    await start();
    const get = (url: string, method = "GET") => fake.serve!({ method, url });
    const page = await get("app://bundle/");
    expect([page.status, await page.text()]).toEqual([200, "<!doctype html>"]);
    const script = await get("app://bundle/app.js");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    const refused = ["app://bundle/../plant.lazo", "app://bundle/%2e%2e%2fplant.lazo", "app://other/index.html"];
    for (const url of [...refused, "app://bundle/notes.txt"]) expect((await get(url)).status).toBe(404);
    expect((await get("app://bundle/", "POST")).status).toBe(404);
    for (const response of [page, script, await get("app://bundle/absent.js")]) {
      for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
    }
  });
});

describe("documents that the system asks to open", () => {
  test("on the command line: handed over when the page asks", async () => {
    await start(["--flag", "plant.lazo"]);
    expect(fake.window.webContents.sent).toEqual([]);
    expect(await fake.invoke("file:waiting")).toMatchObject({ ok: true, value: { name: "plant.lazo", text: "{}" } });
    expect(await fake.invoke("file:waiting")).toEqual({ ok: true, value: undefined });
    expect(fake.recent).toEqual([at("plant.lazo")]);
  });

  test("by a second instance: the window comes to the front and gets it", async () => {
    await start();
    await fake.invoke("file:waiting");
    fake.events.emit("second-instance", {}, ["electron", "plant.lazo"], folder);
    await read(1);
    expect(fake.window.focused).toBe(1);
    expect(fake.window.webContents.sent).toMatchObject([["file:opened", { name: "plant.lazo" }]]);
  });

  test("on macOS, before the app is ready and after", async () => {
    const preventDefault = vi.fn();
    const starting = start([], "darwin");
    fake.events.emit("open-file", { preventDefault }, at("plant.lazo"));
    await starting;
    expect(await fake.invoke("file:waiting")).toMatchObject({ value: { name: "plant.lazo" } });
    fake.events.emit("open-file", { preventDefault }, at("plant.lazo"));
    await read(2);
    expect(fake.window.webContents.sent).toMatchObject([["file:opened", { name: "plant.lazo" }]]);
    expect(preventDefault).toHaveBeenCalledTimes(2);
  });

  test("one that cannot be read is told about, in the user's language", async () => {
    await start();
    await fake.invoke("window:set", state(false, "es"));
    fake.events.emit("second-instance", {}, ["electron", "absent.lazo"], folder);
    await vi.waitFor(() => expect(fake.messages).toHaveLength(1), 10_000);
    expect(fake.messages).toMatchObject([{ detail: "absent.lazo: Ya no está ahí." }]);
  });

  test("network shares and devices are not even looked at", async () => {
    await start(["\\\\server\\share\\plant.lazo"]);
    expect(await fake.invoke("file:waiting")).toEqual({ ok: true, value: undefined });
    expect(fake.messages).toEqual([]);
  });
});

describe("closing", () => {
  const untilDirty = async () => {
    await start();
    await fake.invoke("window:set", state(true));
    expect(fake.window.edited).toBe(true);
  };

  test("nothing unsaved: it closes, and its place is kept", async () => {
    await start();
    fake.window.close();
    expect(fake.window.open).toBe(false);
    expect(JSON.parse(readFileSync(at("window.json"), "utf8"))).toMatchObject({ x: 10, width: 1000 });
    fake.events.emit("window-all-closed");
    expect(fake.calls).toContain("quit");
  });

  test("unsaved, and the user stays", async () => {
    await untilDirty();
    fake.response = 2;
    fake.window.close();
    await settled();
    expect(fake.messages).toHaveLength(1);
    expect(fake.window.open).toBe(true);
    fake.window.close();
    await settled();
    expect(fake.messages).toHaveLength(2);
  });

  test("unsaved, and the user lets it go", async () => {
    await untilDirty();
    fake.response = 1;
    fake.window.close();
    await settled();
    expect(fake.window.open).toBe(false);
  });

  test("unsaved, saved, then closed", async () => {
    await untilDirty();
    fake.response = 0;
    fake.window.close();
    fake.window.close();
    await settled();
    expect(fake.messages).toHaveLength(1);
    expect(commands(fake.window)).toEqual(["command file.save"]);
    expect(fake.window.open).toBe(true);
    await fake.invoke("window:set", state(false));
    expect(fake.window.open).toBe(false);
  });

  test("unsaved, and saving is called off: it stays open, later saves do not close it", async () => {
    await untilDirty();
    fake.response = 0;
    fake.window.close();
    await settled();
    await fake.invoke("file:saveAs", "{}", "plant");
    await fake.invoke("window:set", state(false));
    expect(fake.window.open).toBe(true);
  });

  test("on macOS, quitting goes on after the question, unless the user stays", async () => {
    await start([], "darwin");
    await fake.invoke("window:set", state(true));
    for (const [response, quits] of [
      [2, false],
      [1, true],
    ] as const) {
      fake.response = response;
      fake.events.emit("before-quit");
      fake.window.close();
      await settled();
      fake.events.emit("window-all-closed");
      expect(fake.calls.includes("quit")).toBe(quits);
    }
  });

  test("on macOS the app lives on without a window, and gets one again", async () => {
    await start([], "darwin");
    fake.window.close();
    fake.events.emit("window-all-closed");
    expect(fake.calls).not.toContain("quit");
    fake.events.emit("activate");
    expect(fake.windows).toHaveLength(2);
  });
});

describe("the window", () => {
  test("a page that crashes is opened again; one that keeps crashing is not", async () => {
    await start();
    await fake.invoke("window:set", state(true));
    const crash = async () => {
      fake.window.webContents.emit("render-process-gone", {}, { reason: "oom" });
      await settled();
    };
    await crash();
    expect([fake.window.webContents.reloads, fake.messages.length]).toEqual([1, 0]);
    await crash();
    expect([fake.window.webContents.reloads, fake.messages.length]).toEqual([2, 1]);
    await crash();
    expect(fake.window.open).toBe(false);
  });

  test("a page that is loaded again gets what waits, once it asks again", async () => {
    await start();
    await fake.invoke("file:waiting");
    fake.window.webContents.emit("did-start-loading");
    fake.events.emit("second-instance", {}, ["electron", "plant.lazo"], folder);
    await read(1);
    expect(fake.window.webContents.sent).toEqual([]);
    expect(await fake.invoke("file:waiting")).toMatchObject({ value: { name: "plant.lazo" } });
  });

  test("title, language of the menu, and paste", async () => {
    await start();
    expect(fake.menu.map(({ label }) => label)).toEqual(["File", "Edit", "View", "Run", "Help"]);
    await fake.invoke("window:set", state(false, "es"));
    expect(fake.menu.map(({ label }) => label)).toEqual(["Archivo", "Editar", "Ver", "Simular", "Ayuda"]);
    expect(fake.window.title).toBe("plant");
    await fake.invoke("window:pasteText");
    expect(fake.window.webContents.pastes).toBe(1);
  });

  test("dialogs answer with what the user chose", async () => {
    await start();
    fake.openPath = at("plant.lazo");
    expect(await fake.invoke("file:open")).toMatchObject({ ok: true, value: { name: "plant.lazo" } });
    fake.savePath = at("copy.lazo");
    expect(await fake.invoke("file:saveAs", "[]", "copy")).toMatchObject({ ok: true, value: { name: "copy.lazo" } });
    expect(readFileSync(at("copy.lazo"), "utf8")).toBe("[]");
  });
});
