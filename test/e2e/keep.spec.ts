/** Several systems overlaid in the Analyse tab: kept, named, hidden, let go, in every plot and in the files. */
import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { openExample, expect, test } from "./window.ts";

const choose = async (page: Page, plot: string) => {
  await page.getByRole("button", { name: /^Plot:/ }).click();
  await page.getByRole("menuitemradio", { name: plot, exact: true }).click();
};
const curves = (page: Page) => page.locator(".analyse-map [data-curve]");
const keptList = (page: Page) => page.getByRole("list", { name: /^Kept systems/ });
const setK = async (page: Page, value: string) => {
  await page.getByLabel("Value of K", { exact: true }).fill(value);
  await page.keyboard.press("Enter");
};
const saved = async (page: Page, name: string) => {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name, exact: true }).click();
  return readFileSync((await (await coming).path())!).toString();
};

test("a system is kept under the present one: in each plot, renamed, hidden, in the files, let go", async ({
  page,
}) => {
  await openExample(page, "dc-motor");
  await page.getByRole("tab", { name: "Analyse" }).click();
  await choose(page, "Step response");
  await expect(curves(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Keep this system" }).click();
  await expect(page.getByRole("button", { name: "This system is kept" })).toBeVisible();
  await setK(page, "0.03");
  await expect(curves(page)).toHaveCount(4);
  await expect(keptList(page)).toContainText("kept 1K = 0.01");
  // The present figures and those that were, side by side.
  await expect(page.getByRole("table", { name: "speed ← voltage", exact: true })).toContainText("0.2973");
  await expect(page.getByRole("table", { name: "kept 1: speed ← voltage" })).toContainText("0.0999");
  const map = (await page.locator(".analyse-map").boundingBox())!;
  await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
  await expect(page.locator(".analyse-reading")).toContainText("kept 1: speed ← voltage");

  await page.getByRole("button", { name: "Rename kept 1" }).click();
  await page.getByLabel("Name of kept 1").fill("weak motor");
  await page.keyboard.press("Enter");
  await expect(keptList(page)).toContainText("weak motor");
  for (const [plot, count] of [
    ["Bode", 8],
    ["Nyquist", 4],
    ["Nichols", 4],
    ["Singular values", 2],
  ] as const) {
    await choose(page, plot);
    await expect(curves(page)).toHaveCount(count);
  }
  const csv = await saved(page, "CSV");
  expect(csv).toContain("\nweak motor: σ1,");
  const svg = await saved(page, "SVG");
  expect(svg).toContain(">weak motor</text>");
  expect(svg).not.toContain("var(");

  await choose(page, "Poles and zeros");
  await expect(page.locator(".analyse-map [data-kept='weak motor']")).toHaveCount(2);
  await expect(page.getByRole("table", { name: "Poles and zeros" }).locator("tbody tr")).toHaveCount(4);
  expect(await saved(page, "CSV")).toMatch(/frequency \(rad\/s\),system\n(.*,\n){2}(pole,.*,weak motor\n){2}$/);

  await keptList(page)
    .getByRole("button", { name: /^weak motor/ })
    .click();
  await expect(page.locator(".analyse-map [data-kept]")).toHaveCount(0);
  await page.getByRole("button", { name: "Let go of weak motor" }).click();
  await expect(keptList(page)).toHaveCount(0);
});

test("by the keyboard, up to four, and none in another document", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  const poles = page.locator(".analyse-map [data-marker=pole]:not([data-kept])");
  for (const K of ["0.02", "0.03", "0.04", "0.05", "0.06"]) {
    const before = await poles.first().getAttribute("d");
    await setK(page, K);
    await expect(poles.first()).not.toHaveAttribute("d", before!);
    await page.getByRole("tab", { name: "Analyse" }).focus();
    await page.keyboard.press("Alt+KeyG");
  }
  await expect(keptList(page).getByRole("button", { name: /^Let go of kept/ })).toHaveCount(4);
  await expect(keptList(page)).not.toContainText("kept 1");
  await page.getByRole("button", { name: "Let all go" }).click();
  await expect(keptList(page)).toHaveCount(0);
});

test("another document begins with nothing kept", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  await expect(page.locator(".analyse-map [data-marker=pole]")).toHaveCount(2);
  await page.keyboard.press("Alt+KeyG");
  await expect(keptList(page)).toBeVisible();
  await openExample(page, "pid-motor");
  await expect(keptList(page)).toHaveCount(0);
});

test("the curve of a sampled system ends at its Nyquist frequency, with a line there", async ({ page }) => {
  await openExample(page, "sampled-control");
  await page.keyboard.press("Alt+Digit6");
  await choose(page, "Bode");
  await expect(page.locator(".analyse-map [data-end]")).toHaveCount(2);
});

for (const colorScheme of ["light", "dark"] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test("kept systems pass the accessibility check", async ({ page }) => {
      await openExample(page, "dc-motor");
      await page.keyboard.press("Alt+Digit6");
      await page.getByRole("button", { name: "Keep this system" }).click();
      await setK(page, "0.05");
      await expect(page.locator(".analyse-map [data-kept]")).toHaveCount(2);
      const { violations } = await new AxeBuilder({ page })
        .include(".dock")
        .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual(
        [],
      );
    });
  });
