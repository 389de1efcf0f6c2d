/** Training on a GPU in the window. The browser's software adapter stands in for one: slow, but WebGPU all the same. */
import type { Page, Worker } from "@playwright/test";
import { expect, openExample, test } from "./window.ts";

test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [
        ...(launchOptions.args ?? []),
        "--enable-unsafe-webgpu",
        "--use-webgpu-adapter=swiftshader",
        "--enable-features=Vulkan",
      ],
    }),
});

/** The form, filled in for a small network that is being trained. */
async function trainOnGpu(page: Page, steps: number): Promise<void> {
  await openExample(page, "mass-spring-damper");
  const found = await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) !== null);
  test.skip(!found, "this browser has no software adapter");
  await page.getByRole("tab", { name: "Train" }).click();
  const form = page.getByRole("form", { name: "What to learn" });
  await expect(form.getByRole("checkbox", { name: "given Ruler" })).toBeChecked();
  // Few kernels, as the software adapter takes seconds to compile each.
  await form.getByRole("combobox", { name: "Model" }).selectOption("Linear filter");
  await form.getByRole("combobox", { name: "Kind" }).selectOption("Linear");
  await form.getByText("Sizes and training").click();
  await form.getByLabel("Runs").fill("6");
  await form.getByLabel("States").fill("4");
  await form.getByLabel("Sequence").fill("32");
  await form.getByLabel("Steps").fill(String(steps));
  await form.getByRole("combobox", { name: "Device" }).selectOption("GPU");
  await form.getByRole("button", { name: "Train" }).click();
}

/** What the training has told so far, oldest first, however soon the next thing was told: on which device, at which step. */
const told = (page: Page): Promise<readonly Told[]> =>
  page.evaluate(() => (globalThis as unknown as { readonly told: Told[] }).told);

interface Told {
  readonly device: string;
  readonly step: number;
}

/** In the page, before anything else. */
function keepTold(): void {
  const all: Told[] = [];
  Object.assign(globalThis, { told: all });
  new MutationObserver(() => {
    const progress = document.querySelector(".train-progress");
    const step = Number(/step (\d+) of/.exec(progress?.textContent ?? "")?.[1] ?? Number.NaN);
    const device = /On the (?:GPU|CPU),.*?(?=Pause|Go on)/.exec(progress?.textContent ?? "")?.[0];
    const last = all.at(-1);
    if (device !== undefined && step > 0 && (last?.step !== step || last.device !== device)) all.push({ device, step });
  }).observe(document, { childList: true, characterData: true, subtree: true });
}

test("on the GPU: a lost device is opened again, one that is lost for good hands over to the CPU, and no step is lost", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.addInitScript(keepTold);
  // Training begins with runs of the diagram, so that this comes before a device is asked for.
  // A worker that told the form something and has ended need keep none.
  const prepared: Promise<unknown>[] = [];
  page.on("worker", (worker) => {
    if (isTrainer(worker)) prepared.push(worker.evaluate(keepDevices).catch(() => undefined));
  });
  await trainOnGpu(page, 3000);
  const lastStep = async () => (await told(page)).at(-1)?.step ?? 0;
  await expect.poll(lastStep, { timeout: 40_000 }).toBeGreaterThan(9);
  await Promise.all(prepared);
  const worker = page.workers().findLast(isTrainer)!;
  expect(await worker.evaluate(loseDevice, { forGood: false })).toBe(1);

  const lost = await lastStep();
  await expect.poll(lastStep, { timeout: 40_000 }).toBeGreaterThan(lost + 100);
  expect(await worker.evaluate(loseDevice, { forGood: true })).toBe(2);
  const networks = page.getByRole("region", { name: "Networks" });
  await expect(networks.getByRole("row", { name: /1: Linear/ })).toBeVisible({ timeout: 60_000 });
  await expect(networks.getByRole("row", { name: /^Kalman/ })).toContainText(/−\d/);

  const all = await told(page);
  const onCpu = all.findIndex((one) => one.device.startsWith("On the CPU"));
  for (const { device } of all.slice(0, onCpu)) expect(device).toMatch(/^On the GPU, .*swiftshader.*, in float32\./i);
  for (const { device } of all.slice(onCpu)) expect(device).toMatch(/^On the CPU, in float64\. No GPU: GPU_[^.]*\.$/);
  const steps = all.map(({ step }) => step);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

const isTrainer = (worker: Worker): boolean => worker.url().includes("trainWorker");

interface Kept {
  devices: GPUDevice[];
  gone: boolean;
}

/** In a worker: its devices are at hand. */
function keepDevices(): void {
  const kept = globalThis as unknown as Kept;
  Object.assign(kept, { devices: [], gone: false });
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...asked) {
    if (kept.gone) throw new Error("the driver is gone");
    const device = await request.apply(this, asked);
    kept.devices.push(device);
    return device;
  };
}

/** In a worker: the device in use is taken away, as a driver that is reset does; how many there were. */
function loseDevice({ forGood }: { readonly forGood: boolean }): number {
  const kept = globalThis as unknown as Kept;
  kept.gone = forGood;
  kept.devices.at(-1)!.destroy();
  return kept.devices.length;
}
