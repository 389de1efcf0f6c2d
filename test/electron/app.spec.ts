/**
 * The desktop app in Electron itself. Runs where Electron's binary is (after one `npm start`) and there is a display;
 * elsewhere these tests count as skipped, and electronBridge.spec.ts covers what can be covered without it.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, expect, test as base, type ElectronApplication, type Page } from "@playwright/test";
import { root } from "../../build/setup.mjs";

function binary(): string | undefined {
  const folder = join(root, "node_modules", "electron");
  try {
    const dist = process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(folder, "dist");
    const path = join(dist, readFileSync(join(folder, "path.txt"), "utf8"));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

const electron = binary();
const display = process.platform !== "linux" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);

interface Started {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly folder: string;
}

const test = base.extend<{ started: Started; args: string[] }>({
  args: [[], { option: true }],
  started: async ({ args }, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "lazo-app-")));
    copyFileSync(join(root, "examples", "island.lazo"), join(folder, "island.lazo"));
    copyFileSync(join(root, "examples", "drops.csv"), join(folder, "drops.csv"));
    const asRoot = process.platform === "linux" && process.getuid?.() === 0;
    const app = await _electron.launch({
      executablePath: electron!,
      args: [root, `--user-data-dir=${join(folder, "data")}`, ...(asRoot ? ["--no-sandbox"] : []), ...args],
      cwd: folder,
    });
    const page = await app.firstWindow();
    await page.locator(".shell-status").waitFor();
    await use({ app, page, folder });
    await app.evaluate(({ app: running }) => running.exit(0)).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  },
});

test.skip(electron === undefined || !display, "needs Electron's binary and a display");

/** The next dialog answers with these paths. */
const answer = (app: ElectronApplication, path: string) =>
  app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, path);

const click = (app: ElectronApplication, id: string) =>
  app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()!.getMenuItemById(item)!.click(), id);

test("the page comes from app://, isolated, with nothing of Node", async ({ started: { page } }) => {
  expect(page.url()).toMatch(/^app:\/\/bundle\/index\.html/);
  expect(await page.evaluate(() => [typeof globalThis, "require" in window, "process" in window])).toEqual([
    "object",
    false,
    false,
  ]);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test("the renderer is sandboxed and its preferences are as asked", async ({ started: { app } }) => {
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
      getLastWebPreferences(): { sandbox: boolean; contextIsolation: boolean; nodeIntegration: boolean };
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
});

test("the policy holds: no text becomes code, WebAssembly does", async ({ started: { page } }) => {
  const refused = await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.text = "window.ran = true";
      document.head.append(script);
    } catch {
      return true;
    }
    return !("ran" in window);
  });
  expect(refused).toBe(true);
  const empty = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  expect(await page.evaluate((bytes) => WebAssembly.validate(Uint8Array.from(bytes)), empty)).toBe(true);
  await page.evaluate((bytes) => WebAssembly.compile(Uint8Array.from(bytes)).then(() => undefined), empty);
});

test("files outside the bundle are not to be had", async ({ started: { page } }) => {
  const statuses = await page.evaluate(() =>
    Promise.all(
      ["app://bundle/../package.json", "app://bundle/%2e%2e%2fpackage.json", "app://bundle/absent.js"].map((url) =>
        fetch(url).then(({ status }) => status),
      ),
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
  expect(await page.evaluate(() => fetch("file:///etc/hostname").catch(() => "refused"))).toBe("refused");
});

test("the window cannot be sent elsewhere, nor open another", async ({ started: { app, page } }) => {
  await page.evaluate(() => {
    window.open("https://example.org/");
    location.href = "https://example.org/";
  });
  await page.waitForTimeout(500);
  expect(page.url()).toMatch(/^app:\/\/bundle\//);
  expect(app.windows()).toHaveLength(1);
});

test("permissions are denied, but for the clipboard", async ({ started: { page } }) => {
  const state = (name: string) =>
    page.evaluate((one) => navigator.permissions.query({ name: one as PermissionName }).then((it) => it.state), name);
  expect(await state("geolocation")).toBe("denied");
  expect(await state("camera")).toBe("denied");
  expect(await state("clipboard-read")).not.toBe("denied");
});

test("the bridge is the one contract, and nothing of ipcRenderer", async ({ started: { page } }) => {
  const keys = await page.evaluate(() => Object.keys((window as unknown as { lazo: object }).lazo).length);
  expect(keys).toBe(10);
});

test("open, change, save, through the native menu", async ({ started: { app, page, folder } }) => {
  await answer(app, join(folder, "island.lazo"));
  await click(app, "file.open");
  await expect(page.locator(".shell-title-name")).toHaveText("island.lazo");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.locator(".shell-status")).toContainText("simulated");
  await answer(app, join(folder, "copy.lazo"));
  await click(app, "file.saveAs");
  await expect(page.locator(".shell-title-name")).toHaveText("copy.lazo");
  expect(JSON.parse(readFileSync(join(folder, "copy.lazo"), "utf8"))).toMatchObject({ format: "lazo", name: "Island" });
});

test("the engine's worker runs under the policy", async ({ started: { page } }) => {
  await page.locator('[data-example="pendulum"]').click();
  await expect(page.locator(".shell-status")).toContainText("simulated");
});

test("a page that crashes comes back", async ({ started: { app, page } }) => {
  await page.locator('[data-example="rlc"]').click();
  await expect(page.locator(".shell-status")).toContainText("simulated");
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer();
  });
  await expect
    .poll(() =>
      app.evaluate(({ BrowserWindow }) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        return !webContents.isCrashed() && !webContents.isLoading();
      }),
    )
    .toBe(true);
});

test("the window's place is kept", async ({ started: { app, folder } }) => {
  await app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    window.setSize(1000, 700);
    window.close();
  });
  await expect.poll(() => existsSync(join(folder, "data", "window.json"))).toBe(true);
});

test.describe("started with a file", () => {
  test.use({ args: ["island.lazo"] });

  test("it is open", async ({ started: { page } }) => {
    await expect(page.locator(".shell-title-name")).toHaveText("island.lazo");
  });
});
