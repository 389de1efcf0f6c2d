/** Estimating the state of something drawn: chosen, asked for, and seen as a band over the true one. */
import { block, choose } from "./drawing.ts";
import { expect, openExample, simulated, test } from "./window.ts";

test("the state of chosen blocks: a filter is placed, wired and shown with its band over the true states", async ({
  page,
}) => {
  await openExample(page, "mass-spring-damper");
  await simulated(page);
  await block(page, "Mass").click();
  for (const name of ["Net force", "speed", "position", "Damper", "Spring"])
    await block(page, name).click({ modifiers: ["Shift"] });
  await block(page, "Mass").click({ button: "right" });
  await choose(page, "Estimate the state of this", "Kalman filter (linear)");
  const filter = block(page, "Kalman Filter");
  await expect(filter).toBeVisible();
  await expect(block(page, "Plant")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Plant" })).toHaveText(/Plant/);
  await simulated(page);

  await block(page, "Estimate").click();
  const legend = page.locator(".plots-legend-item");
  await expect(legend.filter({ hasText: "position ± 2σ" })).toBeVisible();
  await expect(legend.filter({ hasText: "Plant/position" })).toBeVisible();
  await expect(legend.filter({ hasText: "speed ± 2σ" })).toBeVisible();

  // Noise in the inspector is a number like others.
  await filter.click();
  const R = page.getByRole("textbox", { name: "Measurement noise R" });
  await R.fill("[1, 2]");
  await R.press("Enter");
  await expect(page.locator(".inspector-field .inspector-error")).toContainText("R must be a number");
  await R.fill("0.5");
  await R.press("Enter");
  await simulated(page);
  const undo = page.getByRole("button", { name: /^Undo/ });
  await expect(async () => {
    await undo.click();
    await expect(filter).toBeHidden({ timeout: 500 });
  }).toPass();
  await expect(block(page, "Spring")).toBeVisible();
});
