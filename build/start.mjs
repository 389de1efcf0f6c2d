/**
 * `npm start`: sets everything up and opens the app. Where Electron cannot be had, or there is no display, it says so in
 * one line and serves the very same renderer to the browser.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
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
  const asRoot = process.platform === "linux" && process.getuid?.() === 0;
  const began = Date.now();
  const child = spawn(binary, [...(asRoot ? ["--no-sandbox"] : []), root, ...args], { stdio: "inherit" });
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

/** @param {string} url */
function showInBrowser(url) {
  /** @type {Record<string, [string, string[]]>} */
  const openers = { darwin: ["open", [url]], win32: ["cmd", ["/c", "start", "", url]] };
  const onPath = (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "xdg-open")));
  const chromium = findChromium();
  const [command, args] =
    openers[process.platform] ?? (onPath ? ["xdg-open", [url]] : chromium ? [chromium, [`--app=${url}`]] : ["", []]);
  if (command === "") return;
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => {}); // The address is printed: that is enough.
  child.unref();
}
