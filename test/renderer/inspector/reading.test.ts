import { describe, expect, test } from "vitest";
import { readGain, readParam } from "../../../renderer/inspector/reading.ts";
import { t } from "../../../renderer/ui/i18n.ts";
import { evaluateVariables } from "../../../core/diagram/parameters.ts";

const { scope } = evaluateVariables([
  { name: "k", value: "2" },
  { name: "A", value: "[1, 2; 3, 4]" },
]);
const context = { scope, files: { table: () => undefined, weights: () => undefined } };

describe("what a field says of the text in it", () => {
  const real = { kind: "real", label: "Gain", default: "1", above: 0 } as const;
  test("the value where a name was typed, nothing where the text says it already", () => {
    expect(readParam(real, "3*k", context, t)).toEqual({ ok: true, shown: "= 6" });
    expect(readParam(real, "6", context, t)).toEqual({ ok: true, shown: undefined });
    expect(readParam(real, "2e-3", context, t)).toEqual({ ok: true, shown: undefined });
  });
  test("the shape of a matrix, and its entries where they are few", () => {
    const matrix = { kind: "matrix", label: "A", default: "1" } as const;
    expect(readParam(matrix, "[1, 2, 3; 4, 5, 6]", context, t)).toEqual({ ok: true, shown: "2 × 3" });
    expect(readParam(matrix, "k*A", context, t)).toEqual({ ok: true, shown: "= [2, 4; 6, 8]" });
  });
  test("why it cannot be read, as a sentence", () => {
    const unknown = readParam(real, "kk", context, t);
    expect(unknown).toMatchObject({ ok: false });
    expect(unknown.ok || unknown.message).toMatch(/^[A-Z].*kk/);
    expect(readParam(real, "-1", context, t)).toMatchObject({ ok: false });
    expect(readParam(real, "[1, 2]", context, t)).toMatchObject({ ok: false });
  });
  test("an empty gain is 1; a matrix has its size", () => {
    expect(readGain("", scope)).toEqual({ ok: true });
    expect(readGain("[0.3; 0]", scope)).toEqual({ ok: true, shown: "2 × 1" });
    expect(readGain("A", scope)).toEqual({ ok: true, shown: "= [1, 2; 3, 4]  2 × 2" });
    expect(readGain("[1, 2", scope)).toMatchObject({ ok: false });
  });
});
