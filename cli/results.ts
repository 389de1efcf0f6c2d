/** A run as text: CSV (t, then every signal by its path) or JSON, in parts of some size, as results can be long. */
import { jsonNumber, numberText, textLiteral, type SimResult } from "../core/index.ts";

const rowsAPart = 2000;

/** Quoted where commas or line ends would split it, and where a spreadsheet would take it for a formula. */
export function csvCell(text: string): string {
  return /[",\r\n]|^[=+\-@\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function* csvParts(result: SimResult): Generator<string> {
  yield* csvTable(
    ["t", ...result.traces.map(({ path }) => path)],
    [result.t, ...result.traces.map(({ values }) => values)],
  );
}

export function* csvTable(names: readonly string[], columns: readonly Float64Array[]): Generator<string> {
  yield `${names.map(csvCell).join(",")}\n`;
  const rows = columns[0]?.length ?? 0;
  for (let from = 0; from < rows; from += rowsAPart) {
    let part = "";
    const to = Math.min(from + rowsAPart, rows);
    for (let k = from; k < to; k++) part += `${columns.map((column) => numberText(column[k]!)).join(",")}\n`;
    yield part;
  }
}

export function* jsonParts(result: SimResult): Generator<string> {
  const { counts } = result;
  yield `{\n  "status": ${textLiteral(result.status)},\n  "method": ${textLiteral(result.method)},\n  "t": `;
  yield* numbers(result.t);
  yield `,\n  "signals": [`;
  for (const [i, { path, label, sampled, values }] of result.traces.entries()) {
    yield `${i === 0 ? "" : ","}\n    {"path": ${textLiteral(path)}, "label": ${textLiteral(label)}, "sampled": ${sampled}, "values": `;
    yield* numbers(values);
    yield "}";
  }
  const events = result.events.map(({ t, path }) => `{"t": ${jsonNumber(t)}, "path": ${textLiteral(path)}}`);
  yield `\n  ],\n  "events": [${events.join(", ")}],\n  "counts": {"steps": ${counts.steps}, "rejected": ${counts.rejected}, "evaluations": ${counts.evaluations}}\n}\n`;
}

function* numbers(values: Float64Array): Generator<string> {
  for (let from = 0; from === 0 || from < values.length; from += rowsAPart) {
    yield (from === 0 ? "[" : ", ") + [...values.subarray(from, from + rowsAPart)].map(jsonNumber).join(", ");
  }
  yield "]";
}
