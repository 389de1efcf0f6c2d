/** From a recording to a model on the drawing, as a user does it. */
import { expect, openExample, simulated, test } from "./window.ts";

/** Two states, driven by a random square wave, every 0.1 s; noise small against the signal. The middle rows miss one value when asked to. */
function recorded(rows: number, gap = false): string {
  const lines = ["t (s),u,speed"];
  let seed = 5;
  const draw = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  let [a, b, u] = [0, 0, 1];
  for (let k = 0; k < rows; k++) {
    if (k % 9 === 0) u = draw() < 0.5 ? -1 : 1;
    const y = a + 0.01 * (draw() - 0.5);
    lines.push(`${(k / 10).toFixed(1)},${u},${gap && k === 20 ? "" : y.toFixed(5)}`);
    [a, b] = [0.8 * a + 0.2 * b, 0.7 * b + 0.3 * u];
  }
  return lines.join("\n");
}

test("a model is made, judged on held-back data, compared, and placed as a diagram that runs", async ({ page }) => {
  await openExample(page, "dc-motor");
  await page.getByRole("tab", { name: "Identify" }).click();
  await expect(page.locator(".dock-body[data-state=active]")).toContainText("No data to make a model from");
  await page.getByRole("button", { name: "Go to Data" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import CSV…" }).click();
  await (await chooser).setFiles({ name: "plant.csv", mimeType: "text/csv", buffer: Buffer.from(recorded(600, true)) });
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("600 samples");

  await page.getByRole("tab", { name: "Identify" }).click();
  const form = page.getByRole("form", { name: "Model from data" });
  await expect(form).toContainText("From u to speed");
  await form.getByRole("button", { name: "Make a model" }).click();
  await expect(page.getByRole("alert")).toContainText("“speed” has no value at sample 20");
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("button", { name: "Add step" }).click();
  await page.getByRole("menuitem", { name: "Fill gaps" }).click();

  await page.getByRole("tab", { name: "Identify" }).click();
  await form.getByLabel("States").fill("2");
  await form.getByRole("button", { name: "Make a model" }).click();
  const models = page.getByRole("region", { name: "Models" });
  await expect(models.getByRole("row", { name: /1: CVA 2/ })).toContainText(/9[89]\.\d/);
  await expect(page.getByRole("group", { name: /speed: measured, and run by the models/ })).toBeVisible();

  await page.getByRole("radio", { name: "Singular values" }).click();
  await expect(page.locator(".identify-values")).toContainText(/The data speak for \d states; this model has 2/);
  await page.getByRole("button", { name: /^Order 1:/ }).click();
  await form.getByRole("button", { name: "Make a model" }).click();
  await expect(models.getByRole("row", { name: /2: CVA 1/ })).toBeVisible();
  await page.getByRole("radio", { name: "Residuals" }).click();
  await expect(page.getByRole("group", { name: /Correlations of the errors/ })).toBeVisible();
  await form.getByLabel("Method").selectOption("ARX");
  await form.getByLabel("Lags").fill("2");
  await form.getByRole("button", { name: "Make a model" }).click();
  await expect(models).toContainText(/Static gain (0\.9|1\.0)\d+ ± 0\.0\d+/);

  await form.getByLabel("Method").selectOption("PEM");
  await form.getByRole("button", { name: "Make a model" }).click();
  await expect(models).toContainText(/From plant by PEM/);
  await models.getByRole("button", { name: "1: CVA 2", exact: true }).click();
  await models.getByRole("button", { name: "Place as diagram" }).click();
  await simulated(page);
  await expect(page.locator(".shell-status")).toContainText("No problems");
  await expect(page.locator(".shell-status")).toContainText("15 blocks");
  await models.getByRole("button", { name: "Place as block" }).click();
  await expect(page.locator(".shell-status")).toContainText("16 blocks");
});
