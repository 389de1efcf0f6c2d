/** The preload as it is built, run in a vm with `electron` played: what the page gets, and what it must never get. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { build } from "vite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channels } from "../../electron/channels.ts";
import type { Bridge } from "../../renderer/host/bridge.ts";
import { nodeBundle } from "../../build/nodeBundle.mjs";

const folder = mkdtempSync(join(tmpdir(), "lazo-preload-"));
let source = "";
beforeAll(async () => {
  const bundle = { entry: "electron/preload.ts", outDir: folder, fileName: "preload.cjs", format: "cjs" } as const;
  await build({ configFile: false, logLevel: "silent", ...nodeBundle(bundle) });
  source = readFileSync(join(folder, "preload.cjs"), "utf8");
});
afterAll(() => rmSync(folder, { recursive: true }));

let exposed: Map<string, unknown>;
let invoked: unknown[][];
let answers: Map<string, unknown>;
let listeners: Map<string, (event: unknown, value: unknown) => void>;
let required: string[];

const ipcRenderer = {
  invoke(...args: unknown[]) {
    invoked.push(args);
    return Promise.resolve(answers.get(args[0] as string) ?? { ok: true, value: undefined });
  },
  on: (channel: string, listener: (event: unknown, value: unknown) => void) => listeners.set(channel, listener),
  off: (channel: string) => listeners.delete(channel),
  send: () => {
    throw new Error("not used");
  },
};

beforeEach(() => {
  [exposed, invoked, answers, listeners, required] = [new Map(), [], new Map(), new Map(), []];
  const contextBridge = { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) };
  const require = (name: string) => {
    required.push(name);
    if (name === "electron") return { contextBridge, ipcRenderer };
    throw new Error(`a sandboxed preload cannot require ${name}`);
  };
  runInNewContext(source, { require, exports: {}, module: { exports: {} } });
});

const bridge = () => exposed.get("lazo") as Bridge;

test("one object, with just these functions", () => {
  expect([...exposed.keys()]).toEqual(["lazo"]);
  expect(required).toEqual(["electron"]);
  expect(Object.keys(bridge()).sort()).toEqual([
    "dataBeside",
    "exportText",
    "onCommand",
    "onOpenFile",
    "open",
    "openAttached",
    "openData",
    "pasteText",
    "readBeside",
    "readData",
    "save",
    "saveAs",
    "setWindow",
  ]);
});

test("each function calls its channel, with what it was given", async () => {
  const state = { title: "x", dirty: false, language: "en" } as const;
  await bridge().open();
  await bridge().save("{}", "t");
  await bridge().saveAs("{}", "plant");
  await bridge().exportText("plant.json", "[]");
  await bridge().openAttached();
  await bridge().readBeside("t", "a.csv");
  await bridge().openData();
  await bridge().dataBeside("t", "a.csv");
  await bridge().readData("t", 5, 7);
  await bridge().setWindow(state);
  await bridge().pasteText();
  expect(invoked).toEqual([
    ["file:open"],
    ["file:save", "{}", "t"],
    ["file:saveAs", "{}", "plant"],
    ["file:exportText", "plant.json", "[]"],
    ["file:openAttached"],
    ["file:readBeside", "t", "a.csv"],
    ["file:openData"],
    ["file:dataBeside", "t", "a.csv"],
    ["file:readData", "t", 5, 7],
    ["window:set", state],
    ["window:pasteText"],
  ]);
  for (const [channel] of invoked) expect(Object.keys(channels)).toContain(channel);
});

test("listeners get the value and no event, until they stop", async () => {
  const heard: unknown[][] = [];
  const event = { sender: ipcRenderer };
  const stop = bridge().onCommand((...args) => heard.push(args));
  listeners.get("command")!(event, "file.save");
  expect(heard).toEqual([["file.save"]]);
  expect(stop()).toBeUndefined();
  expect(listeners.has("command")).toBe(false);
});

test("a document that waits is delivered when the page begins to listen", async () => {
  const heard: unknown[][] = [];
  const file = { name: "plant.lazo", text: "{}", token: "t" };
  answers.set("file:waiting", { ok: true, value: file });
  bridge().onOpenFile((...args) => heard.push(args));
  await new Promise((done) => setTimeout(done));
  listeners.get("file:opened")!({ sender: ipcRenderer }, { ...file, name: "other.lazo" });
  expect(heard).toEqual([[file], [{ ...file, name: "other.lazo" }]]);
});

test("no way to another channel: the built file names these and holds no schema library", () => {
  const named = [...source.matchAll(/"((?:file|window):\w+)"/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set([...Object.keys(channels), "file:opened"]));
  expect(source.length).toBeLessThan(5000);
});
