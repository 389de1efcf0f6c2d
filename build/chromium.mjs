/** Finds a Chromium for browser tests and for the app without Electron. Installing one is chromiumInstall.mjs's. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Chromium without a window of its own: half the processor time a page. */
const HEADLESS = ["chromium-headless-shell", "chrome-headless-shell", "headless_shell"];

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

const MAC = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const WINDOWS = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Chromium\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
];

/** @returns {string | undefined} the CHROMIUM of the environment, else one of the machine's usual places */
export function findChromium() {
  return process.env["CHROMIUM"] || places().find((place) => existsSync(place));
}

/** @returns {string | undefined} for tests: the CHROMIUM of the environment, else one that is headless only */
export function findHeadlessChromium() {
  return process.env["CHROMIUM"] || onPath(HEADLESS).find((place) => existsSync(place));
}

/** @returns {string[]} */
function places() {
  if (process.platform === "darwin") return MAC;
  if (process.platform === "win32") {
    const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => process.env[name]);
    return roots.flatMap((root) => (root ? WINDOWS.map((place) => join(root, place)) : []));
  }
  return onPath(NAMES);
}

/** @param {string[]} names */
function onPath(names) {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => [...folders, "/usr/bin", "/snap/bin"].map((folder) => join(folder, name)));
}
