/**
 * What a drag changes is drawn together with what follows from it: while something is dragged, components hear of a change when the engine
 * has answered, or soon where it has not. One drawing of the page a move instead of two leaves the machine to the engine meanwhile.
 * The stores change at once; only who draws waits.
 */
import { useStore } from "zustand";
import type { StateCreator, StoreApi, UseBoundStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** Two frames: what takes longer is drawn without its answer. */
const patienceMilliseconds = 40;

/** Components that have something new to draw; undefined: nothing is dragged, they hear at once. */
let waiting: Set<() => void> | undefined;

/** A store like zustand's, whose components wait while something is dragged; who subscribes by hand does not. */
export function createPaced<T>(initializer: StateCreator<T>): UseBoundStore<StoreApi<T>> {
  const store = createStore<T>()(initializer);
  const paced: StoreApi<T> = {
    ...store,
    subscribe(listener) {
      const draw = (): void => listener(store.getState(), store.getState());
      const unsubscribe = store.subscribe(() => (waiting ? void waiting.add(draw) : draw()));
      return () => {
        waiting?.delete(draw);
        unsubscribe();
      };
    },
  };
  return Object.assign(<U = T>(selector?: (state: T) => U) => useStore(paced, selector ?? whole<T, U>), store);
}

const whole = <T, U>(state: T): U => state as unknown as U;

/** For each move of the pointer that drags a handle or a number. */
export function takeMove(event: { preventDefault(): void }): void {
  // Else the panels' separators look where the pointer is, which lays out the whole page.
  event.preventDefault();
  leaveText();
  if (waiting) return;
  const mine = (waiting = new Set());
  setTimeout(() => {
    if (waiting === mine) drawWaiting();
  }, patienceMilliseconds);
}

/** A caret left behind in a field has each frame begin with a layout of the page. Who still types there keeps it. */
function leaveText(): void {
  const selection = getSelection();
  if (!selection?.rangeCount || document.activeElement?.matches("input, textarea, [contenteditable]")) return;
  selection.removeAllRanges();
}

/** The engine has answered or takes too long, or the drag is over. */
export function drawWaiting(): void {
  const all = waiting;
  waiting = undefined;
  all?.forEach((draw) => draw());
}
