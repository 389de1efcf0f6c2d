/** A network as a block: placed from the list, wired, trained where it stands, its weights put into it, and run. */
import { block, connect, input, output } from "./drawing.ts";
import { expect, openExample, simulated, test } from "./window.ts";

test("a Learned SSM from the list is wired, trained on its plant, and runs with what it has learned", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await openExample(page, "mass-spring-damper");
  const search = page.getByRole("searchbox", { name: "Search blocks" });
  for (const name of ["Learned SSM", "Output"]) {
    await search.fill(name);
    await search.press("Enter");
    await expect(block(page, name)).toBeVisible();
  }
  await connect(page, output(page, "Force", "u"), input(page, "Learned SSM", "u"));
  await connect(page, output(page, "Learned SSM", "y"), input(page, "Output", "y"));
  await block(page, "Learned SSM").click();
  // Small, so that it is trained soon.
  for (const [label, value] of [
    ["Width", "2"],
    ["States", "4"],
    ["Layers", "1"],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value);
  await expect(page.getByLabel("Selection")).toHaveCount(0);
  await page.getByRole("button", { name: "Train this block" }).click();
  const form = page.getByRole("form", { name: "What to learn" });
  await expect(form.getByRole("combobox", { name: "Model" }).locator("option:checked")).toHaveText(/Learned SSM/);
  await expect(form).toContainText("S5, 1 × width 2, 4 states, 1 in, 1 out");
  await expect(form.getByRole("checkbox", { name: "given force" })).toBeChecked();
  await form.getByText("Sizes and training").click();
  await form.getByLabel("Runs").fill("4");
  await form.getByLabel("Sequence").fill("32");
  await form.getByLabel("Steps").fill("40");
  await form.getByRole("button", { name: "Train" }).click();
  await page.getByRole("button", { name: "Put into “Learned SSM”" }).click({ timeout: 60_000 });
  await expect(page.getByRole("group", { name: /Loss of the training batches/ })).toBeVisible();
  const weights = page.getByLabel("Weights", { exact: true }).locator("option:checked");
  await expect(weights).toHaveText(/Learned SSM.*json/);
  await simulated(page);
  await expect(page.getByRole("contentinfo")).toContainText("No problems");
  await page.keyboard.press("Control+z");
  await expect(weights).toHaveText("None yet");
});
