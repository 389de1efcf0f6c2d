/** The gallery, and every example opened from it as a newcomer would: it runs at once and has no problems. */
import { readdirSync } from "node:fs";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { expect, simulated, test, title } from "./window.ts";

const examples = readdirSync("examples")
  .filter((name) => name.endsWith(".lazo"))
  .map((name) => name.replace(/\.lazo$/, ""));

type Sent = { readonly do: "update"; readonly document: LazoDocument } | { readonly do?: "other" };

interface Counted {
  /** Drawings sent to the engine, but for the empty one at the start. */
  asked: number;
}

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
    await page.addInitScript(() => {
      const post = Worker.prototype.postMessage;
      (window as unknown as Counted).asked = 0;
      Worker.prototype.postMessage = function (this: Worker, ...[message, ...rest]: [Sent, never]) {
        if (message.do === "update" && message.document.root.blocks.length > 0) (window as unknown as Counted).asked++;
        post.apply(this, [message, ...rest]);
      };
    });
    await page.goto("/");
    await page.locator(`[data-example="${id}"]`).click();
    await simulated(page);
    await expect(page.locator(".dock canvas").first()).toBeVisible();
    // One click, and the drawing is compiled and run once for it.
    expect(await page.evaluate(() => (window as unknown as Counted).asked)).toBe(1);
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
