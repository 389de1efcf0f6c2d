/**
 * The open document and its history. Every change of the drawing goes through `edit`, so every change can be undone.
 * It does not know how a change is made (core/diagram/edit.ts) nor what follows from one (engine/client.ts).
 */
import type { LazoDocument } from "../../core/diagram/document.ts";
import { createPaced } from "./paced.ts";

/** Where the document was opened from or saved to; the token is opaque (see host/host.ts). */
export interface FileRef {
  readonly name: string;
  readonly token: string;
}

/** `asked`: nothing runs until the user runs or edits, because the file is somebody else's. `free`: runs as you go. */
export type Trust = "asked" | "free";

export interface DocumentState {
  readonly document: LazoDocument;
  readonly file: FileRef | undefined;
  readonly savedDocument: LazoDocument;
  readonly trust: Trust;
  /** Grows when another document takes the place of this one. */
  readonly opened: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly past: readonly LazoDocument[];
  readonly future: readonly LazoDocument[];
  /** Edits under the same `coalesce` key within one gesture are one undo step. An edit that changes nothing is none. */
  edit(change: (document: LazoDocument) => LazoDocument, coalesce?: string): void;
  /** What follows of itself from the last edit becomes part of its step. */
  amend(change: (document: LazoDocument) => LazoDocument): void;
  /** Ends the gesture: the next edit is a step of its own, whatever its key. */
  settle(): void;
  undo(): void;
  redo(): void;
  /** The last step is taken back as if it had never been: what came of it was nothing. */
  retract(): void;
  /** All since the document was this one is taken back as if it had never been: a drag that was given up. */
  takeBack(to: LazoDocument): void;
  /** Another document takes the place of this one, with an empty history. `unsaved`: it is dirty from the start. */
  replace(document: LazoDocument, file?: FileRef, options?: { trust?: Trust; unsaved?: boolean }): void;
  /** The text written was that of `document` (the present one when absent: it may have changed while saving). */
  markSaved(file: FileRef | undefined, document?: LazoDocument): void;
  allowRun(): void;
}

export const emptyDocument: LazoDocument = {
  format: "lazo",
  version: 1,
  name: "Untitled",
  variables: [],
  root: { blocks: [], wires: [], notes: [] },
  run: { stop: "10", step: "0.01", solver: "auto" },
};

/** A pause in typing or dragging longer than this ends the gesture by itself. */
const gestureMilliseconds = 1500;
const depth = 1000;

let gesture: { readonly key: string; at: number } | undefined;

export const useDocument = createPaced<DocumentState>((set, get) => ({
  document: emptyDocument,
  file: undefined,
  savedDocument: emptyDocument,
  trust: "free",
  opened: 0,
  canUndo: false,
  canRedo: false,
  past: [],
  future: [],

  edit(change, coalesce) {
    const { document, past } = get();
    const next = change(document);
    if (next === document) return;
    const now = performance.now();
    const same =
      coalesce !== undefined && gesture?.key === coalesce && now - gesture.at < gestureMilliseconds && past.length > 0;
    gesture = coalesce === undefined ? undefined : { key: coalesce, at: now };
    set({
      document: next,
      past: same ? past : [...past.slice(-(depth - 1)), document],
      future: [],
      canUndo: true,
      canRedo: false,
      trust: "free",
    });
  },

  amend(change) {
    const { document } = get();
    const next = change(document);
    if (next !== document) set({ document: next });
  },

  settle() {
    gesture = undefined;
  },

  undo() {
    const { document, past, future } = get();
    const previous = past.at(-1);
    if (!previous) return;
    gesture = undefined;
    set({
      document: previous,
      past: past.slice(0, -1),
      future: [document, ...future],
      canUndo: past.length > 1,
      canRedo: true,
    });
  },

  redo() {
    const { document, past, future } = get();
    const next = future[0];
    if (!next) return;
    gesture = undefined;
    set({
      document: next,
      past: [...past, document],
      future: future.slice(1),
      canUndo: true,
      canRedo: future.length > 1,
    });
  },

  retract() {
    const { future } = get();
    get().undo();
    set({ future, canRedo: future.length > 0 });
  },

  takeBack(to) {
    const { past } = get();
    const at = past.lastIndexOf(to);
    if (at < 0) return;
    gesture = undefined;
    set({ document: to, past: past.slice(0, at), canUndo: at > 0 });
  },

  replace(document, file, options) {
    gesture = undefined;
    set({
      document,
      file,
      savedDocument: options?.unsaved ? emptyDocument : document,
      trust: options?.trust ?? "free",
      opened: get().opened + 1,
      past: [],
      future: [],
      canUndo: false,
      canRedo: false,
    });
  },

  markSaved(file, document) {
    gesture = undefined;
    set({ file, savedDocument: document ?? get().document });
  },

  allowRun() {
    if (get().trust !== "free") set({ trust: "free" });
  },
}));

/** Undoing back to what was saved makes it clean again, because documents share structure. */
export const isDirty = (state: Pick<DocumentState, "document" | "savedDocument">): boolean =>
  state.document !== state.savedDocument;
