/** Designing on the drawing: a controller placed at a wire, its weights scrubbed, its poles dragged, its intent kept. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { block, blocks, choose, typeBlock, wire } from "./drawing.ts";
import { expect, openExample, test } from "./window.ts";

const halfway = (of: Locator) =>
  of.evaluate((edge) => {
    const path = edge instanceof SVGPathElement ? edge : edge.querySelector("path")!;
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });

const gainField = (page: Page) => page.getByLabel("Gain", { exact: true });
const closed = (page: Page) => page.getByRole("region", { name: "Design" }).getByRole("listitem");

async function placeFeedback(page: Page): Promise<void> {
  await openExample(page, "cart-pendulum");
  const { x, y } = await halfway(wire(page, "Force", "All"));
  await page.mouse.click(x, y, { button: "right" });
  await choose(page, "Design a controller", "State feedback Alt K");
  await expect(block(page, "State feedback")).toBeVisible();
  await expect(gainField(page)).toHaveValue(/^\[-1, -1\.868/);
}

test("state feedback is placed, wired and designed in one step; weights move it; one undo takes each back", async ({
  page,
}) => {
  await placeFeedback(page);
  await expect(closed(page)).toHaveText([/−0.730.*i/, /−0.730.*i/, /−1.014.*i/, /−1.014.*i/]);
  await page.getByLabel("Weight Q").fill("[100, 1, 10, 1]");
  await page.keyboard.press("Tab");
  await expect(gainField(page)).toHaveValue(/^\[-10, /);
  // The run follows: the cart is back at rest in its ten seconds.
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(gainField(page)).toHaveValue(/^\[-1, -1\.868/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(block(page, "State feedback")).toHaveCount(0);
  await expect(blocks(page)).toHaveCount(6);
});

test("a weight is scrubbed by its label, and the gain goes along", async ({ page }) => {
  await placeFeedback(page);
  const box = (await page.getByText("Weight R", { exact: true }).boundingBox())!;
  await page.mouse.move(box.x + 10, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 47, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByLabel("Weight R")).toHaveValue("10");
  await expect(gainField(page)).toHaveValue(/^\[-0\.316/);
});

test("closed-loop poles are dragged on the map, and the gain in the diagram follows", async ({ page }) => {
  await placeFeedback(page);
  await page.getByLabel("Method").selectOption("Closed-loop poles");
  await expect(page.getByLabel("Pole pairs")).toHaveValue(/-1\.01406, 4\.93183/);
  await page.getByRole("tab", { name: "Analyse" }).click();
  const grips = page.locator('[data-marker="asked"]');
  await expect(grips).toHaveCount(4);
  const map = page.getByRole("group", { name: /4 poles/ });
  await expect.poll(async () => (await map.boundingBox())!.width).toBeGreaterThan(450);
  const at = async (i: number) => {
    const box = (await grips.nth(i).boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const from = await at(0);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x - 40, from.y, { steps: 8 });
  await page.mouse.up();
  await expect(gainField(page)).not.toHaveValue(/^\[-1, -1\.868/);
  const table = page.getByRole("table", { name: "Poles and zeros" });
  const [, pair] = /\[(-\d+\.\d)/.exec(await page.getByLabel("Pole pairs").inputValue())!;
  expect(Number(pair)).toBeLessThan(-2);
  await expect(table).toContainText(pair!.replace("-", "−"));
  // The whole drag is one step.
  await page.keyboard.press("Control+z");
  await expect(page.getByLabel("Pole pairs")).toHaveValue(/-1\.01406, 4\.93183/);
});

test("while a pole is dragged nothing else on the canvas is drawn again, and one undo takes the drag back", async ({
  page,
}) => {
  await placeFeedback(page);
  await page.getByLabel("Method").selectOption("Closed-loop poles");
  await page.getByRole("tab", { name: "Analyse" }).click();
  const grip = page.locator('[data-marker="asked"]').first();
  await expect(grip).toBeVisible();
  await expect.poll(async () => (await page.locator(".analyse-map").boundingBox())!.width).toBeGreaterThan(300);
  const before = await gainField(page).inputValue();
  const box = (await grip.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 4, y);
  await expect(gainField(page)).not.toHaveValue(before);
  await page.evaluate(() => {
    const counts = { touched: 0 };
    Object.assign(window, { counts });
    new MutationObserver((all) => (counts.touched += all.length)).observe(document.querySelector(".react-flow")!, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  for (const dx of [8, 12, 16, 20]) {
    const last = await gainField(page).inputValue();
    await page.mouse.move(x - dx, y);
    await expect(gainField(page)).not.toHaveValue(last);
  }
  // What is read beside the pointer is the pole that it holds.
  const [held] = /-\d\.\d/.exec(await page.getByLabel("Pole pairs").inputValue())!;
  await expect(page.locator(".analyse-reading")).toContainText(held.replace("-", "−"));
  // The gain is a matrix: on the canvas it is called K, whatever its numbers are.
  expect(await page.evaluate(() => (window as unknown as { counts: { touched: number } }).counts.touched)).toBe(0);
  await page.mouse.up();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(gainField(page)).toHaveValue(before);
});

test("the intent is saved; when the plant changes, the design says so and is redone", async ({ page }) => {
  await placeFeedback(page);
  await page.getByTestId("drawing").click({ position: { x: 40, y: 300 } });
  const mass = page.getByLabel("Value of M", { exact: true });
  await mass.fill("3");
  await page.keyboard.press("Enter");
  await block(page, "State feedback").click();
  await expect(page.getByText("Its numbers are not what this design gives")).toBeVisible();
  await page.getByRole("button", { name: "Redo the design" }).click();
  await expect(page.getByText("Its numbers are not what this design gives")).toHaveCount(0);
  await expect(gainField(page)).toHaveValue(/^\[-1, -2\./);
  const coming = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const saved = JSON.parse(readFileSync((await (await coming).path())!, "utf8")) as {
    root: { blocks: { name: string; design?: unknown }[] };
  };
  expect(saved.root.blocks.find(({ name }) => name === "State feedback")?.design).toEqual({
    method: "lqr",
    fields: { Q: "1", R: "1" },
  });
});

test("what a gain cannot do is said at once, and loses nothing", async ({ page }) => {
  await placeFeedback(page);
  await page.getByLabel("Method").selectOption("Crossover");
  await expect(page.getByText("A crossover is of one signal; here there are 4 in and 1 out.")).toBeVisible();
  await page.getByLabel("Method").selectOption("LQR");
  await page.getByLabel("Weight Q").fill("[1, 2]");
  // At the field, once, with its cure; and gone when it is right.
  const wrong = page.getByText("Q must be a number, 4 numbers, or a 4 × 4 matrix.");
  await expect(wrong).toHaveCount(1);
  await expect(page.locator('[data-field="design.Q"]')).toContainText(
    "Q must be a number, 4 numbers, or a 4 × 4 matrix. One number weighs all alike, several are the diagonal.",
  );
  await expect(page.getByLabel("Weight Q")).toHaveAttribute("aria-invalid", "true");
  await expect(gainField(page)).toHaveValue(/^\[-1, -1\.868/);
  await page.getByLabel("Weight Q").fill("[1, 2, 3, 4]");
  await expect(wrong).toHaveCount(0);
  await expect(page.getByLabel("Weight Q")).toHaveAttribute("aria-invalid", "false");
  await page.getByLabel("Method").selectOption("Closed-loop poles");
  await page.getByLabel("Pole pairs").fill("[-1, 2, 3]");
  await expect(page.locator('[data-field="design.pairs"]')).toContainText(
    "Real poles are a list, pole pairs a matrix of two columns. [-2, -3] is two real poles, [-1, 2] the pair",
  );
  await expect(page.getByLabel("Real poles")).toHaveAttribute("aria-invalid", "false");
});

test("a PID is tuned by crossover and phase margin, and the loop at its wire has them", async ({ page }) => {
  await openExample(page, "pid-motor");
  await block(page, "PID").click();
  await page.getByLabel("Method").selectOption("Crossover and margin");
  await page.getByLabel("Frequency", { exact: true }).fill("-20");
  await expect(page.locator('[data-field="design.frequency"]')).toContainText("Type one in rad/s");
  await page.getByLabel("Frequency", { exact: true }).fill("20");
  await page.getByLabel("Phase margin").fill("");
  await expect(page.locator('[data-field="design.margin"]')).toContainText("Try 60");
  await page.getByLabel("Phase margin").fill("50");
  await expect(page.getByLabel("P", { exact: true })).not.toHaveValue("60");
  await expect(page.getByText("Its numbers are not what this design gives")).toHaveCount(0);
  const { x, y } = await halfway(wire(page, "PID", "Winding"));
  await page.mouse.click(x, y);
  await page.keyboard.press("Alt+KeyL");
  await expect.poll(() => page.getByRole("table", { name: /margins/i }).innerText()).toMatch(/(?<![\d.])50\s*°/);
});

/** Where a curve has come to rest. */
async function settled(curve: Locator): Promise<void> {
  let last = "";
  await expect
    .poll(
      async () => {
        const before = last;
        last = (await curve.getAttribute("d"))!;
        return last === before;
      },
      { intervals: [500] },
    )
    .toBe(true);
}

const placed = (labels: readonly Element[]) => labels.map((one) => `${one.getAttribute("y")} ${one.textContent}`);

test("the crossover is dragged on the Bode plot, and the controller in the diagram follows", async ({ page }) => {
  await openExample(page, "pid-motor");
  const { x, y } = await halfway(wire(page, "PID", "Winding"));
  await page.mouse.click(x, y);
  // The controller and the wire that its loop is looked at from, together.
  await block(page, "PID").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Alt+KeyL");
  await page.getByLabel("Method").selectOption("Crossover and margin");
  await page.getByLabel("Frequency", { exact: true }).fill("20");
  const handle = page.locator('[data-marker="handle"] circle');
  await expect(handle).toBeVisible();
  await expect.poll(async () => (await page.locator(".analyse-map").boundingBox())!.width).toBeGreaterThan(450);
  const before = await page.getByLabel("P", { exact: true }).inputValue();
  const box = (await handle.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  const curve = page.locator('[data-curve="L"]').first();
  const labels = page.locator(".analyse-map svg text[text-anchor=end]");
  const start = (await curve.getAttribute("d"))!;
  await page.mouse.move(box.x + box.width / 2 - 50, box.y + box.height / 2, { steps: 6 });
  await expect(page.getByLabel("P", { exact: true })).not.toHaveValue(before);
  await expect(curve).not.toHaveAttribute("d", start);
  // The answer to the last of the moves may bring more room.
  await settled(curve);
  const [away, axes] = [(await curve.getAttribute("d"))!, await labels.evaluateAll(placed)];
  await page.mouse.move(box.x + box.width / 2 - 30, box.y + box.height / 2, { steps: 6 });
  await expect(curve).not.toHaveAttribute("d", away);
  // Back again the curves move, the axes do not.
  expect(await labels.evaluateAll(placed)).toEqual(axes);
  await page.mouse.up();
  const frequency = Number(await page.getByLabel("Frequency", { exact: true }).inputValue());
  expect(frequency).toBeLessThan(17);
  expect(frequency).toBeGreaterThan(1);
  await expect(page.getByText("Its numbers are not what this design gives")).toHaveCount(0);
});

for (const gaveUp of ["Escape", "pointercancel"])
  test(`a drag of a pole or a label that ${gaveUp} ends leaves everything as it was`, async ({ page }) => {
    await placeFeedback(page);
    const end = (at: string) =>
      gaveUp === "Escape"
        ? page.keyboard.press("Escape")
        : page.locator(at).first().dispatchEvent("pointercancel", { pointerId: 1, bubbles: true });
    const weight = page.getByLabel("Weight R");
    const label = (await page.getByText("Weight R", { exact: true }).boundingBox())!;
    await page.mouse.move(label.x + 10, label.y + 4);
    await page.mouse.down();
    await page.mouse.move(label.x + 47, label.y + 4, { steps: 8 });
    await expect(weight).toHaveValue("10");
    await end("label");
    await expect(weight).toHaveValue("1");
    await page.mouse.move(label.x + 60, label.y + 4);
    await page.mouse.up();
    await expect(weight).toHaveValue("1");
    await expect(gainField(page)).toHaveValue(/^\[-1, -1\.868/);

    await page.getByLabel("Method").selectOption("Closed-loop poles");
    const pairs = page.getByLabel("Pole pairs");
    await expect(pairs).toHaveValue(/-1\.01406, 4\.93183/);
    await page.getByRole("tab", { name: "Analyse" }).click();
    const grip = page.locator('[data-marker="asked"]').first();
    await expect(grip).toBeVisible();
    await expect.poll(async () => (await page.locator(".analyse-map").boundingBox())!.width).toBeGreaterThan(450);
    const box = (await grip.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const [before, gain] = [await pairs.inputValue(), await gainField(page).inputValue()];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 40, y, { steps: 8 });
    await expect(pairs).not.toHaveValue(before);
    await end(".analyse-map");
    await expect(pairs).toHaveValue(before);
    await page.mouse.move(x - 60, y);
    await page.mouse.up();
    await expect(pairs).toHaveValue(before);
    await expect(gainField(page)).toHaveValue(gain);
    await expect(page.getByText("Its numbers are not what this design gives")).toHaveCount(0);
    // What is undone is the choice of the method: the drag was no step.
    await page.keyboard.press("Control+z");
    await expect(page.getByLabel("Method")).toHaveValue("lqr");
  });

test("a gain is dragged along the root locus of its loop", async ({ page }) => {
  await openExample(page, "island-classic");
  const { x, y } = await halfway(wire(page, "Catch", "Pelican rate"));
  await page.mouse.click(x, y);
  await page.keyboard.press("Alt+KeyL");
  await page.getByRole("button", { name: /^Plot:/ }).click();
  await page.getByRole("menuitemradio", { name: "Root locus", exact: true }).click();
  await block(page, "Catch").click();
  await expect(page.getByText(/Drag the squares along the locus: “Catch” is 0\.1\./)).toBeVisible();
  await expect.poll(async () => (await page.locator(".analyse-map").boundingBox())!.width).toBeGreaterThan(450);
  const squares = page.locator('[data-marker="closed"]');
  const before = await squares.evaluateAll((all) => all.map((one) => Number(one.getAttribute("y"))));
  const high = before.indexOf(Math.min(...before));
  const box = (await squares.nth(high).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 15, { steps: 6 });
  await page.mouse.up();
  await expect(gainField(page)).not.toHaveValue("0.1");
  const gain = Number(await gainField(page).inputValue());
  expect(gain).toBeGreaterThan(0.02);
  expect(gain).toBeLessThan(0.1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(gainField(page)).toHaveValue("0.1");
});

test("a controller that is not wired yet says what its design waits for", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  await typeBlock(page, 420, 420, "State Space");
  await page.getByLabel("Method").selectOption("LQG");
  await expect(page.getByText(/does not compile/)).toBeVisible();
});
