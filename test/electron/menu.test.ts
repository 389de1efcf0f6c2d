import type { MenuItemConstructorOptions } from "electron";
import { expect, test } from "vitest";
import { menuTemplate } from "../../electron/menu.ts";
import { reason, words } from "../../electron/text.ts";
import { placeWindow, windowStateText } from "../../electron/windowState.ts";

type Item = MenuItemConstructorOptions;
const flat = (items: readonly Item[]): Item[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);

function menu(language: "en" | "es", mac = false, packaged = true): { items: Item[]; sent: string[] } {
  const sent: string[] = [];
  const items = flat(menuTemplate({ language, mac, packaged, send: (command) => sent.push(command) }));
  return { items, sent };
}

test("every item with a command sends it", () => {
  const { items, sent } = menu("en");
  const commands = items.filter(({ click }) => click !== undefined);
  for (const { click } of commands) (click as () => void)();
  expect(sent).toEqual(commands.map(({ id }) => id));
  expect(new Set(sent).size).toBe(sent.length);
  for (const id of ["file.new", "file.save", "edit.undo", "view.fit", "run.run", "help.about"]) {
    expect(sent).toContain(id);
  }
});

test("shortcuts are shown, unique, and left to the page", () => {
  const shown = menu("en").items.filter(({ accelerator }) => accelerator !== undefined);
  expect(new Set(shown.map(({ accelerator }) => accelerator)).size).toBe(shown.length);
  for (const { registerAccelerator } of shown) expect(registerAccelerator).toBe(false);
});

test("Spanish has its own word for everything that has a label", () => {
  const [en, es] = [menu("en").items, menu("es").items];
  expect(es.map(({ id, role }) => id ?? role)).toEqual(en.map(({ id, role }) => id ?? role));
  const same = en.filter((item, i) => item.label !== undefined && item.label === es[i]!.label);
  expect(same.map(({ label }) => label)).toEqual(["Inspector"]);
  expect(Object.keys(words.es)).toEqual(Object.keys(words.en));
  expect(reason("es", "no-space", "a.lazo")).toBe("a.lazo: El disco está lleno.");
});

test("developer tools are not in the packaged app, and macOS has its own menus", () => {
  const roles = (packaged: boolean, mac: boolean) => menu("en", mac, packaged).items.map(({ role }) => role);
  expect(roles(true, false)).not.toContain("toggleDevTools");
  expect(roles(false, false)).toContain("toggleDevTools");
  expect(roles(true, true)).toEqual(expect.arrayContaining(["appMenu", "windowMenu"]));
  expect(roles(true, true)).not.toContain("quit");
});

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const box = { x: 100, y: 50, width: 1200, height: 800 };

test("the window opens where it was", () => {
  expect(placeWindow(windowStateText(box, true), [screen])).toEqual({ ...box, maximized: true });
});

test.each([
  ["nothing kept", undefined],
  ["broken text", "{"],
  ["no numbers", '{"x":"1"}'],
  ["too small to use", windowStateText({ ...box, width: 10 }, false)],
])("%s: the default", (_, text) => {
  expect(placeWindow(text, [screen])).toEqual({ width: 1440, height: 900, maximized: false });
});

test.each([
  ["a screen that is gone", { ...box, x: 3000 }],
  ["above the screen", { ...box, y: -500 }],
  ["below the screen", { ...box, y: 1070 }],
  ["beyond the left edge", { ...box, x: -1150 }],
])("%s: the same size, where the system likes", (_, kept) => {
  expect(placeWindow(windowStateText(kept, false), [screen])).toEqual({ width: 1200, height: 800, maximized: false });
});
