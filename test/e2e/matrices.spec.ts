/** The matrices as a user meets them: live, named, and tied to the drawing both ways. */
import type { Page } from "@playwright/test";
import { expect, openExample, test } from "./window.ts";

const entry = (page: Page, matrix: string, at: string) =>
  page.locator(`table[aria-labelledby="matrix-${matrix}"] [data-entry="${at}"]`);

test("A, B, C and D of the island, with names, poles and what they mean", async ({ page }) => {
  await openExample(page, "island");
  const values = (name: string) => page.locator(`table[aria-labelledby="matrix-${name}"] td`).allTextContents();
  expect(await values("A")).toEqual(["0.5", "−4", "0.1", "−0.05"]);
  expect(await values("B")).toEqual(["0.3", "0"]);
  expect(await values("C")).toEqual(["0.2", "0", "0.05", "0", "0", "0.25", "0", "0.1"]);
  expect(await values("D")).toEqual(["−0.02", "0.06", "0", "0"]);
  await expect(page.locator('table[aria-labelledby="matrix-C"]').getByRole("rowheader")).toHaveText([
    /camera 1/,
    /camera 2/,
    /drone 1/,
    /drone 2/,
  ]);
  await expect(page.locator(".matrices-summary")).toContainText("2 states, 1 input, 4 outputs");
  await expect(page.locator(".matrices-summary")).toContainText("unstable");
});

test("pointing at an entry lights its wires; pointing at a wire lights its entries", async ({ page }) => {
  await openExample(page, "island");
  await entry(page, "B", "0 0").hover();
  await expect(page.getByTestId("wire-Feed-Population")).toHaveAttribute("data-lit", "true");
  await expect(page.getByTestId("wire-Population-Sensors")).not.toHaveAttribute("data-lit", "true");

  await page.locator(".dock").getByRole("tab", { name: "Scope" }).hover();
  await page.getByTestId("gain-Population-Sensors").click();
  await expect(entry(page, "C", "0 0")).toHaveAttribute("data-lit", "true");
  await expect(entry(page, "A", "0 0")).toHaveAttribute("data-lit", "false");
  await expect(entry(page, "D", "0 0")).toHaveAttribute("data-lit", "false");
  await page.locator(".inspector-makes button").first().hover();
  await expect(entry(page, "C", "0 0")).toHaveAttribute("data-spoken", "true");
});

test("a click on an entry selects the wire behind it; arrows walk the entries", async ({ page }) => {
  await openExample(page, "island");
  await entry(page, "B", "0 0").click();
  await expect(page.locator(".inspector-title")).toHaveText("Feed → Population");
  await entry(page, "A", "0 0").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(entry(page, "A", "1 1")).toBeFocused();
});

test("a nonlinear diagram says that its matrices hold at one point", async ({ page }) => {
  await openExample(page, "pendulum");
  await expect(page.locator(".matrices-summary")).toContainText("linearized at t = 0");
});

test("copied as MATLAB, they are the numbers themselves", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openExample(page, "island");
  await page.getByRole("tab", { name: "Matrices" }).click();
  await page.getByRole("button", { name: "Copy as" }).click();
  await page.getByRole("menuitem", { name: "MATLAB" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("A = [0.5 -4; 0.1 -0.05];");
});

test("a long name keeps its last part whole: what tells velocity from position", async ({ page }) => {
  await openExample(page, "spacecraft-navigation");
  await page.getByRole("tab", { name: "Matrices" }).click();
  const name = page.locator(".matrices-table thead th", { hasText: "velocity[1]" }).locator(".matrices-name");
  await expect(name).toHaveText("Spacecraft/velocity[1]");
  await expect(name.locator("span").last()).toHaveText("/velocity[1]");
});

test("a tab that is clicked has no ring; one that is reached by keys has", async ({ page }) => {
  await openExample(page, "island");
  const ring = (name: string) =>
    page.getByRole("tab", { name }).evaluate((element) => getComputedStyle(element).outlineStyle);
  await page.getByRole("tab", { name: "Matrices" }).click();
  await expect(page.getByRole("tab", { name: "Matrices" })).toBeFocused();
  expect(await ring("Matrices")).toBe("none");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Order" })).toBeFocused();
  expect(await ring("Order")).toBe("solid");
});
