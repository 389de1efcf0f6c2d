/** The Analyse tab as a user meets it: points picked on wires, loops opened, poles and zeros live with the drawing. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { wire } from "./drawing.ts";
import { expect, openExample, test } from "./window.ts";

/** The middle of a wire that bends is not that of its box. */
const halfway = (of: Locator) =>
  of.evaluate((wire) => {
    const path = wire instanceof SVGPathElement ? wire : wire.querySelector("path")!;
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });

const rows = (page: Page) => page.getByRole("table", { name: "Poles and zeros" }).locator("tbody tr");

test("poles follow a number of the diagram, and the map is described", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.getByRole("tab", { name: "Analyse" }).click();
  await expect(rows(page)).toHaveText([/−2.0025/, /−9.9975/]);
  await expect(page.getByRole("group", { name: /2 poles, 0 zeros/ })).toBeVisible();
  await page.getByLabel("Value of R").fill("2");
  await page.keyboard.press("Enter");
  await expect(rows(page)).toHaveText([/−4.0/, /−9.9/]);
});

test("a loop is opened at a wire, and analysed from there to a signal", async ({ page }) => {
  await openExample(page, "dc-motor");
  const { x, y } = await halfway(wire(page, "Back voltage", "Winding"));
  await page.mouse.click(x, y, { button: "right" });
  await page.getByRole("menuitem", { name: "Break the loop here" }).click();
  await expect(rows(page)).toHaveText([/−2[^.]/, /−10/]);
  await page.keyboard.press("Alt+KeyB");
  await expect(rows(page)).toHaveText([/−2.0025/, /−9.9975/]);
  await page.keyboard.press("Alt+KeyI");
  await expect(page.getByRole("group", { name: "From inputs" })).toContainText("Back voltage → Winding");
  await expect(page.getByRole("group", { name: /2 poles, 0 zeros/ })).toBeVisible();
});

test("poles and zeros as CSV, and the map as a picture", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  await expect(rows(page)).toHaveCount(2);
  const saved = async (name: string) => {
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name, exact: true }).click();
    return readFileSync((await (await coming).path())!);
  };
  expect((await saved("CSV")).toString()).toMatch(/^kind,re,im,damping,frequency \(rad\/s\)\npole,-2\.002/);
  const svg = (await saved("SVG")).toString();
  expect(svg).toContain('data-marker="pole"');
  expect(svg).not.toContain("var(");
  expect((await saved("PNG")).subarray(1, 4).toString()).toBe("PNG");
});
