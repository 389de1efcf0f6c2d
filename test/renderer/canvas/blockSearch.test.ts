import i18next from "i18next";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocks as library } from "../../../core/blocks/index.ts";
import { searchBlocks } from "../../../renderer/canvas/blockSearch.ts";
import { fit } from "../../../renderer/ui/fuzzy.ts";

const first = (query: string) => searchBlocks(query, library.values())[0];

describe("a block is found by", () => {
  test.each([
    ["gain", "gain"],
    ["Gain", "gain"],
    ["integ", "integrator"],
    ["tf", "transfer-function"],
    ["transfer", "transfer-function"],
    ["suma", "sum"],
    ["ganancia", "gain"],
    ["función", "function"],
    ["funcion", "function"],
    ["gaussian noise", "noise"],
    ["from csv", "from-csv"],
    ["state", "state"],
  ])("%s -> %s", (query, type) => {
    expect(first(query)?.definition.type).toBe(type);
  });

  test("every title, typed in full", () => {
    for (const definition of library.values()) expect(first(definition.title)?.definition.type).toBe(definition.type);
  });
});

describe("in Spanish, by the title that is shown", () => {
  beforeAll(() => i18next.changeLanguage("es").then(() => {}));
  afterAll(() => i18next.changeLanguage("en").then(() => {}));
  test.each([
    ["oscil", "scope"],
    ["osciloscopio", "scope"],
    ["escalon", "step"],
    ["transmision", "feedthrough"],
  ])("%s -> %s", (query, type) => {
    expect(first(query)?.definition.type).toBe(type);
  });
});

describe("a value in the name", () => {
  test.each([
    ["Gain 5", "gain", { gain: "5" }],
    ["gain -2.5e3", "gain", { gain: "-2.5e3" }],
    ["Gain k/m", "gain", { gain: "k/m" }],
    ["gain [1, 2; 3, 4]", "gain", { gain: "[1, 2; 3, 4]" }],
    ["sum +-", "sum", { signs: "+-" }],
    ["Constant 2 * pi", "constant", { value: "2 * pi" }],
    ["product */", "product", { operations: "*/" }],
    ["function sin(u)", "function", { formula: "sin(u)" }],
  ])("%s", (query, type, params) => {
    expect(first(query)).toMatchObject({ definition: { type }, params });
  });

  test("is not made of the second word of a name", () => {
    expect(first("transfer function")?.params).toEqual({});
    expect(first("unit delay")?.params).toEqual({});
    expect(first("from csv")?.params).toEqual({});
  });
});

test("nonsense finds nothing", () => {
  expect(searchBlocks("zzqx", library.values())).toEqual([]);
});

test("nothing typed shows everything, in order", () => {
  expect(searchBlocks("", library.values()).map(({ definition }) => definition.type)).toEqual([...library.keys()]);
});

test("better fits score higher", () => {
  const scores = ["Sum", "Summary", "A summer", "Consummate"].map((name) => fit("sum", name));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(fit("sum", "Gain")).toBe(0);
});
