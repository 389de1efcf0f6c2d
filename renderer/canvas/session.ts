/**
 * What the canvas is in the middle of: a name being typed, a wire being pulled, the insert box being open. Nothing here
 * outlives the gesture; the drawing itself is the document's.
 */
import { create } from "zustand";
import type { Point } from "../../core/diagram/document.ts";

export type Editing =
  | { readonly what: "name"; readonly id: string }
  | { readonly what: "gain"; readonly id: string }
  | { readonly what: "note"; readonly id: string };

/** A port that a wire starts from; a new block is connected to it. */
export interface OpenEnd {
  readonly block: string;
  readonly port: string;
  readonly direction: "in" | "out";
}

export interface Inserting {
  /** On the sheet: where the block goes. */
  readonly at: Point;
  /** On the screen, within the canvas: where the box stands. */
  readonly screen: Point;
  readonly query: string;
  readonly from?: OpenEnd;
}

export interface SessionState {
  readonly editing: Editing | undefined;
  readonly inserting: Inserting | undefined;
  /** Keyboard wiring: the block whose output looks for a target. */
  readonly wiringFrom: string | undefined;
  /** Blocks and notes under the pointer's drag, by how far they have gone. */
  readonly drag: { readonly ids: ReadonlySet<string>; readonly by: Point } | undefined;
  /** A wire whose end is being pulled off its port, and where that end is. */
  /** Escape was pressed during the drag: what comes of it until the button is let go is not wanted. */
  readonly dragCancelled: boolean;
  readonly pulling: { readonly wire: string; readonly end: "from" | "to"; readonly at: Point } | undefined;
  set(change: Partial<Omit<SessionState, "set">>): void;
}

export const useSession = create<SessionState>()((set) => ({
  editing: undefined,
  inserting: undefined,
  wiringFrom: undefined,
  drag: undefined,
  dragCancelled: false,
  pulling: undefined,
  set: (change) => set(change),
}));

/** Back to the drawing: the keyboard goes where it was. */
export function finishEditing(): void {
  useSession.setState({ editing: undefined });
  focusCanvas();
}

export function focusCanvas(): void {
  document.querySelector<HTMLElement>("[data-canvas]")?.focus({ preventScroll: true });
}
