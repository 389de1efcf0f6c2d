/** A window whose dialogs answer at once, from a list; it remembers what it was asked. */
import type { Desk } from "../../electron/handlers.ts";
import type { OpenFile, WindowState } from "../../renderer/host/host.ts";

export class FakeDesk implements Desk {
  /** What the next dialogs answer; cancelled when there is none. */
  paths: string[] = [];
  answer: "replace" | "saveAs" | "cancel" = "replace";
  waiting: OpenFile | undefined;
  readonly asked: string[] = [];
  readonly recent: string[] = [];
  readonly states: WindowState[] = [];
  unsaved = 0;
  pasted = 0;

  askOpen(kind: "lazo" | "csv"): Promise<string | undefined> {
    this.asked.push(`open ${kind}`);
    return Promise.resolve(this.paths.shift());
  }

  askSave(suggestedName: string): Promise<string | undefined> {
    this.asked.push(`save ${suggestedName}`);
    return Promise.resolve(this.paths.shift());
  }

  askReplaceChanged(): Promise<"replace" | "saveAs" | "cancel"> {
    return Promise.resolve(this.answer);
  }

  takeWaiting(): OpenFile | undefined {
    const file = this.waiting;
    this.waiting = undefined;
    return file;
  }

  setWindow(state: WindowState): void {
    this.states.push(state);
  }

  pasteText(): void {
    this.pasted += 1;
  }

  notSaved(): void {
    this.unsaved += 1;
  }

  opened(path: string): void {
    this.recent.push(path);
  }
}
