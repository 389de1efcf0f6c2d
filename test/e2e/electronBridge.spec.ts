/**
 * The desktop app without Electron's binary: the real renderer in Chromium, the real preload on its page, and the real main
 * process behind it. Only Electron itself is played (test/electron/fakeElectron.ts), and what a user does in native dialogs.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { boot } from "../../electron/boot.ts";
import { root } from "../../build/setup.mjs";
import { FakeElectron } from "../electron/fakeElectron.ts";
import { expect, setStop, simulated, test as base, title, unsaved } from "./window.ts";

/** Gives the page what Electron gives a preload; `lazoInvoke` leads to the main process in this test. */
const ELECTRON_OF_PRELOAD = `
const listeners = new Map();
window.lazoDeliver = (channel, value) => listeners.get(channel)?.({}, value);
const require = () => ({
  contextBridge: { exposeInMainWorld: (name, value) => { window[name] = value; } },
  ipcRenderer: {
    invoke: (channel, ...args) => window.lazoInvoke(channel, args),
    on: (channel, listener) => void listeners.set(channel, listener),
    off: (channel) => void listeners.delete(channel),
  },
});
const exports = {};
`;

interface Desktop {
  readonly fake: FakeElectron;
  readonly folder: string;
  /** A native menu item is clicked. */
  click(id: string): void;
}

const test = base.extend<{ desktop: Desktop; args: string[] }>({
  args: [[], { option: true }],
  desktop: async ({ page, args }, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "lazo-desktop-")));
    copyFileSync(join(root, "examples", "island.lazo"), join(folder, "island.lazo"));
    copyFileSync(join(root, "examples", "drops.csv"), join(folder, "drops.csv"));
    mkdirSync(join(folder, "locked"));
    const fake = new FakeElectron({ app: root, userData: folder });
    await boot(fake.electron, { argv: ["electron", ...args], platform: "linux", cwd: () => folder });
    fake.window.webContents.send = (channel, value) => {
      void page.evaluate(
        ([name, what]) =>
          (window as unknown as { lazoDeliver(name: string, what: unknown): void }).lazoDeliver(name, what),
        [channel, value] as const,
      );
    };
    await page.exposeBinding("lazoInvoke", (_source, channel: string, given: unknown[]) =>
      fake.invoke(channel, ...given),
    );
    const preload = readFileSync(join(root, "dist", "electron", "preload.cjs"), "utf8");
    await page.addInitScript(`{${ELECTRON_OF_PRELOAD}${preload}}`);
    await page.goto("/");
    // Drawn means that it listens.
    await expect(page.locator(".shell-status")).toBeVisible();
    await use({
      fake,
      folder,
      click: (id) => {
        const item = fake.menu.flatMap(({ submenu }) => submenu as { id?: string; click?: () => void }[]);
        item.find((one) => one.id === id)!.click!();
      },
    });
    rmSync(folder, { recursive: true });
  },
});

const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as { name: string; run: { stop: string } };
const runIt = (page: Page) => page.getByRole("button", { name: "Run", exact: true }).click();

test("open, with the data that lies beside it; change; save: the file is new and whole", async ({ page, desktop }) => {
  desktop.fake.openPath = join(desktop.folder, "island.lazo");
  desktop.click("file.open");
  await expect(title(page)).toHaveText("island.lazo");
  await expect.poll(() => desktop.fake.window.title).toBe("island.lazo — Lazo");
  await runIt(page);
  await simulated(page);
  await expect(page.locator(".shell-status")).toContainText("No problems");

  await setStop(page, "31");
  await expect.poll(() => desktop.fake.window.edited).toBe(true);
  desktop.click("file.save");
  await expect(unsaved(page)).toBeHidden();
  await expect.poll(() => desktop.fake.window.edited).toBe(false);
  expect(read(join(desktop.folder, "island.lazo")).run.stop).toBe("31");
  // The data stays a file of its own, and nothing is left over.
  expect(read(join(desktop.folder, "island.lazo"))).not.toHaveProperty("data");
  expect(readdirSync(desktop.folder).sort()).toEqual(["drops.csv", "island.lazo", "locked"]);
});

test("save as, by keyboard, under a name of one's own", async ({ page, desktop }) => {
  await page.locator('[data-example="pendulum"]').click();
  await simulated(page);
  desktop.fake.savePath = join(desktop.folder, "swing.lazo");
  await page.keyboard.press("Control+Shift+s");
  await expect(title(page)).toHaveText("swing.lazo");
  expect(read(join(desktop.folder, "swing.lazo")).name).toBe("Pendulum");
  expect(desktop.fake.recent).toEqual([join(desktop.folder, "swing.lazo")]);
  await setStop(page, "4");
  await page.keyboard.press("Control+s");
  await expect(unsaved(page)).toBeHidden();
  expect(read(join(desktop.folder, "swing.lazo")).run.stop).toBe("4");
});

test("exports are written where the user says", async ({ page, desktop }) => {
  await page.locator('[data-example="mass-spring-damper"]').click();
  await simulated(page);
  for (const [id, name, holds] of [
    ["file.exportJson", "model.json", '"A"'],
    ["file.exportTypescript", "model.ts", "createModel"],
  ] as const) {
    desktop.fake.savePath = join(desktop.folder, name);
    desktop.click(id);
    await expect.poll(() => readdirSync(desktop.folder)).toContain(name);
    expect(readFileSync(join(desktop.folder, name), "utf8")).toContain(holds);
  }
});

test("a save that fails says so, keeps the work, and leaves the old file", async ({ page, desktop }) => {
  desktop.fake.openPath = join(desktop.folder, "island.lazo");
  desktop.click("file.open");
  await expect(title(page)).toHaveText("island.lazo");
  const before = readFileSync(join(desktop.folder, "island.lazo"), "utf8");
  await setStop(page, "31");
  desktop.fake.savePath = join(desktop.folder, "absent", "island.lazo");
  desktop.click("file.saveAs");
  await expect(page.getByRole("alert").filter({ hasText: "island.lazo" })).toBeVisible();
  await expect(unsaved(page)).toBeVisible();
  expect(readFileSync(join(desktop.folder, "island.lazo"), "utf8")).toBe(before);
});

test("a broken file says where, and what was open stays open", async ({ page, desktop }) => {
  await page.locator('[data-example="pendulum"]').click();
  await simulated(page);
  writeFileSync(join(desktop.folder, "cut.lazo"), '{"format": "lazo",\n "version": 1,');
  desktop.fake.openPath = join(desktop.folder, "cut.lazo");
  desktop.click("file.open");
  await expect(page.getByRole("alert").filter({ hasText: "cut.lazo" })).toContainText("What was open stays open");
  await expect(title(page)).toHaveText("Pendulum.lazo");
});

test("a file that another program changed is not replaced without asking", async ({ page, desktop }) => {
  const file = join(desktop.folder, "island.lazo");
  desktop.fake.openPath = file;
  desktop.click("file.open");
  await expect(title(page)).toHaveText("island.lazo");
  await setStop(page, "31");
  writeFileSync(file, "theirs");
  desktop.fake.response = 2;
  desktop.click("file.save");
  await expect.poll(() => desktop.fake.messages.length).toBe(1);
  await expect(unsaved(page)).toBeVisible();
  expect(readFileSync(file, "utf8")).toBe("theirs");
});

test("closing with unsaved work: saved first, then closed", async ({ page, desktop }) => {
  const file = join(desktop.folder, "island.lazo");
  desktop.fake.openPath = file;
  desktop.click("file.open");
  await expect(title(page)).toHaveText("island.lazo");
  await setStop(page, "31");
  await expect.poll(() => desktop.fake.window.edited).toBe(true);
  desktop.fake.response = 0;
  desktop.fake.window.close();
  await expect.poll(() => desktop.fake.window.open).toBe(false);
  expect(read(file).run.stop).toBe("31");
});

test("the native menu speaks the language of the window and edits the field that has the focus", async ({
  page,
  desktop,
}) => {
  await page.getByRole("button", { name: /Blank sheet/ }).click();
  await page.getByRole("button", { name: /t = 0/ }).click();
  const stop = page.getByRole("dialog", { name: "Simulation settings" }).getByLabel("Stop time (s)");
  await stop.fill("25");
  desktop.click("edit.paste");
  await expect.poll(() => desktop.fake.window.webContents.pastes).toBe(1);
  desktop.click("edit.selectAll");
  await expect.poll(() => stop.evaluate((field) => (field as HTMLInputElement).selectionEnd! > 0)).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "English" }).click();
  await expect.poll(() => desktop.fake.menu.map(({ label }) => label)).toContain("Archivo");
});

test.describe("started with a file", () => {
  test.use({ args: ["island.lazo"] });

  test("it is open, and another one that the system asks for asks about unsaved work", async ({ page, desktop }) => {
    await expect(title(page)).toHaveText("island.lazo");
    await setStop(page, "31");
    copyFileSync(join(root, "examples", "rlc.lazo"), join(desktop.folder, "rlc.lazo"));
    desktop.fake.events.emit("second-instance", {}, ["electron", "rlc.lazo"], desktop.folder);
    await page.getByRole("button", { name: /Don.t save|Discard/ }).click();
    await expect(title(page)).toHaveText("rlc.lazo");
  });
});

test("a dropped file is opened; as a page never learns where it came from, saving asks", async ({ page, desktop }) => {
  const text = readFileSync(join(root, "examples", "rlc.lazo"), "utf8");
  const drop = (name: string, content: string) =>
    page.evaluate(
      ([fileName, fileText]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([fileText], fileName));
        window.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, content] as const,
    );
  await drop("dropped.lazo", text);
  await expect(title(page)).toHaveText("dropped.lazo");
  await setStop(page, "0.5");
  desktop.fake.savePath = join(desktop.folder, "kept.lazo");
  await page.keyboard.press("Control+s");
  await expect(title(page)).toHaveText("kept.lazo");
  expect(read(join(desktop.folder, "kept.lazo")).run.stop).toBe("0.5");
  await drop("bad.lazo", "{");
  await expect(page.getByRole("alert").filter({ hasText: "bad.lazo" })).toBeVisible();
});
