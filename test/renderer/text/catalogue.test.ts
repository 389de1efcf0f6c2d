import { describe, expect, test } from "vitest";
import { en, es } from "../../../renderer/text/index.ts";
import type { TextKey } from "../../../renderer/text/index.ts";

const keys = Object.keys(en) as TextKey[];
const values = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!).sort();

describe("the catalogue", () => {
  test("has both languages for every entry, and none empty", () => {
    expect(Object.keys(es).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(en[key].trim(), key).not.toBe("");
      expect(es[key].trim(), key).not.toBe("");
    }
  });

  test("asks for the same values in both", () => {
    for (const key of keys) expect(values(es[key]), key).toEqual(values(en[key]));
  });

  test("has both forms of every plural", () => {
    const plurals = keys.filter((key) => /_(one|other)$/.test(key)).map((key) => key.replace(/_(one|other)$/, ""));
    for (const stem of plurals) {
      expect(en, stem).toHaveProperty([`${stem}_one`]);
      expect(en, stem).toHaveProperty([`${stem}_other`]);
    }
  });

  test("uses the quotation marks of its language", () => {
    for (const key of keys) {
      expect(es[key], key).not.toMatch(/[“”]/);
      expect(en[key], key).not.toMatch(/[«»]/);
    }
  });
});
