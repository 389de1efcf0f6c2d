/**
 * The native menu as data. Items send commands; the page decides what they do. Shortcuts are the page's own: here they are
 * shown, and registered only where the system knows no other way (macOS, after the page has let the key pass).
 */
import type { MenuItemConstructorOptions } from "electron";
import type { Command } from "../renderer/host/host.ts";
import { words, type Language } from "./text.ts";

type Item = MenuItemConstructorOptions;

export interface MenuPlace {
  readonly language: Language;
  readonly mac: boolean;
  /** Offers the developer tools. */
  readonly packaged: boolean;
  send(command: Command): void;
}

export function menuTemplate({ language, mac, packaged, send }: MenuPlace): Item[] {
  const text = words[language];
  const item = (label: string, command: Command, accelerator?: string): Item => ({
    id: command,
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const line: Item = { type: "separator" };

  const file: Item[] = [
    item(text.new, "file.new", "CmdOrCtrl+N"),
    item(text.open, "file.open", "CmdOrCtrl+O"),
    item(text.examples, "file.examples"),
    line,
    item(text.save, "file.save", "CmdOrCtrl+S"),
    item(text.saveAs, "file.saveAs", "CmdOrCtrl+Shift+S"),
    line,
    item(text.exportJson, "file.exportJson"),
    item(text.exportTypescript, "file.exportTypescript"),
    ...(mac ? [] : [line, { role: "quit", label: text.quit } as const]),
  ];
  const edit: Item[] = [
    item(text.undo, "edit.undo", "CmdOrCtrl+Z"),
    item(text.redo, "edit.redo", "CmdOrCtrl+Shift+Z"),
    line,
    item(text.cut, "edit.cut", "CmdOrCtrl+X"),
    item(text.copy, "edit.copy", "CmdOrCtrl+C"),
    item(text.paste, "edit.paste", "CmdOrCtrl+V"),
    item(text.duplicate, "edit.duplicate", "CmdOrCtrl+D"),
    item(text.delete, "edit.delete"),
    line,
    item(text.selectAll, "edit.selectAll", "CmdOrCtrl+A"),
  ];
  const view: Item[] = [
    item(text.fit, "view.fit"),
    item(text.zoomIn, "view.zoomIn"),
    item(text.zoomOut, "view.zoomOut"),
    line,
    item(text.palette, "view.togglePalette", "CmdOrCtrl+B"),
    item(text.inspector, "view.toggleInspector", "CmdOrCtrl+I"),
    item(text.dock, "view.toggleDock", "CmdOrCtrl+J"),
    line,
    item(text.commands, "view.commandPalette", "CmdOrCtrl+K"),
    line,
    { role: "togglefullscreen" },
    ...(packaged ? [] : [{ role: "toggleDevTools" } as const]),
  ];
  const run: Item[] = [item(text.runNow, "run.run", "CmdOrCtrl+Return"), item(text.stop, "run.stop")];

  return [
    ...(mac ? [{ role: "appMenu" } as const] : []),
    { label: text.file, submenu: file },
    { label: text.edit, submenu: edit },
    { label: text.view, submenu: view },
    { label: text.run, submenu: run },
    ...(mac ? [{ role: "windowMenu" } as const] : []),
    { label: text.help, role: "help", submenu: [item(text.about, "help.about")] },
  ];
}
