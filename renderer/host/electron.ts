/** The desktop as a Host: what the preload offers, with failures as errors again. Files, dialogs and the menu are main's. */
import type { Bridge, Outcome } from "./bridge.ts";
import { HostError } from "./failure.ts";
import type { Host, OpenFile } from "./host.ts";
import { onDropData, onDropDocument, pageFile, readParts, textOf } from "./pageFile.ts";

/** A token that main never gave: saving a dropped file asks where, for a page does not learn where it came from. */
const DROPPED = "0".repeat(32);

/**
 * @param failed hears of a dropped file that cannot be read
 * @returns undefined where there is no desktop around the page
 */
export function electronHost(
  failed: (error: unknown) => void = () => {},
  bridge = (globalThis as { readonly lazo?: Bridge }).lazo,
): Host | undefined {
  if (bridge === undefined) return undefined;

  async function saveAs(text: string, suggestedName: string): Promise<OpenFile | undefined> {
    const written = valueOf(await bridge!.saveAs(text, suggestedName));
    return written && { ...written, text };
  }

  return {
    kind: "electron",

    open: async () => valueOf(await bridge.open()),

    async save(text, to, suggestedName) {
      if (to === undefined) return saveAs(text, suggestedName ?? "Untitled.lazo");
      const written = valueOf(await bridge.save(text, to.token));
      return written && { ...written, text };
    },

    saveAs,

    exportText: async (suggestedName, text) => valueOf(await bridge.exportText(suggestedName, text)),

    openAttached: async () => valueOf(await bridge.openAttached()),

    openData: async () => valueOf(await bridge.openData()),

    // What lies beside the document is found; a path from elsewhere is not trusted beyond the window that was shown it.
    dataKept: () => Promise.resolve(undefined),
    dataBeside: async (token, name) => valueOf(await bridge.dataBeside(token, name)),

    // A dropped file is the page's own.
    dataFile: pageFile,
    readData: async (token, from, length) =>
      (await readParts(token, from, length)) ?? valueOf(await bridge.readData(token, from, length)),

    readBeside: async (token, name) => valueOf(await bridge.readBeside(token, name)),

    onCommand: (run) =>
      bridge.onCommand((command) => {
        if (command === "edit.paste" && inTextField()) void bridge.pasteText();
        else run(command);
      }),

    onOpenFile(run) {
      const stop = [
        bridge.onOpenFile(run),
        onDropDocument((file) => {
          void textOf(file).then((text) => run({ name: file.name, text, token: DROPPED }), failed);
        }),
      ];
      return () => stop.forEach((end) => end());
    },

    onDropData: (run) => onDropData(run),

    setWindow(state) {
      document.title = state.title;
      void bridge.setWindow(state);
    },
  };
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new HostError(outcome.code, outcome.file);
}

function inTextField(): boolean {
  const focused = document.activeElement;
  return focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement;
}
