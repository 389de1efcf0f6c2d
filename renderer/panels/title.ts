/** Keeps the window's title, its mark for unsaved work and the native menu's language as they should be. */
import type { Host } from "../host/host.ts";
import { isDirty, useDocument } from "../store/document.ts";
import { documentName } from "../store/session.ts";
import { useView } from "../store/view.ts";

export function startTitle(host: Host): void {
  let before = "";
  const apply = () => {
    const state = useDocument.getState();
    const dirty = isDirty(state);
    const { language } = useView.getState();
    const title = `${dirty ? "• " : ""}${documentName(state)} — Lazo`;
    const now = `${title}\n${language}`;
    if (now === before) return;
    before = now;
    host.setWindow({ title, dirty, language });
  };
  apply();
  useDocument.subscribe(apply);
  useView.subscribe(apply);
}
