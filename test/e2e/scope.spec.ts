/** The scope as a user meets it: legend, zoom, cursors, held run, axes of their own, files, and the samples as a table. */
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, openExample, test } from "./window.ts";

const dock = (page: Page) => page.locator(".dock");
const plot = (page: Page) => dock(page).locator(".u-over").first();
const legend = (page: Page, name: string) => dock(page).locator(".plots-legend-item", { hasText: name });

/** How many pixels of the picture are of just this colour of the tokens. */
const pixels = (page: Page, token: string) =>
  dock(page)
    .locator("canvas")
    .first()
    .evaluate((element, name) => {
      const canvas = element as HTMLCanvasElement;
      const probe = document.createElement("canvas").getContext("2d")!;
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) count++;
      return count;
    }, token);

test("every output has a line in its colour; the legend hides and shows it", async ({ page }) => {
  await openExample(page, "island");
  for (const token of ["--signal-1", "--signal-2", "--signal-3", "--signal-4"]) {
    await expect.poll(() => pixels(page, token), { message: token }).toBeGreaterThan(50);
  }
  await legend(page, "camera 2").click();
  await expect.poll(() => pixels(page, "--signal-2")).toBe(0);
  await expect(legend(page, "camera 2")).toHaveAttribute("aria-pressed", "false");
  await legend(page, "camera 2").click();
  await expect.poll(() => pixels(page, "--signal-2")).toBeGreaterThan(50);
});

test("the values under the pointer stand in the legend", async ({ page }) => {
  await openExample(page, "island");
  const box = (await plot(page).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(dock(page).locator(".plots-legend-time")).toContainText(/t = (5\.9|6|6\.0)\d* s/);
  await expect(legend(page, "camera 1").locator(".plots-legend-value")).toHaveText(/^[−\d.]+$/);
  await page.mouse.move(box.x + box.width / 2, box.y - 200);
  await expect(dock(page).locator(".plots-legend-time")).toHaveText("");
});

test("drag and wheel zoom into time, double-click brings the whole run back; so does the keyboard", async ({
  page,
}) => {
  await openExample(page, "island");
  const reset = dock(page).getByRole("button", { name: /Whole run/ });
  await expect(reset).toHaveCount(0);
  const box = (await plot(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(reset).toBeVisible();
  // The quarter shown is 3 s to 6 s: its middle is 4.5 s.
  await page.mouse.move(box.x + box.width / 2, box.y + 30);
  await expect(dock(page).locator(".plots-legend-time")).toContainText(/t = 4\.[45]/);
  await plot(page).dblclick();
  await expect(reset).toHaveCount(0);
  await page.mouse.wheel(0, -400);
  await expect(reset).toBeVisible();
  await dock(page)
    .getByRole("group", { name: /signals from/ })
    .focus();
  await page.keyboard.press("0");
  await expect(reset).toHaveCount(0);
  await page.keyboard.press("+");
  await expect(reset).toBeVisible();
});

test("two cursors measure: typed, and moved by a click", async ({ page }) => {
  await openExample(page, "island");
  await dock(page).getByRole("button", { name: "Measuring cursors" }).click();
  await page.getByLabel("Time of cursor A, s").fill("2");
  await page.getByLabel("Time of cursor B, s").fill("10");
  await expect(page.getByTestId("measure-dt")).toHaveText("8");
  const box = (await plot(page).boundingBox())!;
  await plot(page).click({ position: { x: box.width / 2 + 20, y: 40 } });
  await expect(page.getByTestId("measure-dt")).not.toHaveText("8");
  await expect(dock(page).locator(".plots-measure tbody tr")).toHaveCount(5);
});

test("a held run stays behind the next one", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  await dock(page).getByRole("button", { name: "Hold this run" }).click();
  await page.locator(".inspector").getByRole("textbox", { name: "Value of c" }).fill("5");
  await expect(dock(page).locator(".plots-legend-held")).toBeVisible();
  await dock(page).getByRole("button", { name: "Let go" }).click();
  await expect(dock(page).locator(".plots-legend-held")).toHaveCount(0);
});

test("each signal on axes of its own", async ({ page }) => {
  await openExample(page, "island");
  await expect(dock(page).locator("canvas")).toHaveCount(1);
  await dock(page).getByRole("button", { name: "Axes of its own" }).click();
  await expect(dock(page).locator("canvas")).toHaveCount(4);
  await dock(page).getByRole("button", { name: "All signals on one" }).click();
  await expect(dock(page).locator("canvas")).toHaveCount(1);
});

test("CSV and PNG are files with what is shown", async ({ page }) => {
  await openExample(page, "island");
  const csv = page.waitForEvent("download");
  await dock(page).getByRole("button", { name: "CSV" }).click();
  const text = await readFile(await (await csv).path(), "utf8");
  expect(text.split("\n")[0]).toBe("t,Sensors.camera 1,Sensors.camera 2,Sensors.drone 1,Sensors.drone 2");
  expect(text.trim().split("\n").length).toBeGreaterThan(600);

  const png = page.waitForEvent("download");
  await dock(page).getByRole("button", { name: "PNG" }).click();
  const picture = await png;
  expect(picture.suggestedFilename()).toMatch(/\.png$/);
  const bytes = await readFile(await picture.path());
  expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(bytes.length).toBeGreaterThan(5000);
});

test("the samples are a table of any length, a screen of it at a time", async ({ page }) => {
  await openExample(page, "island");
  await page.getByRole("tab", { name: "Data" }).click();
  const table = dock(page).locator(".plots-table");
  await expect(table.getByRole("columnheader")).toHaveText(["t (s)", /camera 1/, /camera 2/, /drone 1/, /drone 2/]);
  await expect(table.getByRole("rowheader").first()).toHaveText("0");
  expect(await table.getByRole("rowheader").count()).toBeLessThan(60);
  await table.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(table.getByRole("rowheader").last()).toHaveText("12");
});

test("the colours follow the theme while it is open", async ({ page }) => {
  await openExample(page, "island");
  await expect.poll(() => pixels(page, "--signal-1")).toBeGreaterThan(50);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect.poll(() => pixels(page, "--signal-1")).toBeGreaterThan(50);
});

test("with nothing drawn, each tab says what to do", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: /Blank sheet/ }).click();
  for (const [tab, words] of [
    ["Scope", "Nothing to plot yet"],
    ["Matrices", "No matrices yet"],
    ["Problems", "No problems"],
    ["Data", "No samples yet"],
  ] as const) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(dock(page).getByRole("tabpanel")).toContainText(words);
  }
});

test("the last time on the axis is not cut at the edge", async ({ page }) => {
  await openExample(page, "kinetics");
  const [over, whole] = [await plot(page).boundingBox(), await dock(page).locator("canvas").first().boundingBox()];
  // "100000 s" ends half of itself beyond the end of the run.
  expect(whole!.x + whole!.width - (over!.x + over!.width)).toBeGreaterThan(26);
});
