/**
 * Data files that a page was shown, remembered beyond it: handles by name and size in IndexedDB. The browser asks the user anew before such a
 * file is read, unless it was told to always allow it. What cannot be remembered is only asked for again.
 */

/** In Chromium alone, and in no list of types yet. */
interface Permitted {
  queryPermission?(): Promise<PermissionState>;
  requestPermission?(): Promise<PermissionState>;
}

const table = "files";
const keyOf = (name: string, bytes: number): string => `${bytes} ${name}`;

let database: Promise<IDBDatabase> | undefined;

function openDatabase(): Promise<IDBDatabase> {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("lazo-files", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB cannot be opened"));
  });
  return database;
}

async function inTable<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await openDatabase();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(table, mode);
    const request = act(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("files were not kept"));
  });
}

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
