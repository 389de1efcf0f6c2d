/** From a drawn plant to a trained network on the drawing, as a user does it. */
import { expect, openExample, simulated, test } from "./window.ts";
import type { Page } from "@playwright/test";

async function opened(page: Page) {
  await openExample(page, "mass-spring-damper");
  await page.getByRole("tab", { name: "Train" }).click();
  const form = page.getByRole("form", { name: "What to learn" });
  await expect(form.getByRole("checkbox", { name: "given Ruler" })).toBeChecked();
  await expect(form.getByRole("checkbox", { name: "sought speed" })).toBeChecked();
  await form.getByText("Sizes and training").click();
  await form.getByLabel("Runs").fill("6");
  return form;
}

test("begun as the Kalman filter, trained, judged, read back, reduced and placed, it runs with the diagram", async ({
  page,
}) => {
  const form = await opened(page);
  await expect(form).toContainText("Mamba what switches");
  await form.getByRole("combobox", { name: "Kind" }).selectOption("Mamba");
  await expect(form).toContainText("On smooth signals S5 and S4D are better");
  await form.getByRole("combobox", { name: "Model" }).selectOption("Linear filter");
  await form.getByRole("combobox", { name: "Begin as" }).selectOption("Steady Kalman filter");
  await form.getByLabel("Steps").fill("8");
  await form.getByRole("button", { name: "Train" }).click();
  const networks = page.getByRole("region", { name: "Networks" });
  await expect(networks.getByRole("row", { name: /1: S5/ })).toBeVisible({ timeout: 60_000 });
  const judged = networks.getByRole("table").last();
  await expect(judged.getByRole("row", { name: /^Kalman/ })).toContainText(/−\d/);
  await expect(judged.getByRole("row", { name: /^Its mean/ })).toBeVisible();
  await expect(networks).toContainText(/Began as the given system, to \d/);
  await expect(page.getByRole("group", { name: /Loss of the training batches/ })).toBeVisible();
  await page.getByRole("radio", { name: "Test" }).click();
  await expect(page.getByRole("group", { name: /speed: the truth of a test run/ })).toBeVisible();

  await page.getByRole("radio", { name: "A, B, C, D" }).click();
  await expect(page.locator(".train-linear")).toContainText("2 states, 2 inputs, 1 output");
  await expect(page.getByRole("group", { name: "Gain and phase, first input to first output" })).toBeVisible();
  await page.getByRole("button", { name: /^1 state:/ }).click();
  await expect(page.locator(".train-linear")).toContainText("1 state, 2 inputs, 1 output");
  await networks.getByRole("button", { name: "Place as block" }).click();
  await expect(page.getByText("stands below the drawing")).toBeVisible();
  await simulated(page);
  await expect(page.locator(".react-flow__node", { hasText: "S5 speed" })).toBeVisible();
  await expect(page.getByRole("contentinfo")).toContainText("No problems");
  await page.locator(".train-linear").getByRole("button", { name: "Place as State-Space" }).click();
  await expect(page.locator(".react-flow__node", { hasText: "S5 1" })).toBeVisible();
});

test("a training is paused, outlives a reload and goes on; what can't be is said", async ({ page }) => {
  const form = await opened(page);
  await form.getByLabel("Steps").fill("100000");
  await form.getByLabel("Width").fill("4");
  await form.getByRole("button", { name: "Train" }).click();
  await form.getByRole("button", { name: "Pause" }).click();
  await expect(form.getByRole("status")).toContainText("Paused.");
  await form.getByRole("button", { name: "Go on" }).click();
  // Checkpoints come every two seconds.
  await expect(form.getByRole("status")).toContainText(/step \d\d+ of 100000/, { timeout: 60_000 });
  await page.waitForTimeout(2500);
  await page.reload();
  await page.getByRole("tab", { name: "Train" }).click();
  const again = page.getByRole("form", { name: "What to learn" });
  await expect(again.getByRole("status")).toContainText(/was interrupted at step [1-9]\d* of 100000/);
  await again.getByRole("button", { name: "Go on" }).click();
  await expect(again.getByRole("status")).toContainText(/step \d\d+ of 100000/, { timeout: 60_000 });
  await again.getByRole("button", { name: "Stop" }).click();
  await again.getByRole("checkbox", { name: "given Ruler" }).uncheck();
  await again.getByRole("combobox", { name: "Model" }).selectOption("Linear filter");
  await again.getByRole("combobox", { name: "Begin as" }).selectOption("Steady Kalman filter");
  await again.getByRole("button", { name: "Train" }).click();
  await expect(page.getByRole("alert")).toContainText("There is no steady Kalman filter", { timeout: 60_000 });
});

test("all of the form is seen at once; numbers under sixteen Hankel values stand apart", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  await page.getByRole("tab", { name: "Train" }).click();
  const form = page.getByRole("form", { name: "What to learn" });
  await expect(form.getByRole("checkbox", { name: "given Ruler" })).toBeChecked();
  expect(await form.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
  await form.getByText("Sizes and training").click();
  await form.getByLabel("Runs").fill("2");
  await form.getByRole("combobox", { name: "Model" }).selectOption("Linear filter");
  await form.getByLabel("States").fill("16");
  await form.getByLabel("Steps").fill("1");
  await form.getByRole("button", { name: "Train" }).click();
  await expect(page.getByRole("region", { name: "Networks" }).getByRole("row", { name: /1: S5/ })).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole("radio", { name: "A, B, C, D" }).click();
  const bars = page.getByRole("group", { name: "Hankel singular values" });
  await expect(bars.getByRole("button").nth(15)).toBeVisible();
  const shown = await bars.locator("span").evaluateAll((labels) =>
    labels
      .filter((label) => getComputedStyle(label).visibility === "visible")
      .map((label) => {
        const { left, right } = label.getBoundingClientRect();
        return { text: label.textContent, left, right };
      }),
  );
  expect(shown.length).toBeGreaterThan(3);
  for (const [k, { text, left }] of shown.slice(1).entries())
    expect(left, `${text} beside ${shown[k]!.text}`).toBeGreaterThan(shown[k]!.right + 2);
});
