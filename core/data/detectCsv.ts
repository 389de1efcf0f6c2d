/**
 * What the beginning of a CSV file tells of its format, and how it reads under a format: shown for confirmation before anything is
 * imported, so every guess may be wrong at the cost of a click.
 */
import { csvLimits, csvRefusal, missingWord, numberOf, separatorByte } from "./csvFormat.ts";
import type { CsvFormat, CsvRefusal, Separator } from "./csvFormat.ts";
import { columnNames } from "./csvReader.ts";
import { encodingOf, textOf, utf8From } from "./encoding.ts";

export interface CsvPreview {
  readonly ok: true;
  readonly format: CsvFormat;
  readonly columns: readonly PreviewColumn[];
  /** The first rows as they stand in the file. */
  readonly rows: readonly (readonly string[])[];
  /** Bytes of a row, about; to tell how many there will be. */
  readonly rowBytes: number;
}

export interface PreviewColumn {
  readonly name: string;
  /** From "speed (rad/s)" or "speed [rad/s]". */
  readonly unit?: string;
  /** Most of its fields are no numbers. */
  readonly text: boolean;
  /** It rises, or is called so. */
  readonly time: boolean;
}

const sampled = 200;
const shown = 50;

/** `head`: the first bytes of the file; `whole`: there are no more. */
export function detectCsv(head: Uint8Array, whole: boolean): CsvPreview | CsvRefusal {
  const encoding = encodingOf(head);
  if (!encoding) return csvRefusal("DATA_NOT_TEXT");
  const { lines, declared } = linesOf(head, encoding, whole);
  if (lines.length === 0) return csvRefusal("DATA_EMPTY");
  const separator = declared ?? bestSeparator(lines);
  const rows = rowsOf(lines, separator);
  const skip = preambleOf(rows);
  const body = rows.slice(skip);
  const decimal = separator === "," ? "." : decimalOf(body);
  const header = hasHeader(body, decimal);
  return previewCsv(head, whole, { encoding, separator, decimal, skip, header, odd: "refuse" });
}

export function previewCsv(head: Uint8Array, whole: boolean, format: CsvFormat): CsvPreview | CsvRefusal {
  const { lines } = linesOf(head, format.encoding, whole);
  const all = rowsOf(lines.slice(format.skip), format.separator);
  const first = all[0];
  if (!first) return csvRefusal("DATA_EMPTY");
  const width = first.length;
  if (width > csvLimits.columns)
    return csvRefusal("DATA_TOO_LARGE", { limit: "columns", most: csvLimits.columns, columns: width });
  const rows = format.header ? all.slice(1) : all;
  const named = (format.header ? first : []).map(unitOf);
  const names = columnNames(
    named.map(({ name }) => name),
    width,
  );
  const columns = names.map((name, j): PreviewColumn => {
    const unit = named[j]?.unit;
    const fields = rows.slice(0, sampled).flatMap((row) => row[j] ?? []);
    const values = fields.filter((field) => field !== "" && !missingWord.test(field));
    const numbers = values.map((field) => numberOf(field, format.decimal));
    const odd = numbers.filter((value) => Number.isNaN(value)).length;
    const rises = numbers.length > 3 && numbers.every((value, i) => i === 0 || value > numbers[i - 1]!);
    const time =
      /^(?:t|time|tiempo|seconds|segundos|timestamp|date|fecha|hora)$/i.test(name) || (j === 0 && width > 1 && rises);
    return { name, ...(unit !== undefined && { unit }), text: odd > values.length / 2, time };
  });
  const firstTime = columns.findIndex(({ time, text }) => time && !text);
  const bytes = lines.slice(format.skip).reduce((sum, line) => sum + line.length + 1, 0);
  return {
    ok: true,
    format,
    columns: columns.map((column, j) => ({ ...column, time: j === firstTime })),
    rows: rows.slice(0, shown),
    rowBytes: (bytes / all.length) * (format.encoding.startsWith("utf-16") ? 2 : 1),
  };
}

/** Neither blank nor comments; the last one only where it is complete. */
function linesOf(
  head: Uint8Array,
  encoding: CsvFormat["encoding"],
  whole: boolean,
): { readonly lines: readonly string[]; readonly declared?: Separator } {
  const text = textOf(utf8From(encoding)(head));
  const lines: string[] = [];
  let declared: Separator | undefined;
  let line = "";
  let inside = false;
  const end = (): void => {
    const trimmed = line.trim();
    const sep = lines.length === 0 && declared === undefined ? /^sep=(.?)$/i.exec(trimmed) : null;
    if (sep) declared = separatorOf[sep[1]!] ?? "tab";
    else if (trimmed !== "" && !trimmed.startsWith("#")) lines.push(line);
    line = "";
    inside = false;
  };
  for (const c of text) {
    if (lines.length >= 2000) break;
    // A quote in a comment opens nothing.
    if (c === '"' && !line.trimStart().startsWith("#")) inside = !inside;
    if ((c === "\n" || c === "\r") && !inside) end();
    else line += c;
  }
  if (whole || lines.length === 0) end();
  return { lines, ...(declared && { declared }) };
}

const separatorOf: { readonly [c: string]: Separator } = { ",": ",", ";": ";", "\t": "tab" };

function fieldsOf(line: string, separator: Separator): string[] {
  const code = separatorByte[separator];
  const fields: string[] = [];
  let field = "";
  let inside = false;
  const end = (): void => {
    const text = field.trim();
    const bare = text.includes('"')
      ? text.replaceAll(/"((?:[^"]|"")*)"?/g, (_, inner: string) => inner.replaceAll('""', '"')).trim()
      : text;
    if (separator !== "spaces" || bare !== "") fields.push(bare);
    field = "";
  };
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 34) inside = !inside;
    if (!inside && (c === code || (separator === "spaces" && c === 9))) end();
    else field += line[i];
  }
  end();
  return fields;
}

/** Without the columns at the end in which nothing is written: a separator at the end of every line makes none. A value that is missing there keeps its place. */
function rowsOf(lines: readonly string[], separator: Separator): readonly string[][] {
  const rows = lines.map((line) => fieldsOf(line, separator));
  const width = rows.reduce((most, row) => Math.max(most, filledTo(row)), 1);
  return rows.map((row) => row.slice(0, width));
}

const filledTo = (row: readonly string[]): number => row.findLastIndex((field) => field !== "") + 1;

/** The one under which most rows have the same number of fields and most fields are numbers. */
function bestSeparator(lines: readonly string[]): Separator {
  let best: Separator = "none";
  let most = 0;
  for (const separator of [";", "tab", ",", "spaces", "none"] as const) {
    const rows = rowsOf(lines.slice(0, sampled), separator);
    const width = commonWidth(rows);
    if (width < 2 && separator !== "none") continue;
    const decimal = separator === "," ? "." : decimalOf(rows);
    // The names count as much as the rows: a decimal comma splits rows and not names.
    const fitting = rows.filter((row) => row.length === width);
    const fields = fitting.slice(fitting.length > 1 ? 1 : 0).flat();
    const good = fields.filter((f) => f === "" || missingWord.test(f) || !Number.isNaN(numberOf(f, decimal))).length;
    const even = rows.slice(preambleOf(rows)).filter((row) => row.length <= width).length / rows.length;
    const whole = rows.some((row) => row.length === 1 && width > 1 && rows.indexOf(row) === preambleOf(rows) - 1)
      ? 0.5
      : 1;
    const score = (good / Math.max(1, fields.length)) ** 2 * even * whole * (separator === "none" ? 0.6 : 1);
    if (score > most + 1e-9) [best, most] = [separator, score];
  }
  return best;
}

function commonWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].toSorted(([a, n], [b, m]) => m - n || b - a)[0]?.[0] ?? 0;
}

/** Rows before the first that has as many fields as most; words that a spreadsheet filled up with empty fields are none. */
function preambleOf(rows: readonly (readonly string[])[]): number {
  const width = commonWidth(rows);
  const begins = (row: readonly string[]): boolean =>
    row.length === width && (filledTo(row) === width || row.every((field) => !isWord(field)));
  return Math.max(0, rows.findIndex(begins));
}

const isWord = (field: string): boolean =>
  field !== "" && !missingWord.test(field) && Number.isNaN(numberOf(field, ".")) && Number.isNaN(numberOf(field, ","));

function decimalOf(rows: readonly (readonly string[])[]): "." | "," {
  const fields = rows.slice(0, sampled).flat();
  const commas = fields.filter((field) => /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/.test(field)).length;
  const points = fields.filter((field) => /^[+-]?\d*\.\d+(?:[eE][+-]?\d+)?$/.test(field)).length;
  return commas > points ? "," : ".";
}

/** Something is written above numbers that is none. */
function hasHeader(rows: readonly (readonly string[])[], decimal: "." | ","): boolean {
  const [first, ...rest] = rows;
  if (!first) return false;
  const isNumber = (field: string): boolean => !Number.isNaN(numberOf(field, decimal));
  const odd = first.map((field) => field !== "" && !missingWord.test(field) && !isNumber(field));
  if (rest.length === 0) return odd.some(Boolean);
  const below = rest.slice(0, sampled);
  return odd.some(
    (is, j) =>
      is &&
      below.filter((row) => row[j] === undefined || row[j] === "" || missingWord.test(row[j]) || isNumber(row[j]))
        .length >
        below.length / 2,
  );
}

/** "speed (rad/s)", "speed [rad/s]" */
function unitOf(header: string): { readonly name: string; readonly unit?: string } {
  const match = /^([^()[\]]+?)\s*(?:\(([^()]{1,24})\)|\[([^[\]]{1,24})\])$/.exec(header);
  const unit = match?.[2] ?? match?.[3];
  return match && unit !== undefined ? { name: match[1]!, unit: unit.trim() } : { name: header };
}
