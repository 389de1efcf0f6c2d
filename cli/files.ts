/** Files of the command line: a document with the data that lie beside it, and results. Every failure is a problem with a code. */
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { attachFile, namedFiles, readDocument, type LazoDocument, type Problem } from "../core/index.ts";
import { hasError, refuse, Refused } from "./report.ts";

const largestDocument = 32 * 2 ** 20;
const largestData = 64 * 2 ** 20;

/** Bytes of a regular file. It is looked at before it is opened: opening a pipe would wait for a writer. */
async function readBytes(path: string, largest: number): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw refuse("FILE_IS_FOLDER", path, "This is a folder.", "Name a file in it.");
    if (!found.isFile()) throw refuse("FILE_NOT_REGULAR", path, "This is not a regular file.");
    if (found.size > largest)
      throw refuse("FILE_TOO_LARGE", path, `The file has ${found.size} bytes; at most ${largest} are read.`);
    const file = await open(path, "r");
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof Refused ? error : fileProblem(path, error, "read");
  }
}

function fileProblem(path: string, error: unknown, verb: "read" | "written"): Refused {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
      return refuse(
        "FILE_NOT_FOUND",
        path,
        verb === "read" ? "There is no such file." : "There is no such folder.",
        "Check the path.",
      );
    case "ENOTDIR":
      return refuse("FILE_NOT_FOUND", path, "A part of the path is no folder.", "Check the path.");
    case "EISDIR":
      return refuse("FILE_IS_FOLDER", path, "This is a folder.", "Name a file in it.");
    case "EACCES":
    case "EPERM":
      return refuse("FILE_NOT_ALLOWED", path, `The file may not be ${verb}.`, "Check its permissions.");
    case "":
      throw error;
    default:
      return refuse("FILE_FAILED", path, `The file could not be ${verb}: ${code}.`);
  }
}

/** UTF-8 without control characters: anything else is not something that people write. */
export async function readText(path: string, largest = largestDocument): Promise<string> {
  const bytes = await readBytes(path, largest);
  const text = decoded(bytes, "utf-8");
  if (text === undefined || text.includes("\0"))
    throw refuse("FILE_NOT_TEXT", path, "The file is not UTF-8 text.", "Is it a .lazo file?");
  return text;
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Spreadsheets write UTF-8, UTF-16 with a mark, or the old Western code page. */
function dataText(path: string, bytes: Buffer): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  const text =
    utf16 === undefined ? (decoded(bytes, "utf-8") ?? decoded(bytes, "windows-1252")) : decoded(bytes, utf16);
  if (text === undefined || text.includes("\0"))
    throw refuse("FILE_NOT_TEXT", path, "The data file is not text.", "Save it as CSV.");
  return text;
}

/** The text of a data file. */
export const readDataBytes = (path: string): Promise<Buffer> => readBytes(path, largestData);

export async function readDataFile(path: string): Promise<string> {
  return dataText(path, await readDataBytes(path));
}

export interface ReadDocument {
  readonly document: LazoDocument;
  readonly warnings: readonly Problem[];
}

/** The document at `path`; data files that its blocks name and that it doesn't carry are taken from its own folder, nowhere else. */
export async function readModelFile(path: string): Promise<ReadDocument> {
  const result = readDocument(await readText(path));
  if (!result.ok) throw new Refused(result.problems);
  if (hasError(result.problems)) throw new Refused(result.problems);
  let { document } = result;
  for (const name of namedFiles(document)) {
    if (document.data !== undefined && Object.hasOwn(document.data, name)) continue;
    if (!isPlainName(name)) {
      throw refuse(
        "DATA_NOT_BESIDE",
        path,
        `The data file "${name}" is not a plain file name.`,
        "Put it beside the document.",
      );
    }
    const place = join(dirname(path), name);
    let bytes;
    try {
      bytes = await readBytes(place, largestData);
    } catch (error) {
      // A file that is not there is the block's problem, and compile names the block.
      if (error instanceof Refused && error.problems[0]?.code === "FILE_NOT_FOUND") continue;
      throw error;
    }
    document = attachFile(document, name, dataText(place, bytes));
  }
  return { document, warnings: result.problems };
}

function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[\\/:\0]/.test(name) && basename(name) === name;
}

/**
 * Whole or not at all: the parts go to a new file beside it, which then takes the name. What is no regular file (a terminal, a
 * pipe) is written to as it is, a link where it leads.
 */
export async function writeWhole(path: string, parts: Iterable<string>): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw refuse("FILE_IS_FOLDER", path, "This is a folder.", "Name a file in it.");
    if (found && !found.isFile()) return await writeParts(path, "w", parts);
    const target = found ? await realpath(path) : path;
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
    try {
      await writeParts(temporary, "wx", parts);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw error instanceof Refused ? error : fileProblem(path, error, "written");
  }
}

async function writeParts(path: string, flags: "w" | "wx", parts: Iterable<string>): Promise<void> {
  const file = await open(path, flags);
  try {
    for (const part of parts) await file.writeFile(part);
    if (flags === "wx") await file.sync();
  } finally {
    await file.close();
  }
}
