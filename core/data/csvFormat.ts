/**
 * How a CSV file is written, what of it is kept, and the limits of reading. Types and constants; detectCsv.ts guesses a format, csvReader.ts
 * reads by one.
 */

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
export type Separator = "," | ";" | "tab" | "spaces" | "none";

export interface CsvFormat {
  readonly encoding: Encoding;
  readonly separator: Separator;
  readonly decimal: "." | ",";
  /** Lines before the names or the first row; blank lines and comments (#) are not counted. */
  readonly skip: number;
  /** The first row has names. */
  readonly header: boolean;
  /** A field that is no number, or is not there at the end of a row. `refuse` names it by row and column. */
  readonly odd: "refuse" | "missing";
}

export const csvLimits = {
  bytes: 200 * 1024 * 1024,
  rows: 5_000_000,
  columns: 4096,
  /** Of one field, in bytes. */
  field: 65_536,
  /** Kept, in all columns: 200 MB of doubles. */
  numbers: 25_000_000,
  /** Of a name, in characters. */
  name: 200,
} as const;

export type CsvCode =
  /** No row of numbers. */
  | "DATA_EMPTY"
  | "DATA_NOT_TEXT"
  /** `limit` says which: bytes, rows, columns, field, numbers. */
  | "DATA_TOO_LARGE"
  | "DATA_RAGGED"
  | "DATA_NOT_A_NUMBER";

export interface CsvRefusal {
  readonly ok: false;
  readonly code: CsvCode;
  /** Rows count from 1 without the header. */
  readonly values: { readonly [name: string]: number | string };
}

export const csvRefusal = (code: CsvCode, values: CsvRefusal["values"] = {}): CsvRefusal => ({
  ok: false,
  code,
  values,
});

export const separatorByte: { readonly [S in Separator]: number } = { ",": 44, ";": 59, tab: 9, spaces: 32, none: -1 };

/** What people write where a value is missing. */
export const missingWord = /^(?:nan|na|n\/a|null|none|-|\?)$/i;
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const stamp = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d*)?))?)?Z?$/;

/** A field without its quotes and the space around it; NaN where it is no number. Dates and times become seconds since 1970, UTC. */
export function numberOf(field: string, decimal: "." | ","): number {
  const point = decimal === "," ? (field.includes(".") ? "" : field.replace(",", ".")) : field;
  if (plainNumber.test(point)) return Number(point);
  const date = stamp.exec(field);
  if (!date) return NaN;
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = date;
  const days = daysSince1970(Number(year), Number(month), Number(day));
  return days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

/** Of the Gregorian calendar, by shifting the year to begin in March; NaN for no such day. */
function daysSince1970(year: number, month: number, day: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const longest = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  if (month < 1 || month > 12 || day < 1 || day > longest) return NaN;
  const y = month > 2 ? year : year - 1;
  const m = (month + 9) % 12;
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * m + 2) / 5) +
    day -
    719_469
  );
}
