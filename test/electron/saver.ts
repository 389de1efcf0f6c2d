/**
 * A process to be killed: saves one text after the other over the same file, as fast as it can, and says when it has begun.
 * `truncate` writes in place instead, as a tool without atomic saving does.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import { atomicSave } from "../../electron/atomicSave.ts";

const [path = "", way = "", size = ""] = process.argv.slice(2);
// Made beforehand, so that a kill hits the saving and not the making.
const texts = ["a", "b"].map((letter) => JSON.stringify({ letter, text: letter.repeat(Number(size)) }));

for (let i = 0; ; i++) {
  const next = texts[i % 2]!;
  if (way === "truncate") await fs.writeFile(path, next);
  else await atomicSave(fs, path, next, () => randomBytes(8).toString("hex"));
  if (i === 0) process.stdout.write("saving\n");
}
