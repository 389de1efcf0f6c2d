/** One diagram end to end, as a newcomer does it: draw, name, run, read, undo, redo, save, reload, export. */
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { blankSheet, block, blocks, canvas, connect, gain, input, output, typeBlock, wires } from "./drawing.ts";
import { expect, menu, simulated, test, title, unsaved } from "./window.ts";

/** A matrix of the dock by its names: "speed,position" -> "−4". */
async function matrix(page: Page, name: string): Promise<{ [entry: string]: string }> {
  const table = page.locator(`table[aria-labelledby="matrix-${name}"]`);
  const rows = await table.getByRole("rowheader").allTextContents();
  const columns = await table.getByRole("columnheader").allTextContents();
  const cells = await table.locator("td").allTextContents();
  const names = columns.filter((text) => text.trim() !== "");
  return Object.fromEntries(
    cells.map((cell, i) => [`${rows[Math.floor(i / names.length)]?.trim()},${names[i % names.length]?.trim()}`, cell]),
  );
}

async function expectMatrices(page: Page, damping: string): Promise<void> {
  await expect(page.locator('table[aria-labelledby="matrix-A"]')).toBeVisible();
  await expect
    .poll(() => matrix(page, "A"))
    .toEqual({ "speed,speed": damping, "speed,position": "−4", "position,speed": "1", "position,position": "0" });
  expect(await matrix(page, "B")).toEqual({ "speed,Input": "0.5", "position,Input": "0" });
  expect(await matrix(page, "C")).toEqual({ "Output,speed": "0", "Output,position": "1" });
  expect(await matrix(page, "D")).toEqual({ "Output,Input": "0" });
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: `Name of ${from}`, exact: true }).fill(to);
  await page.keyboard.press("Enter");
  await expect(block(page, to)).toBeVisible();
}

test("mass, spring and damper from an empty sheet", async ({ page }) => {
  test.setTimeout(180_000);
  await blankSheet(page);

  // The blocks of m x'' = F - c x' - k x, typed where they belong.
  await typeBlock(page, 50, 216, "step");
  await typeBlock(page, 150, 216, "input");
  await typeBlock(page, 250, 216, "sum -+-");
  await typeBlock(page, 340, 216, "gain 1/m");
  await typeBlock(page, 450, 216, "integrator");
  await rename(page, "Integrator", "speed");
  await typeBlock(page, 550, 216, "integrator");
  await rename(page, "Integrator", "position");
  await typeBlock(page, 680, 216, "output");
  await typeBlock(page, 450, 96, "gain c");
  await page.keyboard.press("r");
  await page.keyboard.press("r");
  await rename(page, "Gain 2", "Damper");
  await page.getByTestId("tile-gain").dragTo(canvas(page), { targetPosition: { x: 450, y: 336 } });
  await page.locator(".inspector").getByLabel("Gain", { exact: true }).fill("k");
  await canvas(page).focus();
  await page.keyboard.press("r");
  await page.keyboard.press("r");
  await rename(page, "Gain 2", "Spring");
  await expect(blocks(page)).toHaveCount(9);

  // Wired port to port.
  const chain = [
    ["Step", "out", "Input", "drive"],
    ["Input", "u", "Sum", "in2"],
    ["Sum", "out", "Gain", "in"],
    ["Gain", "out", "speed", "in"],
    ["speed", "out", "position", "in"],
    ["position", "out", "Output", "y"],
    ["speed", "out", "Damper", "in"],
    ["Damper", "out", "Sum", "in1"],
    ["position", "out", "Spring", "in"],
    ["Spring", "out", "Sum", "in3"],
  ] as const;
  for (const [from, out, to, into] of chain) await connect(page, output(page, from, out), input(page, to, into));
  await expect(page.locator(".canvas-wire-dot")).toHaveCount(2);

  // Variables, in the inspector of the sheet.
  await page.keyboard.press("Escape");
  const fields = page.locator(".inspector-variable input");
  for (const [index, [name, value]] of [
    ["m", "2"],
    ["c", "0.4"],
    ["k", "8"],
  ].entries()) {
    await page.getByRole("button", { name: "Add a variable" }).click();
    await fields.nth(2 * index).fill(name!);
    await fields.nth(2 * index).press("Enter");
    await fields.nth(2 * index + 1).fill(value!);
  }

  // Run and read.
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await simulated(page);
  await expect(page.locator(".shell-status")).toContainText("No problems");
  await expectMatrices(page, "−0.2");

  // A number changed: the matrices follow. Twice the damping on its wire is the same as twice c.
  await page.locator('.react-flow__edge[aria-label="Wire from speed to Damper"]').focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Gain of the wire" }).fill("2");
  await page.keyboard.press("Enter");
  await expect(gain(page, "speed", "Damper")).toHaveText("2");
  await expectMatrices(page, "−0.4");

  // Back to the empty sheet, and forward again.
  const undo = page.getByRole("button", { name: "Undo" });
  const redo = page.getByRole("button", { name: "Redo" });
  await canvas(page).focus();
  let steps = 0;
  while (await undo.isEnabled()) {
    await page.keyboard.press("Control+z");
    steps += 1;
    expect(steps).toBeLessThan(100);
  }
  await expect(blocks(page)).toHaveCount(0);
  await expect(wires(page)).toHaveCount(0);
  await expect(page.getByTestId("canvas-hint")).toBeVisible();
  await expect(fields).toHaveCount(0);
  for (let i = 0; i < steps; i++) await page.keyboard.press("Control+Shift+z");
  await expect(redo).toBeDisabled();
  await expect(blocks(page)).toHaveCount(9);
  await expect(wires(page)).toHaveCount(10);
  await expectMatrices(page, "−0.4");

  // Saved, and there again after a reload.
  const saving = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const saved = JSON.parse(await readFile(await (await saving).path(), "utf8")) as {
    root: { blocks: unknown[]; wires: unknown[] };
    variables: unknown[];
  };
  expect([saved.root.blocks.length, saved.root.wires.length, saved.variables.length]).toEqual([9, 10, 3]);
  await expect(unsaved(page)).toBeHidden();
  await page.waitForTimeout(600);
  await page.reload();
  await expect(blocks(page)).toHaveCount(9);
  await expectMatrices(page, "−0.4");
  await expect(title(page)).toContainText(".lazo");

  // Exported, both ways.
  for (const [item, ending, holds] of [
    ["Export model as JSON", ".json", '"A"'],
    ["Export model as TypeScript", ".ts", "createModel"],
  ] as const) {
    const exporting = page.waitForEvent("download");
    await menu(page, "Export", item);
    const file = await exporting;
    expect(file.suggestedFilename().endsWith(ending)).toBe(true);
    expect(await readFile(await file.path(), "utf8")).toContain(holds);
  }
});
