/**
 * Copy and paste as JSON text, so that blocks travel between windows, mails and files. Where the system's clipboard is
 * refused, a copy in memory serves the same window.
 */
import { useDocument } from "../store/document.ts";
import { useNotices } from "../store/notices.ts";
import { useSelection } from "../store/selection.ts";
import { t } from "../ui/i18n.ts";
import { fragmentOf, pasteFragment, removeSelected } from "./changes.ts";

let memory: string | undefined;

export function hasCopy(): boolean {
  return memory !== undefined || globalThis.navigator?.clipboard?.readText !== undefined;
}

function copyText(): string | undefined {
  const { blocks, notes } = useSelection.getState();
  if (blocks.size + notes.size === 0) return undefined;
  memory = fragmentOf(useDocument.getState().document, blocks, notes);
  return memory;
}

export function copyToSystem(): void {
  const text = copyText();
  if (text !== undefined) void navigator.clipboard?.writeText(text).catch(() => undefined);
}

export async function pasteFromSystem(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => undefined);
  pasteText(text) || pasteText(memory) || refuse();
}

function pasteText(text: string | undefined): boolean {
  return text !== undefined && pasteFragment(text);
}

function refuse(): boolean {
  useNotices.getState().show({ id: "paste", tone: "info", text: t("canvas.pasteRefused"), expires: 4000 });
  return false;
}

function elsewhere(event: Event): boolean {
  const target = event.target;
  if (target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea"))) return true;
  // Text marked with the mouse, in a table or a message, is what is meant.
  return (globalThis.getSelection()?.toString() ?? "") !== "";
}

/** The browser's own copy, cut and paste need no permission: the keys are left to it, the events are taken here. */
export function listenToClipboard(): () => void {
  const onKey = (event: KeyboardEvent) => {
    const plain = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (plain && ["c", "x", "v"].includes(event.key.toLowerCase()) && !elsewhere(event))
      event.stopImmediatePropagation();
  };
  const onCopy = (event: ClipboardEvent) => {
    if (elsewhere(event)) return;
    const text = copyText();
    if (text === undefined) return;
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    if (event.type === "cut") removeSelected();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (elsewhere(event)) return;
    const text = event.clipboardData?.getData("text/plain");
    event.preventDefault();
    pasteText(text === "" ? undefined : text) || pasteText(memory) || refuse();
  };
  globalThis.addEventListener("keydown", onKey, true);
  document.addEventListener("copy", onCopy);
  document.addEventListener("cut", onCopy);
  document.addEventListener("paste", onPaste);
  return () => {
    globalThis.removeEventListener("keydown", onKey, true);
    document.removeEventListener("copy", onCopy);
    document.removeEventListener("cut", onCopy);
    document.removeEventListener("paste", onPaste);
  };
}
