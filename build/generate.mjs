/**
 * Writes the files that are made from other files; `--check` says which are stale instead. Each step is a module in
 * generate/ whose `files(root)` gives [{path, text}], paths from the root, the same text for the same tree.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** @typedef {{ path: string, text: string }} Generated */

/** @returns {Promise<string[]>} paths that were stale, now written */
export async function generate() {
  const changed = await stale();
  for (const { path, text } of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return changed.map(({ path }) => path);
}

/** @returns {Promise<Generated[]>} files whose text on disk is not what it should be */
export async function stale() {
  const folder = join(root, "build", "generate");
  const steps = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  /** @type {Generated[]} */
  const files = [];
  for (const step of steps.sort()) {
    const made = await import(pathToFileURL(join(folder, step)).href);
    files.push(...(await made.files(root)));
  }
  return files.filter(({ path, text }) => {
    const full = join(root, path);
    return !existsSync(full) || readFileSync(full, "utf8").replaceAll("\r\n", "\n") !== text;
  });
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--check")) {
    const old = await stale();
    for (const { path } of old) console.error(`${path} is stale: run node build/generate.mjs`);
    process.exitCode = old.length > 0 ? 1 : 0;
  } else {
    for (const path of await generate()) console.error(`wrote ${path}`);
  }
}
