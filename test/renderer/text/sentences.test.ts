import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { problemsEs, problemWordsEs } from "../../../renderer/text/problems.ts";
import { translateSentence, valuesIn } from "../../../renderer/text/sentences.ts";

const book = { sentences: problemsEs, words: problemWordsEs };
const spanish = (sentence: string) => translateSentence(sentence, book);

describe("matching a sentence", () => {
  test("finds the values between the fixed parts", () => {
    expect(valuesIn("{0} is {1} wide, but {2} takes {3}", "Feed is 1 wide, but Plant takes 2")).toEqual([
      "Feed",
      "1",
      "Plant",
      "2",
    ]);
    expect(valuesIn("Rename the block.", "Rename the block.")).toEqual([]);
    expect(valuesIn("Rename the block.", "Rename the wire.")).toBeUndefined();
    expect(valuesIn("ab{0}ba", "aba")).toBeUndefined();
  });

  test("law: a filled pattern gives its values back when they have nothing of the fixed parts", () => {
    const value = fc.stringMatching(/^[a-z0-9.]{0,8}$/);
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(valuesIn("<{0}> | {1} | [{2}]", `<${a}> | ${b} | [${c}]`)).toEqual([a, b, c]);
      }),
    );
  });

  test("values move to their Spanish places, and a label before a colon is kept or translated", () => {
    expect(spanish("Time no longer moves at t = 2 s: the step that Plant.x needs is below its resolution.")).toBe(
      "El tiempo ya no avanza en t = 2 s: el paso que necesita Plant.x está bajo su resolución.",
    );
    expect(spanish("Gain: a vector is needed, not 2x2.")).toBe("Ganancia: se necesita un vector, no 2x2.");
    expect(spanish("Lower: There is no variable named k.")).toBe("Lower: No hay ninguna variable llamada k.");
    expect(spanish("The stop time must be a number above zero, not -1.")).toBe(
      "«tiempo final» debe ser un número mayor que cero, no -1.",
    );
    expect(spanish("Nobody ever said this before")).toBeUndefined();
  });
});

/** A block's check() gives a reason as a string. */
function insideCheck(node: ts.Node): boolean {
  for (let up: ts.Node | undefined = node.parent; up; up = up.parent) {
    if (ts.isMethodDeclaration(up)) return up.name.getText() === "check";
  }
  return false;
}

/** Put together from parts that are not in one place; each way it can come out stands here. */
const composed: { readonly [extracted: string]: readonly string[] } = {
  "This wire 1 at a block that is not there (1).": ["begins", "ends"].map(
    (word) => `This wire ${word} at a block that is not there (b).`,
  ),
  "This wire 1 at 1, which has no 1 1.": [
    "This wire begins at Gain, which has no output z.",
    "This wire ends at Gain, which has no input z.",
  ],
  '"1"1: 1': ['"f.json", weights.0.gate: This weight is missing.', '"f.json": The file is not JSON.'],
  "Gain: 1": ["Gain: There is no variable named k."],
  "1 takes 1 argument1, not 1.": ["sin takes 1 argument, not 2.", "atan2 takes 2 arguments, not 1."],
  "1 is 1: an element needs 1.": [
    "A is 2x2: an element needs two indices.",
    "v is 3x1: an element needs one index or two.",
  ],
  "1, so it has no single A, B, C, D.": [
    "The diagram has continuous and sampled states, so it has no single A, B, C, D.",
    "The diagram is sampled at 2 rates: 1 s, 2 s, so it has no single A, B, C, D.",
  ],
};

/** Sentences that core can say to a user: arguments and properties that become messages and hints. */
function sentencesOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const take = (node: ts.Node): void => {
    if (ts.isConditionalExpression(node)) {
      take(node.whenTrue);
      take(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) take(node.right);
    else if (ts.isParenthesizedExpression(node)) take(node.expression);
    else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node)) {
      // "1" fits what stands for a number, an index or a name alike.
      found.push(node.head.text + node.templateSpans.map((span) => `1${span.literal.text}`).join(""));
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ["message", "hint"].includes(node.name.getText())) take(node.initializer);
    if (ts.isVariableDeclaration(node) && ["message", "hint"].includes(node.name.getText()) && node.initializer)
      take(node.initializer);
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const name = node.expression.getText();
      const args = [...(node.arguments ?? [])];
      if (["ExpressionError", "refuse"].includes(name)) args.slice(1).forEach(take);
      if (name === "complain") args.slice(2, 3).forEach(take);
      if (name === "syntax") args.slice(0, 2).forEach(take);
      if (name === "forbidden") args.slice(1, 2).forEach(take);
    }
    if (ts.isReturnStatement(node) && node.expression && insideCheck(node)) {
      const before = found.length;
      take(node.expression);
      // As the binder makes them sentences.
      found.splice(
        before,
        found.length - before,
        ...found.slice(before).map((text) => `${text[0]!.toUpperCase()}${text.slice(1)}.`),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter((text) => /\s/.test(text) && /[a-z]{3}/.test(text));
}

test("every sentence that core can say has its Spanish one", () => {
  const rooms = ["core/diagram", "core/sim", "core/compile", "core/linearize", "core/blocks"];
  const files = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(room, name)),
  );
  const sentences = [...new Set(files.flatMap(sentencesOf))].flatMap((sentence) => composed[sentence] ?? [sentence]);
  expect(sentences.length).toBeGreaterThan(80);
  expect(sentences.filter((sentence) => spanish(sentence) === undefined)).toEqual([]);
});
