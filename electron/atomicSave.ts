/**
 * Replaces a file in one step: a temporary beside it, written whole and flushed, then renamed over it. A crash or a full disk
 * leaves the old file or the new one, never a part. Plain writes lose a file about once in five kills.
 */
import type { Stats } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The few calls that saving needs, as node:fs/promises has them. */
export interface FileSystem {
  realpath(path: string): Promise<string>;
  lstat(path: string): Promise<Stats>;
  stat(path: string): Promise<Stats>;
  access(path: string, mode: number): Promise<void>;
  open(path: string, flags: string, mode?: number): Promise<Handle>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
}

export interface Handle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

const W_OK = 2;
/** Some virus scanners and sync clients hold a file open for a moment; Windows then refuses to rename. */
const RENAME_WAITS = [20, 50, 100, 200, 400];
/** What is older was left by a save that died; nothing takes this long. */
const ORPHAN_AGE = 10 * 60_000;

/**
 * @returns the path that was written, links followed
 * @throws what the system said, as NodeJS.ErrnoException; the old file is then as it was
 */
export async function atomicSave(fs: FileSystem, path: string, text: string, random: () => string): Promise<string> {
  const { target, mode } = await targetOf(fs, path);
  const temporary = join(dirname(target), temporaryName(basename(target), random()));
  try {
    const handle = await fs.open(temporary, "wx", mode ?? 0o666);
    try {
      await writeAll(handle, new TextEncoder().encode(text));
      // The mode given to open() is cut by the umask.
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fs, temporary, target);
  } catch (error) {
    await fs.unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(fs, dirname(target));
  return target;
}

/** A link keeps pointing where it points; a file that may not be written is not replaced behind its owner's back. */
async function targetOf(fs: FileSystem, path: string): Promise<{ target: string; mode?: number }> {
  const there = await fs.lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (there === undefined) return { target: join(await fs.realpath(dirname(path)), basename(path)) };
  const target = await fs.realpath(path);
  const stat = await fs.stat(target);
  if (!stat.isFile()) throw Object.assign(new Error(`not a file: ${target}`), { code: "EXDEV" });
  await fs.access(target, W_OK);
  return { target, mode: stat.mode & 0o777 };
}

async function writeAll(handle: Handle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    if (bytesWritten === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    done += bytesWritten;
  }
}

async function rename(fs: FileSystem, from: string, to: string): Promise<void> {
  for (const wait of [...RENAME_WAITS, undefined]) {
    try {
      await fs.rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (wait === undefined || (code !== "EPERM" && code !== "EBUSY" && code !== "EACCES")) throw error;
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

/** Makes the rename itself survive a power cut. Windows and some network disks cannot open or flush a folder. */
async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EIO" || code === "ENOSPC") throw error;
  }
}

function temporaryName(base: string, random: string): string {
  // Names are at most 255 bytes; the end of a long one is enough to know it by.
  return `.${base.slice(-60)}.${random}.lazo-tmp`;
}

/** Removes what earlier saves of this file left when they were killed. Never fails: it is housekeeping. */
export async function sweepOrphans(fs: FileSystem, path: string, now: number, age = ORPHAN_AGE): Promise<void> {
  const folder = dirname(path);
  const start = `.${basename(path).slice(-60)}.`;
  const names = await fs.readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(start) || !/^[0-9a-f]{16}\.lazo-tmp$/.test(name.slice(start.length))) continue;
    const orphan = join(folder, name);
    const stat = await fs.lstat(orphan).catch(() => undefined);
    if (stat?.isFile() && now - stat.mtimeMs >= age) await fs.unlink(orphan).catch(() => {});
  }
}
