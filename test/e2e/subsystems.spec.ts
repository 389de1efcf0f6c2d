/** Subsystems under a user's hands: made, entered, edited inside, left, taken apart; with parameters, ports and copies. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  blankSheet,
  block,
  blocks,
  canvas,
  connect,
  drag,
  input,
  middleOf,
  output,
  typeBlock,
  wire,
  wires,
} from "./drawing.ts";
import { expect, simulated, test } from "./window.ts";

const crumbs = (page: Page) => page.getByRole("navigation", { name: "Sheets" });
const inspector = (page: Page) => page.locator(".inspector");

/** Step -> Gain 3 -> Gain 2 -> Scope, the gains in a subsystem, which is selected. */
async function grouped(page: Page): Promise<void> {
  await blankSheet(page);
  await typeBlock(page, 80, 160, "Step");
  await typeBlock(page, 240, 160, "Gain 3");
  await typeBlock(page, 400, 160, "Gain 2");
  await typeBlock(page, 560, 160, "Scope");
  await connect(page, output(page, "Step", "out"), input(page, "Gain", "in"));
  await connect(page, output(page, "Gain", "out"), input(page, "Gain 2", "in"));
  await connect(page, output(page, "Gain 2", "out"), input(page, "Scope", "in1"));
  await block(page, "Gain").click();
  await block(page, "Gain 2").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+g");
  await expect(block(page, "Subsystem")).toHaveAttribute("data-selected");
}

test("a selection becomes a subsystem, is entered, edited and left, and taken apart again", async ({ page }) => {
  await grouped(page);
  await expect(blocks(page)).toHaveCount(3);
  await expect(wire(page, "Step", "Subsystem")).toBeAttached();
  await expect(wire(page, "Subsystem", "Scope")).toBeAttached();
  await expect(input(page, "Subsystem", "Step")).toBeAttached();
  await simulated(page);

  await block(page, "Subsystem").dblclick();
  await expect(crumbs(page)).toContainText("Subsystem");
  await expect(blocks(page)).toHaveCount(4);
  await expect(wire(page, "Step", "Gain")).toBeAttached();
  await expect(wire(page, "Gain", "Gain 2")).toBeAttached();
  // Typing, wiring and moving work inside as they do outside.
  await canvas(page).press("Escape");
  await expect(crumbs(page)).toBeHidden();
  await expect(block(page, "Subsystem")).toHaveAttribute("data-selected");
  await page.keyboard.press("Enter");
  await expect(crumbs(page)).toBeVisible();
  await typeBlock(page, 300, 320, "Constant 4");
  await connect(page, output(page, "Constant", "out"), input(page, "Gain 2", "in"));
  await expect(blocks(page)).toHaveCount(5);
  await simulated(page);

  await page.keyboard.press("Alt+ArrowUp");
  await expect(blocks(page)).toHaveCount(3);
  await page.keyboard.press("Control+Shift+g");
  await expect(crumbs(page)).toBeHidden();
  await expect(block(page, "Gain")).toBeVisible();
  await expect(wire(page, "Step", "Gain")).toBeAttached();
  await expect(wire(page, "Constant", "Gain 2")).toBeAttached();
  await expect(wire(page, "Gain 2", "Scope")).toBeAttached();
  await expect(blocks(page)).toHaveCount(5);
});

test("undo and redo go to the sheet of the change, and a sheet that vanishes gives way to the one around", async ({
  page,
}) => {
  await grouped(page);
  await page.keyboard.press("Alt+ArrowDown");
  await expect(crumbs(page)).toBeVisible();
  await typeBlock(page, 300, 320, "Constant 4");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(crumbs(page)).toBeHidden();
  await page.keyboard.press("Control+z");
  await expect(crumbs(page)).toBeVisible();
  await expect(blocks(page)).toHaveCount(4);
  await page.keyboard.press("Control+z");
  await expect(crumbs(page)).toBeHidden();
  await expect(block(page, "Gain 2")).toBeVisible();
  await page.keyboard.press("Control+y");
  await expect(block(page, "Subsystem")).toBeVisible();
  await page.keyboard.press("Control+y");
  await expect(crumbs(page)).toBeVisible();
  await expect(block(page, "Constant")).toBeVisible();
});

test("a subsystem from the palette holds a port in, a port out and a wire; each sheet keeps its view", async ({
  page,
}) => {
  await blankSheet(page);
  await page.getByTestId("tile-subsystem").dragTo(canvas(page), { targetPosition: { x: 300, y: 160 } });
  await expect(input(page, "Subsystem", "u")).toBeAttached();
  await expect(output(page, "Subsystem", "y")).toBeAttached();
  const outside = await middleOf(block(page, "Subsystem"));
  await block(page, "Subsystem").dblclick();
  await expect(wire(page, "u", "y")).toBeAttached();
  await page.keyboard.press("Equal");
  const inside = await middleOf(block(page, "u"));
  await crumbs(page).getByRole("button", { name: "Untitled" }).click();
  await expect.poll(() => middleOf(block(page, "Subsystem"))).toEqual(outside);
  await block(page, "Subsystem").dblclick();
  await expect.poll(() => middleOf(block(page, "u"))).toEqual(inside);
});

test("renaming a port inside renames it outside, and removing it removes the wire there", async ({ page }) => {
  await grouped(page);
  await page.keyboard.press("Enter");
  await block(page, "Step").click();
  await page.keyboard.press("F2");
  await expect(page.getByRole("textbox", { name: "Name of Step" })).toBeFocused();
  await page.keyboard.type("force\n");
  await expect(block(page, "force")).toBeVisible();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(input(page, "Subsystem", "force")).toBeAttached();
  await expect(wire(page, "Step", "Subsystem")).toBeAttached();
  await page.keyboard.press("Alt+ArrowDown");
  await block(page, "force").click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("Alt+ArrowUp");
  await expect(wires(page)).toHaveCount(1);
  await expect(input(page, "Subsystem", "force")).toHaveCount(0);
});

test("parameters are given, used inside, and differ from copy to copy", async ({ page }) => {
  await grouped(page);
  await inspector(page).getByRole("button", { name: "Add a parameter" }).click();
  const name = inspector(page).locator('[data-field="a.name"] input');
  await expect(name).toBeFocused();
  await name.fill("k");
  await name.press("Enter");
  await inspector(page).locator('[data-field="k.default"] input').fill("5");
  await canvas(page).focus();
  await page.keyboard.press("Enter");
  await expect(crumbs(page)).toBeVisible();
  await block(page, "Gain").click();
  await inspector(page).locator('[data-field="gain"] input').fill("2*k");
  await expect(inspector(page).locator('[data-field="gain"]')).toContainText("= 10");
  await canvas(page).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Control+d");
  await expect(block(page, "Subsystem 2")).toHaveAttribute("data-selected");
  await inspector(page).locator('[data-field="k"] input').fill("7");
  await canvas(page).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await block(page, "Gain").click();
  await expect(inspector(page).locator('[data-field="gain"]')).toContainText("= 14");
});

test("ports are put in another order from the inspector", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 300, 160, "Subsystem");
  await page.keyboard.press("Enter");
  await typeBlock(page, 200, 400, "In");
  await page.keyboard.press("Alt+ArrowUp");
  const order = async () => {
    const [first, second] = [
      await middleOf(input(page, "Subsystem", "u")),
      await middleOf(input(page, "Subsystem", "u 2")),
    ];
    return first.y < second.y ? "u, u 2" : "u 2, u";
  };
  expect(await order()).toBe("u, u 2");
  await inspector(page).getByRole("button", { name: "Move u 2 up" }).click();
  await expect.poll(order).toBe("u 2, u");
});

test("a problem inside is shown at the subsystem, and a click on it goes there", async ({ page }) => {
  await grouped(page);
  await page.keyboard.press("Enter");
  await block(page, "Gain").click();
  await inspector(page).locator('[data-field="gain"] input').fill("nothing");
  await page.keyboard.press("Tab");
  await canvas(page).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(block(page, "Subsystem")).toHaveAttribute("data-problem", "error");
  await page.getByRole("tab", { name: /Problems/ }).click();
  await page.getByRole("button", { name: /Subsystem\/Gain/ }).click();
  await expect(crumbs(page)).toBeVisible();
  await expect(block(page, "Gain")).toHaveAttribute("data-selected");
  await expect(inspector(page).locator('[data-field="gain"] input')).toBeFocused();
});

test("an enabled subsystem stays one, and says why", async ({ page }) => {
  await grouped(page);
  await page.keyboard.press("Enter");
  await typeBlock(page, 300, 320, "Enable");
  await page.keyboard.press("Alt+ArrowUp");
  await expect(input(page, "Subsystem", "Enable")).toBeAttached();
  await page.keyboard.press("Control+Shift+g");
  await expect(page.getByText(/runs only at times/)).toBeVisible();
  await expect(block(page, "Subsystem")).toBeVisible();
});

test("notes are written, set as mathematics, made wider, copied and removed", async ({ page }) => {
  await blankSheet(page);
  const at = (await canvas(page).boundingBox())!;
  await page.mouse.move(at.x + 300, at.y + 200);
  await canvas(page).focus();
  await page.mouse.click(at.x + 300, at.y + 200, { button: "right" });
  await page.getByRole("menuitem", { name: "Add a note" }).click();
  await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
  await page.keyboard.type("The plant is $\\dot x = A x$ here, and it is a rather long sentence.");
  await page.keyboard.press("Enter");
  const note = page.getByTestId("note");
  await expect(note.locator("math")).toHaveCount(1);
  await note.click();
  const before = (await note.boundingBox())!;
  const grip = await middleOf(page.getByTestId("note-grip"));
  await drag(page, grip, { x: grip.x - 160, y: grip.y });
  await expect.poll(async () => (await note.boundingBox())!.width).toBeLessThan(before.width - 100);
  await page.keyboard.press("Control+d");
  await expect(note).toHaveCount(2);
  await page.keyboard.press("Delete");
  await expect(note).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await note.boundingBox())!.width).toBeGreaterThan(before.width - 20);
  await note.dblclick();
  await expect(page.getByRole("textbox", { name: "Note" })).toHaveValue(/plant is \$/);
});

test("entries of the matrices light the subsystem that they come through", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 80, 160, "Input");
  await typeBlock(page, 260, 160, "Integrator");
  await typeBlock(page, 440, 160, "Output");
  await connect(page, output(page, "Input", "u"), input(page, "Integrator", "in"));
  await connect(page, output(page, "Integrator", "out"), input(page, "Output", "y"));
  await block(page, "Integrator").click();
  await page.keyboard.press("Control+g");
  await page.getByRole("tab", { name: /Matrices/ }).click();
  await page.locator('[aria-labelledby="matrix-B"] td').first().hover();
  await expect(block(page, "Subsystem")).toHaveAttribute("data-lit");
});

test("sample times are shown in colour, with a legend, and inside of subsystems too", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 80, 160, "Sine");
  await typeBlock(page, 260, 160, "Unit Delay");
  await typeBlock(page, 440, 160, "Scope");
  await connect(page, output(page, "Sine", "out"), input(page, "Unit Delay", "in"));
  await connect(page, output(page, "Unit Delay", "out"), input(page, "Scope", "in1"));
  await block(page, "Unit Delay").click();
  await page.keyboard.press("Control+g");
  await page.keyboard.press("Alt+s");
  const legend = page.getByTestId("rate-legend");
  await expect(legend).toContainText("continuous");
  await expect(legend).toContainText("0.1 s");
  await expect(block(page, "Sine")).toHaveAttribute("data-rate", "continuous");
  await expect(wire(page, "Subsystem", "Scope")).toHaveAttribute("data-rate", "0.1");
  await page.keyboard.press("Enter");
  await expect(block(page, "Unit Delay")).toHaveAttribute("data-rate", "0.1");
  await page.keyboard.press("Alt+s");
  await expect(legend).toBeHidden();
  await expect(block(page, "Unit Delay")).not.toHaveAttribute("data-rate", /./);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`inside a subsystem nothing stands in the way of those who do not see it: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await grouped(page);
    await inspector(page).getByRole("button", { name: "Add a parameter" }).click();
    await canvas(page).focus();
    await page.keyboard.press("Enter");
    await expect(crumbs(page)).toBeVisible();
    await page.keyboard.press("Alt+s");
    await block(page, "Gain").click();
    await page.mouse.move(5, 795);
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)));
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`))).toEqual([]);
  });
}

test("a wire let go on the empty canvas may end in a new subsystem, and one made of a chain keeps its wires straight", async ({
  page,
}) => {
  await blankSheet(page);
  await typeBlock(page, 120, 160, "Step");
  const from = await middleOf(output(page, "Step", "out"));
  await drag(page, from, { x: from.x + 200, y: from.y });
  await page.keyboard.type("subsys\n");
  await expect(wire(page, "Step", "Subsystem")).toBeAttached();
  await page.keyboard.press("Control+z");
  await typeBlock(page, 300, 160, "Gain");
  await typeBlock(page, 480, 160, "Scope");
  await connect(page, output(page, "Step", "out"), input(page, "Gain", "in"));
  await connect(page, output(page, "Gain", "out"), input(page, "Scope", "in1"));
  await block(page, "Gain").click();
  await page.keyboard.press("Control+g");
  const level = async (of: Parameters<typeof middleOf>[0]) => (await middleOf(of)).y;
  expect(await level(input(page, "Subsystem", "Step"))).toBe(await level(output(page, "Step", "out")));
  expect(await level(output(page, "Subsystem", "Gain out"))).toBe(await level(input(page, "Scope", "in1")));
});
