/** One table of IndexedDB, opened when it is first used: what a page keeps beyond its own life. */

export type InTable = <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>;

/**
 * `durability`: "strict" where written has to mean on the disk, not in a cache that a power cut empties. Rejects where the browser
 * keeps nothing, or the transaction ends with an error.
 */
export function tableOf(
  database: string,
  table: string,
  { durability, keyPath }: { readonly durability: IDBTransactionDurability; readonly keyPath?: string },
): InTable {
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> =>
    (opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(table, keyPath === undefined ? {} : { keyPath });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("IndexedDB cannot be opened"));
    }));
  return async (mode, act) => {
    const db = await open();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(table, mode, { durability });
      const request = act(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () =>
        reject(transaction.error ?? new Error(`${database} was not written`));
    });
  };
}
