import { expect, test } from "vitest";
import { isLit } from "../../../renderer/panels/litEntries.ts";

const origin = { blocks: ["Feed", "Plant/Gain"], wires: ["w1"] };
const set = (...names: string[]) => new Set(names);

test("an entry is lit by any wire or block it came from, and by nothing else", () => {
  expect(isLit(origin, { blocks: set(), wires: set("w1") })).toBe(true);
  expect(isLit(origin, { blocks: set("Plant/Gain"), wires: set() })).toBe(true);
  expect(isLit(origin, { blocks: set("Gain"), wires: set("w2") })).toBe(false);
  expect(isLit(origin, { blocks: set(), wires: set() })).toBe(false);
  expect(isLit(undefined, { blocks: set("Feed"), wires: set("w1") })).toBe(false);
});
