/** What a user does with documents: save, reopen, reload, crash, discard, break; theme, language and commands. */
import { readFile } from "node:fs/promises";
import { expect, menu, openExample, setStop, simulated, test, title, unsaved, watch } from "./window.ts";

const upload = async (page: import("@playwright/test").Page, name: string, text: string) => {
  const chooser = page.waitForEvent("filechooser");
  await menu(page, "File", "Open…");
  await (await chooser).setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
};

test("save, open again: the same drawing, and it waits for Run because it comes from a file", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  await setStop(page, "7");
  await expect(unsaved(page)).toBeVisible();
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const saved = await download;
  const text = await readFile(await saved.path(), "utf8");
  expect(JSON.parse(text)).toMatchObject({ format: "lazo", version: 1, run: { stop: "7" } });
  await expect(unsaved(page)).toBeHidden();

  await menu(page, "File", "New");
  await expect(title(page)).toHaveText("Untitled.lazo");
  await upload(page, "spring.lazo", text);
  await expect(title(page)).toHaveText("spring.lazo");
  await expect(page.locator(".shell-status")).toContainText("compiled");
  await expect(page.locator(".shell-status")).not.toContainText("simulated");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await simulated(page);
});

test("a reload goes on where it was, and undo goes back past it", async ({ page }) => {
  await openExample(page, "pendulum");
  await setStop(page, "3");
  await page.waitForTimeout(600);
  await page.reload();
  await expect(page.getByRole("button", { name: /… 3 s/ })).toBeVisible();
  await expect(unsaved(page)).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("button", { name: /… 3 s/ })).toBeHidden();
  await expect(unsaved(page)).toBeVisible();
});

test("work of a window that is gone is offered to the next one", async ({ page, context, faults }) => {
  await openExample(page, "rlc");
  await setStop(page, "0.123");
  await page.waitForTimeout(600);
  const next = await context.newPage();
  await watch(next, faults);
  await next.goto("/");
  await expect(next.getByText("was not saved when its window closed")).toBeHidden();
  await next.close();
  await page.close();

  const third = await context.newPage();
  await watch(third, faults);
  await third.goto("/");
  await expect(third.getByText("“RLC circuit.lazo” was not saved when its window closed.")).toBeVisible();
  await third.getByRole("button", { name: "Recover it" }).click();
  await expect(third.getByRole("button", { name: /… 0.123 s/ })).toBeVisible();
  await expect(unsaved(third)).toBeVisible();
  await third.waitForTimeout(600);
  const fourth = await context.newPage();
  await watch(fourth, faults);
  await fourth.goto("/");
  await expect(fourth.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(fourth.getByText("was not saved when its window closed")).toBeHidden();
});

test("broken files say where, and what was open stays open", async ({ page }) => {
  await openExample(page, "island");
  await upload(page, "cut.lazo", '{"format": "lazo",\n "version": 1,');
  const alert = page.getByRole("alert").filter({ hasText: "cut.lazo" });
  await expect(alert).toContainText("What was open stays open");
  await expect(alert).toContainText(/line 2/);
  await expect(title(page)).toHaveText("Island.lazo");
  await upload(page, "newer.lazo", '{"format": "lazo", "version": 99}');
  await expect(page.getByRole("alert").filter({ hasText: "newer.lazo" })).toContainText("newer version");
  await upload(
    page,
    "shape.lazo",
    '{"format": "lazo", "version": 1, "name": "x", "variables": [], "root": {"blocks": 3, "wires": [], "notes": []}, "run": {"stop": "1", "step": "1", "solver": "auto"}}',
  );
  await expect(page.getByRole("alert").filter({ hasText: "shape.lazo" })).toContainText("root.blocks");
  await expect(title(page)).toHaveText("Island.lazo");
});

test("unsaved work is asked about in the bar before it goes", async ({ page }) => {
  await openExample(page, "island");
  await setStop(page, "5");
  await menu(page, "File", "New");
  await expect(page.getByRole("alert")).toContainText("“Island.lazo” has changes that are not saved.");
  await page.getByRole("button", { name: "Keep editing" }).click();
  await expect(title(page)).toHaveText("Island.lazo");
  await menu(page, "File", "New");
  await page.getByRole("button", { name: "Discard them" }).click();
  await expect(title(page)).toHaveText("Untitled.lazo");
});

test("a data file that cannot be found is asked for", async ({ page }) => {
  await openExample(page, "island");
  const example = JSON.parse(await readFile("examples/island.lazo", "utf8"));
  delete example.data;
  await upload(page, "mine.lazo", JSON.stringify(example));
  const alert = page.getByRole("alert").filter({ hasText: "drops.csv" });
  await expect(alert).toBeVisible();
  const chooser = page.waitForEvent("filechooser");
  await alert.getByRole("button", { name: "Choose file…" }).click();
  await (await chooser).setFiles("examples/drops.csv");
  await expect(alert).toBeHidden();
  await page.keyboard.press("Control+Enter");
  await simulated(page);
  await expect(page.locator(".shell-status")).toContainText("No problems");
});

test("theme and language are chosen in the menu and kept", async ({ page }) => {
  await openExample(page, "island");
  await page.getByRole("button", { name: "View", exact: true }).click();
  await page.getByRole("menuitem", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.locator(".shell-status").getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(page.getByRole("button", { name: "Simular" })).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "Simular" })).toBeVisible();
});

test("the theme follows the system until it is chosen", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("every command is in the palette, and those with a shortcut on the sheet", async ({ page }) => {
  await openExample(page, "island");
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Type a command").fill("dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Shift+?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toContainText("Undo");
  await expect(sheet).toContainText("Run");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("a long run shows progress and stops at Escape, with what there is", async ({ page }) => {
  await page.goto("/");
  // Without damping it swings for ever, and takes seconds.
  const pendulum = JSON.parse(await readFile("examples/pendulum.lazo", "utf8"));
  pendulum.variables.find((variable: { name: string }) => variable.name === "d").value = "0";
  await upload(page, "long.lazo", JSON.stringify({ ...pendulum, run: { ...pendulum.run, stop: "1e6", step: "10" } }));
  await expect(page.locator(".shell-status")).toContainText("compiled");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("progressbar")).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".shell-status")).toContainText("stopped");
  await expect(page.getByRole("progressbar")).toBeHidden();
});

test("export writes JSON, TypeScript and CSV under the drawing's name", async ({ page }) => {
  await openExample(page, "island");
  for (const [item, name, inside] of [
    ["Export model as JSON", "Island.json", '"lazo-model"'],
    ["Export model as TypeScript", "Island.ts", "createModel"],
    ["Export results as CSV", "Island.csv", "t,"],
  ] as const) {
    const download = page.waitForEvent("download");
    await menu(page, "Export", item);
    const file = await download;
    expect(file.suggestedFilename()).toBe(name);
    expect(await readFile(await file.path(), "utf8")).toContain(inside);
  }
});

test("panels fold away and come back, and the canvas keeps half the window", async ({ page }) => {
  await openExample(page, "island");
  const canvas = (await page.locator(".shell-canvas").boundingBox())!;
  expect(canvas.width).toBeGreaterThanOrEqual(640);
  expect(canvas.height).toBeGreaterThanOrEqual(400);
  for (const key of ["b", "i", "j"]) await page.keyboard.press(`Control+${key}`);
  await expect.poll(async () => (await page.locator(".shell-canvas").boundingBox())!.width).toBeGreaterThan(1270);
  await expect.poll(async () => (await page.locator(".shell-canvas").boundingBox())!.height).toBeGreaterThan(700);
  for (const key of ["b", "i", "j"]) await page.keyboard.press(`Control+${key}`);
  await expect.poll(async () => (await page.locator(".shell-canvas").boundingBox())!.width).toBeLessThan(900);
});

test("panels are as wide in a small window as in a large one, until they are dragged", async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await openExample(page, "island");
  const palette = page.getByRole("complementary", { name: "Block palette" });
  const width = async () => Math.round((await palette.boundingBox())!.width);
  expect(await width()).toBe(248);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();
  await simulated(page);
  expect(await width()).toBe(248);
  const edge = (await page.getByRole("separator", { name: "Resize" }).first().boundingBox())!;
  await page.mouse.move(edge.x + edge.width / 2, 200);
  await page.mouse.down();
  await page.mouse.move(edge.x + edge.width / 2 + 60, 200, { steps: 4 });
  await page.mouse.up();
  expect(await width()).toBeGreaterThan(290);
  const dragged = await width();
  // Kept a moment after the drag.
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).some((key) => key.includes("lazo.across"))))
    .toBe(true);
  await page.reload();
  await simulated(page);
  expect(Math.abs((await width()) - dragged)).toBeLessThan(3);
});

test("saving tells so over the drawing, which stays where it is", async ({ page }) => {
  await openExample(page, "island");
  const block = page.locator(".react-flow__node", { hasText: "Population" });
  const before = await block.boundingBox();
  const saved = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  await saved;
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
  expect(await block.boundingBox()).toEqual(before);
});
