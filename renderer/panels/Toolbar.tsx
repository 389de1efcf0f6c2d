/** The bar above: menus, undo, what is open, and how it runs. Every button is a command; nothing is decided here. */
import {
  ChevronDown,
  FilePlus2,
  FileCode2,
  FileJson2,
  FileSpreadsheet,
  FolderOpen,
  Info,
  Keyboard,
  LayoutGrid,
  Redo2,
  Save,
  SaveAll,
  Search,
  Undo2,
} from "lucide-react";
import { isDirty, useDocument } from "../store/document.ts";
import { runCommand } from "../store/commands.ts";
import { documentName } from "../store/session.ts";
import { useView } from "../store/view.ts";
import type { Language, Theme } from "../store/view.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Logo } from "../ui/Logo.tsx";
import { Menu, MenuCheck, MenuChoice, MenuLine, MenuSub } from "../ui/Menu.tsx";
import { CommandItem } from "./CommandItem.tsx";
import { RunBar } from "./RunBar.tsx";

export function Toolbar() {
  const t = useText();
  const canUndo = useDocument((state) => state.canUndo);
  const canRedo = useDocument((state) => state.canRedo);
  return (
    <header className="shell-toolbar">
      <span className="shell-logo">
        <Logo />
        {t("app.name")}
      </span>
      <nav className="shell-menus">
        <FileMenu />
        <ViewMenu />
        <HelpMenu />
      </nav>
      <span className="shell-rule" />
      <IconButton
        label={t("edit.undo")}
        shortcut="$mod+z"
        icon={<Undo2 size={16} />}
        disabled={!canUndo}
        onClick={() => runCommand("edit.undo")}
      />
      <IconButton
        label={t("edit.redo")}
        shortcut="$mod+Shift+z"
        icon={<Redo2 size={16} />}
        disabled={!canRedo}
        onClick={() => runCommand("edit.redo")}
      />
      <Title />
      <span className="shell-space" />
      <IconButton
        label={t("view.commandPalette")}
        shortcut="$mod+k"
        icon={<Search size={16} />}
        onClick={() => runCommand("view.commandPalette")}
      />
      <RunBar />
    </header>
  );
}

function Title() {
  const t = useText();
  const name = useDocument(documentName);
  const dirty = useDocument(isDirty);
  return (
    <span className="shell-title" title={name}>
      <span className="shell-title-name">{name}</span>
      {dirty && <span className="shell-dirty" role="img" aria-label={t("file.unsaved")} title={t("file.unsaved")} />}
    </span>
  );
}

const menuButton = (label: string) => (
  <Button kind="quiet">
    {label}
    <ChevronDown size={12} className="shell-chevron" />
  </Button>
);

function FileMenu() {
  const t = useText();
  return (
    <Menu trigger={menuButton(t("file.menu"))}>
      <CommandItem id="file.new" icon={<FilePlus2 size={15} />} />
      <CommandItem id="file.open" icon={<FolderOpen size={15} />} />
      <CommandItem id="file.examples" icon={<LayoutGrid size={15} />} />
      <MenuLine />
      <CommandItem id="file.save" icon={<Save size={15} />} />
      <CommandItem id="file.saveAs" icon={<SaveAll size={15} />} />
      <MenuLine />
      <CommandItem id="file.exportJson" icon={<FileJson2 size={15} />} />
      <CommandItem id="file.exportTypescript" icon={<FileCode2 size={15} />} />
      <CommandItem id="results.exportCsv" icon={<FileSpreadsheet size={15} />} />
    </Menu>
  );
}

function ViewMenu() {
  const t = useText();
  const view = useView();
  return (
    <Menu trigger={menuButton(t("view.menu"))}>
      <CommandItem id="view.commandPalette" icon={<Search size={15} />} />
      <MenuLine />
      <MenuCheck checked={view.paletteOpen} shortcut="$mod+b" onChange={(paletteOpen) => view.set({ paletteOpen })}>
        {t("view.togglePalette")}
      </MenuCheck>
      <MenuCheck
        checked={view.inspectorOpen}
        shortcut="$mod+i"
        onChange={(inspectorOpen) => view.set({ inspectorOpen })}
      >
        {t("view.toggleInspector")}
      </MenuCheck>
      <MenuCheck checked={view.dockOpen} shortcut="$mod+j" onChange={(dockOpen) => view.set({ dockOpen })}>
        {t("view.toggleDock")}
      </MenuCheck>
      <MenuCheck checked={view.sampleTimes} shortcut="Alt+KeyS" onChange={(sampleTimes) => view.set({ sampleTimes })}>
        {t("canvas.sampleTimes")}
      </MenuCheck>
      <MenuLine />
      <CommandItem id="view.fit" />
      <CommandItem id="view.zoomIn" />
      <CommandItem id="view.zoomOut" />
      <MenuLine />
      <MenuSub label={t("theme")}>
        <MenuChoice<Theme>
          value={view.theme}
          onChange={(theme) => view.set({ theme })}
          of={[
            { value: "system", label: t("theme.system") },
            { value: "light", label: t("theme.light") },
            { value: "dark", label: t("theme.dark") },
          ]}
        />
      </MenuSub>
      <MenuSub label={t("language")}>
        <MenuChoice<Language>
          value={view.language}
          onChange={(language) => view.set({ language })}
          of={[
            { value: "en", label: t("language.en") },
            { value: "es", label: t("language.es") },
          ]}
        />
      </MenuSub>
    </Menu>
  );
}

function HelpMenu() {
  const t = useText();
  return (
    <Menu trigger={menuButton(t("help.menu"))}>
      <CommandItem id="help.shortcuts" icon={<Keyboard size={15} />} />
      <CommandItem id="help.about" icon={<Info size={15} />} />
    </Menu>
  );
}
