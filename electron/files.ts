/**
 * The files a window works with. A page knows a file by a token; the path behind it stays here. Reading is capped and wants
 * text; writing is atomic; what goes wrong is one of the host's failure codes.
 */
import { createHash, randomBytes } from "node:crypto";
import * as nodeFs from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Written } from "../renderer/host/bridge.ts";
import type { DataFile, DataHandle, FailureCode, OpenFile } from "../renderer/host/host.ts";
import { atomicSave, sweepOrphans, type FileSystem } from "./atomicSave.ts";
import { isPlainAttachedName, isPlainCsvName, mayAttach } from "./policies.ts";

export const DOCUMENT_MAX = 32 * 1024 * 1024;
export const DATA_MAX = 64 * 1024 * 1024;
/** Of data that is read in parts. */
export const STREAM_MAX = 200 * 1024 * 1024;

export class FileFailure extends Error {
  readonly code: FailureCode;
  readonly file: string;

  constructor(code: FailureCode, path: string, cause?: unknown) {
    super(`${code}: ${basename(path)}`, { cause });
    this.code = code;
    this.file = basename(path);
  }
}

export interface Files {
  open(path: string): Promise<OpenFile>;
  nameOf(token: string): string;
  /** Whether someone else changed the file since it was opened or saved here. */
  changedOutside(token: string): Promise<boolean>;
  save(token: string, text: string): Promise<Written>;
  saveAs(path: string, text: string): Promise<Written>;
  exportText(path: string, text: string): Promise<string>;
  openAttached(path: string): Promise<DataFile>;
  readBeside(token: string, name: string): Promise<string | undefined>;
  openData(path: string): Promise<DataHandle>;
  dataBeside(token: string, name: string): Promise<DataHandle | undefined>;
  readData(token: string, from: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

interface Known {
  readonly path: string;
  /** Of the bytes on disk when last read or written. */
  digest: string;
}

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export function createFiles(fs: FileSystem = nodeFs, now: () => number = Date.now): Files {
  const known = new Map<string, Known>();
  /** Paths of data files by token: these are only ever read. */
  const data = new Map<string, string>();
  const random = (bytes: number) => randomBytes(bytes).toString("hex");

  function behind(token: string): Known {
    const file = known.get(token);
    if (file === undefined) throw new FileFailure("unknown-token", "");
    return file;
  }

  function remember(path: string, digest: string): string {
    const token = random(16);
    known.set(token, { path, digest });
    return token;
  }

  /** One at a time, or an older text could be renamed over a newer one. */
  let turn: Promise<unknown> = Promise.resolve();
  function write(path: string, text: string): Promise<{ path: string; digest: string }> {
    const mine = turn.then(() => writeNow(path, text));
    turn = mine.catch(() => {});
    return mine;
  }

  async function writeNow(path: string, text: string): Promise<{ path: string; digest: string }> {
    try {
      await sweepOrphans(fs, path, now());
      const written = await atomicSave(fs, path, text, () => random(8));
      return { path: written, digest: digestOf(new TextEncoder().encode(text)) };
    } catch (error) {
      throw failure(error, path);
    }
  }

  async function handleOf(path: string): Promise<DataHandle> {
    const stats = await nodeFs.stat(path);
    if (!stats.isFile()) throw new FileFailure("not-text", path);
    if (stats.size > STREAM_MAX) throw new FileFailure("too-large", path);
    const token = random(16);
    data.set(token, path);
    return { name: basename(path), bytes: stats.size, token };
  }

  return {
    async open(path) {
      try {
        const real = await fs.realpath(path);
        await sweepOrphans(fs, real, now());
        const bytes = await readCapped(real, DOCUMENT_MAX);
        return { name: basename(real), text: decodeUtf8(bytes, real), token: remember(real, digestOf(bytes)) };
      } catch (error) {
        throw failure(error, path);
      }
    },

    nameOf: (token) => basename(behind(token).path),

    async changedOutside(token) {
      const { path, digest } = behind(token);
      try {
        return digestOf(await readCapped(path, DOCUMENT_MAX)) !== digest;
      } catch (error) {
        // Deleted or moved: saving brings it back.
        return (error as NodeJS.ErrnoException).code !== "ENOENT";
      }
    },

    async save(token, text) {
      const file = behind(token);
      const { digest } = await write(file.path, text);
      file.digest = digest;
      return { name: basename(file.path), token };
    },

    async saveAs(path, text) {
      const written = await write(path, text);
      return { name: basename(written.path), token: remember(written.path, written.digest) };
    },

    async exportText(path, text) {
      return basename((await write(path, text)).path);
    },

    async openAttached(path) {
      try {
        return { name: basename(path), text: decodeAny(await readCapped(path, DATA_MAX)) };
      } catch (error) {
        throw failure(error, path);
      }
    },

    async readBeside(token, name) {
      const folder = dirname(behind(token).path);
      if (!isPlainAttachedName(name)) return undefined;
      try {
        const real = await fs.realpath(join(folder, name));
        // A link may not lead out of the folder: a document must not read what its user did not give it.
        if (dirname(real) !== folder || !isPlainAttachedName(basename(real))) return undefined;
        const text = decodeAny(await readCapped(real, DATA_MAX));
        return mayAttach(basename(real), text) ? text : undefined;
      } catch {
        return undefined;
      }
    },

    async openData(path) {
      try {
        return await handleOf(await fs.realpath(path));
      } catch (error) {
        throw failure(error, path);
      }
    },

    async dataBeside(token, name) {
      const folder = dirname(behind(token).path);
      if (!isPlainCsvName(name)) return undefined;
      try {
        const real = await fs.realpath(join(folder, name));
        if (dirname(real) !== folder || !isPlainCsvName(basename(real))) return undefined;
        return await handleOf(real);
      } catch {
        return undefined;
      }
    },

    async readData(token, from, length) {
      const path = data.get(token);
      if (path === undefined) throw new FileFailure("unknown-token", "");
      try {
        const handle = await nodeFs.open(path, "r");
        try {
          const bytes = new Uint8Array(length);
          let done = 0;
          while (done < length) {
            const { bytesRead } = await handle.read(bytes, done, length - done, from + done);
            if (bytesRead === 0) break;
            done += bytesRead;
          }
          return bytes.subarray(0, done);
        } finally {
          await handle.close();
        }
      } catch (error) {
        throw failure(error, path);
      }
    },
  };
}

/** Plain files only: opening a pipe or a device could hang, or never end. */
async function readCapped(path: string, most: number): Promise<Uint8Array> {
  if (!(await nodeFs.stat(path)).isFile()) throw new FileFailure("not-text", path);
  const handle = await nodeFs.open(path, "r");
  try {
    const { size } = await handle.stat();
    if (size > most) throw new FileFailure("too-large", path);
    // It may grow while it is read.
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, size - done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileFailure("not-text", path);
  }
}

/** Data comes from anywhere: UTF-16 with its mark, UTF-8, else the Windows code page of western Europe. */
function decodeAny(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

const CODES: { readonly [errno: string]: FailureCode } = {
  ENOENT: "not-found",
  ENOTDIR: "not-found",
  EACCES: "no-permission",
  EPERM: "no-permission",
  EROFS: "read-only",
  ENOSPC: "no-space",
  EDQUOT: "no-space",
  EFBIG: "no-space",
  EBUSY: "busy",
  ETXTBSY: "busy",
  EMFILE: "busy",
  ENFILE: "busy",
  EXDEV: "not-replaceable",
  ELOOP: "not-replaceable",
  EISDIR: "not-replaceable",
};

export function failure(error: unknown, path: string): FileFailure {
  if (error instanceof FileFailure) return error;
  return new FileFailure(CODES[(error as NodeJS.ErrnoException).code ?? ""] ?? "failed", path, error);
}
