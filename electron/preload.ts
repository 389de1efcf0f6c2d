/**
 * The bridge between page and main process: one function for each channel, and no way to name another. Neither ipcRenderer
 * nor an event ever reaches the page.
 */
import { contextBridge, ipcRenderer } from "electron";
import type { Bridge } from "../renderer/host/bridge.ts";
import type { Args, Channel, Messages, Results } from "./channels.ts";

function call<C extends Channel>(channel: C, ...args: Args<C>): Promise<Results[C]> {
  return ipcRenderer.invoke(channel, ...args) as Promise<Results[C]>;
}

function listen<M extends keyof Messages>(message: M, run: (value: Messages[M]) => void): () => void {
  const listener = (_event: unknown, value: Messages[M]) => run(value);
  ipcRenderer.on(message, listener);
  return () => void ipcRenderer.off(message, listener);
}

const bridge: Bridge = {
  open: () => call("file:open"),
  save: (text, token) => call("file:save", text, token),
  saveAs: (text, suggestedName) => call("file:saveAs", text, suggestedName),
  exportText: (suggestedName, text) => call("file:exportText", suggestedName, text),
  openAttached: () => call("file:openAttached"),
  readBeside: (token, name) => call("file:readBeside", token, name),
  openData: () => call("file:openData"),
  dataBeside: (token, name) => call("file:dataBeside", token, name),
  readData: (token, from, length) => call("file:readData", token, from, length),
  setWindow: (state) => call("window:set", state),
  pasteText: () => call("window:pasteText"),
  onCommand: (run) => listen("command", run),
  onOpenFile(run) {
    const stop = listen("file:opened", run);
    void call("file:waiting").then((waiting) => {
      if (waiting.ok && waiting.value !== undefined) run(waiting.value);
    });
    return stop;
  },
};

contextBridge.exposeInMainWorld("lazo", bridge);
