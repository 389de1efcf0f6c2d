import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { emptyDocument, isDirty, useDocument } from "../../../renderer/store/document.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";

const now = () => useDocument.getState();
const named = (name: string) => (document: LazoDocument) => (document.name === name ? document : { ...document, name });

beforeEach(() => {
  vi.useRealTimers();
  now().replace(emptyDocument);
});

describe("undo", () => {
  test("gives back every document in turn, and redo the way forward", () => {
    for (const name of ["a", "b", "c"]) now().edit(named(name));
    expect(now().document.name).toBe("c");
    now().undo();
    now().undo();
    expect(now().document.name).toBe("a");
    now().redo();
    expect(now().document.name).toBe("b");
    now().undo();
    now().undo();
    expect(now().document).toBe(emptyDocument);
    expect(now().canUndo).toBe(false);
    now().undo();
    expect(now().document).toBe(emptyDocument);
  });

  test("an edit after undo forgets what was undone", () => {
    now().edit(named("a"));
    now().edit(named("b"));
    now().undo();
    now().edit(named("c"));
    expect(now().canRedo).toBe(false);
    now().redo();
    expect(now().document.name).toBe("c");
    now().undo();
    expect(now().document.name).toBe("a");
  });

  test("a drag that is given up leaves nothing behind, however many steps it made and whatever followed from them", () => {
    now().edit(named("a"));
    const { document } = now();
    now().takeBack(document);
    expect(now().document).toBe(document);
    now().edit(named("b"), "drag");
    now().amend(named("b and its numbers"));
    now().settle();
    now().edit(named("c"), "drag");
    now().takeBack(document);
    expect(now().document).toBe(document);
    now().undo();
    expect(now().document).toBe(emptyDocument);
    expect(now().canUndo).toBe(false);
  });

  test("an edit that changes nothing is no step", () => {
    now().edit(named("a"));
    now().edit(named("a"));
    now().undo();
    expect(now().document).toBe(emptyDocument);
  });

  test("typing under one key is one step until the gesture ends", () => {
    now().edit(named("1"), "k");
    now().edit(named("12"), "k");
    now().edit(named("123"), "k");
    now().settle();
    now().edit(named("4"), "k");
    now().undo();
    expect(now().document.name).toBe("123");
    now().undo();
    expect(now().document).toBe(emptyDocument);
  });

  test("another key, no key or a pause ends the gesture", () => {
    now().edit(named("a"), "k");
    now().edit(named("b"), "other");
    now().edit(named("c"));
    now().edit(named("d"));
    expect(now().past).toHaveLength(4);
    const clock = vi.spyOn(performance, "now");
    clock.mockReturnValue(10_000);
    now().edit(named("e"), "k");
    clock.mockReturnValue(10_500);
    now().edit(named("f"), "k");
    clock.mockReturnValue(13_000);
    now().edit(named("g"), "k");
    clock.mockRestore();
    now().undo();
    expect(now().document.name).toBe("f");
    now().undo();
    expect(now().document.name).toBe("d");
  });

  test("law: undoing all then redoing all ends where it began", () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("edit" as const),
        name: fc.string(),
        key: fc.option(fc.constantFrom("k", "m"), { nil: undefined }),
      }),
      fc.record({ do: fc.constantFrom("undo" as const, "redo" as const, "settle" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        now().replace(emptyDocument);
        for (const s of steps) {
          if (s.do === "edit") now().edit(named(s.name), s.key);
          else now()[s.do]();
        }
        while (now().canRedo) now().redo();
        const end = now().document;
        let count = 0;
        while (now().canUndo) {
          now().undo();
          count++;
        }
        expect(now().document).toBe(emptyDocument);
        while (now().canRedo) {
          now().redo();
          count--;
        }
        expect(count).toBe(0);
        expect(now().document).toBe(end);
      }),
    );
  });
});

describe("saved or not", () => {
  test("undoing back to what was saved makes it clean again", () => {
    now().edit(named("a"));
    now().markSaved({ name: "a.lazo", token: "1" });
    expect(isDirty(now())).toBe(false);
    now().edit(named("b"));
    expect(isDirty(now())).toBe(true);
    now().undo();
    expect(isDirty(now())).toBe(false);
    now().undo();
    expect(isDirty(now())).toBe(true);
  });

  test("what was changed while it was being written is not taken for saved", () => {
    now().edit(named("a"));
    const written = now().document;
    now().edit(named("b"));
    now().markSaved({ name: "a.lazo", token: "1" }, written);
    expect(isDirty(now())).toBe(true);
  });

  test("saving ends the gesture, so that undo can go back to what is on the disk", () => {
    now().edit(named("a"), "k");
    now().markSaved({ name: "a.lazo", token: "1" });
    now().edit(named("b"), "k");
    now().undo();
    expect(isDirty(now())).toBe(false);
  });
});

describe("trust", () => {
  test("somebody else's file waits for a run or an edit", () => {
    now().replace(emptyDocument, { name: "a.lazo", token: "1" }, { trust: "asked" });
    expect(now().trust).toBe("asked");
    now().allowRun();
    expect(now().trust).toBe("free");
    now().replace(emptyDocument, undefined, { trust: "asked" });
    now().edit(named("a"));
    expect(now().trust).toBe("free");
  });
});
