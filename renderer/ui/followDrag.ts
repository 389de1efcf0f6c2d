/**
 * The end of a drag that has begun with a press, heard wherever it comes. A drag is kept where the pointer is let go; Escape, and a pointer
 * that is taken away (a touch that turns into a scroll, a pen out of reach), end it as if it had never begun.
 */

interface Drag {
  readonly move?: (event: PointerEvent) => void;
  /** Called once. `kept`: what was dragged stays where `by`, the pointer that was let go, left it. */
  readonly end: (kept: boolean, by: PointerEvent | KeyboardEvent) => void;
}

let dragging = 0;

/** Escape belongs to the drag while there is one. */
export const isDragging = (): boolean => dragging > 0;

export function followDrag({ pointerId }: { readonly pointerId: number }, { move, end }: Drag): void {
  const finish = (kept: boolean, by: PointerEvent | KeyboardEvent): void => {
    listening.abort();
    dragging--;
    end(kept, by);
  };
  const listening = new AbortController();
  const { signal } = listening;
  const mine = (act: (event: PointerEvent) => void) => (event: PointerEvent) => {
    if (event.pointerId === pointerId) act(event);
  };
  dragging++;
  if (move) globalThis.addEventListener("pointermove", mine(move), { signal });
  globalThis.addEventListener(
    "pointerup",
    mine((event) => finish(true, event)),
    { signal },
  );
  globalThis.addEventListener(
    "pointercancel",
    mine((event) => finish(false, event)),
    { signal },
  );
  globalThis.addEventListener(
    "keydown",
    (key) => {
      if (key.key !== "Escape") return;
      key.stopImmediatePropagation();
      finish(false, key);
    },
    { signal, capture: true },
  );
}
