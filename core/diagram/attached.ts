/** The files attached to a document as what they hold, each read when first asked for. */
import { parameters } from "../learn/network.ts";
import { readWeights, type Learned, type ReadWeights } from "../learn/weightFile.ts";
import type { Problem } from "../ir/ir.ts";
import { readCsv, type DataTable } from "./data.ts";

/** Undefined: not attached, or unreadable. */
export interface Attached {
  table(file: string): DataTable | undefined;
  weights(file: string): Learned | undefined;
}

export function attachedTo(data: { readonly [fileName: string]: string } | undefined): Attached {
  const textOf = (file: string) => (data !== undefined && Object.hasOwn(data, file) ? data[file] : undefined);
  return {
    table(file) {
      const text = textOf(file);
      const read = text === undefined ? undefined : readCsv(file, text);
      return read?.ok ? read.table : undefined;
    },
    weights(file) {
      const text = textOf(file);
      const read = text === undefined ? undefined : weightsIn(file, text);
      return read?.ok ? read.learned : undefined;
    },
  };
}

/** The last few files read: the same text gives the same network. */
const memory = new Map<string, { readonly text: string; readonly read: ReadWeights }>();

export function weightsIn(file: string, text: string): ReadWeights {
  const held = memory.get(file);
  if (held && held.text === text) return held.read;
  const read = readWeights(text);
  memory.delete(file);
  memory.set(file, { text, read });
  const oldest = memory.keys().next();
  if (memory.size > 16 && !oldest.done) memory.delete(oldest.value);
  return read;
}

/** How many numbers were trained. */
export const numbersIn = ({ weights }: Learned): number => parameters(weights);

/** What is wrong with an attached file that can't be read as what a block takes it for. */
export function unreadable(kind: "data" | "weights", file: string, text: string): Omit<Problem, "path"> | undefined {
  if (kind === "data") {
    const read = readCsv(file, text);
    return read.ok ? undefined : read.problem;
  }
  const read = weightsIn(file, text);
  if (read.ok) return undefined;
  const { code, place, message } = read;
  return {
    severity: "error",
    code,
    message: `"${file}"${place === "" ? "" : `, ${place}`}: ${message}`,
    hint: "Train it again, or attach another file of weights.",
    values: { file, place, reason: message },
  };
}
