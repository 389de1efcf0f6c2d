/**
 * What the desktop allows, as pure functions: where a page may go, what it may ask for, which file an address means, who may
 * send. Nothing here touches Electron or the disk.
 */
import { isAbsolute, relative, resolve, sep } from "node:path";

/** The scheme is standard and secure, so a page has an origin of its own, storage, and workers. */
export const SCHEME = "app";
export const ORIGIN = `${SCHEME}://bundle`;
export const START = `${ORIGIN}/index.html`;

/** Only the app itself, so that a reload works. */
export function mayNavigate(url: string): boolean {
  return originOf(url) === ORIGIN;
}

/** No page opens windows. */
export function windowOpen(_url: string): { readonly action: "deny" } {
  return { action: "deny" };
}

const PERMISSIONS: ReadonlySet<string> = new Set(["clipboard-read", "clipboard-sanitized-write", "fullscreen"]);

/** Electron grants everything by default. The clipboard is for blocks that are copied and pasted. */
export function mayUse(permission: string, requestingOrigin: string): boolean {
  return PERMISSIONS.has(permission) && originOf(requestingOrigin) === ORIGIN;
}

export interface Sender {
  readonly url: string;
  readonly parent: unknown;
}

/** Messages count only from the top frame of the app's own page; a frame that is gone is null. */
export function isOurs(sender: Sender | null): boolean {
  return sender !== null && sender.parent === null && originOf(sender.url) === ORIGIN;
}

/** Protocol and host as written; `URL.origin` is "null" for schemes that this Node does not know. */
function originOf(url: string): string | undefined {
  // The parser drops tabs and line ends, which must not make two addresses one.
  if (/[\u0000-\u0020\u007f]/.test(url)) return undefined;
  try {
    const { protocol, host, username, password } = new URL(url);
    return username === "" && password === "" ? `${protocol}//${host}` : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file of the bundle that an app:// address means. Links are followed (by `realpath`, which throws where nothing is)
 * before asking whether it still lies inside.
 */
export function resolveAppUrl(url: string, folder: string, realpath: (path: string) => string): string | undefined {
  if (originOf(url) !== ORIGIN) return undefined;
  try {
    const path = decodeURIComponent(new URL(url).pathname);
    if (/[\u0000-\u001f\\:]/.test(path)) return undefined;
    const base = realpath(folder);
    const file = realpath(resolve(base, `.${path.endsWith("/") ? `${path}index.html` : path}`));
    return isInside(base, file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Strictly inside, both being absolute and free of links. */
export function isInside(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The document named on a command line, as an absolute path: the first argument that ends in .lazo. Network shares, devices
 * and control characters are refused; whether the file exists is asked when it is read.
 */
export function documentInArgs(args: readonly string[], workingFolder: string): string | undefined {
  const named = args.find((arg) => !arg.startsWith("-") && /\.lazo$/i.test(arg));
  if (named === undefined || named.length > 4096 || /[\u0000-\u001f]/.test(named)) return undefined;
  // \\server\share, //server/share, \\?\ and \\.\ devices, and anything with a scheme.
  if (/^[\\/]{2}/.test(named) || /^[a-z][a-z0-9+.-]+:/i.test(named)) return undefined;
  return resolve(workingFolder, named);
}

/** A base name, and a CSV: what a document may ask for from its own folder. */
export function isPlainCsvName(name: string): boolean {
  return /^[^/\\:*?"<>|\u0000-\u001f]+\.csv$/i.test(name) && !name.startsWith(".") && name.length <= 255;
}

/** A base name, and a kind of file that blocks read: what a document may ask for from its own folder. */
export function isPlainAttachedName(name: string): boolean {
  return isPlainCsvName(name.replace(/\.json$/i, ".csv"));
}

/** JSON beside a document is given to it only where it is weights: it may not read whatever else lies there. */
export function mayAttach(name: string, text: string): boolean {
  return !/\.json$/i.test(name) || /^\s*\{\s*"format"\s*:\s*"lazo-weights"/.test(text);
}

/** A name that a save dialog can suggest on every system: never a path, never empty. */
export function suggestedFileName(name: string): string {
  const plain = [...name.toWellFormed()]
    .slice(0, 100)
    .join("")
    .replace(/[/\\:*?"<>|\u0000-\u001f\u007f]/g, " ")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  return plain === "" ? "Untitled" : plain;
}
