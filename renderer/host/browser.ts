/**
 * Files in a browser: the File System Access API where there is one, else uploads and downloads. A token stands for a file
 * handle of this page, which a reload forgets; those of data files are remembered (keptFiles.ts).
 */
import { HostError } from "./failure.ts";
import type { DataFile, DataHandle, Host, OpenFile } from "./host.ts";
import { rememberedFile, rememberFile } from "./keptFiles.ts";
import { failure, keepParts, onDropData, onDropDocument, pageFile, readParts, textOf } from "./pageFile.ts";

/** Token of a file that was uploaded or downloaded: there is nothing to write back to. */
const detached = "download";

interface PickerOptions {
  readonly suggestedName?: string;
  readonly types?: readonly {
    readonly description: string;
    readonly accept: { readonly [mime: string]: readonly string[] };
  }[];
  readonly excludeAcceptAllOption?: boolean;
}
interface Pickers {
  showOpenFilePicker?(options: PickerOptions): Promise<FileSystemFileHandle[]>;
  showSaveFilePicker?(options: PickerOptions): Promise<FileSystemFileHandle>;
}
const pickers = (): Pickers => window as unknown as Pickers;

const kinds = {
  lazo: { description: "Lazo", accept: { "application/x-lazo+json": [".lazo"] } },
  csv: { description: "CSV", accept: { "text/csv": [".csv", ".txt"] } },
  json: { description: "JSON", accept: { "application/json": [".json"] } },
  ts: { description: "TypeScript", accept: { "text/typescript": [".ts"] } },
  png: { description: "PNG", accept: { "image/png": [".png"] } },
} as const;

function kindOf(name: string): PickerOptions {
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  const kind = Object.hasOwn(kinds, ending) ? kinds[ending as keyof typeof kinds] : undefined;
  return kind ? { types: [kind] } : {};
}

const isCancel = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** A file from the old-fashioned dialog. undefined: cancelled. */
function upload(accept: string): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", () => resolve(input.files?.[0]));
    input.addEventListener("cancel", () => resolve(undefined));
    input.click();
  });
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the address after this turn; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** `failed` hears of a dropped file that cannot be read: nobody waits for a promise of it. */
export function browserHost(failed: (error: unknown) => void = () => {}): Host {
  const handles = new Map<string, FileSystemFileHandle>();
  let count = 0;
  const keep = (handle: FileSystemFileHandle): string => {
    const token = `handle-${++count}`;
    handles.set(token, handle);
    return token;
  };

  async function pick(
    types: PickerOptions["types"] & {},
    accept: string,
  ): Promise<{ file: File; handle?: FileSystemFileHandle } | undefined> {
    const { showOpenFilePicker } = pickers();
    if (!showOpenFilePicker) {
      const file = await upload(accept);
      return file && { file };
    }
    try {
      const [handle] = await showOpenFilePicker.call(window, { types });
      return handle && { file: await handle.getFile(), handle };
    } catch (error) {
      if (isCancel(error)) return undefined;
      throw failure(error, "");
    }
  }

  async function write(handle: FileSystemFileHandle, text: string): Promise<void> {
    try {
      // The stream writes beside the file and takes its place on close: never half a file.
      const stream = await handle.createWritable();
      await stream.write(text);
      await stream.close();
    } catch (error) {
      throw failure(error, handle.name);
    }
  }

  async function writeNew(text: string, suggestedName: string): Promise<{ name: string; token: string } | undefined> {
    const { showSaveFilePicker } = pickers();
    if (!showSaveFilePicker) {
      download(suggestedName, text);
      return { name: suggestedName, token: detached };
    }
    let handle: FileSystemFileHandle;
    try {
      handle = await showSaveFilePicker.call(window, { suggestedName, ...kindOf(suggestedName) });
    } catch (error) {
      if (isCancel(error)) return undefined;
      throw failure(error, suggestedName);
    }
    await write(handle, text);
    return { name: handle.name, token: keep(handle) };
  }

  async function saveAs(text: string, suggestedName: string): Promise<OpenFile | undefined> {
    const written = await writeNew(text, suggestedName);
    return written && { ...written, text };
  }

  return {
    kind: "browser",

    async open() {
      const picked = await pick([kinds.lazo], ".lazo,.json");
      if (!picked) return undefined;
      const { file, handle } = picked;
      return { name: file.name, text: await textOf(file), token: handle ? keep(handle) : detached };
    },

    async save(text, to, suggestedName) {
      if (!to) return saveAs(text, suggestedName ?? "Untitled.lazo");
      if (to.token === detached) {
        download(to.name, text);
        return { ...to, text };
      }
      const handle = handles.get(to.token);
      if (!handle) throw new HostError("unknown-token", to.name);
      await write(handle, text);
      return { ...to, text };
    },

    saveAs,

    async exportText(suggestedName, text) {
      return (await writeNew(text, suggestedName))?.name;
    },

    async openAttached(): Promise<DataFile | undefined> {
      const picked = await pick([kinds.csv, kinds.json], ".csv,.txt,.json,text/csv,application/json");
      return picked && { name: picked.file.name, text: await textOf(picked.file) };
    },

    async openData(): Promise<DataHandle | undefined> {
      const picked = await pick([kinds.csv], ".csv,.txt,.tsv,.dat,text/csv");
      if (!picked) return undefined;
      if (picked.handle) await rememberFile(picked.handle, picked.file);
      return keepParts(picked.file);
    },

    dataFile: pageFile,

    async readData(token, from, length) {
      const bytes = await readParts(token, from, length);
      if (!bytes) throw new HostError("unknown-token", "");
      return bytes;
    },

    dataBeside: () => Promise.resolve(undefined),

    async dataKept(name, bytes, ask) {
      const file = await rememberedFile(name, bytes, ask);
      return file && keepParts(file);
    },

    // A page sees only the files it was given.
    readBeside: () => Promise.resolve(undefined),

    onCommand: () => () => {},

    /** Files dropped on the window. */
    onOpenFile: (run) =>
      onDropDocument((file) => {
        void textOf(file).then((text) => run({ name: file.name, text, token: detached }), failed);
      }),

    onDropData: (run) => onDropData(run, rememberFile),

    setWindow: ({ title }) => {
      document.title = title;
    },
  };
}
