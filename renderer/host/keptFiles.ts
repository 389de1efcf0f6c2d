/**
 * Data files that a page was shown, remembered beyond it: handles by name and size in IndexedDB. The browser asks the user anew before such a
 * file is read, unless it was told to always allow it. What cannot be remembered is only asked for again.
 */
import { tableOf } from "./table.ts";

/** In Chromium alone, and in no list of types yet. */
interface Permitted {
  queryPermission?(): Promise<PermissionState>;
  requestPermission?(): Promise<PermissionState>;
}

const inTable = tableOf("lazo-files", "files", { durability: "default" });
const keyOf = (name: string, bytes: number): string => `${bytes} ${name}`;

export async function rememberFile(handle: FileSystemFileHandle, { name, size }: File): Promise<void> {
  try {
    await inTable("readwrite", (store) => store.put(handle, keyOf(name, size)));
  } catch (error) {
    console.warn(error);
  }
}

/** undefined: not remembered, gone, or not allowed. `ask`, on a click: the user is asked where it is not allowed yet. */
export async function rememberedFile(name: string, bytes: number, ask: boolean): Promise<File | undefined> {
  try {
    const handle = (await inTable("readonly", (store) => store.get(keyOf(name, bytes)))) as
      (FileSystemFileHandle & Permitted) | undefined;
    if (!handle) return undefined;
    let permission = await handle.queryPermission?.();
    if (permission === "prompt" && ask) permission = await handle.requestPermission?.();
    return permission === "granted" ? await handle.getFile() : undefined;
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}
