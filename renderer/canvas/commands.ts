/** What can be done to the drawing, by name. Registered once; the palette of commands, menus and keys read it from there. */
import type { ReactFlowInstance } from "@xyflow/react";
import type { RefObject } from "react";
import { useEffect } from "react";
import { sampleRules } from "../../core/diagram/discretize.ts";
import { estimatorKinds } from "../../core/diagram/estimators.ts";
import { registerCommand } from "../store/commands.ts";
import type { Command } from "../store/commands.ts";
import { anyStale, redoAll } from "../store/designs.ts";
import { exchangeSampled } from "../store/sampled.ts";
import { useSelection } from "../store/selection.ts";
import { shownSheet, shownTrail } from "../store/sheet.ts";
import { useView } from "../store/view.ts";
import type { TextKey } from "../ui/i18n.ts";
import { addNote, align, distribute, duplicate, removeSelected, rotateSelected, straighten } from "./changes.ts";
import { copyToSystem, hasCopy, listenToClipboard, pasteFromSystem } from "./clipboard.ts";
import {
  canDesign,
  controllerKinds,
  designHere,
  discretizeSelected,
  selectedContinuous,
  selectedSampled,
} from "./designs.ts";
import { canEstimate, estimateHere } from "./estimates.ts";
import { fitAll } from "./fit.ts";
import { notePointer, noteViewport, pointerPlace, typingPlace } from "./placement.ts";
import { focusCanvas, useSession } from "./session.ts";
import { canGroup, enter, expandSelected, goUp, groupSelected, selectedSubsystem } from "./sheets.ts";

const selection = () => useSelection.getState();
const someBlock = () => selection().blocks.size > 0;
const someBlocks = () => selection().blocks.size > 1;
const threeBlocks = () => selection().blocks.size > 2;
const something = () => selection().blocks.size + selection().wires.size + selection().notes.size > 0;
const copyable = () => selection().blocks.size + selection().notes.size > 0;
const oneBlock = () => (selection().blocks.size === 1 ? [...selection().blocks][0] : undefined);
const oneWire = () => (selection().wires.size === 1 ? [...selection().wires][0] : undefined);

const oneNote = () => (selection().notes.size === 1 ? [...selection().notes][0] : undefined);

type CanvasCommand = Command & { readonly title: TextKey };

function canvasCommands(flow: ReactFlowInstance, root: RefObject<HTMLDivElement | null>): readonly CanvasCommand[] {
  const openInsert = () => {
    const bounds = root.current?.getBoundingClientRect();
    if (!root.current || !bounds) return;
    const client = typingPlace(root.current);
    useSession.setState({
      inserting: {
        at: flow.screenToFlowPosition(client, { snapToGrid: false }),
        screen: { x: client.x - bounds.left, y: client.y - bounds.top },
        query: "",
      },
    });
  };
  const middle = () => {
    const bounds = root.current?.getBoundingClientRect();
    const client = pointerPlace() ?? {
      x: (bounds?.left ?? 0) + (bounds?.width ?? 0) / 2,
      y: (bounds?.top ?? 0) + (bounds?.height ?? 0) / 2,
    };
    return flow.screenToFlowPosition(client, { snapToGrid: false });
  };
  const still = { duration: 0 };
  return [
    {
      id: "edit.cut",
      group: "edit",
      title: "edit.cut",
      shortcut: "$mod+x",
      enabled: copyable,
      run: () => {
        copyToSystem();
        removeSelected();
      },
    },
    { id: "edit.copy", group: "edit", title: "edit.copy", shortcut: "$mod+c", enabled: copyable, run: copyToSystem },
    {
      id: "edit.paste",
      group: "edit",
      title: "edit.paste",
      shortcut: "$mod+v",
      enabled: hasCopy,
      run: () => void pasteFromSystem(),
    },
    {
      id: "edit.duplicate",
      group: "edit",
      title: "edit.duplicate",
      shortcut: "$mod+d",
      enabled: copyable,
      run: duplicate,
    },
    {
      id: "edit.delete",
      group: "edit",
      title: "edit.delete",
      shortcut: "Delete Backspace",
      enabled: something,
      run: removeSelected,
    },
    {
      id: "edit.selectAll",
      group: "edit",
      title: "edit.selectAll",
      shortcut: "$mod+a",
      run: () => {
        const { blocks, wires, notes } = shownSheet();
        const ids = (list: readonly { id: string }[]) => list.map((item) => item.id);
        selection().select({ blocks: ids(blocks), wires: ids(wires), notes: ids(notes) });
        focusCanvas();
      },
    },
    {
      id: "canvas.insert",
      group: "diagram",
      title: "canvas.insert",
      words: "add block añadir bloque",
      run: openInsert,
    },
    {
      id: "canvas.wire",
      group: "diagram",
      title: "canvas.wireCommand",
      shortcut: "KeyW",
      words: "connect conectar",
      enabled: () => oneBlock() !== undefined,
      run: () => useSession.setState({ wiringFrom: oneBlock() }),
    },
    {
      id: "canvas.rename",
      group: "diagram",
      title: "canvas.rename",
      shortcut: "F2",
      enabled: () => oneBlock() !== undefined || oneWire() !== undefined || oneNote() !== undefined,
      run: () => {
        const block = oneBlock();
        const wire = oneWire();
        const note = oneNote();
        if (block !== undefined) useSession.setState({ editing: { what: "name", id: block } });
        else if (wire !== undefined) useSession.setState({ editing: { what: "gain", id: wire } });
        else if (note !== undefined) useSession.setState({ editing: { what: "note", id: note } });
      },
    },
    {
      id: "canvas.gain",
      group: "diagram",
      title: "canvas.gain",
      enabled: () => oneWire() !== undefined,
      run: () => {
        const id = oneWire();
        if (id !== undefined) useSession.setState({ editing: { what: "gain", id } });
      },
    },
    {
      id: "canvas.rotate",
      group: "diagram",
      title: "canvas.rotate",
      shortcut: "KeyR",
      words: "turn girar",
      enabled: someBlock,
      run: rotateSelected,
    },
    {
      id: "canvas.straighten",
      group: "diagram",
      title: "canvas.straighten",
      words: "route bends reroute",
      enabled: () => selection().wires.size > 0,
      run: straighten,
    },
    {
      id: "canvas.note",
      group: "diagram",
      title: "canvas.addNote",
      shortcut: "KeyN",
      words: "annotation comment text comentario texto",
      run: () => addNote(middle()),
    },
    ...controllerKinds.map((kind) => ({
      id: `canvas.design.${kind}`,
      group: "diagram" as const,
      title: `canvas.design.${kind}` as const,
      ...(kind === "feedback" && { shortcut: "Alt+KeyK" }),
      words: "controller regulator state feedback pole placement estimator controlador regulador realimentación polos",
      enabled: canDesign,
      run: () => designHere(kind),
    })),
    ...estimatorKinds.map((kind) => ({
      id: `canvas.estimate.${kind}`,
      group: "diagram" as const,
      title: `canvas.estimate.${kind}` as const,
      words: "kalman ekf ukf observer estimator state filter smoother estimador observador filtro estado",
      enabled: canEstimate,
      run: () => estimateHere(kind),
    })),
    ...sampleRules.map((rule) => ({
      id: `canvas.discretize.${rule}`,
      group: "diagram" as const,
      title: `canvas.discretize.${rule}` as const,
      words: "c2d sample digital zoh bilinear discretizar muestrear",
      enabled: () => selectedContinuous() !== undefined,
      run: () => discretizeSelected(rule),
    })),
    {
      id: "canvas.redoDesigns",
      group: "diagram",
      title: "canvas.redoDesigns",
      words: "controller gains weights recompute tune controlador ganancias recalcular",
      enabled: anyStale,
      run: redoAll,
    },
    {
      id: "canvas.exchange",
      group: "diagram",
      title: "canvas.exchange",
      words: "swap discrete use instead cambiar discreto",
      enabled: () => selectedSampled() !== undefined,
      run() {
        const id = selectedSampled();
        if (id !== undefined) exchangeSampled(id);
      },
    },
    {
      id: "canvas.group",
      group: "diagram",
      title: "canvas.group",
      shortcut: "$mod+g",
      words: "group agrupar subsystem",
      enabled: canGroup,
      run: groupSelected,
    },
    {
      id: "canvas.expand",
      group: "diagram",
      title: "canvas.expand",
      shortcut: "$mod+Shift+g",
      words: "ungroup desagrupar flatten",
      enabled: () => selectedSubsystem() !== undefined,
      run: expandSelected,
    },
    {
      id: "canvas.open",
      group: "diagram",
      title: "canvas.open",
      shortcut: "Alt+ArrowDown",
      words: "enter inside entrar dentro",
      enabled: () => selectedSubsystem() !== undefined,
      run: () => {
        const id = selectedSubsystem();
        if (id !== undefined) enter(id);
        focusCanvas();
      },
    },
    {
      id: "canvas.up",
      group: "diagram",
      title: "canvas.up",
      shortcut: "Alt+ArrowUp",
      words: "leave out parent salir fuera",
      enabled: () => shownTrail().length > 0,
      run: () => {
        goUp();
        focusCanvas();
      },
    },
    {
      id: "canvas.alignLeft",
      group: "diagram",
      title: "canvas.alignLeft",
      enabled: someBlocks,
      run: () => align("left"),
    },
    {
      id: "canvas.alignCentre",
      group: "diagram",
      title: "canvas.alignCentre",
      enabled: someBlocks,
      run: () => align("centre"),
    },
    {
      id: "canvas.alignRight",
      group: "diagram",
      title: "canvas.alignRight",
      enabled: someBlocks,
      run: () => align("right"),
    },
    { id: "canvas.alignTop", group: "diagram", title: "canvas.alignTop", enabled: someBlocks, run: () => align("top") },
    {
      id: "canvas.alignMiddle",
      group: "diagram",
      title: "canvas.alignMiddle",
      enabled: someBlocks,
      run: () => align("middle"),
    },
    {
      id: "canvas.alignBottom",
      group: "diagram",
      title: "canvas.alignBottom",
      enabled: someBlocks,
      run: () => align("bottom"),
    },
    {
      id: "canvas.distributeAcross",
      group: "diagram",
      title: "canvas.distributeAcross",
      enabled: threeBlocks,
      run: () => distribute("across"),
    },
    {
      id: "canvas.distributeDown",
      group: "diagram",
      title: "canvas.distributeDown",
      enabled: threeBlocks,
      run: () => distribute("down"),
    },
    {
      id: "view.fit",
      group: "view",
      title: "view.fit",
      shortcut: "Digit1 KeyF",
      words: "zoom all todo",
      run: () => fitAll(flow, root.current),
    },
    {
      id: "view.zoomIn",
      group: "view",
      title: "view.zoomIn",
      shortcut: "Equal Shift+Equal NumpadAdd Shift++",
      run: () => void flow.zoomIn(still),
    },
    {
      id: "view.zoomOut",
      group: "view",
      title: "view.zoomOut",
      shortcut: "Minus NumpadSubtract",
      run: () => void flow.zoomOut(still),
    },
    {
      id: "view.zoomReset",
      group: "view",
      title: "view.zoomReset",
      shortcut: "Digit0",
      run: () => void flow.zoomTo(1, still),
    },
    {
      id: "view.sampleTimes",
      group: "view",
      title: "canvas.sampleTimes",
      shortcut: "Alt+KeyS",
      words: "rates colours tiempos de muestreo colores",
      run: () => useView.getState().set({ sampleTimes: !useView.getState().sampleTimes }),
    },
    {
      id: "canvas.minimap",
      group: "view",
      title: "canvas.minimap",
      run: () => useView.getState().set({ minimap: !useView.getState().minimap }),
    },
  ];
}

export function useCanvasCommands(flow: ReactFlowInstance, root: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    noteViewport({
      toScreen: (sheet) => flow.flowToScreenPosition(sheet),
      shown() {
        const bounds = root.current?.getBoundingClientRect();
        if (!bounds) return undefined;
        const corner = flow.screenToFlowPosition({ x: bounds.left, y: bounds.top }, { snapToGrid: false });
        const zoom = flow.getZoom();
        return { ...corner, width: bounds.width / zoom, height: bounds.height / zoom };
      },
      notes: () =>
        flow
          .getNodes()
          .filter(({ type }) => type === "note")
          .map(({ position, measured }) => ({
            ...position,
            width: measured?.width ?? 0,
            height: measured?.height ?? 0,
          })),
    });
    const undo = [...canvasCommands(flow, root).map(registerCommand), listenToClipboard()];
    return () => {
      notePointer(undefined);
      undo.forEach((unregister) => unregister());
    };
  }, [flow, root]);
}
