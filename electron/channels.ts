/**
 * The contract between page and main process: every channel, the schema of its arguments and the type of its result. Main
 * parses all arguments with these; the preload takes types from here and nothing else.
 */
import { z } from "zod";
import type { Bridge } from "../renderer/host/bridge.ts";
import type { Command, OpenFile } from "../renderer/host/host.ts";

/** Longest text that crosses, in UTF-16 units; a document is far smaller. */
const TEXT_MAX = 64 * 1024 * 1024;
/** Longest part of a data file, in bytes. */
const PIECE_MAX = 4 * 1024 * 1024;

const text = z.string().max(TEXT_MAX);
const token = z.string().regex(/^[0-9a-f]{32}$/);
/** A base name; what a file system would refuse is mended where the dialog is made. */
const name = z.string().min(1).max(255);
const windowState = z.strictObject({
  title: z.string().max(500),
  dirty: z.boolean(),
  language: z.enum(["en", "es"]),
});

export const channels = {
  "file:open": z.tuple([]),
  "file:save": z.tuple([text, token]),
  "file:saveAs": z.tuple([text, name]),
  "file:exportText": z.tuple([name, text]),
  "file:openAttached": z.tuple([]),
  "file:readBeside": z.tuple([token, name]),
  "file:openData": z.tuple([]),
  "file:dataBeside": z.tuple([token, name]),
  "file:readData": z.tuple([token, z.int().min(0), z.int().min(1).max(PIECE_MAX)]),
  /** The document that the system asked to open before the page was ready. */
  "file:waiting": z.tuple([]),
  "window:set": z.tuple([windowState]),
  "window:pasteText": z.tuple([]),
} as const;

export type Channel = keyof typeof channels;
export type Args<C extends Channel> = z.output<(typeof channels)[C]>;

type Answer<K extends keyof Bridge> = Bridge[K] extends (...args: never[]) => Promise<infer R> ? R : never;

/** What each channel answers: the outcome that the page sees. */
export interface Results {
  "file:open": Answer<"open">;
  "file:save": Answer<"save">;
  "file:saveAs": Answer<"saveAs">;
  "file:exportText": Answer<"exportText">;
  "file:openAttached": Answer<"openAttached">;
  "file:readBeside": Answer<"readBeside">;
  "file:openData": Answer<"openData">;
  "file:dataBeside": Answer<"dataBeside">;
  "file:readData": Answer<"readData">;
  "file:waiting": Answer<"open">;
  "window:set": Answer<"setWindow">;
  "window:pasteText": Answer<"pasteText">;
}

/** What main tells the page unasked. */
export interface Messages {
  command: Command;
  "file:opened": OpenFile;
}
