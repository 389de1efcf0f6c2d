/** Makes sure that there is a Chromium for the browser tests: the machine's own, Debian's package, or Playwright's download. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium, findHeadlessChromium } from "./chromium.mjs";
import { root, say } from "./setup.mjs";

/** @returns {Promise<string | undefined>} where it is; undefined when none is to be had */
export async function ensureChromium() {
  const debian = spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
  const asRoot = process.getuid?.() === 0;
  const install = (/** @type {string} */ name) => debian && asRoot && debianPackage(name);
  const here =
    findHeadlessChromium() ??
    (install("chromium-headless-shell") ? findHeadlessChromium() : undefined) ??
    findChromium() ??
    (install("chromium") ? findChromium() : undefined);
  // Ubuntu's package of that name is a stub that asks for a snap.
  if (here !== undefined && run(here, ["--version"])) return here;
  const own = await playwrightChromium();
  if (own !== undefined) return own;
  say("Downloading Chromium (Playwright) …");
  const cli = join(root, "node_modules", "playwright", "cli.js");
  run(process.execPath, [cli, "install", ...(debian && asRoot ? ["--with-deps"] : []), "chromium"]);
  return playwrightChromium();
}

/** @param {string} name */
function debianPackage(name) {
  say(`Installing ${name} (apt-get) …`);
  run("apt-get", ["update", "-qq"]);
  return run("apt-get", [
    "install",
    "-y",
    "-qq",
    "--no-install-recommends",
    name,
    "fonts-dejavu-core",
    "fonts-liberation",
  ]);
}

async function playwrightChromium() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return path !== "" && existsSync(path) ? path : undefined;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { env, stdio: ["ignore", 2, 2], timeout: 10 * 60_000 }).status === 0;
}
