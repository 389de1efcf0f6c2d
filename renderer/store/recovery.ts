/**
 * Keeps the journal (journal.ts) in step with the open document, and gives back what a reload or a crash interrupted.
 * Where there is no IndexedDB (some private windows) it says so once and the rest works on.
 */
import { t } from "../ui/i18n.ts";
import { isDirty, useDocument } from "./document.ts";
import type { DocumentState } from "./document.ts";
import { claimSession, deleteEntry, lostEntries, ownSession, readEntry, writeEntry } from "./journal.ts";
import type { Entry } from "./journal.ts";
import { useNotices } from "./notices.ts";
import { documentName, whenSafe } from "./session.ts";
import { useShell } from "./shell.ts";

const quietMilliseconds = 250;
/** Steps of undo that survive a reload. */
const keptSteps = 100;

function entryOf(session: string, state: DocumentState): Entry {
  return {
    session,
    at: Date.now(),
    document: state.document,
    past: state.past.slice(-keptSteps),
    future: state.future.slice(0, keptSteps),
    ...(state.file ? { file: state.file } : {}),
    trust: state.trust,
    dirty: isDirty(state),
  };
}

function restore(entry: Entry): void {
  useDocument.getState().replace(entry.document, entry.file, { trust: entry.trust, unsaved: entry.dirty });
  useDocument.setState({
    past: entry.past,
    future: entry.future,
    canUndo: entry.past.length > 0,
    canRedo: entry.future.length > 0,
  });
  useShell.getState().set({ gallery: false });
}

/** Writes soon after the last change, one at a time, and at once when the window is about to go. */
function keep(session: string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let warned = false;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    writeEntry(entryOf(session, useDocument.getState())).catch(() => {
      if (warned) return;
      warned = true;
      useNotices.getState().show({ id: "journal", tone: "warning", text: t("journal.unavailable") });
    });
  };
  useDocument.subscribe((state, before) => {
    if (
      state.document === before.document &&
      state.savedDocument === before.savedDocument &&
      state.file === before.file
    )
      return;
    // A save ends what there is to recover: an entry of before it would bring the older drawing back.
    if (state.savedDocument !== before.savedDocument) write();
    else timer ??= setTimeout(write, quietMilliseconds);
  });
  const now = () => {
    if (timer !== undefined) write();
  };
  addEventListener("pagehide", now);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && now());
}

function offer(entry: Entry): void {
  const id = `recover.${entry.session}`;
  const dismiss = () => useNotices.getState().dismiss(id);
  useNotices.getState().show({
    id,
    tone: "info",
    text: t("recover.offer", { name: documentName({ file: entry.file, document: entry.document }) }),
    detail: t("recover.when", { when: new Date(entry.at).toLocaleString(document.documentElement.lang) }),
    actions: [
      {
        label: t("recover.restore"),
        primary: true,
        run: () =>
          whenSafe(() => {
            restore({ ...entry, dirty: true });
            dismiss();
            // Cleared only when the work is safe under this window's own name.
            void writeEntry(entryOf(ownSession(), useDocument.getState())).then(() => deleteEntry(entry.session));
          }),
      },
      {
        label: t("recover.discard"),
        run: () => {
          dismiss();
          void deleteEntry(entry.session);
        },
      },
    ],
  });
}

/** Gives true when this window went on where it was before a reload. */
export async function startRecovery(preferFresh: boolean): Promise<boolean> {
  try {
    const { session, reloaded } = await claimSession();
    const entry = reloaded ? await readEntry(session) : undefined;
    const resumed = entry !== undefined && (entry.dirty || !preferFresh);
    if (resumed) restore(entry);
    keep(session);
    for (const lost of (await lostEntries(session)).slice(0, 3)) offer(lost);
    return resumed;
  } catch {
    useNotices.getState().show({ id: "journal", tone: "warning", text: t("journal.unavailable") });
    return false;
  }
}
