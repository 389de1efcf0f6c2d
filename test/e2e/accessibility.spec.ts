/** What a machine can tell of accessibility (WCAG 2.2 AA), in every theme and on every screen. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, menu, openExample, test } from "./window.ts";

async function violations(page: Page): Promise<readonly string[]> {
  // Colours of what is still fading in are not the colours it has.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((a) => a.finished));
  });
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test("the gallery", async ({ page }) => {
      await page.goto("/");
      await expect(page.locator("[data-example] svg").first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test("the editor with results", async ({ page }) => {
      await openExample(page, "island");
      expect(await violations(page)).toEqual([]);
    });

    test("the operating point, the order and the list of events", async ({ page }) => {
      await openExample(page, "bouncing-ball");
      await page.getByRole("tab", { name: "Scope" }).click();
      await page.getByRole("button", { name: "Hold this run" }).click();
      await page.getByRole("button", { name: "Measuring cursors" }).click();
      await page.getByRole("button", { name: /\d+ events?$/ }).click();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("tab", { name: "Order" }).click();
      await expect(page.locator(".order-row").first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await openExample(page, "pendulum");
      await page.getByRole("tab", { name: "Matrices" }).click();
      await page.getByRole("button", { name: "Operating point" }).click();
      await page.getByRole("radio", { name: "a trimmed point" }).check();
      await page.getByRole("button", { name: "Trim", exact: true }).click();
      await expect(page.locator(".trim-result")).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "From inputs: pick a signal" }).click();
      await expect(page.locator(".ui-picklist-item").first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test("commands, shortcuts and settings", async ({ page }) => {
      await openExample(page, "pendulum");
      await page.keyboard.press("Control+k");
      await expect(page.getByPlaceholder("Type a command")).toBeFocused();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /t = 0/ }).click();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await menu(page, "Help", "Keyboard shortcuts");
      expect(await violations(page)).toEqual([]);
    });
  });
}
