/**
 * Keys that mean something on the drawing only: typing a name, arrows, Escape, Enter. Everything with a name of its own is
 * a command (commands.ts) and works from anywhere.
 */
import type { Point } from "../../core/diagram/document.ts";
import { useSelection } from "../store/selection.ts";
import { shownTrail } from "../store/sheet.ts";
import { nudge } from "./changes.ts";
import { presentDrawing } from "./present.ts";
import { isDragging } from "../ui/followDrag.ts";
import { focusCanvas, useSession } from "./session.ts";
import { enter, goUp, selectedSubsystem } from "./sheets.ts";
import { typingPlace } from "./placement.ts";

/** With something selected these letters are commands on it; with nothing selected every letter begins a name. */
const commandLetters = "rwnf";

const arrows: { readonly [key: string]: Point } = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export function onCanvasKey(
  event: KeyboardEvent,
  root: HTMLElement | null,
  openInsert: (client: Point, options: { query: string }) => void,
): void {
  const target = event.target instanceof HTMLElement || event.target instanceof SVGElement ? event.target : null;
  if (!root || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target !== document.body && !(target && root.contains(target))) return;
  if (target.closest("input, textarea, [role='menu'], [role='toolbar']")) return;
  const { blocks, wires, notes } = useSelection.getState();
  const selected = blocks.size + wires.size + notes.size > 0;
  const done = () => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  const letter = /^\p{L}$/u.test(event.key);
  if (
    event.key === "/" ||
    (letter && !(selected && !event.shiftKey && commandLetters.includes(event.key.toLowerCase())))
  ) {
    done();
    openInsert(typingPlace(root), { query: letter ? event.key : "" });
    return;
  }
  const arrow = arrows[event.key];
  if (arrow && selected) {
    done();
    const step = event.shiftKey ? 40 : 8;
    nudge({ x: arrow.x * step, y: arrow.y * step });
    return;
  }
  if (event.key === "Escape") {
    // It hears it itself.
    if (isDragging()) return;
    const { drag } = useSession.getState();
    if (drag) useSession.setState({ drag: undefined, dragCancelled: true });
    else if (selected) useSelection.getState().clear();
    else if (shownTrail().length > 0) goUp();
    else return;
    done();
    return;
  }
  if (event.key === "Enter" || event.key === " ") onEnter(target, done);
}

/**
 * On something that has the focus: select it. On the one selected wire: type its gain. On the one selected note: edit it. On the
 * one selected subsystem: go in.
 */
function onEnter(target: Element | null, done: () => void): void {
  const { blocks, wires, notes, select } = useSelection.getState();
  const node = target?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  const edge = target?.closest<HTMLElement>(".react-flow__edge")?.dataset["id"];
  if (node !== undefined && !blocks.has(node) && !notes.has(node)) {
    const isBlock = presentDrawing().blocks.has(node);
    select(isBlock ? { blocks: [node] } : { notes: [node] });
    done();
  } else if (edge !== undefined && !wires.has(edge)) {
    select({ wires: [edge] });
    done();
  } else if (selectedSubsystem() !== undefined) {
    enter(selectedSubsystem()!);
    focusCanvas();
    done();
  } else if (notes.size === 1 && blocks.size + wires.size === 0) {
    const [id] = notes;
    if (id !== undefined) useSession.setState({ editing: { what: "note", id } });
    done();
  } else if (wires.size === 1 && blocks.size === 0) {
    const [id] = wires;
    if (id !== undefined) useSession.setState({ editing: { what: "gain", id } });
    done();
  }
}
