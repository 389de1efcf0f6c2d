/** Draws build/resources/icon.png from icon.svg with a Chromium: run it when the mark changes. Packaging makes the rest of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "./chromium.mjs";
import { root } from "./setup.mjs";

const SIZE = 1024;
const folder = join(root, "build", "resources");
const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
await page.setContent(`<style>*{margin:0}svg{display:block}</style>${readFileSync(join(folder, "icon.svg"), "utf8")}`);
await page.screenshot({ path: join(folder, "icon.png"), omitBackground: true });
await browser.close();
