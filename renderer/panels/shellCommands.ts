/** The commands of the window: files, undo, run, view, help. Those of drawing and of results are their rooms' own. */
import { registerCommand } from "../store/commands.ts";
import type { Command } from "../store/commands.ts";
import { useDocument } from "../store/document.ts";
import { useField } from "../store/field.ts";
import { host } from "../store/host.ts";
import { useNotices } from "../store/notices.ts";
import { usePoint } from "../store/point.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { exportText, newDocument, open, save, saveAs } from "../store/session.ts";
import { useShell } from "../store/shell.ts";
import { useView } from "../store/view.ts";
import type { DockTab } from "../store/view.ts";
import { t } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { engine } from "./engine.ts";

type ShellCommand = Command & { readonly title: TextKey };

const view = () => useView.getState();
const shell = () => useShell.getState();

async function exportModel(to: "json" | "ts"): Promise<void> {
  const { document } = useDocument.getState();
  const { name, text, problems } = await engine().export(document, to);
  if (text !== undefined) {
    await exportText(name, text);
    return;
  }
  if (problems.length === 0) return;
  view().set({ dockOpen: true, dockTab: "problems" });
  useNotices.getState().show({ id: "export", tone: "error", text: t("export.problems") });
}

/** They stand in the inspector when nothing is selected. */
function showVariables(): void {
  useSelection.getState().clear();
  const [first] = useDocument.getState().document.variables;
  if (first) useField.getState().focusField("sheet", `variable:${first.name}.value`);
  else view().set({ inspectorOpen: true });
}

const drawn = (): boolean => useDocument.getState().document.root.blocks.length > 0;

const oneWire = (): boolean => useSelection.getState().wires.size === 1;

/** The selected wire becomes a signal that the analysis goes from or to, or at which the loop is cut; a second time, no more. */
function pointAtWire(side: "inputs" | "outputs" | "open"): void {
  const name = `wire:${[...useSelection.getState().wires][0]}`;
  const point = usePoint.getState();
  const now = point[side] ?? [];
  const next = now.includes(name) ? now.filter((one) => one !== name) : [...now, name];
  point.set({ [side]: next.length === 0 && side !== "open" ? undefined : next });
  showTab("analyse")();
}

/** The selected wire becomes all of it: from there, to there, cut there, which is the gain of the loop through it. */
function loopAtWire(): void {
  const name = `wire:${[...useSelection.getState().wires][0]}`;
  usePoint.getState().set({ inputs: [name], outputs: [name], open: [name] });
  if (view().analysisPlot === "poleZero") view().set({ analysisPlot: "bode" });
  showTab("analyse")();
}

const showTab = (tab: DockTab) => () => view().set({ dockOpen: true, dockTab: tab });

export function shellCommands(): readonly ShellCommand[] {
  const desktop = host().kind === "electron";
  return [
    // A browser keeps Ctrl+N for itself.
    {
      id: "file.new",
      group: "file",
      title: "file.new",
      shortcut: desktop ? "$mod+n" : "Alt+KeyN",
      inFields: true,
      run: newDocument,
    },
    { id: "file.open", group: "file", title: "file.open", shortcut: "$mod+o", inFields: true, run: () => void open() },
    {
      id: "file.examples",
      group: "file",
      title: "file.examples",
      words: "gallery galería",
      run: () => shell().set({ gallery: true, sheet: undefined }),
    },
    { id: "file.save", group: "file", title: "file.save", shortcut: "$mod+s", inFields: true, run: () => void save() },
    {
      id: "file.saveAs",
      group: "file",
      title: "file.saveAs",
      shortcut: "$mod+Shift+s",
      inFields: true,
      run: () => void saveAs(),
    },
    {
      id: "file.exportJson",
      group: "file",
      title: "file.exportJson",
      words: "A B C D matrices",
      enabled: drawn,
      run: () => void exportModel("json"),
    },
    {
      id: "file.exportTypescript",
      group: "file",
      title: "file.exportTypescript",
      words: "code código",
      enabled: drawn,
      run: () => void exportModel("ts"),
    },
    {
      id: "edit.undo",
      group: "edit",
      title: "edit.undo",
      shortcut: "$mod+z",
      enabled: () => useDocument.getState().canUndo,
      run: () => useDocument.getState().undo(),
    },
    {
      id: "edit.redo",
      group: "edit",
      title: "edit.redo",
      shortcut: "$mod+Shift+z $mod+y",
      enabled: () => useDocument.getState().canRedo,
      run: () => useDocument.getState().redo(),
    },
    {
      id: "run.run",
      group: "run",
      title: "run.run",
      shortcut: "$mod+Enter",
      inFields: true,
      words: "simulate simular",
      enabled: drawn,
      run: () => engine().run(),
    },
    {
      id: "run.stop",
      group: "run",
      title: "run.stop",
      shortcut: "Escape",
      words: "cancel cancelar",
      enabled: () => useResults.getState().phase !== "idle",
      run: () => engine().cancel(),
    },
    {
      id: "run.toggleLive",
      group: "run",
      title: "run.toggleLive",
      shortcut: "$mod+Shift+l",
      run: () => view().set({ live: !view().live }),
    },
    {
      id: "variables.open",
      group: "run",
      title: "variables.open",
      shortcut: "Alt+KeyV",
      words: "parameters parámetros",
      run: showVariables,
    },
    {
      id: "view.commandPalette",
      group: "view",
      title: "view.commandPalette",
      shortcut: "$mod+k",
      inFields: true,
      run: () => shell().set({ sheet: shell().sheet === "commands" ? undefined : "commands" }),
    },
    {
      id: "view.togglePalette",
      group: "view",
      title: "view.togglePalette",
      shortcut: "$mod+b",
      inFields: true,
      run: () => view().set({ paletteOpen: !view().paletteOpen }),
    },
    {
      id: "view.toggleInspector",
      group: "view",
      title: "view.toggleInspector",
      shortcut: "$mod+i",
      inFields: true,
      run: () => view().set({ inspectorOpen: !view().inspectorOpen }),
    },
    {
      id: "view.toggleDock",
      group: "view",
      title: "view.toggleDock",
      shortcut: "$mod+j",
      inFields: true,
      run: () => view().set({ dockOpen: !view().dockOpen }),
    },
    { id: "view.showScope", group: "view", title: "view.showScope", shortcut: "Alt+Digit1", run: showTab("scope") },
    {
      id: "view.showMatrices",
      group: "view",
      title: "view.showMatrices",
      shortcut: "Alt+Digit2",
      run: showTab("matrices"),
    },
    {
      id: "view.showProblems",
      group: "view",
      title: "view.showProblems",
      shortcut: "Alt+Digit3",
      run: showTab("problems"),
    },
    { id: "view.showData", group: "view", title: "view.showData", shortcut: "Alt+Digit4", run: showTab("data") },
    {
      id: "view.showOrder",
      group: "view",
      title: "view.showOrder",
      shortcut: "Alt+Digit5",
      words: "sorted loops lazos",
      run: showTab("order"),
    },
    {
      id: "view.showAnalyse",
      group: "view",
      title: "view.showAnalyse",
      shortcut: "Alt+Digit6",
      words: "poles zeros polos ceros",
      run: showTab("analyse"),
    },
    {
      id: "view.showIdentify",
      group: "view",
      title: "view.showIdentify",
      shortcut: "Alt+Digit7",
      words: "model system identification modelo identificación",
      run: showTab("identify"),
    },
    {
      id: "view.showEstimate",
      group: "view",
      title: "view.showEstimate",
      shortcut: "Alt+Digit8",
      words: "kalman filter filtro",
      run: showTab("estimate"),
    },
    {
      id: "view.showTrain",
      group: "view",
      title: "view.showTrain",
      shortcut: "Alt+Digit9",
      words: "learn neural network aprender red neuronal",
      run: showTab("train"),
    },
    {
      id: "point.from",
      group: "diagram",
      title: "point.from",
      shortcut: "Alt+KeyI",
      words: "linear analysis point input punto entrada",
      enabled: oneWire,
      run: () => pointAtWire("inputs"),
    },
    {
      id: "point.to",
      group: "diagram",
      title: "point.to",
      shortcut: "Alt+KeyO",
      words: "linear analysis point output punto salida",
      enabled: oneWire,
      run: () => pointAtWire("outputs"),
    },
    {
      id: "point.cut",
      group: "diagram",
      title: "point.cut",
      shortcut: "Alt+KeyB",
      words: "open loop break lazo abierto cortar",
      enabled: oneWire,
      run: () => pointAtWire("open"),
    },
    {
      id: "point.loop",
      group: "diagram",
      title: "point.loop",
      shortcut: "Alt+KeyL",
      words: "margins bode nyquist sensitivity loop gain margen lazo sensibilidad",
      enabled: oneWire,
      run: loopAtWire,
    },
    {
      id: "matrices.point",
      group: "view",
      title: "matrices.pointCommand",
      words: "trim equilibrium linearize equilibrio linealizar",
      enabled: drawn,
      run() {
        showTab("matrices")();
        usePoint.getState().set({ shown: true });
      },
    },
    {
      id: "view.themeSystem",
      group: "view",
      title: "view.themeSystem",
      words: "automatic automático",
      run: () => view().set({ theme: "system" }),
    },
    { id: "view.themeLight", group: "view", title: "view.themeLight", run: () => view().set({ theme: "light" }) },
    { id: "view.themeDark", group: "view", title: "view.themeDark", run: () => view().set({ theme: "dark" }) },
    {
      id: "view.english",
      group: "view",
      title: "view.english",
      words: "idioma inglés",
      run: () => view().set({ language: "en" }),
    },
    {
      id: "view.spanish",
      group: "view",
      title: "view.spanish",
      words: "language español",
      run: () => view().set({ language: "es" }),
    },
    {
      id: "help.shortcuts",
      group: "help",
      title: "shortcuts.open",
      shortcut: "Shift+?",
      run: () => shell().set({ sheet: "shortcuts" }),
    },
    { id: "help.about", group: "help", title: "help.about", run: () => shell().set({ sheet: "about" }) },
  ];
}

export function registerShellCommands(): () => void {
  const undo = shellCommands().map(registerCommand);
  return () => undo.forEach((unregister) => unregister());
}
