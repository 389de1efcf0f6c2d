/** Makes sure that there is a Chromium for the browser tests: the machine's own, Debian's package, or Playwright's download. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { root, say } from "./setup.mjs";

/** @returns {Promise<string | undefined>} where it is; undefined when none is to be had */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const debian = spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
  const asRoot = process.getuid?.() === 0;
  if (debian && asRoot) {
    say("Installing Chromium (apt-get) …");
    const packages = ["chromium", "fonts-dejavu-core", "fonts-liberation"];
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages]);
    const installed = findChromium();
    // Ubuntu's package of that name is a stub that asks for a snap.
    if (installed !== undefined && run(installed, ["--version"])) return installed;
  }
  const own = await playwrightChromium();
  if (own !== undefined) return own;
  say("Downloading Chromium (Playwright) …");
  const cli = join(root, "node_modules", "playwright", "cli.js");
  run(process.execPath, [cli, "install", ...(debian && asRoot ? ["--with-deps"] : []), "chromium"]);
  return playwrightChromium();
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
