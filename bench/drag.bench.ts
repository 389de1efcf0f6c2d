/**
 * From a move of the pointer that drags a closed-loop pole, a weight, the crossover or a point of the root locus to the frame that shows
 * the new gain, matrices, margins, curves and run, in Chromium and the real app. First as fast as the pointer sends moves: how many of
 * the frames that bring one bring a new gain too. Then moves apart from one another, so that each is followed by itself.
 */
import { chromium } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import { findChromium } from "../build/chromium.mjs";
import { duration, median, quantile } from "./table.ts";
import type { Table } from "./table.ts";

const moves = 32;
const patience = 1000;
const held = 120;

interface Followed {
  /** ms from the move to the change on the page, and to the frame that paints it. */
  readonly changed: number;
  readonly painted: number;
  /** Of these, how many began after the move's own. */
  readonly frames: number;
}
interface Probe {
  /** Settles when all that is watched has changed after the next move of the pointer, or after `patience` ms. */
  follow(watched: Watched, patience: number): Promise<{ readonly [name: string]: Followed }>;
  /** Frames with a move, and those of them that paint another text of this field than the frame before. */
  count(field: string, seconds: number): Promise<{ readonly moves: number; readonly changes: number }>;
}
/** Selectors of fields, or of what is written or drawn; "scope": the curves of the scope. */
type Watched = { readonly [name: string]: string };
type Probed = Window & { probe: Probe };

function install(): void {
  let points = 0;
  let scope = 0;
  let drawn = 0;
  // Curves of the scope, by the sum of their points.
  const line = Path2D.prototype.lineTo;
  Path2D.prototype.lineTo = function (x: number, y: number) {
    points += x * 1.7 + y;
    drawn = performance.now();
    line.call(this, x, y);
  };
  const shownBy = (one: Element): string =>
    ["d", "x", "y"].map((name) => one.getAttribute(name) ?? "").join(" ") + one.textContent;
  const read = (selector: string): string => {
    if (selector === "scope") return String(scope);
    return [...document.querySelectorAll(selector)]
      .map((one) => (one instanceof HTMLInputElement ? one.value : shownBy(one)))
      .join("|");
  };
  let moved = 0;
  addEventListener("pointermove", () => (moved ||= performance.now()), true);
  const frame = (): Promise<number> => new Promise(requestAnimationFrame);
  const newer = (): void => {
    if (points !== 0) [scope, points] = [points, 0];
  };
  const probe: Probe = {
    async follow(watched, limit) {
      newer();
      const before = Object.entries(watched).map(([name, selector]) => ({ name, selector, was: read(selector) }));
      const seen: { [name: string]: Followed } = {};
      const changes: { [name: string]: number } = {};
      moved = 0;
      const look = new MutationObserver(() => {
        for (const { name, selector, was } of before)
          if (moved !== 0 && selector !== "scope" && changes[name] === undefined && read(selector) !== was)
            changes[name] = performance.now() - moved;
      });
      look.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      let frames = -1;
      const began = performance.now();
      while (Object.keys(seen).length < before.length && performance.now() - began < limit) {
        await frame();
        const now = performance.now();
        newer();
        // Moves are handed over as a frame begins.
        if (moved !== 0) frames++;
        for (const { name, selector, was } of before) {
          if (moved === 0 || seen[name] !== undefined || read(selector) === was) continue;
          const changed = selector === "scope" ? drawn - moved : (changes[name] ?? now - moved);
          seen[name] = { changed, painted: now - moved, frames };
        }
      }
      look.disconnect();
      return seen;
    },
    async count(field, seconds) {
      const sums = { moves: 0, changes: 0 };
      moved = 0;
      let was = read(field);
      for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
        await frame();
        if (moved !== 0) sums.moves++;
        moved = 0;
        const now = read(field);
        if (now !== was) sums.changes++;
        was = now;
      }
      return sums;
    },
  };
  Object.assign(window, { probe });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Drag {
  readonly name: string;
  readonly example: string;
  /** Where the pointer takes hold. */
  readonly prepare: (page: Page) => Promise<Point>;
  /** Pixels from there at the k-th move. */
  readonly path: (k: number) => Point;
  /** The label of the field that shows the gain. */
  readonly gain: string;
  readonly watched: Watched;
}

const middle = async (of: Locator): Promise<Point> => {
  const box = (await of.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};
const onWire = async (page: Page, from: string, to: string): Promise<Point> =>
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

async function loopAt(page: Page, from: string, to: string): Promise<void> {
  const { x, y } = await onWire(page, from, to);
  await page.mouse.click(x, y);
  await page.keyboard.press("Alt+KeyL");
}

const still = (page: Page): Promise<void> => page.waitForTimeout(1500);

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
      await still(page);
      return middle(grip);
    },
    path: (k) => ({ x: (k % 2 === 0 ? -24 : -8) - (k % 16), y: 0 }),
    gain: "Gain",
    watched: { "poles listed": ".analyse-side table", "poles drawn": '[data-marker="pole"]' },
  },
  {
    name: "weight R, cart and pendulum",
    example: "cart-pendulum",
    async prepare(page) {
      await feedback(page);
      await still(page);
      const box = (await page.getByText("Weight R", { exact: true }).boundingBox())!;
      return { x: box.x + 10, y: box.y + box.height / 2 };
    },
    // A step of the weight is four pixels.
    path: (k) => ({ x: (k % 2 === 0 ? 60 : 20) + 4 * (k % 8), y: 0 }),
    gain: "Gain",
    watched: { matrices: ".matrices-all", run: "scope" },
  },
  {
    name: "crossover, motor with PID",
    example: "pid-motor",
    async prepare(page) {
      await loopAt(page, "PID", "Winding");
      await page.getByTestId("block-PID").click();
      await page.getByLabel("Method").selectOption("Crossover and margin");
      await page.getByLabel("Frequency", { exact: true }).fill("20");
      const handle = page.locator('[data-marker="handle"] circle');
      await handle.waitFor();
      await still(page);
      return middle(handle);
    },
    path: (k) => ({ x: (k % 2 === 0 ? 16 : -8) + (k % 16), y: 0 }),
    gain: "P",
    watched: { margins: ".analyse-side table", curves: ".analyse-map svg path" },
  },
  {
    name: "point of the locus, island",
    example: "island-classic",
    async prepare(page) {
      await loopAt(page, "Catch", "Pelican rate");
      await page.getByRole("button", { name: /^Plot:/ }).click();
      await page.getByRole("menuitemradio", { name: "Root locus", exact: true }).click();
      await page.getByTestId("block-Catch").click();
      const squares = page.locator('[data-marker="closed"]');
      await squares.first().waitFor();
      await still(page);
      const heights = await squares.evaluateAll((all) => all.map((one) => Number(one.getAttribute("y"))));
      return middle(squares.nth(heights.indexOf(Math.min(...heights))));
    },
    path: (k) => ({ x: 0, y: (k % 2 === 0 ? 14 : 4) + (k % 8) }),
    gain: "Gain",
    watched: { "closed loop": '[data-marker="closed"]' },
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
    const notes: string[] = [];
    for (const { name, example, prepare, path, gain, watched } of drags) {
      const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: "en-GB" });
      await page.addInitScript(install);
      await page.goto(`${url}/#example=${example}`);
      await page
        .locator(".shell-status")
        .getByText(/simulated/)
        .waitFor({ timeout: 60_000 });
      const from = await prepare(page);
      const field = page.getByLabel(gain, { exact: true });
      await field.evaluate((input) => input.setAttribute("data-bench", "gain"));
      const all = { gain: '[data-bench="gain"]', ...watched };
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      const to = (k: number): Promise<void> => {
        const { x, y } = path(k);
        return page.mouse.move(from.x + x, from.y + y);
      };
      // What has just begun to be dragged still compiles the code.
      const counting = page.evaluate((selector) => (window as unknown as Probed).probe.count(selector, 2), all.gain);
      for (let k = 0; k < held; k++) await to(k);
      const sums = await counting;
      notes.push(`${name}, without a pause: ${sums.changes} new gains in ${sums.moves} frames with a move.`);
      const times: { [what: string]: Followed[] } = {};
      for (let k = 0; k < moves; k++) {
        await page.waitForTimeout(250);
        const following = page.evaluate(([what, limit]) => (window as unknown as Probed).probe.follow(what, limit), [
          all,
          patience,
        ] as const);
        await to(k);
        const seen = await following;
        for (const what of Object.keys(all)) if (seen[what]) (times[what] ??= []).push(seen[what]);
      }
      await page.mouse.up();
      for (const what of Object.keys(all)) {
        const list = times[what] ?? [];
        const changed = list.map((one) => one.changed);
        const painted = list.map((one) => one.painted);
        rows.push([
          name,
          what,
          String(list.length),
          duration(median(changed)),
          duration(Math.min(...changed)),
          duration(median(painted)),
          duration(quantile(painted, 0.95)),
          duration(Math.min(...painted)),
          `${Math.round((100 * list.filter(({ frames }) => frames <= 1).length) / list.length)} %`,
        ]);
      }
      await page.close();
    }
    return {
      title: `Drag to what follows: the app in Chromium ${browser.version()}, ${moves} moves each`,
      columns: [
        "dragged",
        "followed",
        "moves",
        "changed: median",
        "best",
        "painted: median",
        "95 %",
        "best",
        "next frame",
      ],
      rows,
      notes,
    };
  } finally {
    await browser.close();
  }
}
