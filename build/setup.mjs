/**
 * Everything that must be there before Lazo runs: dependencies, generated files, built bundles. Plain Node until the
 * dependencies are installed. Each step does nothing when nothing changed; what it says goes to stderr.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** @typedef {"renderer" | "electron" | "cli"} Target */

/** What each bundle is made of: folders and files whose change makes it stale, and the Vite configs that build it. */
const TARGETS = {
  renderer: { from: ["renderer", "core", "examples"], configs: ["vite.renderer.mjs"] },
  electron: { from: ["electron", "renderer/host"], configs: ["vite.main.mjs", "vite.preload.mjs"] },
  cli: { from: ["cli", "core"], configs: ["vite.cli.mjs"] },
};

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Stops with one sentence when this Node is too old to go on. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`Lazo needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}

/** Installs what package-lock.json says, unless node_modules holds exactly that already. */
export function installDependencies() {
  requireNode();
  if (dependenciesMatch()) return;
  const waits = [0, 3, 10];
  for (const wait of waits) {
    if (wait > 0) {
      say(`Trying again in ${wait} s …`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait * 1000);
    }
    say("Installing dependencies (npm ci) …");
    if (npm(["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]) && dependenciesMatch()) return;
  }
  say("The dependencies could not be installed; npm's own message is above.");
  process.exit(1);
}

/** npm writes node_modules/.package-lock.json last: when it is there and agrees, the installation is whole. */
function dependenciesMatch() {
  const installed = lockedPackages(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const wanted = lockedPackages(join(root, "package-lock.json"));
  if (wanted === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const have = installed[path];
    if (have === undefined) return entry.optional === true || entry.devOptional === true;
    return have.version === entry.version && have.integrity === entry.integrity;
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockEntry
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
export function npm(args) {
  const script = process.env["npm_execpath"];
  // npm's output goes to stderr: stdout belongs to whoever was called.
  /** @type {import("node:child_process").SpawnSyncOptions} */
  const options = { cwd: root, stdio: ["ignore", 2, 2] };
  const done =
    script !== undefined && /\.[cm]?js$/.test(script)
      ? spawnSync(process.execPath, [script, ...args], options)
      : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  return done.status === 0;
}

/**
 * Generates and builds whatever is older than its sources.
 * @param {Target[]} targets
 */
export async function buildWhatIsStale(targets) {
  const release = await lock();
  try {
    const { generate } = await import("./generate.mjs");
    await generate();
    for (const target of targets) {
      const stamp = join(root, "dist", target, ".built");
      const sources = fingerprint([...TARGETS[target].from, "build", "package-lock.json"]);
      if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) continue;
      rmSync(join(root, "dist", target), { recursive: true, force: true });
      await build(TARGETS[target].configs);
      writeFileSync(stamp, sources);
    }
  } finally {
    release();
  }
}

/** @param {string[]} configs */
async function build(configs) {
  // Vite takes this for more than its mode: a test runner or a developer's shell that sets it would get React's slow development build.
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await buildAll(configs);
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
  }
}

/** @param {string[]} configs */
async function buildAll(configs) {
  const vite = await import("vite");
  const logger = vite.createLogger("warn");
  // Vite's logger writes to stdout by default.
  const toStderr = { ...logger, info: () => {}, warn: say, warnOnce: say, error: say };
  for (const config of configs) {
    await vite.build({
      configFile: join(root, "build", config),
      customLogger: toStderr,
      logLevel: "warn",
      mode: "production",
    });
  }
}

/**
 * Names, sizes and times of all files below some paths.
 * @param {string[]} paths relative to the root
 */
function fingerprint(paths) {
  const hash = createHash("sha256");
  /** @param {string} path */
  const visit = (path) => {
    if (!existsSync(path)) return;
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(`${relative(root, path)}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest("hex");
}

/** One build at a time in a checkout; a lock whose owner is gone is taken over. */
async function lock() {
  const file = join(root, "dist", ".lock");
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    try {
      const handle = openSync(file, "wx");
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    if (!ownerLives(file)) rmSync(file, { force: true });
    else await new Promise((done) => setTimeout(done, 200));
  }
}

/** @param {string} file */
function ownerLives(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    if (pid === 0) return Date.now() - statSync(file).mtimeMs < 2000; // Just created, not yet signed.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
