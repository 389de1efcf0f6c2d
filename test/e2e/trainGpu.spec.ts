/** Training on a GPU in the window. The browser's software adapter stands in for one: slow, but WebGPU all the same. */
import type { Locator, Page } from "@playwright/test";
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
async function trainOnGpu(page: Page, steps: number) {
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
  return form;
}

const stepOf = async (form: Locator): Promise<number> =>
  Number(/step (\d+) of/.exec((await form.getByRole("status").textContent()) ?? "")?.[1] ?? Number.NaN);

test("on the GPU: a lost device is opened again, one that is lost for good hands over to the CPU, and no step is lost", async ({
  page,
}) => {
  test.setTimeout(120_000);
  // Training begins with runs of the diagram, so that this comes before a device is asked for.
  page.on("worker", (worker) => void worker.evaluate(keepDevices));
  const form = await trainOnGpu(page, 3000);
  await expect(form).toContainText(/On the GPU, .*swiftshader.*, in float32\./i, { timeout: 40_000 });
  await expect(form.getByRole("status")).toContainText(/step [1-9]\d+ of 3000/, { timeout: 40_000 });
  const worker = page.workers().findLast((one) => one.url().includes("trainWorker"))!;
  expect(await worker.evaluate(loseDevice, { forGood: false })).toBe(1);

  let before = await stepOf(form);
  await expect.poll(() => stepOf(form), { timeout: 40_000 }).toBeGreaterThan(before + 100);
  await expect(form).toContainText(/On the GPU/);
  before = await stepOf(form);
  expect(await worker.evaluate(loseDevice, { forGood: true })).toBe(2);
  await expect(form).toContainText(/On the CPU, in float64\. No GPU: GPU_[^.]*\.(?!\.)/, { timeout: 40_000 });
  expect(await stepOf(form)).toBeGreaterThanOrEqual(before);

  const networks = page.getByRole("region", { name: "Networks" });
  await expect(networks.getByRole("row", { name: /1: Linear/ })).toBeVisible({ timeout: 60_000 });
  await expect(networks.getByRole("row", { name: /^Kalman/ })).toContainText(/−\d/);
});

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
