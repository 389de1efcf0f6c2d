/** Estimators on their bench, as a user puts them there: on the plant's own records, on recorded data, and stopped. */
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { expect, openExample, test } from "./window.ts";

const form = (page: Page) => page.getByRole("form", { name: "Estimator bench" });
const table = (page: Page) => page.getByRole("region", { name: "Estimators side by side" });
const figures = async (page: Page, row: string): Promise<readonly string[]> =>
  (await table(page).getByRole("row", { name: row }).getByRole("cell").allInnerTexts()).map((cell) =>
    cell.replaceAll(/\s+/g, " "),
  );

async function set(page: Page, field: string, value: string): Promise<void> {
  await form(page).getByLabel(field, { exact: true }).fill(value);
  await page.keyboard.press("Tab");
}

test("estimators of a pendulum are compared over seeds; one that believes too much is told; a run is drawn, kept and saved", async ({
  page,
}) => {
  await openExample(page, "pendulum");
  await page.getByRole("tab", { name: "Estimate" }).click();
  await expect(form(page).getByRole("checkbox", { name: "Protractor" })).toBeChecked();
  await form(page).getByRole("checkbox", { name: "Kalman filter" }).uncheck();
  // A second one, sure of its sensor.
  await form(page).getByRole("button", { name: "Once more, to be set otherwise" }).nth(1).click();
  await form(page).getByRole("button", { name: "Settings of Extended Kalman" }).nth(1).click();
  await page.getByLabel("Believes R ×").fill("0.02");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(form(page)).toContainText("R×0.02");
  await set(page, "Seeds", "30");
  await set(page, "Samples", "60");
  await form(page).getByRole("button", { name: "Run" }).click();

  await expect(table(page)).toContainText("30 seeds of 60 samples");
  const nees = await figures(page, "NEES");
  expect(nees.map((cell) => cell.split(" ").slice(1).join(" "))).toEqual([
    "consistent",
    "too confident",
    "consistent",
    "consistent",
  ]);
  const rmse = (await figures(page, "RMSE angle")).map(Number);
  // Right, sure of itself, unscented, smoothed.
  expect(rmse[1]!).toBeGreaterThan(rmse[0]!);
  expect(rmse[3]!).toBeLessThan(rmse[0]!);
  await expect(table(page).getByRole("row", { name: "RMSE angle" }).locator("strong")).toHaveText(String(rmse[3]));

  await page.getByRole("radio", { name: "NEES" }).click();
  await table(page).getByRole("button", { name: "Draw the band of EKF 2" }).click();
  await expect(page.getByRole("status").filter({ hasText: "EKF 2" })).toContainText("It is surer than it may be");
  await page.getByRole("radio", { name: "Errors" }).click();
  await page.getByLabel("State", { exact: true }).selectOption("rate");
  await expect(page.getByRole("group", { name: /^rate as estimated by EKF 1, EKF 2/ })).toBeVisible();
  const curve = page.locator('[data-curve="EKF 1"]');
  const before = await curve.getAttribute("d");
  await page.getByLabel("Seed", { exact: true }).fill("7");
  await page.keyboard.press("Enter");
  await expect(curve).not.toHaveAttribute("d", before!);

  // The same seeds give the same numbers, also after another tab was looked at.
  const all = await Promise.all(["RMSE rate", "NEES", "NIS", "log L"].map((row) => figures(page, row)));
  await page.getByRole("tab", { name: "Scope" }).click();
  await page.getByRole("tab", { name: "Estimate" }).click();
  await expect(table(page)).toBeVisible();
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(form(page).getByRole("button", { name: "Run" })).toBeEnabled();
  expect(await Promise.all(["RMSE rate", "NEES", "NIS", "log L"].map((row) => figures(page, row)))).toEqual(all);

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  const text = readFileSync(await (await saved).path(), "utf8");
  expect(text.split("\n")[0]).toBe("Figure,EKF 1,EKF 2,UKF,RTS");
  expect(text).toContain("NEES,consistent,too confident,consistent,consistent");

  // Its estimates become data, from which others are made.
  await page.getByRole("button", { name: "Keep as data" }).click();
  await expect(page.locator(".shell-work, .shell")).toContainText(["among the data sets"]);
  await form(page).getByLabel("Record").selectOption("EKF 2 estimates");
  await form(page).getByLabel("Protractor").selectOption("angle");
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(table(page)).toContainText("EKF 2 estimates, 60 samples");
});

test("the bench begins as the filter of the drawing is set; the inputs of its plant by itself rest until a signal drives them", async ({
  page,
}) => {
  await openExample(page, "gps-odometer");
  await page.getByRole("tab", { name: "Estimate" }).click();
  await expect(form(page).getByLabel("Plant").locator("option:checked")).toHaveText("Car");
  await expect(form(page).getByLabel("R", { exact: true })).toHaveValue("[sg^2, sg^2]");
  await expect(form(page).getByLabel("Every (s)")).toHaveValue("0.1");
  await set(page, "Every (s)", "0.5");
  for (const [field, value] of [
    ["Q", "1e-4"],
    ["R", "0.01"],
    ["x₀", ""],
    ["P₀", "0.01"],
  ] as const)
    await set(page, field, value);
  await set(page, "Seeds", "3");
  await set(page, "Samples", "60");
  const errors = async (): Promise<readonly number[]> => {
    await form(page).getByRole("button", { name: "Run" }).click();
    await expect(form(page).getByRole("button", { name: "Run" })).toBeEnabled();
    await expect(table(page)).toContainText("3 seeds of 60 samples");
    return (await figures(page, "RMSE Car/heading")).map(Number);
  };
  // A car at rest is as good as linear, one that turns is not.
  const inputs = form(page).getByLabel("Inputs", { exact: true });
  await expect(inputs.locator("option:checked")).toHaveText("at 0");
  const [kalman, extended] = await errors();
  expect(kalman! / extended!).toBeLessThan(2);
  await inputs.selectOption("PRBS, ±");
  await set(page, "Amplitude of the inputs", "2");
  await expect(async () => {
    const [driven, followed] = await errors();
    expect(driven! / followed!).toBeGreaterThan(5);
  }).toPass();
});

test("recorded data with gaps go through filter and smoother; what does not fit is said in place", async ({ page }) => {
  await openExample(page, "mass-spring-damper");
  await page.getByRole("tab", { name: "Data" }).click();
  const rows = ["t (s),u,place"];
  for (let k = 0; k < 80; k++) {
    const noise = 0.1 * Math.sin(12.9898 * (k + 1) * (k + 3));
    rows.push(`${(k / 10).toFixed(1)},${k < 40 ? 1 : 0},${k % 9 === 4 ? "" : (0.004 * k * k + noise).toFixed(4)}`);
  }
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import CSV…" }).click();
  await (await chooser).setFiles({ name: "track.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("80 samples");

  await page.getByRole("tab", { name: "Estimate" }).click();
  await form(page).getByLabel("Record").selectOption("track");
  const measured = form(page).getByRole("group", { name: "Measured" }).getByRole("combobox").first();
  await measured.selectOption("");
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("alert")).toContainText("Nothing is measured");
  await measured.selectOption("place");
  // Each is told at its field as it is typed, with what mends it, before anything runs.
  const [Q, R] = ["Q", "R"].map((name) => form(page).getByLabel(name, { exact: true }));
  const noise = form(page).locator(".estimate-noise");
  await R!.fill("0");
  await expect(noise).toContainText("R must be positive definite. Give every measurement some noise.");
  await expect(R!).toHaveAttribute("aria-invalid", "true");
  await R!.fill("0.01");
  await expect(noise).not.toContainText("must");
  await Q!.fill("1 +");
  await expect(Q!).toHaveAttribute("aria-invalid", "true");
  await Q!.fill("[1, 2, 3, 4, 5]");
  await expect(noise).toContainText(/Q must be a number, \d numbers or \d × \d, and is 1 × 5\./);
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("alert")).toContainText(/Q must be a number, a vector of \d or a matrix/);
  await form(page).getByLabel("Q", { exact: true }).fill("-1");
  await expect(noise).toContainText("Q must have no negative eigenvalue. Variances are 0 or more.");
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("alert")).toContainText("Q is no covariance");
  await form(page).getByLabel("Q", { exact: true }).fill("1e-4");
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(table(page)).toContainText("track, 80 samples");
  const loglik = await figures(page, "log L");
  expect(loglik).toHaveLength(4);
  expect(loglik[0]).toBe(loglik[1]);
  await page.getByRole("radio", { name: "NEES" }).click();
  await expect(page.locator(".estimate-room")).toContainText("The true states are not known");
  await page.getByRole("radio", { name: "NIS" }).click();
  await expect(page.getByRole("group", { name: /Normalized innovations squared/ })).toBeVisible();
});

test("a bench that is stopped leaves nothing; a plant with a past is refused with its block", async ({ page }) => {
  await openExample(page, "cart-pendulum");
  await page.getByRole("tab", { name: "Estimate" }).click();
  await form(page).getByRole("checkbox", { name: "Particle filter" }).check();
  await set(page, "Seeds", "5000");
  await form(page).getByRole("button", { name: "Run" }).click();
  await expect(form(page).getByRole("progressbar", { name: "Estimators at work" })).toBeVisible();
  await form(page).getByRole("button", { name: "Stop" }).click();
  await expect(form(page).getByRole("button", { name: "Run" })).toBeEnabled();
  await expect(page.locator(".estimate-room")).toContainText("Which estimator knows best?");
  await expect(page.getByRole("progressbar")).toHaveCount(0);

  await openExample(page, "delay-loop");
  await expect(page.getByRole("alert")).toContainText("A transport delay has a whole past for a state");
  await expect(form(page).getByRole("button", { name: "Run" })).toBeDisabled();
});
