/** Finds a Chromium for browser tests and for the app without Electron. Installing one is chromiumInstall.mjs's. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

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
  const named = process.env["CHROMIUM"];
  if (named) return named;
  return places().find((place) => existsSync(place));
}

/** @returns {string[]} */
function places() {
  if (process.platform === "darwin") return MAC;
  if (process.platform === "win32") {
    const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => process.env[name]);
    return roots.flatMap((root) => (root ? WINDOWS.map((place) => join(root, place)) : []));
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => [...folders, "/usr/bin", "/snap/bin"].map((folder) => join(folder, name)));
}
