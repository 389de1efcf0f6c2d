/**
 * From a move of the pointer that drags a closed-loop pole, the crossover or a weight to the frame that shows the new gain, matrices,
 * margins and run, in Chromium and the real app. Moves are apart from one another, so that each is followed by itself.
 */
import { chromium } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import { findChromium } from "../build/chromium.mjs";
import { duration, median, quantile } from "./table.ts";
import type { Table } from "./table.ts";

const moves = 32;
/** The first moves compile the code and not the diagram. */
const early = 8;

interface Probe {
  /** What is watched: a selector of fields, or of what is written or drawn. */
  watched: { readonly [name: string]: string };
  before: { [name: string]: string };
  moved: number;
  seen: { [name: string]: number };
  paths: number;
  shown: number;
}
type Probed = Window & { probe: Probe };

function watch(): void {
  const probe: Probe = { watched: {}, before: {}, moved: 0, seen: {}, paths: 0, shown: 0 };
  (window as unknown as Probed).probe = probe;
  addEventListener("pointermove", () => (probe.moved ||= performance.now()), true);
  // Curves of the scope, by the sum of their points.
  const line = Path2D.prototype.lineTo;
  Path2D.prototype.lineTo = function (x: number, y: number) {
    probe.paths += x * 1.7 + y;
    line.call(this, x, y);
  };
  const look = (): void => {
    if (probe.paths !== 0) [probe.shown, probe.paths] = [probe.paths, 0];
    for (const [name, selector] of Object.entries(probe.watched)) {
      if (probe.moved === 0 || probe.seen[name] !== undefined) continue;
      if ((window as unknown as { read(selector: string): string }).read(selector) !== probe.before[name])
        probe.seen[name] = performance.now();
    }
    requestAnimationFrame(look);
  };
  Object.assign(window, {
    read(selector: string): string {
      if (selector === "scope") return String(probe.shown);
      return [...document.querySelectorAll(selector)]
        .map((one) => (one instanceof HTMLInputElement ? one.value : (one.getAttribute("d") ?? one.textContent)))
        .join("|");
    },
  });
  requestAnimationFrame(look);
}

const arm = (page: Page, watched: Probe["watched"]): Promise<void> =>
  page.evaluate((given) => {
    const { probe, read } = window as unknown as Probed & { read(selector: string): string };
    const before = Object.fromEntries(Object.entries(given).map(([name, selector]) => [name, read(selector)]));
    Object.assign(probe, { watched: given, before, moved: 0, seen: {} });
  }, watched);

interface Drag {
  readonly name: string;
  readonly example: string;
  readonly prepare: (page: Page) => Promise<{ readonly x: number; readonly y: number }>;
  readonly watched: Probe["watched"];
}

const middle = async (of: Locator): Promise<{ x: number; y: number }> => {
  const box = (await of.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};
const onWire = async (page: Page, from: string, to: string): Promise<{ x: number; y: number }> =>
  page.getByTestId(`wire-${from}-${to}`).evaluate((edge) => {
    const path = edge instanceof SVGPathElement ? edge : edge.querySelector("path")!;
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });

async function feedback(page: Page): Promise<void> {
  const { x, y } = await onWire(page, "Force", "All");
  await page.mouse.click(x, y);
  await page.keyboard.press("Alt+KeyK");
  await page.getByLabel("Weight Q").waitFor();
}

const drags: readonly Drag[] = [
  {
    name: "closed-loop pole, cart and pendulum",
    example: "cart-pendulum",
    async prepare(page) {
      await feedback(page);
      await page.getByLabel("Method").selectOption("Closed-loop poles");
      await page.getByRole("tab", { name: "Analyse" }).click();
      const grip = page.locator('[data-marker="asked"]').first();
      await grip.waitFor();
      await page.waitForTimeout(1500);
      return middle(grip);
    },
    watched: { matrices: ".matrices-all", plot: ".analyse-side table" },
  },
  {
    name: "weight R, cart and pendulum",
    example: "cart-pendulum",
    async prepare(page) {
      await feedback(page);
      await page.waitForTimeout(1500);
      const box = (await page.getByText("Weight R", { exact: true }).boundingBox())!;
      return { x: box.x + 10, y: box.y + box.height / 2 };
    },
    watched: { matrices: ".matrices-all", run: "scope" },
  },
  {
    name: "crossover, motor with PID",
    example: "pid-motor",
    async prepare(page) {
      const { x, y } = await onWire(page, "PID", "Winding");
      await page.mouse.click(x, y);
      await page.keyboard.press("Alt+KeyL");
      await page.getByTestId("block-PID").click();
      await page.getByLabel("Method").selectOption("Crossover and margin");
      await page.getByLabel("Frequency", { exact: true }).fill("20");
      const handle = page.locator('[data-marker="handle"] circle');
      await handle.waitFor();
      await page.waitForTimeout(1500);
      return middle(handle);
    },
    watched: { matrices: ".matrices-all", plot: ".analyse-side table" },
  },
];

/** `url`: where the built app is served. */
export default async function run({ url }: { readonly url: string }): Promise<Table> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: ["--no-sandbox"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const rows: string[][] = [];
    for (const { name, example, prepare, watched } of drags) {
      const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: "en-GB" });
      await page.addInitScript(watch);
      await page.goto(`${url}/#example=${example}`);
      await page
        .locator(".shell-status")
        .getByText(/simulated/)
        .waitFor({ timeout: 60_000 });
      const from = await prepare(page);
      const field = page.getByLabel(example === "pid-motor" ? "P" : "Gain", { exact: true });
      await field.evaluate((input) => input.setAttribute("data-bench", "gain"));
      const all = { ...watched, gain: '[data-bench="gain"]' };
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      const times: { [what: string]: number[] } = {};
      for (let k = 0; k < moves; k++) {
        await page.waitForTimeout(250);
        await arm(page, all);
        // There and back, a little farther each time.
        await page.mouse.move(from.x + (k % 2 === 0 ? 8 + k / 4 : -(k / 4)), from.y);
        const names = Object.keys(all);
        await page
          .waitForFunction(
            (count) => Object.keys((window as unknown as Probed).probe.seen).length >= count,
            names.length,
            {
              timeout: 1000,
              polling: 20,
            },
          )
          .catch(() => undefined);
        const { moved, seen } = await page.evaluate(() => (window as unknown as Probed).probe);
        if (k < early) continue;
        for (const what of names) if (seen[what] !== undefined) (times[what] ??= []).push(seen[what] - moved);
      }
      await page.mouse.up();
      for (const [what, list] of Object.entries(times))
        rows.push([
          name,
          what,
          String(list.length),
          duration(median(list)),
          duration(quantile(list, 0.95)),
          duration(Math.min(...list)),
        ]);
      await page.close();
    }
    return {
      title: `Drag to what follows: the app in Chromium ${browser.version()}, ${moves - early} moves each`,
      columns: ["dragged", "followed", "moves", "median", "95 %", "best"],
      rows,
    };
  } finally {
    await browser.close();
  }
}
