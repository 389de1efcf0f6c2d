/** The operating point of the matrices and the order of execution, as a user works with them. */
import type { Page } from "@playwright/test";
import { expect, openExample, slowWorkers, test } from "./window.ts";

async function openForm(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Matrices" }).click();
  await page.getByRole("button", { name: "Operating point" }).click();
  await expect(page.getByRole("region", { name: "Operating point" })).toBeVisible();
}
const summary = (page: Page) => page.locator(".matrices-summary");

test("matrices at an instant of the run", async ({ page }) => {
  await openExample(page, "pendulum");
  await openForm(page);
  await expect(summary(page)).toContainText("linearized at t = 0 s");
  await page.getByRole("radio", { name: /^time/ }).check();
  await page.getByLabel("Time to linearize at, s").fill("2.5");
  await expect(summary(page)).toContainText("linearized at t = 2.5 s");
  await page.getByLabel("Time to linearize at, s").fill("soon");
  await expect(page.getByLabel("Time to linearize at, s")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("radio", { name: "the start" }).check();
  await expect(summary(page)).toContainText("linearized at t = 0 s");
});

test("a trimmed point: found, linearized there, and written into the blocks as one step", async ({ page }) => {
  await openExample(page, "pendulum");
  await openForm(page);
  await page.getByRole("radio", { name: "a trimmed point" }).check();
  await page.getByRole("button", { name: "Trim", exact: true }).click();
  await expect(page.locator(".trim-result")).toContainText(/Found: residual/);
  await expect(summary(page)).toContainText("linearized at the trimmed point");
  // Upright: one pole on the right.
  await expect(summary(page)).toContainText("unstable");

  // Hanging: the search begins at 0.
  await page.getByLabel("Value of angle").fill("0");
  await page.getByRole("button", { name: "Trim", exact: true }).click();
  await expect(summary(page)).toContainText("eigenvalues −0.05 ± 3.13i");

  await page.getByRole("button", { name: "Use as initial state" }).click();
  await expect(page.getByTestId("block-angle")).toContainText("= 0");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByTestId("block-angle")).toContainText("150/180*pi");
});

test("between any signals, picked by name", async ({ page }) => {
  await openExample(page, "pendulum");
  await openForm(page);
  await page.getByRole("button", { name: "From inputs: pick a signal" }).click();
  const search = page.getByRole("combobox", { name: "From inputs" });
  await search.fill("grav");
  await page.keyboard.press("Enter");
  await expect(page.locator('table[aria-labelledby="matrix-B"]').getByRole("columnheader")).toHaveText(["Gravity"]);
  await page.getByRole("button", { name: "To outputs: pick a signal" }).click();
  await page.getByRole("combobox", { name: "To outputs" }).fill("rate");
  await page.keyboard.press("Enter");
  await expect(page.locator('table[aria-labelledby="matrix-C"]').getByRole("rowheader")).toHaveText(["rate"]);
  await page.getByRole("button", { name: "Leave out Gravity" }).click();
  await expect(page.locator('table[aria-labelledby="matrix-B"]').getByRole("columnheader")).toHaveText(["push"]);
});

test("who types faster than the signals are listed gets what was typed", async ({ page }) => {
  await slowWorkers(page, 400);
  await openExample(page, "pendulum");
  await openForm(page);
  const rows = page.locator('table[aria-labelledby="matrix-C"]').getByRole("rowheader");
  await page.getByRole("button", { name: "To outputs: pick a signal" }).click();
  await page.keyboard.type("rate");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveText(["rate"]);
  // Typing on takes the Enter back.
  await page.getByRole("button", { name: "To outputs: pick a signal" }).click();
  await page.keyboard.type("g");
  await page.keyboard.press("Enter");
  await page.keyboard.type("rav");
  await expect(page.getByRole("option", { name: /Gravity/ })).toBeVisible();
  await expect(rows).toHaveText(["rate"]);
  await page.keyboard.press("Enter");
  await expect(rows).toHaveText(["rate", "Gravity"]);
});

test("another document begins without a chosen point", async ({ page }) => {
  await openExample(page, "pendulum");
  await openForm(page);
  await page.getByRole("radio", { name: /^time/ }).check();
  await expect(summary(page)).toContainText("t = 1 s");
  await page.goto("/#example=cart-pendulum");
  await expect(page.getByRole("radio", { name: "the start" })).toBeChecked();
});

test("the order of execution: with when each block works, and a way to it", async ({ page }) => {
  await openExample(page, "pendulum");
  await page.getByRole("tab", { name: "Order" }).click();
  const rows = page.locator(".order-row");
  await expect(rows.filter({ hasText: "derivative" })).toHaveCount(2);
  await expect(rows.filter({ hasText: "Gravity" })).toContainText("continuous");
  await rows.getByRole("button", { name: "Gravity" }).click();
  await expect(page.locator(".inspector-title")).toHaveText("Gravity");
});
