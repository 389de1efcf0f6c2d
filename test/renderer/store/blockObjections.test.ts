import i18next from "i18next";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkDocument } from "../../../core/diagram/check.ts";
import { problemText } from "../../../renderer/store/problemText.ts";
import { draw } from "../../core/drawing.ts";

beforeAll(() => i18next.changeLanguage("es"));
afterAll(() => i18next.changeLanguage("en"));

test.each([
  ["saturation", { lower: "2", upper: "1" }],
  ["saturation", { lower: "[1, 2]", upper: "[3, 4, 5]" }],
  ["chirp", { sweep: "exponential", from: "0" }],
  ["noise", { deviation: "-1" }],
  ["sum", { signs: "+x" }],
  ["product", { operations: "+" }],
  ["demux", { widths: "0" }],
  ["state", { names: "a, b, c", initial: "[1, 2]" }],
  ["input", { names: "a, b, c", signal: "[1; 2]" }],
  ["state-space", { A: "[1, 2]" }],
  ["state-space", { A: "1", B: "1", C: "1", D: "[1, 2; 3, 4]" }],
  ["transfer-function", { den: "[0, 1]" }],
  ["transfer-function", { num: "[1, 2, 3]", den: "[1, 1]" }],
] as const)("what %s objects to %o is said in Spanish too", (type, params) => {
  const objections = checkDocument(draw({ B: [type, params] }, [])).filter(({ code }) => code === "BLOCK_CHECK");
  expect(objections.length).toBe(1);
  expect(problemText(objections[0]!).message).not.toBe(objections[0]!.message);
});
