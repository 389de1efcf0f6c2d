/** Every channel answers our own page, refuses everybody else, and refuses what does not fit. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { channels, type Channel } from "../../electron/channels.ts";
import { createFiles } from "../../electron/files.ts";
import { createHandlers } from "../../electron/handlers.ts";
import { answer, registerHandlers } from "../../electron/ipc.ts";
import { ORIGIN, START, type Sender } from "../../electron/policies.ts";
import { FakeDesk } from "./fakeDesk.ts";

let folder = "";
let desk: FakeDesk;
let handlers: ReturnType<typeof createHandlers>;
const at = (name: string) => join(folder, name);
const ours: Sender = { url: START, parent: null };
const ask = (channel: Channel, ...args: unknown[]) => answer(handlers, channel, ours, args);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "lazo-ipc-")));
  desk = new FakeDesk();
  handlers = createHandlers(createFiles(), desk);
});
afterEach(() => rmSync(folder, { recursive: true }));

const state = { title: "x", dirty: false, language: "en" };
const token = "0".repeat(32);
const good: { [C in Channel]: unknown[] } = {
  "file:open": [],
  "file:save": ["{}", token],
  "file:saveAs": ["{}", "plant"],
  "file:exportText": ["plant.json", "{}"],
  "file:openAttached": [],
  "file:readBeside": [token, "a.csv"],
  "file:openData": [],
  "file:dataBeside": [token, "a.csv"],
  "file:readData": [token, 0, 1024],
  "file:waiting": [],
  "window:set": [state],
  "window:pasteText": [],
};
const all = Object.keys(channels) as Channel[];

const strangers: [string, Sender | null][] = [
  ["a frame that is gone", null],
  ["a frame inside", { url: START, parent: {} }],
  ["the web", { url: "https://example.org/", parent: null }],
  ["a file", { url: "file:///index.html", parent: null }],
  ["a blank page", { url: "about:blank", parent: null }],
  ["a name that begins alike", { url: `${ORIGIN}.evil/`, parent: null }],
  ["another host", { url: "app://evil/index.html", parent: null }],
  ["nowhere", { url: "", parent: null }],
];

test.each(all.flatMap((channel) => strangers.map(([who, sender]) => ({ channel, who, sender }))))(
  "$channel refuses $who",
  async ({ channel, sender }) => {
    await expect(answer(handlers, channel, sender, good[channel])).rejects.toThrow("not from this app's page");
    expect(desk.asked).toEqual([]);
  },
);

test.each(all)("%s answers our page, and wants just its arguments", async (channel) => {
  expect(await ask(channel, ...good[channel])).toHaveProperty("ok");
  await expect(ask(channel, ...good[channel], "more")).rejects.toThrow("do not fit");
  if (good[channel].length > 0) await expect(ask(channel)).rejects.toThrow("do not fit");
});

test.each<[Channel, unknown[]]>([
  ["file:save", ["{}", "/etc/passwd"]],
  ["file:save", [{ toString: () => "{}" }, token]],
  ["file:saveAs", ["{}", ""]],
  ["file:saveAs", ["{}", "x".repeat(300)]],
  ["file:readBeside", ["../secret", "a.csv"]],
  ["file:readData", ["/etc/passwd", 0, 10]],
  ["file:readData", [token, -1, 10]],
  ["file:readData", [token, 0, 2 ** 30]],
  ["window:set", [{ ...state, language: "xx" }]],
  ["window:set", [{ ...state, more: 1 }]],
  ["window:set", [{ ...state, title: "x".repeat(501) }]],
])("%s refuses %j", async (channel, args) => {
  await expect(ask(channel, ...args)).rejects.toThrow("do not fit");
});

test("every channel of the contract gets a handler, and no other", () => {
  const registered: string[] = [];
  registerHandlers({ handle: (channel) => registered.push(channel) }, handlers);
  expect(registered).toEqual(all);
});

test("open, save, and save as", async () => {
  writeFileSync(at("plant.lazo"), "{}");
  desk.paths = [at("plant.lazo"), at("other.lazo")];
  const opened = (await ask("file:open")) as { value: { token: string } };
  expect(opened).toMatchObject({ ok: true, value: { name: "plant.lazo", text: "{}" } });
  expect(await ask("file:save", "[1]", opened.value.token)).toMatchObject({ ok: true, value: { name: "plant.lazo" } });
  expect(readFileSync(at("plant.lazo"), "utf8")).toBe("[1]");
  expect(await ask("file:saveAs", "[2]", "a/b: c")).toMatchObject({ ok: true, value: { name: "other.lazo" } });
  expect(desk.asked).toEqual(["open lazo", "save a b c.lazo"]);
  expect(desk.recent).toEqual([at("plant.lazo"), at("other.lazo")]);
});

test("a cancelled dialog gives nothing and writes nothing", async () => {
  desk.paths = [];
  for (const channel of ["file:open", "file:openAttached"] as const) {
    expect(await ask(channel)).toEqual({ ok: true, value: undefined });
  }
  expect(await ask("file:saveAs", "{}", "plant")).toEqual({ ok: true, value: undefined });
  expect(await ask("file:exportText", "plant.json", "{}")).toEqual({ ok: true, value: undefined });
  expect(desk.unsaved).toBe(1);
});

test("a file that another program changed is replaced only when the user says so", async () => {
  desk.paths = [at("plant.lazo"), at("mine.lazo")];
  const saved = (await ask("file:saveAs", "mine", "plant")) as { value: { token: string } };
  writeFileSync(at("plant.lazo"), "theirs");
  desk.answer = "cancel";
  expect(await ask("file:save", "new", saved.value.token)).toEqual({ ok: true, value: undefined });
  expect(readFileSync(at("plant.lazo"), "utf8")).toBe("theirs");
  desk.answer = "saveAs";
  expect(await ask("file:save", "new", saved.value.token)).toMatchObject({ ok: true, value: { name: "mine.lazo" } });
  expect(readFileSync(at("plant.lazo"), "utf8")).toBe("theirs");
  desk.answer = "replace";
  await ask("file:save", "new", saved.value.token);
  expect(readFileSync(at("plant.lazo"), "utf8")).toBe("new");
});

test("a failure is a value with a code and a name, and the window stays open", async () => {
  desk.paths = [at("absent.lazo"), at("nowhere/plant.lazo")];
  expect(await ask("file:open")).toEqual({ ok: false, code: "not-found", file: "absent.lazo" });
  expect(await ask("file:saveAs", "{}", "plant")).toEqual({ ok: false, code: "not-found", file: "plant.lazo" });
  expect(await ask("file:save", "{}", token)).toMatchObject({ ok: false, code: "unknown-token" });
  expect(desk.unsaved).toBe(2);
});
