/** A window of the app for browser tests: fails a test on any error it logs and on any breach of the content policy. */
import { expect, test as base } from "@playwright/test";
import type { Page } from "@playwright/test";

export const test = base.extend<{ readonly faults: string[]; readonly page: Page }>({
  // eslint-disable-next-line no-empty-pattern
  faults: async ({}, use) => {
    const faults: string[] = [];
    await use(faults);
    expect(faults).toEqual([]);
  },
  page: async ({ page, faults }, use) => {
    await watch(page, faults);
    await use(page);
  },
});
export { expect };

export async function watch(page: Page, faults: string[]): Promise<void> {
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  await page.exposeFunction("reportViolation", (directive: string, what: string) =>
    faults.push(`policy ${directive}: ${what}`),
  );
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { reportViolation(directive: string, what: string): void }).reportViolation;
      report(event.violatedDirective, `${event.blockedURI} ${event.sample}`);
    });
    // Native file dialogs cannot be driven: the app then uploads and downloads, as it does in browsers that lack them.
    for (const picker of ["showOpenFilePicker", "showSaveFilePicker"]) Reflect.deleteProperty(window, picker);
  });
}

export const openExample = async (page: Page, id: string): Promise<void> => {
  await page.goto(`/#example=${id}`);
  await simulated(page);
};

/** The status line tells of a run of the present drawing. A window that opens on a crowded machine takes its time. */
export const simulated = (page: Page) =>
  expect(page.locator(".shell-status")).toContainText(/simulated|simulado/, { timeout: 30_000 });

/** The workers hear of everything this much later, as on a machine that is busy. */
export const slowWorkers = (page: Page, milliseconds: number) =>
  page.addInitScript((delay) => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: [never]) {
      setTimeout(() => post.apply(this, message), delay);
    };
  }, milliseconds);
export const title = (page: Page) => page.locator(".shell-title-name");
export const unsaved = (page: Page) => page.getByRole("img", { name: "Unsaved changes" });

export async function menu(page: Page, name: string, item: string): Promise<void> {
  const chosen = page.getByRole("menuitem", { name: item });
  // A menu that is still closing takes the press for itself; one presses again.
  await expect(async () => {
    await page.getByRole("button", { name, exact: true }).click({ timeout: 2000 });
    await expect(chosen).toBeVisible({ timeout: 2000 });
  }).toPass();
  await chosen.click();
}

/** Sets the stop time in the run settings: an edit that any example can take. */
export async function setStop(page: Page, value: string): Promise<void> {
  await page.getByRole("button", { name: /t = 0/ }).click();
  await page.getByRole("dialog", { name: "Simulation settings" }).getByLabel("Stop time (s)").fill(value);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: new RegExp(`… ${value} s`) })).toBeVisible();
}
