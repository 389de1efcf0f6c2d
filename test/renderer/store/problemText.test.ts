import { afterEach, expect, test } from "vitest";
import i18next from "i18next";
import { problemText, sentenceText } from "../../../renderer/store/problemText.ts";

afterEach(() => i18next.changeLanguage("en"));

test("English is what core says, Spanish the catalogue's, labels of parameters too", async () => {
  const problem = { message: "Initial x₀: There is no variable named x0.", hint: "Did you mean x1?" };
  expect(problemText(problem)).toEqual(problem);
  await i18next.changeLanguage("es");
  expect(problemText(problem)).toEqual({
    message: "x₀ inicial: No hay ninguna variable llamada x0.",
    hint: "¿Quiso decir x1?",
  });
  expect(sentenceText("A sentence nobody wrote down")).toBe("A sentence nobody wrote down");
});
