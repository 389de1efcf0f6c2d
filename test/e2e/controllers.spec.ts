/** Controllers and observers placed at a wire or around a plant: wired and designed in one step, by hand as a user does. */
import type { Locator, Page } from "@playwright/test";
import { block, blocks, choose, wire } from "./drawing.ts";
import { expect, openExample, test } from "./window.ts";

const halfway = (of: Locator) =>
  of.evaluate((edge) => {
    const path = edge instanceof SVGPathElement ? edge : edge.querySelector("path")!;
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });

async function design(page: Page, at: { x: number; y: number }, what: string): Promise<void> {
  await page.mouse.click(at.x, at.y, { button: "right" });
  await choose(page, "Design a controller", what);
}
const at = (page: Page, from: string, to: string) => halfway(wire(page, from, to));
const region = (page: Page) => page.getByRole("region", { name: "Design" });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

async function undoneAtOnce(page: Page, count: number): Promise<void> {
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(blocks(page)).toHaveCount(count);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
}

test("a PID goes into the wire, chooses a crossover, and the motor reaches what the wire asks for", async ({
  page,
}) => {
  await openExample(page, "dc-motor");
  await design(page, await at(page, "Supply", "Winding"), "PID");
  await expect(wire(page, "Supply", "PID")).toBeAttached();
  await expect(wire(page, "PID", "Winding")).toBeAttached();
  await expect(wire(page, "Rotor", "PID")).toBeAttached();
  await expect(field(page, "Frequency")).toHaveValue(/^[\d.]+$/);
  await expect(region(page)).toContainText(/Crossover .* rad\/s, phase margin 60°/);
  await expect(page.getByText("No problems")).toBeVisible();
  await field(page, "Phase margin").fill("75");
  await expect(region(page)).toContainText(/phase margin 75°/);
  await page.getByRole("button", { name: "Undo" }).click();
  await undoneAtOnce(page, 11);
});

test("a discrete PID has the step of the diagram and the margin of the sampled loop", async ({ page }) => {
  await openExample(page, "dc-motor");
  await design(page, await at(page, "Supply", "Winding"), "Discrete PID");
  await expect(region(page)).toContainText(/phase margin 60°/);
  // A change before its numbers are there would be designed for at once.
  await expect(region(page)).toHaveAttribute("aria-busy", "false");
  await field(page, "Integral by").selectOption("trapezoidal");
  await expect(page.getByText("Its numbers are not what this design gives")).toBeVisible();
  await page.getByRole("button", { name: "Redo the design" }).click();
  await expect(page.getByText("Its numbers are not what this design gives")).toHaveCount(0);
  await field(page, "Frequency").fill("100000");
  await expect(page.getByText(/The crossover must be below/)).toBeVisible();
});

test("LQG around the cart: what the Output measures, into the force, stable in one step", async ({ page }) => {
  await openExample(page, "cart-pendulum");
  await design(page, await at(page, "Force", "All"), "LQG controller");
  await expect(wire(page, "LQG", "All")).toBeAttached();
  await expect(wire(page, "Cart and rod", "LQG")).toBeAttached();
  await expect(region(page).getByRole("listitem")).toHaveCount(8);
  await undoneAtOnce(page, 6);
});

test("sampled around the continuous cart: state feedback through a hold, its cost over time; LQG every step; each at once", async ({
  page,
}) => {
  await openExample(page, "cart-pendulum");
  await design(page, await at(page, "Force", "All"), "Sampled state feedback");
  await expect(wire(page, "State feedback", "Zero-Order Hold")).toBeAttached();
  await expect(wire(page, "Zero-Order Hold", "All")).toBeAttached();
  await expect(field(page, "Cost")).toHaveValue("time");
  await expect(region(page).getByRole("listitem")).toHaveText([/^0\.9/, /^0\.9/, /^0\.9/, /^0\.9/]);
  await undoneAtOnce(page, 6);
  await design(page, await at(page, "Force", "All"), "Sampled LQG controller");
  await expect(region(page).getByRole("listitem")).toHaveText(Array.from({ length: 8 }, () => /^0\.9/));
  await field(page, "Every").fill("0.1");
  await page.getByRole("button", { name: "Redo the design" }).click();
  await expect(region(page).getByRole("listitem").first()).toHaveText(/^0\.[5-9]/);
  await expect(page.getByText("Its numbers are not what this design gives")).toHaveCount(0);
});

test("an observer shows the states by their names; state feedback is then taken from its estimate", async ({
  page,
}) => {
  await openExample(page, "dc-motor");
  await design(page, await at(page, "Supply", "Winding"), "Observer by its poles");
  await expect(field(page, "State names")).toHaveValue("Armature.x, Rotor.x");
  await expect(field(page, "Real poles")).toHaveValue(/^\[-/);
  await field(page, "Real poles").fill("[-20, -30]");
  await expect(region(page).getByRole("listitem")).toHaveText([/−20/, /−30/]);
  await expect(wire(page, "Observer", "Estimate")).toBeAttached();
  const { x, y } = await at(page, "Supply", "Winding");
  await page.mouse.click(x, y);
  await page.keyboard.press("Alt+KeyK");
  await expect(wire(page, "Observer", "State feedback")).toBeAttached();
  await expect(wire(page, "State feedback", "Mux")).toBeAttached();
  // The plant's two, and those of the observer as they were.
  await expect(region(page).getByRole("listitem")).toHaveCount(4);
  await expect(region(page)).toContainText("−20");
  await expect(region(page)).toContainText("−30");
});

test("integral action: error, integral and gain go into the wire, and the mass comes to where it is told", async ({
  page,
}) => {
  await openExample(page, "mass-spring-damper");
  await design(page, await at(page, "Force", "Net force"), "State feedback with integral action");
  await expect(wire(page, "Force", "Sum")).toBeAttached();
  await expect(wire(page, "State feedback", "Net force")).toBeAttached();
  await expect(region(page).getByRole("listitem")).toHaveCount(3);
  await undoneAtOnce(page, 9);
});

test("a plant that is selected is designed for as well; where nothing is measured or shown, it is said", async ({
  page,
}) => {
  await openExample(page, "cruise-control");
  await block(page, "Car").click({ button: "right" });
  await choose(page, "Design a controller", "Kalman observer");
  await expect(wire(page, "Kalman observer", "Estimate")).toBeAttached();
  await expect(region(page).getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await block(page, "Car").click({ button: "right" });
  await choose(page, "Design a controller", "LQG controller");
  await expect(wire(page, "LQG", "Car")).toBeAttached();
  await page.getByRole("button", { name: "Undo" }).click();
  await block(page, "Car").click();
  await page.keyboard.press("Alt+KeyK");
  await expect(page.getByText(/No block on this sheet shows its whole state/)).toBeVisible();
});

test("a heavier cart: all designs are redone at once, the observer before the feedback that sees it, as one step", async ({
  page,
}) => {
  await openExample(page, "inverted-pendulum-lqg");
  await page.getByLabel("Value of M", { exact: true }).fill("0.8");
  await page.keyboard.press("Enter");
  const stale = page.getByText("Its numbers are not what this design gives");
  await block(page, "Observer").click();
  await expect(stale).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Redo all designs");
  await page.keyboard.press("Enter");
  await expect(stale).toHaveCount(0);
  await block(page, "Feedback").click();
  await expect(region(page).getByRole("listitem")).toHaveCount(8);
  await expect(stale).toHaveCount(0);
  const gain = await field(page, "Gain").inputValue();
  expect(gain).not.toContain("-20.25021039");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(field(page, "Gain")).toHaveValue(/-20\.25021039/);
});
