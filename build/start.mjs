/**
 * `npm start`: sets everything up and opens the app. Where Electron cannot be had, or there is no display, it says so in
 * one line and serves the very same renderer to the browser.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";
import { buildWhatIsStale, installDependencies, root, say } from "./setup.mjs";

/** Tried first, so that the browser finds its settings again under the same origin. */
const PORT = 4173;
const DOWNLOAD_MS = 10 * 60_000;
/** A start that fails does so at once: libraries missing, no usable display. */
const FAILED_START_MS = 5000;

installDependencies();
say("Building what changed …");
await buildWhatIsStale(["renderer", "electron"]);
const why = await openDesktop(process.argv.slice(2));
if (why !== undefined) await openBrowser(why);

/**
 * @param {string[]} args
 * @returns {Promise<string | undefined>} why it did not work
 */
async function openDesktop(args) {
  if (!hasDisplay()) return "There is no display for a window";
  const binary = electronBinary() ?? downloadElectron();
  if (binary === undefined) return "Electron could not be downloaded";
  const began = Date.now();
  const child = spawn(binary, [...rootFlags(), root, ...args], { stdio: "inherit" });
  const stop = /** @param {NodeJS.Signals} signal */ (signal) => void child.kill(signal);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const code = await new Promise((done) => child.on("error", () => done(1)).on("exit", (code) => done(code ?? 0)));
  process.off("SIGINT", stop).off("SIGTERM", stop);
  if (code !== 0 && Date.now() - began < FAILED_START_MS) return "Electron could not start here";
  process.exitCode = Number(code);
  return undefined;
}

/** @param {string} why */
async function openBrowser(why) {
  const server = await serve({ port: PORT });
  say(`${why}: Lazo is served at ${server.url} instead (Ctrl+C ends it).`);
  console.log(server.url);
  if (hasDisplay() && !process.env["CI"]) showInBrowser(server.url);
  const stop = () => void server.close().then(() => process.exit(0));
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

/** Chromium refuses to run as root unless its sandbox is given up; containers have no other user. */
function rootFlags() {
  return process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** @returns {string | undefined} Found by hand: asking the electron package for it would start a download. */
function electronBinary() {
  try {
    const name = readFileSync(join(root, "node_modules", "electron", "path.txt"), "utf8");
    const folder = process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(root, "node_modules", "electron", "dist");
    const binary = join(folder, name);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function downloadElectron() {
  say("Downloading Electron (once) …");
  const script = join(root, "node_modules", "electron", "install.js");
  spawnSync(process.execPath, [script], { cwd: root, stdio: "ignore", timeout: DOWNLOAD_MS });
  return electronBinary();
}

/**
 * The browser that the system would take, else a Chromium in a window of its own. Where neither opens, the printed address
 * is enough.
 * @param {string} url
 */
function showInBrowser(url) {
  const chromium = findChromium();
  /** @type {Record<string, [string, string[]]>} */
  const openers = { darwin: ["open", [url]], win32: ["cmd", ["/c", "start", "", url]] };
  const ways = [openers[process.platform] ?? ["xdg-open", [url]]];
  if (chromium !== undefined) ways.push([chromium, [...rootFlags(), `--app=${url}`]]);
  const attempt = () => {
    const way = ways.shift();
    if (way === undefined) return;
    const child = spawn(way[0], way[1], { stdio: "ignore", detached: true });
    let tried = false;
    const next = () => {
      if (!tried) attempt();
      tried = true;
    };
    child.on("error", next).on("exit", (code) => code !== 0 && next());
    child.unref();
  };
  attempt();
}
