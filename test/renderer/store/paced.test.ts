/** Who draws hears of what a drag changes when the engine has answered, or soon; stores and who subscribes by hand do not wait. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StoreApi } from "zustand";
import { createPaced, drawWaiting, takeMove } from "../../../renderer/store/paced.ts";

// What the hook of a component subscribes to.
vi.mock("zustand", () => ({ useStore: (store: unknown) => store }));
const seenByComponents = (hook: () => unknown) => hook() as StoreApi<{ readonly x: number }>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("getSelection", () => null);
});
afterEach(() => {
  drawWaiting();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function watched() {
  const store = createPaced(() => ({ x: 0 }));
  const drawn = vi.fn<() => void>();
  const heard = vi.fn<() => void>();
  const stop = seenByComponents(store).subscribe(drawn);
  store.subscribe(heard);
  return { store, drawn, heard, stop };
}
const move = () => {
  const preventDefault = vi.fn<() => void>();
  takeMove({ preventDefault });
  return preventDefault;
};

test("outside of a drag everybody hears at once", () => {
  const { store, drawn, heard } = watched();
  store.setState({ x: 1 });
  expect([drawn.mock.calls.length, heard.mock.calls.length]).toEqual([1, 1]);
});

test("the moves of a drag are drawn once, with the answer; the store has them before", () => {
  const { store, drawn, heard } = watched();
  expect(move()).toHaveBeenCalledOnce();
  store.setState({ x: 1 });
  move();
  store.setState({ x: 2 });
  expect(store.getState().x).toBe(2);
  expect([drawn.mock.calls.length, heard.mock.calls.length]).toEqual([0, 2]);
  drawWaiting();
  expect(drawn).toHaveBeenCalledOnce();
  // What comes of it later is drawn as it comes.
  store.setState({ x: 3 });
  expect(drawn).toHaveBeenCalledTimes(2);
});

test("without an answer a move is drawn after 40 ms, and one that was drawn with its answer not once more", () => {
  const { store, drawn } = watched();
  move();
  store.setState({ x: 1 });
  vi.advanceTimersByTime(39);
  expect(drawn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(drawn).toHaveBeenCalledOnce();
  move();
  store.setState({ x: 2 });
  drawWaiting();
  vi.advanceTimersByTime(20);
  move();
  store.setState({ x: 3 });
  // The patience of the move that was answered is not that of the next one.
  vi.advanceTimersByTime(25);
  expect(drawn).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(15);
  expect(drawn).toHaveBeenCalledTimes(3);
});

test("a move that changes nothing keeps nobody waiting longer", () => {
  const { store, drawn } = watched();
  move();
  store.setState({ x: 1 });
  vi.advanceTimersByTime(30);
  move();
  vi.advanceTimersByTime(10);
  expect(drawn).toHaveBeenCalledOnce();
});

test("a component that is gone meanwhile is not drawn", () => {
  const { store, drawn, stop } = watched();
  move();
  store.setState({ x: 1 });
  stop();
  drawWaiting();
  expect(drawn).not.toHaveBeenCalled();
});
