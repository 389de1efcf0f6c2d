/**
 * What is selected, lit and to be brought into view. Not part of the document: selecting is no undo step.
 * Blocks, wires and notes of the sheet shown are selected by id; lights come from results, which know blocks by path.
 */
import { create } from "zustand";
import { useDocument } from "./document.ts";
import { shownSheet, useSheet } from "./sheet.ts";

const none: ReadonlySet<string> = new Set();

export interface Highlight {
  readonly blocks: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
}
export interface Hover {
  /** Path. */
  readonly block?: string;
  readonly wire?: string;
}
/** `count` grows with each request, so that asking twice for the same place centres it twice. */
export interface Reveal {
  readonly blocks?: readonly string[];
  readonly wire?: string;
  readonly count: number;
}

export interface SelectionState {
  readonly blocks: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
  readonly notes: ReadonlySet<string>;
  readonly highlight: Highlight | undefined;
  readonly hover: Hover | undefined;
  readonly reveal: Reveal | undefined;
  /** The new selection as a whole: what is left out is not selected. */
  select(of: { blocks?: Iterable<string>; wires?: Iterable<string>; notes?: Iterable<string> }): void;
  clear(): void;
  setHighlight(highlight: Highlight | undefined): void;
  setHover(hover: Hover | undefined): void;
  /** Goes to the sheet of the block or wire with this id, selects it and asks the canvas to centre it. */
  revealBlock(id: string): void;
  /** Blocks of one sheet, all in view. */
  revealBlocks(ids: readonly [string, ...string[]]): void;
  revealWire(id: string): void;
}

const setOf = (ids: Iterable<string> | undefined): ReadonlySet<string> => (ids ? new Set(ids) : none);

export const useSelection = create<SelectionState>()((set, get) => ({
  blocks: none,
  wires: none,
  notes: none,
  highlight: undefined,
  hover: undefined,
  reveal: undefined,
  select: (of) => set({ blocks: setOf(of.blocks), wires: setOf(of.wires), notes: setOf(of.notes) }),
  clear() {
    const { blocks, wires, notes } = get();
    if (blocks.size + wires.size + notes.size > 0) set({ blocks: none, wires: none, notes: none });
  },
  setHighlight: (highlight) => set({ highlight }),
  setHover: (hover) => set({ hover }),
  revealBlock: (id) => get().revealBlocks([id]),
  revealBlocks(ids) {
    useSheet.getState().showHolder(ids[0]);
    set({
      blocks: new Set(ids),
      wires: none,
      notes: none,
      reveal: { blocks: ids, count: (get().reveal?.count ?? 0) + 1 },
    });
  },
  revealWire(id) {
    useSheet.getState().showHolder(id);
    set({
      blocks: none,
      wires: new Set([id]),
      notes: none,
      reveal: { wire: id, count: (get().reveal?.count ?? 0) + 1 },
    });
  },
}));

/** What was selected stands on a sheet that is no longer shown. */
useSheet.subscribe(() => {
  useSelection.getState().clear();
  useSelection.setState({ hover: undefined });
});

/** What has gone from the drawing, by undoing too, is not selected either: commands count what is. */
useDocument.subscribe((state, before) => {
  const { blocks, wires, notes } = useSelection.getState();
  if (state.document === before.document || blocks.size + wires.size + notes.size === 0) return;
  const sheet = shownSheet();
  const there = (ids: ReadonlySet<string>, list: readonly { readonly id: string }[]): ReadonlySet<string> => {
    if (ids.size === 0) return ids;
    const left = list.filter(({ id }) => ids.has(id));
    return left.length === ids.size ? ids : new Set([...ids].filter((id) => left.some((one) => one.id === id)));
  };
  const next = {
    blocks: there(blocks, sheet.blocks),
    wires: there(wires, sheet.wires),
    notes: there(notes, sheet.notes),
  };
  if (next.blocks !== blocks || next.wires !== wires || next.notes !== notes) useSelection.setState(next);
});
