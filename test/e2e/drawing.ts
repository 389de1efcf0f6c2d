/** What a user does on the canvas, for browser tests: insert by typing, wire port to port, look at what is there. */
import { expect } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";

export const canvas = (page: Page): Locator => page.getByTestId("drawing");
export const block = (page: Page, name: string): Locator => page.getByTestId(`block-${name}`);
export const input = (page: Page, name: string, port: string): Locator => page.getByTestId(`port-${name}-in-${port}`);
export const output = (page: Page, name: string, port: string): Locator => page.getByTestId(`port-${name}-out-${port}`);
export const wire = (page: Page, from: string, to: string): Locator => page.getByTestId(`wire-${from}-${to}`);
export const gain = (page: Page, from: string, to: string): Locator => page.getByTestId(`gain-${from}-${to}`);
export const blocks = (page: Page): Locator => page.locator(".canvas-block");
export const wires = (page: Page): Locator => page.locator(".canvas-wire");

export async function blankSheet(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: /Blank sheet/ }).click();
  await expect(page.getByTestId("canvas-hint")).toBeVisible();
}

export async function middleOf(of: Locator): Promise<{ x: number; y: number }> {
  const box = await of.boundingBox();
  if (!box) throw new Error("not on the screen");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Clicks an empty place of the canvas (px from its corner), types, and presses Enter. */
export async function typeBlock(page: Page, x: number, y: number, text: string): Promise<void> {
  const box = await canvas(page).boundingBox();
  if (!box) throw new Error("no canvas");
  await page.mouse.click(box.x + x, box.y + y);
  await page.keyboard.type(text);
  await expect(page.getByTestId("quick-insert").getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("quick-insert")).toBeHidden();
}

export async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

export async function connect(page: Page, from: Locator, to: Locator): Promise<void> {
  const before = await wires(page).count();
  await drag(page, await middleOf(from), await middleOf(to));
  await expect(wires(page)).toHaveCount(before + 1);
}

/** From the open menu of the right mouse button, by the keys: a pointer that jumps to a menu beside it may close it on the way. */
export async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole("menuitem", { name: menu }).focus();
  await page.keyboard.press("ArrowRight");
  const chosen = page.getByRole("menuitem", { name: item, exact: true });
  await expect(chosen).toBeVisible();
  await chosen.focus();
  await page.keyboard.press("Enter");
}
