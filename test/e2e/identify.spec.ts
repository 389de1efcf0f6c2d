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
  // One state is too few, and is told in words.
  await expect(page.getByRole("list", { name: "Tests of the errors" })).toContainText(
    /Errors of speed follow one another/,
  );
  await form.getByLabel("Method").selectOption("ARX");
  await form.getByLabel("Lags").fill("2");
  await form.getByRole("button", { name: "Make a model" }).click();
  await expect(models).toContainText(/K = (0\.9|1\.0)\d+ ± 0\.0\d+/);
  await page.getByRole("radio", { name: "Bode" }).click();
  await expect(page.getByRole("group", { name: /Gain and phase over frequency, speed ← u/ })).toBeVisible();
  // Bands of all three models, in both panes.
  await expect(page.locator(".identify-plot [data-band]")).toHaveCount(6);
  await page.getByRole("radio", { name: "Orders" }).click();
  await page.getByLabel("Up to order").fill("3");
  await page.getByLabel("Up to order").press("Tab");
  await page.getByRole("button", { name: "Compare orders" }).click();
  await expect(page.locator(".identify-order-table tbody tr")).toHaveCount(3);
  await page.locator(".identify-order-table").getByRole("button", { name: "2" }).click();
  await expect(form.getByLabel("Lags")).toHaveValue("2");

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
  await models.getByRole("button", { name: "Place as transfer function" }).click();
  await expect(page.locator(".shell-status")).toContainText("17 blocks");
});

test("a series is taken apart and foretold, and placed so that a run goes on from its end", async ({ page }) => {
  const months = Array.from(
    { length: 60 },
    (_, k) => `${k},${(100 * Math.exp(0.01 * k + 0.1 * Math.sin(k * 1.5708))).toFixed(3)}`,
  );
  await openExample(page, "dc-motor");
  await page.getByRole("tab", { name: "Data" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import CSV…" }).click();
  const buffer = Buffer.from(["t (s),sales", ...months].join("\n"));
  await (await chooser).setFiles({ name: "sales.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Import 2 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("60 samples");
  await page.getByRole("tab", { name: "Identify" }).click();
  const form = page.getByRole("form", { name: "Model from data" });
  await form.getByLabel("Method").selectOption("STRUCTURAL");
  await expect(form.getByLabel("Variances by")).toBeVisible();
  await form.getByLabel("Trend").check();
  await form.getByLabel("Season").fill("4");
  await form.getByLabel("Season").press("Tab");
  await expect(form.getByLabel("Variances by")).toBeHidden();
  await form.getByLabel("Of logarithms").check();
  await form.getByRole("button", { name: "Make a model" }).click();
  const models = page.getByRole("region", { name: "Models" });
  await expect(models.getByRole("row", { name: /1: Structural/ })).toBeVisible();
  await expect(page.locator(".identify-plot [data-band]")).toHaveCount(1);
  await page.getByRole("radio", { name: "Components" }).click();
  await expect(page.locator(".identify-plot [data-band]")).toHaveCount(4);
  await models.getByRole("button", { name: "Place as diagram" }).click();
  await expect(page.locator(".shell-status")).toContainText("13 blocks");
  await expect(page.locator(".shell-status")).toContainText("No problems");
});

/** A pendulum of 0.8 m and damping 0.25 1/s from 150 degrees on, its angle every 0.05 s with noise of 0.05 rad. */
function swung(rows: number): string {
  const slope = (a: number, r: number): readonly [number, number] => [r, -(9.81 / 0.8) * Math.sin(a) - 0.25 * r];
  let seed = 7;
  const draw = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  let [angle, rate] = [(150 / 180) * Math.PI, 0];
  const h = 0.005;
  return Array.from({ length: rows }, (_, k) => {
    const noise = 0.05 * Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
    const line = `${(k * 0.05).toFixed(2)},${(angle + noise).toFixed(5)}`;
    for (let i = 0; i < 10; i++) {
      const [a1, r1] = slope(angle, rate);
      const [a2, r2] = slope(angle + (h / 2) * a1, rate + (h / 2) * r1);
      angle += h * a2;
      rate += h * r2;
    }
    return line;
  }).join("\n");
}

test("variables of a nonlinear drawing are estimated from a record, judged, and written as one step", async ({
  page,
}) => {
  await openExample(page, "pendulum");
  await page.getByRole("tab", { name: "Data" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import CSV…" }).click();
  const buffer = Buffer.from(`t (s),Protractor\n${swung(200)}`);
  await (await chooser).setFiles({ name: "swing.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Import 2 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("200 samples");

  await page.getByRole("tab", { name: "Identify" }).click();
  await page.getByLabel("Sought").selectOption("variables");
  const form = page.getByRole("form", { name: "Variables from data" });
  await expect(form.getByRole("combobox", { name: /^Protractor/ })).toHaveValue("1");
  await form.getByLabel("Q", { exact: true }).fill("1e-8");
  await form.getByLabel("R", { exact: true }).fill("0.0025");
  await form.getByRole("button", { name: "Estimate variables" }).click();
  await expect(form.getByRole("alert")).toContainText("No variable is ticked");
  // Gravity and length act by their ratio alone.
  for (const name of ["g = 9.81", "l = 1", "d = 0.1"]) await form.getByLabel(name).check();
  await form.getByRole("button", { name: "Estimate variables" }).click();
  await expect(form.getByRole("alert")).toContainText("do not tell these variables apart");
  await form.getByLabel("g = 9.81").uncheck();
  await form.getByRole("button", { name: "Estimate variables" }).click();
  const estimates = page.getByRole("region", { name: "Estimates" });
  await expect(estimates.getByRole("row", { name: /^l 1 (0\.79|0\.80)\d* ± 0\.00/ })).toBeVisible();
  await expect(estimates.getByRole("row", { name: /^d 0\.1 0\.2[45]\d* ± 0\.0/ })).toBeVisible();
  await expect(estimates).toContainText("Errors are as large as the filter expects");
  await expect(estimates).toContainText("Errors of Protractor are white");
  await expect(page.locator(".identify-plot [data-band]")).toHaveCount(1);

  await estimates.getByRole("button", { name: "Write into variables" }).click();
  await expect(form.getByLabel(/^l = 0\.(79|80)/)).toBeChecked();
  await expect(form.getByLabel(/^d = 0\.2[45]/)).toBeChecked();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(form.getByLabel("l = 1")).toBeChecked();
  await expect(form.getByLabel("d = 0.1")).toBeChecked();

  // Bounds that cannot be are told at their fields; one that holds the estimate is told in its place.
  const [least, most] = [form.getByLabel("Lower bound of l"), form.getByLabel("Upper bound of l")];
  const go = form.getByRole("button", { name: "Estimate variables" });
  await least.fill("1,2");
  await least.press("Tab");
  await expect(form.getByRole("alert")).toContainText("The search starts from l = 1, which is out of bounds");
  await expect(least).toHaveAttribute("aria-invalid", "true");
  await expect(go).toBeDisabled();
  await most.fill("0.9");
  await most.press("Tab");
  await expect(form.getByRole("alert")).toContainText("The lower bound 1.2 must be below the upper bound 0.9");
  await most.fill("");
  await least.fill("0.9");
  await least.press("Tab");
  await expect(form.getByRole("alert")).toHaveCount(0);
  await go.click();
  await expect(estimates.getByRole("row", { name: "l 1 0.9: at its lower bound" })).toBeVisible({ timeout: 30_000 });
  await expect(estimates.getByRole("row", { name: /^d 0\.1 0\.\d+ ± 0\.0/ })).toBeVisible();
});
