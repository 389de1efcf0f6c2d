/**
 * Recorded data: CSV text -> columns of numbers, and what was taken for granted on the way (separator, decimal sign, header),
 * so that it can be shown. Nothing is guessed about single values: a field that is no number is refused by row and column.
 */
import type { Problem } from "../ir/ir.ts";

export interface DataTable {
  readonly file: string;
  readonly columns: readonly { readonly name: string; readonly values: Float64Array }[];
  readonly found: Found;
}

export interface Found {
  readonly separator: "," | ";" | "tab" | "spaces" | "none";
  readonly decimal: "." | ",";
  readonly headerRow: boolean;
  readonly commentLines: number;
  readonly rows: number;
}

export type ReadCsv =
  | { readonly ok: true; readonly table: DataTable; readonly found: string }
  | { readonly ok: false; readonly problem: Problem };

const limits = { characters: 64e6, rows: 5e6, columns: 4096, values: 2e7, field: 65536, name: 200 };

/** The last few files read: the same text gives the same table, which is what tells unchanged data apart. */
const memory = new Map<string, { readonly text: string; readonly read: ReadCsv }>();

export function readCsv(file: string, text: string): ReadCsv {
  const held = memory.get(file);
  if (held && held.text === text) return held.read;
  const read = parseTable(file, text);
  memory.delete(file);
  memory.set(file, { text, read });
  const oldest = memory.keys().next();
  if (memory.size > 16 && !oldest.done) memory.delete(oldest.value);
  return read;
}

type Separator = Found["separator"];
interface Line {
  readonly text: string;
}

function parseTable(file: string, source: string): ReadCsv {
  const refuse = (code: string, message: string, hint?: string, values: Problem["values"] = {}): ReadCsv => ({
    ok: false,
    problem: {
      severity: "error",
      code,
      path: `data:${file}`,
      message,
      ...(hint !== undefined && { hint }),
      values: { file, ...values },
    },
  });
  if (source.length > limits.characters) {
    return refuse(
      "DATA_TOO_LARGE",
      `"${file}" is too large: at most ${limits.characters / 1e6} million characters are read.`,
    );
  }
  if (source.includes("\0"))
    return refuse("DATA_NOT_TEXT", `"${file}" is not a text file.`, "Save it as CSV with the encoding UTF-8.");

  let commentLines = 0;
  let declared: string | undefined;
  const lines: Line[] = [];
  for (const raw of source.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    const text = raw.trim();
    if (text === "") continue;
    if (text.startsWith("#")) commentLines++;
    // Excel's own way to say which separator follows.
    else if (lines.length === 0 && declared === undefined && /^sep=[,;\t]$/i.test(text || raw)) declared = text[4];
    else lines.push({ text: raw });
    if (lines.length > limits.rows + 1)
      return refuse("DATA_TOO_LARGE", `"${file}" has more than ${limits.rows} rows.`, undefined, { rows: limits.rows });
  }
  if (lines.length === 0)
    return refuse("DATA_EMPTY", `"${file}" has no rows.`, "It needs at least one row of numbers.");

  const separator = declared === undefined ? findSeparator(lines) : declared === "\t" ? "tab" : (declared as Separator);
  const cells = (line: Line): string[] => fields(line.text, separator);
  const sample = lines.slice(0, 1000).map(cells);
  const decimal =
    separator !== "," &&
    sample
      .slice(1)
      .concat(sample.length === 1 ? sample : [])
      .some((row) => row.some((field) => decimalComma.test(field)))
      ? ","
      : ".";
  const number = (field: string): number => toNumber(field, decimal);

  const first = sample[0]!;
  const headerRow = first.some((field) => field !== "" && !missing.test(field) && Number.isNaN(number(field)));
  let width = first.length;
  // A separator at the end of every line makes no column of its own.
  if (width > 1 && sample.every((row) => row.length < width || row[width - 1] === "")) width--;
  if (width > limits.columns)
    return refuse("DATA_TOO_LARGE", `"${file}" has more than ${limits.columns} columns.`, undefined, {
      columns: width,
    });
  const names = columnNames(headerRow ? first : [], width);
  const rows = lines.length - (headerRow ? 1 : 0);
  if (rows === 0)
    return refuse("DATA_EMPTY", `"${file}" has a header but no rows.`, "It needs at least one row of numbers.");
  if (rows * width > limits.values)
    return refuse("DATA_TOO_LARGE", `"${file}" has more than ${limits.values} numbers.`, undefined, {
      rows,
      columns: width,
    });

  const columns = names.map((name) => ({ name, values: new Float64Array(rows) }));
  for (let i = 0; i < rows; i++) {
    const row = cells(lines[i + (headerRow ? 1 : 0)]!);
    while (row.length > width && row.at(-1) === "") row.pop();
    if (row.length !== width) {
      return refuse(
        "DATA_RAGGED",
        `Row ${i + 1} of "${file}" has ${row.length} fields, not ${width}.`,
        "Every row needs as many fields as there are columns.",
        { row: i + 1, fields: row.length, columns: width },
      );
    }
    for (let j = 0; j < width; j++) {
      const field = row[j]!;
      const value = number(field);
      columns[j]!.values[i] = value;
      if (Number.isFinite(value)) continue;
      const place = { row: i + 1, column: names[j]! };
      if (field === "" || missing.test(field)) {
        return refuse(
          "DATA_MISSING_VALUE",
          `Row ${i + 1} of "${file}" has no value in the column "${names[j]}".`,
          "Fill the gap, or remove the row.",
          place,
        );
      }
      const shown = field.length > 40 ? `${field.slice(0, 40)}...` : field;
      const hint = decimal === "," && /\./.test(field) ? "Other numbers of this file have a decimal comma." : undefined;
      return refuse(
        "DATA_NOT_A_NUMBER",
        `Row ${i + 1} of "${file}" has "${shown}" in the column "${names[j]}", which is not a number.`,
        hint,
        { ...place, field: shown },
      );
    }
  }
  const found: Found = { separator, decimal, headerRow, commentLines, rows };
  return { ok: true, table: { file, columns, found }, found: inWords(found, names) };
}

const decimalComma = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;
const missing = /^(?:nan|na|n\/a|null|none|-|\?)$/i;
const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function toNumber(field: string, decimal: "." | ","): number {
  if (decimal === ".") return plain.test(field) ? Number(field) : NaN;
  if (field.includes(".")) return NaN;
  const point = field.replace(",", ".");
  return plain.test(point) ? Number(point) : NaN;
}

/** ; and TAB are never part of a number; a comma may be, when spaces separate. */
function findSeparator(lines: readonly Line[]): Separator {
  const bare = lines.slice(0, 50).map((line) => line.text.replace(/"[^"]*"/g, '""'));
  if (bare.some((text) => text.includes(";"))) return ";";
  if (bare.some((text) => text.trim().includes("\t"))) return "tab";
  const data = bare.length > 1 ? bare.slice(1) : bare;
  const words = data.map((text) => text.trim().split(/\s+/));
  const spaced = words.every(
    (row) =>
      row.length > 1 && row.every((field) => plain.test(field) || decimalComma.test(field) || missing.test(field)),
  );
  if (spaced) return "spaces";
  // One column of numbers with decimal commas, under a name.
  const single =
    bare.length > 1 &&
    !bare[0]!.includes(",") &&
    words.every((row) => row.length === 1 && (plain.test(row[0]!) || decimalComma.test(row[0]!)));
  if (bare.some((text) => text.includes(","))) return single ? "none" : ",";
  return words.some((row) => row.length > 1) ? "spaces" : "none";
}

const characters = { ",": ",", ";": ";", tab: "\t" } as const;

function fields(text: string, separator: Separator): string[] {
  const quoted = text.includes('"');
  if (separator === "none" && !quoted) return [text.trim()];
  if (!quoted)
    return separator === "spaces"
      ? text.trim().split(/\s+/)
      : text.split(characters[separator as ","]).map((field) => field.trim());
  const result: string[] = [];
  const ends = (c: string): boolean =>
    separator === "spaces" ? c === " " || c === "\t" : separator !== "none" && c === characters[separator];
  let field = "";
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') {
      if (inside && text[i + 1] === '"') {
        field += '"';
        i++;
      } else inside = !inside;
    } else if (!inside && ends(c)) {
      result.push(field.trim());
      field = "";
    } else field += c;
  }
  result.push(field.trim());
  return separator === "spaces" ? result.filter((part) => part !== "") : result;
}

/** Unique, printable, never empty. */
function columnNames(header: readonly string[], width: number): string[] {
  const used = new Set<string>();
  return Array.from({ length: width }, (_, j) => {
    // oxlint-disable-next-line no-control-regex -- what is taken out of the names
    const own = (header[j] ?? "")
      .replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, " ")
      .trim()
      .slice(0, limits.name);
    const base = own === "" ? `column ${j + 1}` : own;
    let name = base;
    for (let n = 2; used.has(name); n++) name = `${base} ${n}`;
    used.add(name);
    return name;
  });
}

const separators: { readonly [S in Separator]: string } = {
  ",": "separated by commas",
  ";": "separated by semicolons",
  tab: "separated by tabs",
  spaces: "separated by spaces",
  none: "one column",
};

function inWords(found: Found, names: readonly string[]): string {
  const shown = names.length > 8 ? [...names.slice(0, 8), "..."] : names;
  return [
    `${found.rows} row${found.rows === 1 ? "" : "s"} of ${names.length} column${names.length === 1 ? "" : "s"} (${shown.join(", ")})`,
    separators[found.separator],
    found.decimal === "," ? "decimal comma" : "decimal point",
    found.headerRow ? "names in the first row" : "no row of names",
    ...(found.commentLines > 0 ? [`${found.commentLines} comment line${found.commentLines === 1 ? "" : "s"}`] : []),
  ].join("; ");
}
