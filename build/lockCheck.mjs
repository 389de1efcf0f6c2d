/**
 * A lock file can be written that `npm ci` then refuses on another platform: optional platform binaries that the registry
 * lacked are dropped from it. So every optional dependency that an entry names must have an entry of its own.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param {string} root
 * @returns {string[]} what is wrong
 */
export function lockProblems(root) {
  /** @type {Record<string, { optionalDependencies?: Record<string, string>, devDependencies?: Record<string, string> }>} */
  const packages = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const names = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !names.has(name))
      .map((name) => `${path} names ${name}, which the lock file lacks`),
  );
  const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
  const locked = packages[""]?.devDependencies ?? {};
  const loose = Object.entries(wanted).flatMap(([name, version]) => {
    if (locked[name] !== version) return [`${name}: package.json and package-lock.json differ`];
    return /^(npm:.+@)?\d+\.\d+\.\d+$/.test(version) ? [] : [`${name}: ${version} is not an exact version`];
  });
  return [...missing, ...loose];
}
