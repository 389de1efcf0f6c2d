/**
 * Which sheet of the open document is shown: the root's or a subsystem's. No part of the document, and so no undo step; undoing
 * and redoing go to the sheet on which the change was made.
 */
import { create } from "zustand";
import type { LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { nearestTrail, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import type { Trail } from "../../core/diagram/trail.ts";
import { useDocument } from "./document.ts";

interface SheetState {
  /** Ids of the subsystems around it, the outermost first; empty for the root. It always exists. */
  readonly trail: Trail;
  /** That sheet, or its nearest ancestor that exists. */
  show(trail: Trail): void;
  /** The sheet that holds the block, wire or note with this id. */
  showHolder(id: string): void;
}

const root: Trail = [];
const same = (a: Trail, b: Trail): boolean => a.length === b.length && a.every((id, i) => id === b[i]);

export const useSheet = create<SheetState>()((set, get) => ({
  trail: root,
  show(trail) {
    const nearest = nearestTrail(useDocument.getState().document, trail);
    if (!same(nearest, get().trail)) set({ trail: nearest });
  },
  showHolder(id) {
    const trail = trailOf(useDocument.getState().document, id);
    if (trail) get().show(trail);
  },
}));

/** Where each version of the document was made from the one before. */
const madeOn = new WeakMap<LazoDocument, Trail>();

useDocument.subscribe((state, before) => {
  if (state.document === before.document) return;
  const { trail, show } = useSheet.getState();
  if (state.opened !== before.opened) return show(root);
  if (state.future[0] === before.document) return show(madeOn.get(before.document) ?? trail);
  if (before.future[0] === state.document) return show(madeOn.get(state.document) ?? trail);
  madeOn.set(state.document, trail);
  show(trail);
});

export const shownTrail = (): Trail => useSheet.getState().trail;
export const shownSheet = (): Sheet => sheetAt(useDocument.getState().document, shownTrail());

/** The sheet shown, drawn again when it changes. */
export function useShownSheet(): Sheet {
  const trail = useSheet((state) => state.trail);
  return useDocument((state) => sheetAt(state.document, trail));
}
