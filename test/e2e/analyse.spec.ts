/** The Analyse tab as a user meets it: points picked on wires, loops opened, poles and zeros live with the drawing. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { wire } from "./drawing.ts";
import { expect, menu, openExample, test } from "./window.ts";

/** The middle of a wire that bends is not that of its box. */
const halfway = (of: Locator) =>
  of.evaluate((wire) => {
    const path = wire instanceof SVGPathElement ? wire : wire.querySelector("path")!;
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });

const rows = (page: Page) => page.getByRole("table", { name: "Poles and zeros" }).locator("tbody tr");

test("poles follow a number of the diagram, and the map is described", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.getByRole("tab", { name: "Analyse" }).click();
  await expect(rows(page)).toHaveText([/−2.0025/, /−9.9975/]);
  await expect(page.getByRole("group", { name: /2 poles, 0 zeros/ })).toBeVisible();
  await page.getByLabel("Value of R").fill("2");
  await page.keyboard.press("Enter");
  await expect(rows(page)).toHaveText([/−4.0/, /−9.9/]);
});

test("a loop is opened at a wire, and analysed from there to a signal", async ({ page }) => {
  await openExample(page, "dc-motor");
  const { x, y } = await halfway(wire(page, "Back voltage", "Winding"));
  await page.mouse.click(x, y, { button: "right" });
  await page.getByRole("menuitem", { name: "Break the loop here" }).click();
  await expect(rows(page)).toHaveText([/−2[^.]/, /−10/]);
  await page.keyboard.press("Alt+KeyB");
  await expect(rows(page)).toHaveText([/−2.0025/, /−9.9975/]);
  await page.keyboard.press("Alt+KeyI");
  await expect(page.getByRole("group", { name: "From inputs" })).toContainText("Back voltage → Winding");
  await expect(page.getByRole("group", { name: /2 poles, 0 zeros/ })).toBeVisible();
});

test("poles and zeros as CSV, and the map as a picture", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  await expect(rows(page)).toHaveCount(2);
  const saved = async (name: string) => {
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name, exact: true }).click();
    return readFileSync((await (await coming).path())!);
  };
  expect((await saved("CSV")).toString()).toMatch(/^kind,re,im,damping,frequency \(rad\/s\)\npole,-2\.002/);
  const svg = (await saved("SVG")).toString();
  expect(svg).toContain('data-marker="pole"');
  expect(svg).not.toContain("var(");
  expect((await saved("PNG")).subarray(1, 4).toString()).toBe("PNG");
});

const choose = async (page: Page, plot: string) => {
  await page.getByRole("button", { name: /^Plot:/ }).click();
  await page.getByRole("menuitemradio", { name: plot, exact: true }).click();
};
const curves = (page: Page) => page.locator(".analyse-map [data-curve]");

test("a step response has its figures beside, and follows a number of the diagram", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  await choose(page, "Step response");
  await expect(curves(page)).toHaveCount(2);
  const table = page.getByRole("table", { name: "speed ← voltage" });
  await expect(table).toContainText("0.0999");
  await expect(table).toContainText("1.135 s");
  await page.getByLabel("Value of K").fill("0.02");
  await page.keyboard.press("Enter");
  await expect(table).toContainText("0.1992");
});

test("a loop cut at a wire: L, S and T, its margins, read at the pointer, and again after a visit elsewhere", async ({
  page,
}) => {
  await openExample(page, "pid-motor");
  const { x, y } = await halfway(wire(page, "PID", "Winding"));
  await page.mouse.click(x, y, { button: "right" });
  await page.getByRole("menuitem", { name: "Loop gain and margins here" }).click();
  await expect(page.getByRole("group", { name: "Bode of L, S, T" })).toBeVisible();
  await expect(curves(page)).toHaveCount(6);
  const margins = page.getByRole("table", { name: "Margins" });
  await expect(margins).toContainText("Phase margin");
  await expect(page.locator(".analyse-side")).toContainText("it is stable");
  await expect(page.locator(".analyse-map [data-mark^=Pm]")).toBeVisible();
  const map = (await page.locator(".analyse-map").boundingBox())!;
  await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
  await expect(page.locator(".analyse-reading")).toHaveText(/ω = [\d.]+ rad\/s/);
  await page.getByRole("tab", { name: "Scope" }).click();
  await page.getByRole("tab", { name: "Analyse" }).click();
  await expect(page.getByRole("group", { name: "Bode of L, S, T" })).toBeVisible();
  for (const [plot, count] of [
    ["Nyquist", 1],
    ["Nichols", 1],
    ["Singular values", 1],
  ] as const) {
    await choose(page, plot);
    await expect(page.getByRole("group", { name: new RegExp(`^${plot} of`) })).toBeVisible();
    await expect(curves(page)).toHaveCount(count);
    if (plot !== "Nichols") continue;
    await expect(page.locator(".analyse-map [data-grid='3 dB']").first()).toBeAttached();
    await expect(page.locator(".analyse-map [data-mark^=Pm]")).toBeVisible();
  }
});

test("curves as CSV and as pictures; zoomed by the wheel and whole again", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  await choose(page, "Bode");
  const saved = async (name: string) => {
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name, exact: true }).click();
    return readFileSync((await (await coming).path())!).toString();
  };
  const csv = (await saved("CSV")).split("\n");
  expect(csv[0]).toBe("curve,frequency (rad/s),gain (dB),phase (deg)");
  expect(csv.length).toBeGreaterThan(100);
  expect(csv[1]).toMatch(/^speed ← voltage,[\d.]+,-2\d\.\d+,-/);
  expect(await saved("SVG")).toContain("data-curve");
  const map = (await page.locator(".analyse-map").boundingBox())!;
  // Drawn at the size that it has come to.
  await expect(page.locator(".analyse-map svg")).toHaveAttribute("width", String(Math.round(map.width)));
  const before = await curves(page).first().getAttribute("d");
  await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
  await page.mouse.wheel(0, -400);
  await expect(curves(page).first()).not.toHaveAttribute("d", before!);
  await page.mouse.dblclick(map.x + map.width / 2, map.y + map.height / 2);
  await expect(curves(page).first()).toHaveAttribute("d", before!);
});

test("a root locus: refused for two inputs, drawn from one, read with its gain and damping", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.keyboard.press("Alt+Digit6");
  await choose(page, "Root locus");
  await expect(page.getByText("Inputs: 2, outputs: 1.")).toBeVisible();
  const { x, y } = await halfway(wire(page, "Back voltage", "Winding"));
  await page.mouse.click(x, y);
  for (const key of ["Alt+KeyB", "Alt+KeyI", "Alt+KeyO"]) await page.keyboard.press(key);
  const branches = page.locator(".analyse-map [data-branch]");
  await expect(branches).toHaveCount(2);
  await expect(page.locator(".analyse-map [data-marker=closed]")).toHaveCount(2);
  // Between its poles the real axis belongs to the locus.
  const [left, right] = await Promise.all(
    [0, 1].map(async (k) => (await page.locator(".analyse-map [data-marker=pole]").nth(k).boundingBox())!),
  );
  await page.mouse.move((left!.x + right!.x + right!.width) / 2, left!.y + left!.height / 2);
  await expect(page.locator(".analyse-reading")).toHaveText(/^k = [\d.e+]+.*ωn = [\d.]+ rad\/s/s);
  const map = (await page.locator(".analyse-map").boundingBox())!;
  const reading = (await page.locator(".analyse-reading").boundingBox())!;
  expect(reading.x).toBeGreaterThanOrEqual(map.x);
  expect(reading.x + reading.width).toBeLessThanOrEqual(map.x + map.width);
});

test("frequencies in hertz: the axis, the reading, the margins and the file; remembered by the next window", async ({
  page,
}) => {
  await openExample(page, "pid-motor");
  const { x, y } = await halfway(wire(page, "PID", "Winding"));
  await page.mouse.click(x, y, { button: "right" });
  await page.getByRole("menuitem", { name: "Loop gain and margins here" }).click();
  const crossing = page.getByRole("row", { name: /Phase margin/ }).first();
  await expect(crossing).toContainText("rad/s");
  const frequency = async () => Number.parseFloat((await crossing.getByRole("cell").last().textContent())!);
  const angular = await frequency();
  await choose(page, "Hz");
  await expect(crossing).toContainText("Hz");
  expect((await frequency()) * 2 * Math.PI).toBeCloseTo(angular, 2);
  const map = (await page.locator(".analyse-map").boundingBox())!;
  await expect(page.locator(".analyse-map svg")).toContainText("Frequency (Hz)");
  await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
  await expect(page.locator(".analyse-reading")).toHaveText(/f = [\d.]+ Hz/);
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  expect(readFileSync((await (await coming).path())!).toString()).toMatch(/^curve,frequency \(Hz\),gain \(dB\)/);
  await openExample(page, "dc-motor");
  await page.reload();
  await page.keyboard.press("Alt+Digit6");
  await choose(page, "Poles and zeros");
  await expect(page.getByRole("columnheader", { name: "fn (Hz)" })).toBeVisible();
});

test("where no input is drawn, what drives the drawing is offered, chosen by a click", async ({ page }) => {
  await openExample(page, "three-tanks");
  await page.keyboard.press("Alt+Digit6");
  await choose(page, "Step response");
  await page.getByRole("button", { name: "From Pump" }).click();
  await expect(curves(page).first()).toBeVisible();
});

/** u -> a delay of n samples -> y */
const longDelay = (n: number): string => {
  const block = (name: string, type: string, x: number, params: object) => ({
    ...{ id: name, name, type, version: 1, params, at: { x, y: 96 } },
  });
  const wires = [
    { id: "w1", from: { block: "In", port: "u" }, to: { block: "Wait", port: "in" } },
    { id: "w2", from: { block: "Wait", port: "out" }, to: { block: "Out", port: "y" } },
  ];
  const blocks = [
    block("In", "input", 0, { signal: "1" }),
    block("Wait", "delay", 160, { samples: "n", period: "0.1" }),
    block("Out", "output", 320, {}),
  ];
  return JSON.stringify({
    ...{ format: "lazo", version: 1, name: "wait", run: { stop: "10", step: "0.1", solver: "auto" } },
    ...{ variables: [{ name: "n", value: String(n) }], root: { blocks, wires, notes: [] } },
  });
};

test("some hundred states are analysed beside the drawing, which goes on; it can be stopped, and begun again", async ({
  page,
}) => {
  await page.goto("/");
  const chooser = page.waitForEvent("filechooser");
  await menu(page, "File", "Open…");
  const buffer = Buffer.from(longDelay(200));
  await (await chooser).setFiles({ name: "wait.lazo", mimeType: "application/json", buffer });
  await page.getByRole("tab", { name: "Analyse" }).click();
  await expect(rows(page)).toHaveCount(200);
  // From here on the worker of the plot hears nothing, as if it were busy for ever.
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Object.assign(globalThis, { listen: () => (Worker.prototype.postMessage = post) });
    Worker.prototype.postMessage = function (this: Worker, ...message: [{ do?: string }]) {
      if (message[0].do !== "analyse") post.apply(this, message);
    };
  });
  await page.getByLabel("Value of n").fill("210");
  const tab = page.getByRole("tabpanel", { name: "Analyse" });
  await expect(tab.getByText(/^210 states take a while/)).toBeVisible();
  // What is there stays until it is replaced; the drawing is compiled meanwhile.
  await expect(rows(page)).toHaveCount(200);
  await expect(page.locator(".shell-status")).toContainText("210 states");
  await tab.getByRole("button", { name: "Stop" }).click();
  await expect(rows(page)).toHaveCount(0);
  await expect(tab.getByText("Stopped")).toBeVisible();
  await page.evaluate(() => (globalThis as unknown as { listen(): void }).listen());
  await tab.getByRole("button", { name: "Compute" }).click();
  await expect(rows(page)).toHaveCount(210);
});
