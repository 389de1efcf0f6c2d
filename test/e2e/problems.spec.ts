/** Problems as a user meets them: counted, said in words, and a click from the place. */
import type { Page } from "@playwright/test";
import { expect, openExample, test } from "./window.ts";

const tab = (page: Page) => page.getByRole("tab", { name: /Problems/ });
const items = (page: Page) => page.locator(".problems-item");

test("a mistake in a gain is counted, explained and a click away", async ({ page }) => {
  await openExample(page, "island");
  await page.getByTestId("gain-Feed-Population").click();
  const gain = page.locator(".inspector").getByRole("textbox", { name: "Gain", exact: true });
  await gain.fill("[0.3; fod]");
  await gain.blur();
  await expect(tab(page)).toContainText("1");
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  await expect(gain).toHaveCount(0);

  await tab(page).click();
  await expect(items(page).first()).toContainText("Feed → Population");
  await expect(items(page).first()).toContainText("fod");
  await items(page).first().press("Enter");
  await expect(gain).toBeFocused();
  await expect(gain).toHaveValue("[0.3; fod]");
  await gain.fill("[0.3; 0]");
  await expect(page.locator(".dock")).toContainText("No problems");
});

test("a mistake in a variable leads to the variable", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  const value = page.locator(".inspector").getByRole("textbox", { name: "Value of k" });
  await value.fill("2 *");
  await value.blur();
  await tab(page).click();
  await items(page).filter({ hasText: "k" }).first().click();
  await expect(value).toBeFocused();
});

test("a block's parameter, with its field", async ({ page }) => {
  await openExample(page, "pendulum");
  await page.getByTestId("block-angle").click();
  const initial = page.locator(".inspector").locator('[data-field="initial"] input');
  await initial.fill("[1, 2");
  await initial.blur();
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  await tab(page).click();
  await items(page).filter({ hasText: "angle" }).first().click();
  await expect(initial).toBeFocused();
  await expect(page.locator(".inspector-title")).toHaveText("angle");
});

test("in Spanish, every message of a broken diagram is in Spanish", async ({ page }) => {
  await page.addInitScript(() =>
    localStorage.setItem("lazo.view", JSON.stringify({ state: { language: "es" }, version: 0 })),
  );
  await page.goto("/#example=island");
  await expect(page.locator(".shell-status")).toContainText("simulado");
  await page.getByTestId("gain-Feed-Population").click();
  const gain = page.locator(".inspector").getByRole("textbox", { name: "Ganancia", exact: true });
  await gain.fill("[0.3; comida]");
  await gain.blur();
  await page.getByRole("tab", { name: /Problemas/ }).click();
  await expect(items(page).first()).toContainText("comida");
  await expect(items(page).first()).toContainText("No hay ninguna variable");
});
