/** A continuous block discretized in one action: the copy beside it, both in the scope and in the Analyse tab, one in the other's place. */
import type { Page } from "@playwright/test";
import { block, blocks, choose, gain, wire } from "./drawing.ts";
import { expect, openExample, test } from "./window.ts";

async function discretize(page: Page, name: string, rule: string): Promise<void> {
  await block(page, name).click({ button: "right" });
  await choose(page, "Discretize", rule);
  await expect(block(page, `${name} sampled`)).toBeVisible();
}
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

test("the car sampled: beside it, in the same scope, by its polynomials; rule and step move them; one undo takes it back", async ({
  page,
}) => {
  await openExample(page, "cruise-control");
  await expect(blocks(page)).toHaveCount(12);
  await discretize(page, "Car", "Zero-order hold");
  await expect(wire(page, "Forces", "Car sampled")).toBeAttached();
  // m = 1000 kg, b = 50 N s/m, every 0.05 s: the pole is exp(-0.0025).
  await expect(field(page, "Denominator")).toHaveValue(/^\[1, -0\.99750312239/);
  const scope = page.getByRole("tabpanel", { name: "Scope" });
  await expect(scope.getByRole("button", { name: "Car sampled" })).toBeVisible();
  await field(page, "Rule").selectOption("Forward Euler");
  await expect(field(page, "Denominator")).toHaveValue("[1, -0.9975]");
  await field(page, "Step").fill("30");
  await expect(field(page, "Denominator")).toHaveValue("[1, 0.5]");
  await field(page, "Step").fill("50");
  await expect(page.getByText(/Sampled like this it is unstable/)).toBeVisible();
  await field(page, "Rule").selectOption("Impulse invariant");
  await field(page, "Rule").selectOption("Tustin, prewarped");
  await expect(page.getByText(/must be above 0 and below 0\.0628/)).toBeVisible();
  await field(page, "Exact at").fill("0.05");
  await expect(page.getByText(/must be above 0 and below/)).toHaveCount(0);
  await page.keyboard.press("Escape");
  while ((await blocks(page).count()) > 12) await page.getByRole("button", { name: "Undo" }).click();
  await expect(wire(page, "Forces", "Car sampled")).toHaveCount(0);
});

test("placing and its numbers are one step to undo", async ({ page }) => {
  await openExample(page, "cruise-control");
  await discretize(page, "Car", "Tustin");
  await expect(field(page, "Denominator")).toHaveValue(/^\[1, -0\.99750/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(blocks(page)).toHaveCount(12);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
});

test("both are compared: Bode of the sampled one over that of the continuous one, live with rule and step", async ({
  page,
}) => {
  await openExample(page, "cruise-control");
  await discretize(page, "Car", "Zero-order hold");
  await page.getByRole("button", { name: "Compare in Analyse" }).click();
  const curves = page.locator(".analyse-map [data-curve]");
  await expect(curves).toHaveCount(4);
  await expect(page.getByRole("list", { name: /^Kept systems/ })).toContainText("Car");
  const before = await curves.evaluateAll((all) => all.map((one) => one.getAttribute("d")));
  await field(page, "Step").fill("2");
  await expect.poll(() => curves.evaluateAll((all) => all.map((one) => one.getAttribute("d")))).not.toEqual(before);
  await page.getByRole("button", { name: /^Plot:/ }).click();
  await page.getByRole("menuitemradio", { name: "Step response", exact: true }).click();
  await expect(curves).toHaveCount(2);
});

test("the sampled one takes the place of the continuous one in the loop, and gives it back", async ({ page }) => {
  await openExample(page, "cruise-control");
  await discretize(page, "Car", "Zero-order hold");
  await field(page, "Step").fill("T");
  await expect(field(page, "Denominator")).toHaveValue(/^\[1, -0\.990/);
  await page.getByRole("button", { name: "Use it instead" }).click();
  await expect(wire(page, "Car sampled", "Digital PI")).toBeAttached();
  await expect(wire(page, "Car", "Digital PI")).toHaveCount(0);
  await expect(wire(page, "Car", "Wanted and driven")).toBeAttached();
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Use the continuous one again" }).click();
  await expect(wire(page, "Car", "Digital PI")).toBeAttached();
});

test("when the source changes the copy says so and is redone", async ({ page }) => {
  await openExample(page, "cruise-control");
  await discretize(page, "Car", "Zero-order hold");
  await expect(field(page, "Denominator")).toHaveValue(/^\[1, -0\.9975/);
  await page.getByTestId("drawing").click({ position: { x: 500, y: 30 } });
  await page.getByLabel("Value of m", { exact: true }).fill("500");
  await page.keyboard.press("Enter");
  await block(page, "Car sampled").click();
  await page.getByRole("button", { name: "Redo the design" }).click();
  await expect(field(page, "Denominator")).toHaveValue(/^\[1, -0\.99501/);
});

test("a PID stays one, with its limits, by any rule; an impulse has no way through it, which its field says", async ({
  page,
}) => {
  await openExample(page, "pid-motor");
  const before = await blocks(page).count();
  await discretize(page, "PID", "Tustin");
  await expect(field(page, "Integral by")).toHaveValue("trapezoidal");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(blocks(page)).toHaveCount(before);
  await discretize(page, "PID", "Zero-order hold");
  await expect(field(page, "Integral by")).toHaveValue("forward Euler");
  await expect(field(page, "Upper")).toBeVisible();
  await field(page, "Rule").selectOption("First-order hold");
  await expect(field(page, "Integral by")).toHaveValue("trapezoidal");
  const useIt = page.getByRole("button", { name: "Use it instead" });
  await expect(useIt).toBeEnabled();
  await field(page, "Rule").selectOption("Impulse invariant");
  const said = page.getByText(/An impulse would pass its direct path/);
  await expect(said).toBeInViewport({ ratio: 0.9 });
  // Its numbers are still those of the rule before.
  await expect(useIt).toBeDisabled();
  await expect(page.getByText(/Its numbers are not those of this rule/)).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("exchange");
  await expect(page.getByRole("option", { name: /continuous and sampled/i })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await field(page, "Rule").selectOption("Tustin, prewarped");
  await field(page, "Exact at").fill("1e9");
  await expect(page.getByText(/The frequency must be above 0 and below/)).toBeInViewport({ ratio: 0.9 });
  await expect(useIt).toBeDisabled();
  await field(page, "Exact at").fill("1");
  await expect(useIt).toBeEnabled();
});

test("what is not linear is refused with its cure, and the drawing is as it was", async ({ page }) => {
  await openExample(page, "tank-level");
  const before = await blocks(page).count();
  await block(page, "Tank").click({ button: "right" });
  await choose(page, "Discretize", "Zero-order hold");
  await expect(page.getByText(/“Tank” is not linear: limits/)).toBeVisible();
  await expect(blocks(page)).toHaveCount(before);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
});

test("a heater and its pipe, grouped, become whole samples of delay and a small system behind them", async ({
  page,
}) => {
  await openExample(page, "delay-loop");
  await block(page, "Heater").click();
  await block(page, "Pipe").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+g");
  await page.keyboard.press("Escape");
  await discretize(page, "Subsystem", "Zero-order hold");
  // 2 s of pipe every 0.02 s, and the heater's own pole.
  await expect(page.getByText(/^0, 100 times/)).toBeVisible();
  await field(page, "Step").fill("0.3");
  await expect(page.getByText(/^0, 7 times/)).toBeVisible();
  await block(page, "Subsystem sampled").dblclick();
  await expect(blocks(page)).toHaveCount(4);
  await expect(wire(page, "Delay", "System")).toBeAttached();
  await expect(page.getByRole("textbox", { name: "samples" })).toHaveValue("6");
});

test("behind a wire with a gain it is compared without the gain", async ({ page }) => {
  await openExample(page, "cruise-control");
  await wire(page, "Forces", "Car").dblclick({ force: true });
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await discretize(page, "Car", "Zero-order hold");
  await expect(gain(page, "Forces", "Car sampled")).toHaveText("2");
  await page.getByRole("button", { name: "Compare in Analyse" }).click();
  const gains = page.locator(".analyse-map [data-curve]");
  await expect(gains).toHaveCount(4);
  // Both begin at the same static gain, which a factor of 2 would part.
  const starts = await gains.evaluateAll((all) =>
    all.map((one) => Number(/^M\s*[\d.e-]+[ ,]([\d.e-]+)/.exec(one.getAttribute("d") ?? "")?.[1])),
  );
  expect(Math.abs(starts[0]! - starts[1]!)).toBeLessThan(1);
});
