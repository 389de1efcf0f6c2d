/** The inspector as a user meets it: numbers change as they are typed, mistakes stay where they were made, Escape undoes. */
import type { Page } from "@playwright/test";
import { expect, openExample, test } from "./window.ts";

const inspector = (page: Page) => page.locator(".inspector");
const field = (page: Page, label: string) => inspector(page).getByRole("textbox", { name: label, exact: true });
const block = (page: Page, name: string) => page.getByTestId(`block-${name}`);
/** An entry of the matrices, by its place. */
const entry = (page: Page, matrix: string, at: string) =>
  page.locator(`table[aria-labelledby="matrix-${matrix}"] [data-entry="${at}"]`);
const undo = (page: Page) => page.getByRole("button", { name: "Undo" });

/** The wire's gain is drawn on it: a click there selects the wire. */
async function selectWire(page: Page, from: string, to: string): Promise<void> {
  await page.getByTestId(`gain-${from}-${to}`).click();
  await expect(inspector(page).getByText("Makes these entries")).toBeVisible();
}

test("a gain typed in the inspector is in the matrices with every key, and one undo takes it back", async ({
  page,
}) => {
  await openExample(page, "island");
  await selectWire(page, "Feed", "Population");
  await expect(inspector(page).getByRole("heading", { level: 2 })).toHaveText("Feed → Population");
  await expect(entry(page, "B", "0 0")).toHaveText("0.3");

  await field(page, "Gain").fill("");
  await field(page, "Gain").pressSequentially("[0.75; 0.5]");
  await expect(entry(page, "B", "0 0")).toHaveText("0.75");
  await expect(entry(page, "B", "1 0")).toHaveText("0.5");
  await field(page, "Gain").blur();
  await undo(page).click();
  await expect(entry(page, "B", "0 0")).toHaveText("0.3");
  await expect(field(page, "Gain")).toHaveValue("[0.3; 0]");
});

test("text that cannot be read stays with its message, leaves the matrices alone, and Escape brings back what was there", async ({
  page,
}) => {
  await openExample(page, "island");
  await selectWire(page, "Feed", "Population");
  await field(page, "Gain").fill("[0.3; k");
  await expect(field(page, "Gain")).toHaveAttribute("aria-invalid", "true");
  await expect(inspector(page).locator(".inspector-error")).not.toBeEmpty();
  await expect(entry(page, "B", "0 0")).toHaveText("0.3");
  await field(page, "Gain").press("Escape");
  await expect(field(page, "Gain")).toHaveValue("[0.3; 0]");
  await expect(field(page, "Gain")).toHaveAttribute("aria-invalid", "false");

  await field(page, "Gain").fill("nobody");
  await field(page, "Gain").blur();
  await expect(page.getByRole("tab", { name: /Problems/ })).toContainText("1");
  await expect(field(page, "Gain")).toHaveValue("nobody");
});

test("arrow keys step the number at the caret, and dragging a label scrubs it", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  const value = inspector(page).getByRole("textbox", { name: "Value of m" });
  await expect(value).toHaveValue("1");
  await value.press("End");
  await value.press("ArrowUp");
  await value.press("Shift+ArrowUp");
  await expect(value).toHaveValue("12");

  const label = inspector(page).getByText("Stop time (s)");
  const stop = field(page, "Stop time (s)");
  const before = Number(await stop.inputValue());
  await label.scrollIntoViewIfNeeded();
  const box = (await label.boundingBox())!;
  await page.mouse.move(box.x + 4, box.y + 6);
  await page.mouse.down();
  await page.mouse.move(box.x + 24, box.y + 6, { steps: 5 });
  await page.mouse.up();
  await expect(stop).toHaveValue(String(before + 5));
});

test("variables: add, rename everywhere, edit, refuse a taken name, remove", async ({ page }) => {
  await openExample(page, "pendulum");
  await inspector(page).getByRole("textbox", { name: "Name of g" }).fill("gravity");
  await page.keyboard.press("Enter");
  await expect(inspector(page).getByRole("textbox", { name: "Name of gravity" })).toBeVisible();
  await block(page, "Gravity").click();
  await expect(inspector(page).getByRole("textbox", { name: "y =" })).toHaveValue(/gravity/);
  await page.keyboard.press("Escape");
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });

  await inspector(page).getByRole("button", { name: "Add a variable" }).click();
  await page.keyboard.type("l");
  await expect(inspector(page).locator(".inspector-error")).toContainText("Another variable is named l.");
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  const value = inspector(page).getByRole("textbox", { name: "Value of l2" });
  await value.fill("2*l + 1");
  await expect(inspector(page).locator(".inspector-variable").last()).toContainText("= 3");
  await inspector(page).getByRole("button", { name: "Remove l2" }).click();
  await expect(value).toHaveCount(0);
});

test("a block: renamed, made discrete and continuous again, with its note", async ({ page }) => {
  await openExample(page, "island");
  await block(page, "Population").click();
  await expect(inspector(page)).toContainText("State");
  await field(page, "Name").fill("Sensors");
  await expect(inspector(page).locator(".inspector-error")).toContainText("Another block is named");
  await field(page, "Name").fill("Animals");
  await expect(page.locator(".shell-canvas")).toContainText("Animals");

  await inspector(page).getByRole("button", { name: "sampled" }).click();
  await field(page, "Every").fill("0.5");
  await expect(page.locator(".matrices-summary")).toContainText("discrete, Ts = 0.5 s");
  await inspector(page).getByRole("button", { name: "continuous" }).click();
  await expect(page.locator(".matrices-summary")).not.toContainText("discrete");
  await inspector(page).getByRole("textbox", { name: "Note" }).fill("counted from a boat");
  await expect(inspector(page).getByRole("textbox", { name: "Note" })).toHaveValue("counted from a boat");
});

test("an attached file is described and previewed", async ({ page }) => {
  await openExample(page, "bjsales");
  await block(page, "Indicator record").click();
  await expect(inspector(page).locator(".inspector-found")).toContainText(
    "150 rows, 3 columns, separated by commas, decimal point",
  );
  await expect(inspector(page).getByRole("table", { name: /First rows/ })).toContainText("10.01");
  const chooser = page.waitForEvent("filechooser");
  await inspector(page)
    .getByRole("button", { name: /Attach/ })
    .click();
  await (
    await chooser
  ).setFiles({ name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from("t;v\n0;1,5\n1;2,5\n") });
  await expect(inspector(page).locator(".inspector-found")).toContainText(
    "2 rows, 2 columns, separated by semicolons, decimal comma",
  );
});

test("several blocks are edited together", async ({ page }) => {
  await openExample(page, "pendulum");
  await block(page, "rate").click();
  await block(page, "angle").click({ modifiers: ["Shift"] });
  await expect(inspector(page).getByRole("heading", { level: 2 })).toHaveText("2 blocks");
  const initial = inspector(page).locator('[data-field="initial"] input');
  await expect(initial).toHaveAttribute("placeholder", "they differ");
  await initial.fill("0.25");
  await block(page, "angle").click();
  await expect(inspector(page).locator('[data-field="initial"] input')).toHaveValue("0.25");
});
