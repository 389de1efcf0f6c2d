/** A block asked for in one room (the palette) and placed in another (the canvas). Nothing here touches the document. */
import { create } from "zustand";

interface InsertionState {
  /** The type being dragged from the palette: a drop target may not look into a drag before it lands. */
  readonly dragging: string | undefined;
  /** `count` grows with each request, so that the same block can be asked for twice. */
  readonly request: { readonly type: string; readonly count: number } | undefined;
  setDragging(type: string | undefined): void;
  /** Put a block of this type in the middle of what is shown. */
  insert(type: string): void;
}

export const useInsertion = create<InsertionState>()((set, get) => ({
  dragging: undefined,
  request: undefined,
  setDragging: (dragging) => set({ dragging }),
  insert: (type) => set({ request: { type, count: (get().request?.count ?? 0) + 1 } }),
}));

/** What a dragged tile is called in the drag data. */
export const blockMime = "application/x-lazo-block";
