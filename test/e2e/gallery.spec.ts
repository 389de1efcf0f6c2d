/** The gallery, and every example opened from it as a newcomer would: it runs at once and has no problems. */
import { readdirSync } from "node:fs";
import { expect, simulated, test, title } from "./window.ts";

const examples = readdirSync("examples")
  .filter((name) => name.endsWith(".lazo"))
  .map((name) => name.replace(/\.lazo$/, ""));

test("the first start shows every example with its drawing, and a blank sheet", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("[data-example]")).toHaveCount(examples.length);
  await expect(page.locator("[data-example] svg")).toHaveCount(examples.length);
  await page.getByRole("button", { name: /Blank sheet/ }).click();
  await expect(page.locator(".shell-canvas")).toBeVisible();
  await expect(title(page)).toHaveText("Untitled.lazo");
});

for (const id of examples) {
  test(`${id}: opens from its card, runs at once, plots, and has no problems`, async ({ page }) => {
    const began = Date.now();
    await page.goto("/");
    await page.locator(`[data-example="${id}"]`).click();
    await simulated(page);
    await expect(page.locator(".dock canvas").first()).toBeVisible();
    // A newcomer has a running plot within ten seconds.
    expect(Date.now() - began).toBeLessThan(10_000);
    await expect(page.locator(".shell-status")).toContainText("No problems");
    const size = await page.locator(".react-flow__node").count();
    expect(size).toBeGreaterThan(0);
    // The curve is there: the plot has more colours than its background.
    const colours = await page
      .locator(".dock canvas")
      .first()
      .evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Set<number>();
        for (let i = 0; i < data.length; i += 4)
          if (data[i + 3]! > 200) seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
        return seen.size;
      });
    expect(colours).toBeGreaterThan(3);
  });
}
