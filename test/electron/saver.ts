/**
 * A process to be killed: saves one text after the other over the same file, as fast as it can, and says when it has begun.
 * `truncate` writes in place instead, as a tool without atomic saving does.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import { atomicSave } from "../../electron/atomicSave.ts";

const [path = "", way = "", size = ""] = process.argv.slice(2);
/** In place, in pieces. Kept open, as some file systems take long to close what was cut off, and a kill then finds it whole. */
async function truncatingSave(): Promise<(text: string) => Promise<void>> {
  const file = await fs.open(path, "w");
  return async (text) => {
    await file.truncate(0);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 0x10000)
      await file.write(bytes, at, Math.min(0x10000, bytes.length - at), at);
  };
}

const saving =
  way === "truncate"
    ? await truncatingSave()
    : (text: string) => atomicSave(fs, path, text, () => randomBytes(8).toString("hex"));
// Made beforehand, so that a kill hits the saving and not the making.
const texts = ["a", "b"].map((letter) => JSON.stringify({ letter, text: letter.repeat(Number(size)) }));

for (let i = 0; ; i++) {
  await saving(texts[i % 2]!);
  if (i === 0) process.stdout.write("saving\n");
}
