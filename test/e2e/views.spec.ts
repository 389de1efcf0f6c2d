/** What shows signals beside scopes: XY plots, displays, files, events and the end by a Stop block; and runs held to compare. */
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, simulated, test } from "./window.ts";

const block = (id: string, name: string, type: string, x: number, y: number, params: Record<string, string> = {}) => ({
  id,
  name,
  type,
  version: 1,
  params,
  at: { x, y },
});
let wires = 0;
const wire = (from: string, out: string, to: string, port: string) => ({
  id: `w${++wires}`,
  from: { block: from, port: out },
  to: { block: to, port },
});

/** A mass on a spring, with every kind of view; `stops` ends the run when it comes back through the middle. */
function oscillator(stops: boolean) {
  return {
    format: "lazo",
    version: 1,
    name: "Oscillator",
    variables: [{ name: "k", value: "1" }],
    root: {
      blocks: [
        block("f", "Force", "function", 0, 96, { formula: "-k*u" }),
        block("v", "v", "integrator", 144, 96),
        block("x", "x", "integrator", 272, 96, { initial: "1" }),
        block("sc", "Scope", "scope", 448, -40, { count: "2" }),
        block("xy", "Plane", "xy-scope", 448, 56),
        block("d", "Speed", "display", 448, 152),
        block("c", "Log", "to-csv", 448, 232, { file: "log.csv" }),
        block("s", "Limit", "saturation", 272, 232, { lower: "-0.5", upper: "0.5" }),
        block("y", "y", "output", 448, 328),
        ...(stops ? [block("e", "Halt", "stop", 144, 232, { when: "falls through 0" })] : []),
      ],
      wires: [
        wire("x", "out", "f", "u"),
        wire("f", "y", "v", "in"),
        wire("v", "out", "x", "in"),
        wire("x", "out", "sc", "in1"),
        wire("v", "out", "sc", "in2"),
        wire("x", "out", "xy", "x"),
        wire("v", "out", "xy", "y"),
        wire("v", "out", "d", "in"),
        wire("x", "out", "c", "in1"),
        wire("x", "out", "s", "in"),
        wire("s", "out", "y", "y"),
        ...(stops ? [wire("x", "out", "e", "in")] : []),
      ],
      notes: [],
    },
    run: { stop: "2*pi", step: "0.01", solver: "auto" },
  };
}

async function open(page: Page, document: object): Promise<void> {
  await page.goto("/");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open a file…" }).click();
  await (
    await chooser
  ).setFiles({
    name: "oscillator.lazo",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(document)),
  });
  await expect(page.getByTestId("block-Scope")).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await simulated(page);
}

const dock = (page: Page) => page.locator(".dock");
const viewButton = (page: Page) => dock(page).getByRole("button", { name: /^View:/ });

test("a selected XY scope is what the panel shows: curve, cursor, zoom, measuring", async ({ page }) => {
  await open(page, oscillator(false));
  await expect(viewButton(page)).toHaveText("Scope");
  await page.getByTestId("block-Plane").click();
  await expect(viewButton(page)).toHaveText("Plane");
  await expect(dock(page).locator(".plots-legend-item")).toContainText("v against x");

  const over = dock(page).locator(".u-over");
  const box = (await over.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2);
  // The right end of the circle is where it began: x = 1, v = 0.
  await expect(dock(page).locator(".plots-legend-value")).toHaveText(/^\((1|0\.9\d+), −?[\d.e−]+\)$/);
  await expect(dock(page).locator(".plots-legend-time")).toContainText("t = ");

  await page.mouse.move(box.x + 40, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  const reset = dock(page).getByRole("button", { name: /Whole run/ });
  await expect(reset).toBeVisible();
  await over.dblclick();
  await expect(reset).toHaveCount(0);
  await page.mouse.wheel(0, -300);
  await expect(reset).toBeVisible();
  await dock(page)
    .getByRole("group", { name: /v against x/ })
    .focus();
  await page.keyboard.press("0");
  await expect(reset).toHaveCount(0);
  await dock(page).getByRole("button", { name: "Equal scales" }).click();
  await expect(dock(page).getByRole("button", { name: "Equal scales" })).toHaveAttribute("aria-pressed", "true");
  await dock(page).getByRole("button", { name: "Measuring cursors" }).click();
  await page.getByLabel("Time of cursor A, s").fill("0");
  await expect(dock(page).locator(".plots-measure tbody tr").nth(1).locator("td").first()).toHaveText("1");
});

test("an XY plot is saved as a picture and as its samples", async ({ page }) => {
  await open(page, oscillator(false));
  await page.getByTestId("block-Plane").click();
  const png = page.waitForEvent("download");
  await dock(page).getByRole("button", { name: "PNG" }).click();
  expect((await readFile(await (await png).path())).length).toBeGreaterThan(3000);
  const vector = page.waitForEvent("download");
  await dock(page).getByRole("button", { name: "SVG" }).click();
  const svg = await vector;
  expect(svg.suggestedFilename()).toBe("Oscillator Plane.svg");
  const drawn = await readFile(await svg.path(), "utf8");
  expect(drawn).toMatch(/^<svg xmlns=/);
  expect(drawn.match(/<polyline/g)).toHaveLength(1);
  const csv = page.waitForEvent("download");
  await dock(page).getByRole("button", { name: "CSV" }).click();
  await page.getByRole("menuitem", { name: "Save the samples of this view" }).click();
  expect((await readFile(await (await csv).path(), "utf8")).split("\n")[0]).toBe("t,x,v");
});

test("all views are offered by kind, and a To CSV block's file is saved under its name", async ({ page }) => {
  await open(page, oscillator(false));
  await viewButton(page).click();
  const menu = page.getByRole("menu");
  for (const kind of ["Scopes", "XY scopes", "Outputs", "To CSV", "Displays"]) await expect(menu).toContainText(kind);
  await menu.getByRole("menuitem", { name: /^Log/ }).click();
  await expect(viewButton(page)).toHaveText("Log");
  const csv = page.waitForEvent("download");
  await dock(page).getByRole("button", { name: "CSV" }).click();
  await page.getByRole("menuitem", { name: "Log: save log.csv" }).click();
  const file = await csv;
  expect(file.suggestedFilename()).toBe("log.csv");
  expect((await readFile(await file.path(), "utf8")).split("\n").slice(0, 2)).toEqual(["t,x", "0,1"]);
});

test("a Display shows the end of the run, on the block and in the panel, and follows the cursor", async ({ page }) => {
  await open(page, oscillator(false));
  const onBlock = page.getByTestId("block-Speed").locator("output");
  const inPanel = dock(page).locator(".plots-displays output");
  // After a whole turn the speed is 0 again, but for the error of the integration.
  await expect(onBlock).toHaveText(/^−?(0|[\d.]+e−\d+|0\.0000\d*)$/);
  expect(await inPanel.textContent()).toBe(await onBlock.textContent());
  const box = (await dock(page).locator(".u-over").first().boundingBox())!;
  await page.mouse.move(box.x + box.width / 4, box.y + 20);
  await expect(onBlock).toHaveText(/^−(1|0\.99\d+)$/);
  await expect(inPanel).toHaveText(/^−(1|0\.99\d+)$/);
});

test("events stand in a list; each leads to its block", async ({ page }) => {
  await open(page, oscillator(false));
  await dock(page).getByRole("button", { name: "4 events" }).click();
  const rows = dock(page).locator(".plots-event");
  await expect(rows).toHaveCount(4);
  // cos t = 0.5 first at pi / 3.
  await expect(rows.first()).toContainText("1.047198 s");
  await rows.first().click();
  await expect(page.locator(".inspector-title")).toHaveText("Limit");
  await expect(rows.first()).toHaveAttribute("aria-current", "true");
});

test("a Stop block says when it ended the run, and is shown at a click", async ({ page }) => {
  await open(page, oscillator(true));
  const notice = dock(page).locator(".plots-notice");
  await expect(notice).toContainText("Halt stopped the run at t = 1.5708 s.");
  await expect(page.locator(".shell-status")).toContainText("ended by a Stop block");
  await notice.getByRole("button", { name: "Show it" }).click();
  await expect(page.locator(".inspector-title")).toHaveText("Halt");
});

test("several runs are held, named by what they had, and let go one by one", async ({ page }) => {
  await open(page, oscillator(false));
  const hold = dock(page).getByRole("button", { name: "Hold this run" });
  await hold.click();
  const k = page.locator(".inspector").getByRole("textbox", { name: "Value of k" });
  await k.fill("4");
  await expect(dock(page).locator(".plots-legend-held")).toContainText("k = 1");
  await hold.click();
  await k.fill("9");
  await expect(dock(page).locator(".plots-legend-held")).toHaveText([/held 1\s*k = 1/, /held 2\s*k = 4/]);
  await page.getByTestId("block-Plane").click();
  await expect(dock(page).locator(".plots-legend-held")).toHaveCount(2);
  await dock(page).getByRole("button", { name: "Let go of held run 1" }).click();
  await expect(dock(page).locator(".plots-legend-held")).toHaveText([/held 2\s*k = 4/]);
});
