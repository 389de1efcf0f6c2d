import { expect, test } from "vitest";
import { cursor, useMoment } from "../../../renderer/store/moment.ts";

test("the instant under the pointer is told once for each change, and not after leaving", () => {
  const heard: (number | undefined)[] = [];
  const leave = cursor.listen((t) => heard.push(t));
  cursor.set(1);
  cursor.set(1);
  expect(cursor.now()).toBe(1);
  cursor.set(undefined);
  leave();
  cursor.set(2);
  cursor.set(undefined);
  expect(heard).toEqual([1, undefined]);
});

test("a picked instant stays until another one is picked", () => {
  useMoment.getState().pick(3);
  expect(useMoment.getState().t).toBe(3);
  useMoment.getState().pick(undefined);
  expect(useMoment.getState().t).toBeUndefined();
});
