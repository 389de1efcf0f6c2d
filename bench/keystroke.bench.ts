/**
 * From a key pressed in a field of the inspector to the new run on the screen, in Chromium and the real app: document, undo,
 * worker, compile, linearize, simulate, transfer, plot. Beside it the time to the next frame: what typing feels like.
 */
import { chromium } from "@playwright/test";
import type { Page } from "@playwright/test";
import { findChromium } from "../build/chromium.mjs";
import { writeDocument } from "../core/index.ts";
import { chain, sizes } from "./chain.ts";
import { duration, median, quantile } from "./table.ts";
import type { Table } from "./table.ts";

const keystrokes = 21;

interface Probe {
  pressed: number;
  framed: number;
  drawn: number;
}
type Watched = Window & { probe: Probe };

/** In the page: when a key goes down, when the next frame comes, and when the plot is next cleared to be drawn anew. */
function watch(): void {
  const probe: Probe = { pressed: 0, framed: 0, drawn: 0 };
  (window as unknown as Watched).probe = probe;
  addEventListener(
    "keydown",
    () => {
      Object.assign(probe, { pressed: performance.now(), framed: 0, drawn: 0 });
      requestAnimationFrame(() => (probe.framed ||= performance.now()));
    },
    true,
  );
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...area: [number, number, number, number]) {
    clear.apply(this, area);
    if (this.canvas.closest(".plots-canvas") && probe.pressed > 0)
      requestAnimationFrame(() => (probe.drawn ||= performance.now()));
  };
}

async function open(page: Page, size: number, url: string): Promise<number> {
  const document = chain(size);
  await page.goto(url);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open a file…" }).click();
  await (
    await chooser
  ).setFiles({ name: "chain.lazo", mimeType: "application/json", buffer: Buffer.from(writeDocument(document)) });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".plots-canvas canvas").waitFor({ timeout: 120_000 });
  return document.root.blocks.length;
}

const picture = (page: Page) =>
  page
    .locator(".plots-canvas canvas")
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

/** `url`: where the built app is served. */
export default async function run({ url }: { readonly url: string }): Promise<Table> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: ["--no-sandbox"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const rows: string[][] = [];
    for (const size of sizes) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
      await page.addInitScript(() => {
        for (const picker of ["showOpenFilePicker", "showSaveFilePicker"]) Reflect.deleteProperty(window, picker);
      });
      await page.addInitScript(watch);
      const blocks = await open(page, size, url);
      const field = page.getByRole("textbox", { name: "Value of k" });
      await field.fill("1.5");
      await field.press("End");
      const plotted: number[] = [];
      const felt: number[] = [];
      for (let i = 0; i < keystrokes; i++) {
        // A digit comes and goes: 1.57, 1.5, 1.57 …
        await page.waitForTimeout(300);
        const before = await picture(page);
        await page.keyboard.press(i % 2 === 0 ? "7" : "Backspace");
        await page.waitForFunction(() => (window as unknown as Watched).probe.drawn > 0, undefined, {
          timeout: 60_000,
          polling: 5,
        });
        const { pressed, framed, drawn } = await page.evaluate(() => (window as unknown as Watched).probe);
        if ((await picture(page)) === before) throw new Error("A plot was drawn, but it is the old one");
        // The first few compile the code and not the diagram.
        if (i < 3) continue;
        plotted.push(drawn - pressed);
        felt.push(framed - pressed);
      }
      rows.push([
        String(blocks),
        duration(median(plotted)),
        duration(quantile(plotted, 0.95)),
        duration(median(felt)),
        duration(Math.max(...felt)),
      ]);
      await page.close();
    }
    return {
      title: `Keystroke to plot: the app in Chromium ${browser.version()}, ${keystrokes - 3} keys each`,
      columns: ["blocks", "key to new plot, median", "95 %", "key to next frame, median", "worst"],
      rows,
    };
  } finally {
    await browser.close();
  }
}
