import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { piecesOf } from "../../../renderer/canvas/noteText.ts";

const text = (of: string) => ({ kind: "text", text: of });
const tex = (of: string) => ({ kind: "tex", text: of });

describe("a note", () => {
  test.each([
    ["plain", [text("plain")]],
    ["", []],
    ["with $x^2$ in it", [text("with "), tex("x^2"), text(" in it")]],
    ["$a$ and $b$", [tex("a"), text(" and "), tex("b")]],
    ["costs $5 and $6", [text("costs $5 and $6")]],
    ["one $ alone", [text("one $ alone")]],
    ["\\$x\\$ as typed", [text("$x$ as typed")]],
    ["$ x $", [text("$ x $")]],
    ["$a\nb$", [text("$a\nb$")]],
    [
      "above\n$$y = \\frac{1}{s}$$\nbelow",
      [text("above"), { ...tex("y = \\frac{1}{s}"), display: true }, text("below")],
    ],
  ])("%s", (note, pieces) => expect(piecesOf(note)).toEqual(pieces));
  test("without a dollar sign is itself, whatever it says", () => {
    fc.assert(
      fc.property(fc.string(), (of) => {
        const note = of.replaceAll("$", "");
        expect(
          piecesOf(note)
            .map((piece) => piece.text)
            .join(""),
        ).toBe(note);
      }),
    );
  });
});
