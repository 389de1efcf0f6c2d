/** Files that the page itself is given: read as text with a cap, or in parts, and dropped on the window. Both hosts have these. */
import { HostError } from "./failure.ts";
import type { DataHandle } from "./host.ts";

const mostBytes = 64 * 1024 * 1024;

/** The names that the specification gives its errors. */
export function failure(error: unknown, file: string): HostError {
  if (error instanceof HostError) return error;
  const name = error instanceof DOMException ? error.name : "";
  const detail = error instanceof Error ? error.message : String(error);
  if (name === "NotAllowedError" || name === "SecurityError") return new HostError("no-permission", file, detail);
  if (name === "NotFoundError") return new HostError("not-found", file, detail);
  if (name === "QuotaExceededError") return new HostError("no-space", file, detail);
  if (name === "NoModificationAllowedError") return new HostError("busy", file, detail);
  if (name === "NotReadableError") return new HostError("no-permission", file, detail);
  return new HostError("failed", file, detail);
}

export async function textOf(file: File): Promise<string> {
  if (file.size > mostBytes) throw new HostError("too-large", file.name);
  const bytes = await file.arrayBuffer().catch((error: unknown) => {
    throw failure(error, file.name);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HostError("not-text", file.name);
  }
}

/** Files that are read in parts, by the token that stands for them until the page ends. */
const parts = new Map<string, File>();

export function keepParts(file: File): DataHandle {
  const token = `page-data-${parts.size + 1}`;
  parts.set(token, file);
  return { name: file.name, bytes: file.size, token };
}

/** undefined: no file of this page. */
export const pageFile = (token: string): File | undefined => parts.get(token);

/** undefined: no file of this page. */
export async function readParts(
  token: string,
  from: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = parts.get(token);
  if (!file) return undefined;
  try {
    return new Uint8Array(await file.slice(from, from + length).arrayBuffer());
  } catch (error) {
    throw failure(error, file.name);
  }
}

/** In Chromium alone, and in no list of types yet. */
interface Handing {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** Files of such a name dropped on the window, the first of them; gives the function that stops listening. */
function onDrop(named: RegExp, run: (file: File, item: DataTransferItem & Handing) => void): () => void {
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // Without this the browser would leave the page to show the file.
    event.preventDefault();
    for (const item of event.dataTransfer.items) {
      const file = item.getAsFile();
      if (file && named.test(file.name)) return run(file, item);
    }
  };
  window.addEventListener("dragover", over);
  window.addEventListener("drop", drop);
  return () => {
    window.removeEventListener("dragover", over);
    window.removeEventListener("drop", drop);
  };
}

export const onDropDocument = (run: (file: File) => void): (() => void) => onDrop(/\.(lazo|json)$/i, run);

/** `remember`: hears of the handle, where there is one, by which the file can be read beyond the page. */
export const onDropData = (
  run: (data: DataHandle) => void,
  remember?: (handle: FileSystemFileHandle, file: File) => Promise<void>,
): (() => void) =>
  onDrop(/\.(csv|txt|tsv|dat)$/i, (file, item) => {
    // Given only while the event lasts.
    if (remember)
      item
        .getAsFileSystemHandle?.()
        .then((handle) => (handle ? remember(handle as FileSystemFileHandle, file) : undefined))
        .catch(console.warn);
    run(keepParts(file));
  });
