/** The canvas under a user's hands: insert, wire, edit, move, copy, rotate, delete; by mouse, and by keyboard alone. */
import {
  blankSheet,
  block,
  blocks,
  canvas,
  connect,
  drag,
  gain,
  input,
  middleOf,
  output,
  typeBlock,
  wire,
  wires,
} from "./drawing.ts";
import { expect, openExample, test } from "./window.ts";

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
const apart = (a: Box, b: Box): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

test("typing a name with a value inserts the block with that value", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 300, 200, "Gain 5");
  await expect(block(page, "Gain")).toContainText("5");
  await expect(page.getByTestId("canvas-hint")).toBeHidden();
  // It stands where the pointer was, and is selected.
  const at = await middleOf(block(page, "Gain"));
  const box = (await canvas(page).boundingBox())!;
  expect(Math.abs(at.x - box.x - 300)).toBeLessThanOrEqual(8);
  expect(Math.abs(at.y - box.y - 200)).toBeLessThanOrEqual(8);
  await expect(block(page, "Gain")).toHaveAttribute("data-selected");
});

test("blocks typed one after the other, the pointer at rest, stand side by side", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 300, 200, "Step");
  for (const name of ["Gain", "Scope"]) {
    await page.keyboard.type(name);
    await expect(page.getByTestId("quick-insert").getByRole("option").first()).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(block(page, name)).toBeVisible();
  }
  const boxes = await Promise.all(["Step", "Gain", "Scope"].map((name) => block(page, name).boundingBox()));
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(apart(a!, b!)).toBe(true)));
});

test("double-click and / open the insert box, Escape closes it and nothing is inserted", async ({ page }) => {
  await blankSheet(page);
  await canvas(page).dblclick({ position: { x: 200, y: 150 } });
  await expect(page.getByTestId("quick-insert")).toBeVisible();
  await page.keyboard.type("zzqx");
  await expect(page.getByText("No block is called “zzqx”")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("quick-insert")).toBeHidden();
  await page.keyboard.press("/");
  await expect(page.getByTestId("quick-insert")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(blocks(page)).toHaveCount(0);
});

test("a tile is dragged onto the canvas, another is clicked", async ({ page }) => {
  await blankSheet(page);
  await page.getByTestId("tile-gain").dragTo(canvas(page), { targetPosition: { x: 240, y: 160 } });
  await expect(block(page, "Gain")).toBeVisible();
  await page.getByTestId("tile-step").click();
  await expect(block(page, "Step")).toBeVisible();
  await expect(blocks(page)).toHaveCount(2);
});

test("a clicked tile comes to stand beside what is there: no wire has to give way, no block is covered, and it is in sight", async ({
  page,
}) => {
  await blankSheet(page);
  const sheet = (await canvas(page).boundingBox())!;
  // A wire through the middle of the sheet.
  await typeBlock(page, 80, sheet.height / 2, "Constant 3");
  await typeBlock(page, sheet.width - 80, sheet.height / 2, "Display");
  await connect(page, output(page, "Constant", "out"), input(page, "Display", "in"));
  const course = () => wire(page, "Constant", "Display").locator("path").first().getAttribute("d");
  const straight = await course();
  const names = ["Gain", "Step", "Scope"];
  for (const name of names) {
    await page.getByTestId(`tile-${name.toLowerCase()}`).click();
    await expect(block(page, name)).toBeVisible();
  }
  expect(await course()).toBe(straight);
  const boxes = await Promise.all(names.map(async (name) => (await block(page, name).boundingBox())!));
  boxes.forEach((box, i) => {
    expect(box.x).toBeGreaterThan(sheet.x);
    expect(box.x + box.width).toBeLessThan(sheet.x + sheet.width);
    expect(box.y).toBeGreaterThan(sheet.y);
    expect(box.y + box.height).toBeLessThan(sheet.y + sheet.height);
    boxes.slice(i + 1).forEach((other) => expect(apart(box, other)).toBe(true));
  });
});

test("the palette finds a block by a Spanish alias, and says so when there is none", async ({ page }) => {
  await blankSheet(page);
  const field = page.getByRole("searchbox", { name: "Search blocks" });
  await field.fill("ganancia");
  await expect(page.locator(".palette-tile")).toHaveText(["Gain"]);
  await field.press("Enter");
  await expect(block(page, "Gain")).toBeVisible();
  await field.fill("zzqx");
  await expect(page.getByText("No block is called “zzqx”")).toBeVisible();
});

test("ports are wired by dragging, in either direction", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 120, 160, "Step");
  await typeBlock(page, 320, 160, "Gain 2");
  await typeBlock(page, 520, 160, "Scope");
  await connect(page, output(page, "Step", "out"), input(page, "Gain", "in"));
  await connect(page, input(page, "Scope", "in1"), output(page, "Gain", "out"));
  await expect(wire(page, "Step", "Gain")).toBeAttached();
  await expect(wire(page, "Gain", "Scope")).toBeAttached();
  await page.keyboard.press("Control+z");
  await expect(wires(page)).toHaveCount(1);
  await page.keyboard.press("Control+y");
  await expect(wires(page)).toHaveCount(2);
});

test("a wire let go on the empty canvas asks for a block and is connected to it", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 160, 160, "Sine");
  const from = await middleOf(output(page, "Sine", "out"));
  await drag(page, from, { x: from.x + 200, y: from.y + 12 });
  await expect(page.getByTestId("quick-insert")).toBeVisible();
  await page.keyboard.type("scope");
  await page.keyboard.press("Enter");
  await expect(wire(page, "Sine", "Scope")).toBeAttached();
  // Nearly level means level: the wire is straight.
  const [a, b] = [await middleOf(output(page, "Sine", "out")), await middleOf(input(page, "Scope", "in1"))];
  expect(Math.abs(a.y - b.y)).toBeLessThan(1);
});

test("the gain of a wire is typed in place, by Enter and by double-click", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 160, 160, "Constant 3");
  await typeBlock(page, 460, 160, "Scope");
  await connect(page, output(page, "Constant", "out"), input(page, "Scope", "in1"));
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Gain of the wire" }).fill("0.25");
  await page.keyboard.press("Enter");
  await expect(gain(page, "Constant", "Scope")).toHaveText("0.25");
  await gain(page, "Constant", "Scope").dblclick();
  await page.getByRole("textbox", { name: "Gain of the wire" }).fill("1");
  await page.keyboard.press("Enter");
  await expect(gain(page, "Constant", "Scope")).toBeHidden();
  await page.keyboard.press("Control+z");
  await expect(gain(page, "Constant", "Scope")).toHaveText("0.25");
});

test("a block dropped on a wire goes into it", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 120, 160, "Step");
  await typeBlock(page, 520, 160, "Scope");
  await connect(page, output(page, "Step", "out"), input(page, "Scope", "in1"));
  const box = (await canvas(page).boundingBox())!;
  const a = await middleOf(output(page, "Step", "out"));
  await page.getByTestId("tile-gain").dragTo(canvas(page), { targetPosition: { x: 320, y: a.y - box.y } });
  await expect(wire(page, "Step", "Gain")).toBeAttached();
  await expect(wire(page, "Gain", "Scope")).toBeAttached();
  await expect(wires(page)).toHaveCount(2);
});

test("the end of a wire is pulled to another port, and Escape gives up", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 120, 120, "Step");
  await typeBlock(page, 420, 120, "Gain 1");
  await typeBlock(page, 420, 280, "Scope");
  await connect(page, output(page, "Step", "out"), input(page, "Gain", "in"));
  await expect(page.getByTestId("grip-to")).toBeVisible();
  await drag(page, await middleOf(page.getByTestId("grip-to")), await middleOf(input(page, "Scope", "in1")));
  await expect(wire(page, "Step", "Scope")).toBeAttached();
  await expect(wires(page)).toHaveCount(1);
  const grip = await middleOf(page.getByTestId("grip-to"));
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  const target = await middleOf(input(page, "Gain", "in"));
  await page.mouse.move(target.x, target.y, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(wire(page, "Step", "Scope")).toBeAttached();
});

test("an output that was just wired gives a second wire at once: a loop is closed right after its plant", async ({
  page,
}) => {
  await blankSheet(page);
  await typeBlock(page, 120, 160, "Sum +-");
  await typeBlock(page, 280, 160, "Integrator");
  await typeBlock(page, 480, 160, "Scope");
  await connect(page, output(page, "Sum", "out"), input(page, "Integrator", "in"));
  await connect(page, output(page, "Integrator", "out"), input(page, "Scope", "in1"));
  await connect(page, output(page, "Integrator", "out"), input(page, "Sum", "in2"));
  await expect(wire(page, "Integrator", "Scope")).toBeAttached();
  await expect(wire(page, "Integrator", "Sum")).toBeAttached();
  // The grip of the wire that is selected stands beside the port.
  const [start, end] = [await middleOf(output(page, "Integrator", "out")), await middleOf(input(page, "Scope", "in1"))];
  await page.mouse.click((start.x + end.x) / 2, start.y);
  await drag(page, await middleOf(page.getByTestId("grip-from")), await middleOf(output(page, "Sum", "out")));
  await expect(wire(page, "Sum", "Scope")).toBeAttached();
});

test("a piece of a wire is dragged aside and stays there until it is routed anew", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 120, 160, "Step");
  await typeBlock(page, 460, 160, "Scope");
  await connect(page, output(page, "Step", "out"), input(page, "Scope", "in1"));
  const line = wire(page, "Step", "Scope").locator(".canvas-wire-line");
  const straight = await line.getAttribute("d");
  const [a, b] = [await middleOf(output(page, "Step", "out")), await middleOf(input(page, "Scope", "in1"))];
  await drag(page, { x: (a.x + b.x) / 2, y: a.y }, { x: (a.x + b.x) / 2, y: a.y + 64 });
  await expect(line).not.toHaveAttribute("d", straight!);
  expect((await line.getAttribute("d"))!.match(/L/g)).toHaveLength(5);
  await page.mouse.click((a.x + b.x) / 2, a.y + 64, { button: "right" });
  await page.getByRole("menuitem", { name: "Route the wire anew" }).click();
  await expect(line).toHaveAttribute("d", straight!);
});

test("blocks are dragged on the grid, with their wires; Escape takes it back", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  await page.keyboard.press("Digit0");
  const spring = block(page, "Spring");
  const before = await middleOf(spring);
  const path = () => wire(page, "Spring", "Net force").locator(".canvas-wire-line").getAttribute("d");
  const line = await path();
  await drag(page, before, { x: before.x + 34, y: before.y + 34 });
  const after = await middleOf(spring);
  expect([after.x - before.x, after.y - before.y]).toEqual([32, 32]);
  expect(await path()).not.toBe(line);
  await page.mouse.move(after.x, after.y);
  await page.mouse.down();
  await page.mouse.move(after.x + 80, after.y + 40, { steps: 5 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  expect(await middleOf(spring)).toEqual(after);
  await page.keyboard.press("Control+z");
  expect(await middleOf(spring)).toEqual(before);
});

test("copy, paste, cut and duplicate give blocks of their own names, wires and all", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 120, 120, "Step");
  await typeBlock(page, 320, 120, "Gain 7");
  await connect(page, output(page, "Step", "out"), input(page, "Gain", "in"));
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect(blocks(page)).toHaveCount(4);
  await expect(block(page, "Gain 2")).toContainText("7");
  await expect(wire(page, "Step 2", "Gain 2")).toBeAttached();
  // The copies are selected, the originals are not.
  await expect(block(page, "Gain 2")).toHaveAttribute("data-selected");
  await expect(block(page, "Gain")).not.toHaveAttribute("data-selected");
  await page.keyboard.press("Control+d");
  await expect(blocks(page)).toHaveCount(6);
  await page.keyboard.press("Control+x");
  await expect(blocks(page)).toHaveCount(4);
  await page.keyboard.press("Control+v");
  await expect(blocks(page)).toHaveCount(6);
});

test("a rubber band selects, Delete removes, undo brings back", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  const count = await blocks(page).count();
  const box = (await canvas(page).boundingBox())!;
  await drag(page, { x: box.x + 8, y: box.y + 8 }, { x: box.x + box.width - 8, y: box.y + box.height - 60 });
  await expect(page.locator(".canvas-block[data-selected]")).toHaveCount(count);
  await page.keyboard.press("Delete");
  await expect(blocks(page)).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(blocks(page)).toHaveCount(count);
});

test("R turns a block by a quarter, ports and wires follow", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 240, 160, "Gain 2");
  const box = async () => (await block(page, "Gain").boundingBox())!;
  const flat = await box();
  await page.keyboard.press("r");
  await expect.poll(async () => (await box()).width).toBe(flat.height);
  const turned = await box();
  const port = await middleOf(input(page, "Gain", "in"));
  expect(Math.abs(port.y - turned.y)).toBeLessThan(2);
});

test("a name is typed in place; one that is taken is refused with a reason", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 160, 160, "Gain 2");
  await typeBlock(page, 360, 160, "Gain 3");
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "Name of Gain 2" }).fill("Motor");
  await page.keyboard.press("Enter");
  await expect(block(page, "Motor")).toBeVisible();
  await block(page, "Gain").getByText("Gain", { exact: true }).dblclick();
  await page.getByRole("textbox", { name: "Name of Gain" }).fill("Motor");
  await page.keyboard.press("Enter");
  await expect(page.getByText("“Motor” cannot be the name")).toBeVisible();
  await expect(block(page, "Gain")).toBeVisible();
});

test("notes: Add a note, type, double-click to change", async ({ page }) => {
  await blankSheet(page);
  await canvas(page).click({ button: "right", position: { x: 200, y: 120 } });
  await page.getByRole("menuitem", { name: "Add a note" }).click();
  await page.getByRole("textbox", { name: "Note" }).fill("Valid below 3 rad");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("note")).toHaveText("Valid below 3 rad");
  await page.getByTestId("note").dblclick();
  await page.getByRole("textbox", { name: "Note" }).fill("Valid below 2 rad");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("note")).toHaveText("Valid below 2 rad");
});

test("arrows nudge by the grid, and several presses are one undo step", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 240, 160, "Gain 2");
  const before = await middleOf(block(page, "Gain"));
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  expect(await middleOf(block(page, "Gain"))).toEqual({ x: before.x + 24, y: before.y + 40 });
  await page.keyboard.press("Control+z");
  expect(await middleOf(block(page, "Gain"))).toEqual(before);
});

test("aligning by the menu", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 160, 120, "Gain 2");
  await typeBlock(page, 400, 200, "Gain 3");
  await page.keyboard.press("Control+a");
  await block(page, "Gain").click({ button: "right", position: { x: 12, y: 24 } });
  await page.getByRole("menuitem", { name: "Align top edges" }).click();
  expect((await middleOf(block(page, "Gain 2"))).y).toBe((await middleOf(block(page, "Gain"))).y);
});

test("fit, zoom and actual size by keys; the status line says how large", async ({ page }) => {
  await openExample(page, "island");
  const status = page.locator(".shell-status");
  await page.keyboard.press("Digit0");
  await expect(status).toContainText("100 %");
  await page.keyboard.press("Equal");
  await expect(status).toContainText("120 %");
  await page.keyboard.press("Minus");
  await expect(status).toContainText("100 %");
  await page.keyboard.press("Digit1");
  const box = (await canvas(page).boundingBox())!;
  for (const name of ["Drops", "Feed", "Population", "Currents", "Sensors"]) {
    const at = (await block(page, name).boundingBox())!;
    expect(at.x).toBeGreaterThan(box.x);
    expect(at.x + at.width).toBeLessThan(box.x + box.width);
  }
});

test("an open port is marked until it is wired; a mistake marks the block until it is mended", async ({ page }) => {
  await blankSheet(page);
  await typeBlock(page, 160, 160, "Gain 2");
  await expect(input(page, "Gain", "in")).toHaveAttribute("data-open");
  await expect(block(page, "Gain")).not.toHaveAttribute("data-problem", "error");
  await typeBlock(page, 60, 160, "Step");
  await connect(page, output(page, "Step", "out"), input(page, "Gain", "in"));
  await expect(input(page, "Gain", "in")).not.toHaveAttribute("data-open");
  await block(page, "Gain").click();
  const field = page.locator(".inspector").getByLabel("Gain", { exact: true });
  await field.fill("nowhere");
  await field.press("Enter");
  await expect(block(page, "Gain")).toHaveAttribute("data-problem", "error");
  await field.fill("4");
  await expect(block(page, "Gain")).not.toHaveAttribute("data-problem", "error");
});

test("a loop drawn by keyboard alone", async ({ page }) => {
  await blankSheet(page);
  await page.mouse.move(5, 5);
  for (const name of ["Step", "Sum +-", "Integrator", "Scope"]) {
    await page.keyboard.press("/");
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await expect(block(page, name.split(" ")[0]!)).toHaveAttribute("data-selected");
  }
  const wireTo = async (from: string, target: string) => {
    // Tab walks the blocks, Enter takes one.
    await page.locator(".react-flow__node", { has: block(page, from) }).focus();
    await page.keyboard.press("Enter");
    await expect(block(page, from)).toHaveAttribute("data-selected");
    await page.keyboard.press("w");
    await expect(page.getByTestId("wire-to")).toBeVisible();
    await page.keyboard.type(target);
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("wire-to")).toBeHidden();
    await page.keyboard.press("Escape");
  };
  await wireTo("Step", "Sum.in1");
  await wireTo("Sum", "Integrator");
  await wireTo("Integrator", "Scope");
  await wireTo("Integrator", "Sum.in2");
  await expect(wires(page)).toHaveCount(4);
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".shell-status")).toContainText("No problems");
  await expect(page.locator(".shell-status")).toContainText("simulated");
});

test("the overview map is there while some of the drawing is out of view, and covers none of it while all is seen", async ({
  page,
}) => {
  await openExample(page, "suspension");
  const map = page.locator(".canvas-minimap");
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await expect(map).toBeHidden();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(map).toBeVisible();
  await page.getByRole("button", { name: "Fit to window" }).click();
  await expect(map).toBeHidden();
});
