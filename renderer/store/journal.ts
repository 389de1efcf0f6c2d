/**
 * Never lose work: the open document, with its history, is written to IndexedDB soon after every change. A reloaded
 * window goes on where it was; after a crash the next window is offered what the lost one had. A Web Lock tells a
 * window that is still open elsewhere from one that is gone. It only keeps and gives back; session.ts decides.
 */
import type { LazoDocument } from "../../core/diagram/document.ts";
import { tableOf } from "../host/table.ts";
import type { FileRef, Trust } from "./document.ts";

export interface Entry {
  readonly session: string;
  /** ms since 1970. */
  readonly at: number;
  readonly document: LazoDocument;
  readonly past: readonly LazoDocument[];
  readonly future: readonly LazoDocument[];
  readonly file?: FileRef;
  readonly trust: Trust;
  readonly dirty: boolean;
}

const sessionKey = "lazo.session";
export const lockName = (session: string): string => `lazo.session.${session}`;

const inTable = tableOf("lazo", "journal", { durability: "strict", keyPath: "session" });

/** The id of this window's session; the same one after a reload. */
export function ownSession(): string {
  const known = sessionStorage.getItem(sessionKey);
  if (known !== null) return known;
  const fresh = crypto.randomUUID();
  sessionStorage.setItem(sessionKey, fresh);
  return fresh;
}

/** Holds the lock until the window is gone. A duplicated tab copies the session id, finds it locked, and takes a new one. */
export async function claimSession(): Promise<{ session: string; reloaded: boolean }> {
  const reloaded = sessionStorage.getItem(sessionKey) !== null;
  const session = ownSession();
  const held = await hold(session);
  if (held) return { session, reloaded };
  sessionStorage.removeItem(sessionKey);
  const fresh = ownSession();
  await hold(fresh);
  return { session: fresh, reloaded: false };
}

/** The window before a reload may still be letting go, so it waits a little. */
function hold(session: string): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(lockName(session), { signal: AbortSignal.timeout(500) }, () => {
        resolve(true);
        return new Promise<void>(() => {});
      })
      .catch(() => resolve(false));
  });
}

export const writeEntry = (entry: Entry): Promise<IDBValidKey> => inTable("readwrite", (store) => store.put(entry));
export const readEntry = (session: string): Promise<Entry | undefined> =>
  inTable<Entry | undefined>("readonly", (store) => store.get(session));
export const deleteEntry = (session: string): Promise<undefined> =>
  inTable("readwrite", (store) => store.delete(session));

/** Unsaved work of windows that are gone, newest first. Entries with nothing to lose are cleared away. */
export async function lostEntries(own: string): Promise<readonly Entry[]> {
  const entries = await inTable<Entry[]>("readonly", (store) => store.getAll());
  const { held = [] } = await navigator.locks.query();
  const alive = new Set(held.map((lock) => lock.name));
  const gone = entries.filter((entry) => entry.session !== own && !alive.has(lockName(entry.session)));
  await Promise.all(gone.filter((entry) => !entry.dirty).map((entry) => deleteEntry(entry.session)));
  return gone.filter((entry) => entry.dirty).sort((a, b) => b.at - a.at);
}
