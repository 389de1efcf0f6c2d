/** Files that the page itself is given: read as text with a cap, and dropped on the window. Both hosts have these. */
import { HostError } from "./failure.ts";

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

/** A diagram dropped on the window; gives the function that stops listening. */
export function onDrop(run: (file: File) => void): () => void {
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // Without this the browser would leave the page to show the file.
    event.preventDefault();
    const file = [...event.dataTransfer.files].find(({ name }) => /\.(lazo|json)$/i.test(name));
    if (file) run(file);
  };
  window.addEventListener("dragover", over);
  window.addEventListener("drop", drop);
  return () => {
    window.removeEventListener("dragover", over);
    window.removeEventListener("drop", drop);
  };
}
