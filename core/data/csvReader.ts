/**
 * CSV as a stream: bytes in pieces that may end anywhere, columns of numbers out. Numbers are read from bytes; where a decimal number
 * has at most 15 digits and a power within 10^22 it is exact in two roundings less (Clinger 1990, "How to read floating point numbers
 * accurately"), the rest goes through Number(). Memory: the numbers kept, one piece, one row; half as much again for a while where the size of the file is not told.
 */
import { csvLimits, csvRefusal, missingWord, numberOf, separatorByte } from "./csvFormat.ts";
import type { CsvFormat, CsvRefusal } from "./csvFormat.ts";
import { textOf, utf8From } from "./encoding.ts";

export interface CsvColumns {
  readonly ok: true;
  readonly rows: number;
  readonly columns: readonly CsvColumn[];
  /** Lines that begin with #. */
  readonly comments: number;
}

/** A value that is missing is NaN. */
export interface CsvColumn {
  /** Place in the file, from 0. */
  readonly place: number;
  readonly name: string;
  readonly values: Float64Array;
  readonly missing: number;
}

export interface CsvReader {
  readonly rows: number;
  /** The next piece; a refusal is final. */
  push(bytes: Uint8Array): CsvRefusal | undefined;
  finish(): CsvColumns | CsvRefusal;
}

/** Of a column at first; after these the size of the file tells how many there will be. */
const firstRows = 65_536;
const [TAB, LF, CR, SPACE, QUOTE, HASH, PLUS, COMMA, MINUS, POINT] = [9, 10, 13, 32, 34, 35, 43, 44, 45, 46];
const powers = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const nothing = new Uint8Array(0);
const nothingYet = new Float64Array(0);

/**
 * `keep`: which columns, by their place; all where absent. `total`: bytes of the file, so that columns are given their room once and need not be copied when
 * they grow; room that is not written to takes no memory.
 */
export function createCsvReader(format: CsvFormat, keep?: ReadonlySet<number>, total?: number): CsvReader {
  const toUtf8 = utf8From(format.encoding);
  const spaced = format.separator === "spaces";
  const point = format.decimal === "," ? COMMA : POINT;
  const separator = separatorByte[format.separator];
  let skip = format.skip;
  let wantsHeader = format.header;
  let begun = false;
  let width = 0;
  let comments = 0;
  let rows = 0;
  /** Bytes of a row that is not complete yet, at the front of the buffer. */
  let rest = 0;
  let refused: CsvRefusal | undefined;
  let names: readonly string[] = [];
  let kept: { readonly place: number; missing: number; values: Float64Array }[] = [];
  let room = firstRows;
  /** Bytes of the file so far, and how many of them one byte in the buffer is. */
  let pushed = 0;
  let shrunk = 1;
  let row = new Float64Array(64);

  // A row being read: where it stands, and where its odd field lies.
  let buffer: Uint8Array = nothing;
  let length = 0;
  let at = 0;

  function push(bytes: Uint8Array): CsvRefusal | undefined {
    if (refused) return refused;
    pushed += bytes.length;
    const fresh = toUtf8(bytes);
    if (fresh.length > 0) shrunk = bytes.length / fresh.length;
    length = rest + fresh.length;
    // One room for all pieces: the tail of the one before moves to its front.
    if (buffer.length < length) {
      const larger = new Uint8Array(Math.max(length, 2 * buffer.length));
      larger.set(buffer.subarray(0, rest));
      buffer = larger;
    }
    buffer.set(fresh, rest);
    at = 0;
    read(false);
    rest = Math.max(0, length - at);
    buffer.copyWithin(0, at, length);
    return refused;
  }

  /** Rows up to the end of the buffer; the last one only where it is complete, or `final`. */
  function read(final: boolean): void {
    while (!refused && at < length) {
      const start = at;
      let i = at;
      while (i < length && (buffer[i] === SPACE || (buffer[i] === TAB && separator !== TAB))) i++;
      if (i === length && !final) return;
      const c = buffer[i];
      if (i === length || c === LF || c === CR) {
        at = i + 1;
        continue;
      }
      if (c === HASH || skip > 0 || !begun) {
        const end = lineEnd(i);
        if (end < 0 && !final) {
          if (length - start > csvLimits.field * 64) refused = csvRefusal("DATA_TOO_LARGE", { limit: "field", row: 0 });
          return;
        }
        const to = end < 0 ? length : end;
        if (c === HASH) {
          comments++;
          at = to + 1;
          continue;
        }
        // Excel's own way to say which separator follows; the format knows already.
        const opens = !begun && /^sep=.?$/i.test(textOf(buffer.subarray(i, Math.min(to, i + 8))));
        begun = true;
        if (opens || skip > 0) {
          if (!opens) skip--;
          at = to + 1;
          continue;
        }
      }
      if (wantsHeader || width === 0) {
        const fields = rowOfText(start, final);
        if (!fields) return;
        // A separator at the end of every line makes no column of its own; in a first row of numbers one may be missing.
        if (wantsHeader && fields.length > 1 && fields.at(-1) === "") fields.pop();
        width = fields.length;
        if (width > csvLimits.columns) {
          refused = csvRefusal("DATA_TOO_LARGE", { limit: "columns", most: csvLimits.columns, columns: width });
          return;
        }
        names = columnNames(wantsHeader ? fields : [], width);
        row = new Float64Array(width);
        kept = Array.from({ length: width }, (_, place) => ({ place, missing: 0, values: nothingYet })).filter(
          ({ place }) => !keep || keep.has(place),
        );
        if (wantsHeader) {
          wantsHeader = false;
          continue;
        }
        at = start;
      }
      if (!readRow(start, final)) {
        at = start;
        return;
      }
    }
  }

  /** Outside of quotes. */
  function lineEnd(from: number): number {
    for (let i = from; i < length; i++) if (buffer[i] === LF || buffer[i] === CR) return i;
    return -1;
  }

  /** Fields of the row as text, and `at` behind it; undefined: it goes on in the next piece. */
  function rowOfText(start: number, final: boolean): string[] | undefined {
    const fields: string[] = [];
    let i = start;
    for (;;) {
      const end = fieldEnd(i);
      if (end < 0 || (end === length && !final)) {
        if (length - i > csvLimits.field) refused = tooLong(fields.length);
        return undefined;
      }
      if (end - i > csvLimits.field) {
        refused = tooLong(fields.length);
        return undefined;
      }
      const text = fieldText(i, end);
      // Several spaces are one separator.
      if (!spaced || text !== "") fields.push(text);
      i = end + 1;
      if (end >= length || buffer[end] === LF || buffer[end] === CR) {
        at = i;
        return fields;
      }
    }
  }

  const tooLong = (place: number): CsvRefusal =>
    csvRefusal("DATA_TOO_LARGE", {
      limit: "field",
      most: csvLimits.field,
      row: rows + 1,
      column: names[place] ?? String(place + 1),
    });

  /** Index of what ends a field: a separator, a line's end outside of quotes, the buffer's end. */
  function fieldEnd(from: number): number {
    let inside = false;
    for (let i = from; i < length; i++) {
      const c = buffer[i]!;
      if (c === QUOTE) inside = !inside;
      else if (!inside && (c === LF || c === CR || c === separator || (spaced && c === TAB))) return i;
    }
    // An open quote never ends.
    return inside ? -1 : length;
  }

  function fieldText(from: number, to: number): string {
    const text = textOf(buffer.subarray(from, to)).trim();
    if (!text.includes('"')) return text;
    return text.replaceAll(/"((?:[^"]|"")*)"?/g, (_, inner: string) => inner.replaceAll('""', '"')).trim();
  }

  /** One row of numbers, and `at` behind it; false: it goes on in the next piece. */
  function readRow(start: number, final: boolean): boolean {
    let i = start;
    let count = 0;
    for (;;) {
      while (i < length && (buffer[i] === SPACE || (buffer[i] === TAB && separator !== TAB))) i++;
      if (spaced && count > 0 && (i === length ? final : buffer[i] === LF || buffer[i] === CR)) break;
      const from = i;
      // The quick way: sign, digits, point, digits, power.
      let c = i < length ? buffer[i]! : 0;
      let negative = false;
      if (c === MINUS || c === PLUS) {
        negative = c === MINUS;
        c = ++i < length ? buffer[i]! : 0;
      }
      let mantissa = 0;
      let digits = 0;
      let significant = 0;
      while (c >= 48 && c <= 57) {
        mantissa = mantissa * 10 + (c - 48);
        digits++;
        if (mantissa > 0) significant++;
        c = ++i < length ? buffer[i]! : 0;
      }
      let power = 0;
      if (c === point) {
        c = ++i < length ? buffer[i]! : 0;
        while (c >= 48 && c <= 57) {
          mantissa = mantissa * 10 + (c - 48);
          digits++;
          power--;
          if (mantissa > 0) significant++;
          c = ++i < length ? buffer[i]! : 0;
        }
      }
      let plain = digits > 0;
      if (plain && (c === 69 || c === 101)) {
        c = ++i < length ? buffer[i]! : 0;
        const down = c === MINUS;
        if (down || c === PLUS) c = ++i < length ? buffer[i]! : 0;
        let exponent = 0;
        const first = i;
        while (c >= 48 && c <= 57) {
          exponent = Math.min(10_000, exponent * 10 + (c - 48));
          c = ++i < length ? buffer[i]! : 0;
        }
        if (i === first) plain = false;
        power += down ? -exponent : exponent;
      }
      const end = i;
      while (i < length && buffer[i] === SPACE && separator !== SPACE) i++;
      c = i < length ? buffer[i]! : -1;
      // The next piece may go on with this number.
      if (c === -1 && !final) {
        if (length - from > csvLimits.field) refused = tooLong(count);
        return refused !== undefined;
      }
      let value = NaN;
      if (plain && (c === separator || c === LF || c === CR || c === -1 || (spaced && c === TAB))) {
        if (mantissa === 0) value = 0;
        else if (significant > 15 || power > 22 || power < -22)
          value = end - from > 64 ? NaN : Math.abs(longNumber(from, end));
        else value = power < 0 ? mantissa / powers[-power]! : mantissa * powers[power]!;
        if (negative) value = -value;
      }
      if (!Number.isFinite(value)) {
        const end = fieldEnd(from);
        if (end < 0 || (end === length && !final)) {
          if (length - from > csvLimits.field) refused = tooLong(count);
          if (final && end < 0)
            refused = csvRefusal("DATA_RAGGED", { row: rows + 1, fields: count + 1, columns: width });
          return refused !== undefined;
        }
        if (end - from > csvLimits.field) {
          refused = tooLong(count);
          return true;
        }
        const field = fieldText(from, end);
        value = numberOf(field, format.decimal);
        if (!Number.isFinite(value)) value = NaN;
        if (Number.isNaN(value) && field !== "" && !missingWord.test(field) && format.odd === "refuse") {
          if (count < width && (!keep || keep.has(count))) {
            refused = csvRefusal("DATA_NOT_A_NUMBER", {
              row: rows + 1,
              column: names[count] ?? String(count + 1),
              field: field.length > 40 ? `${field.slice(0, 40)}...` : field,
            });
            return true;
          }
        }
        i = end;
        c = i < length ? buffer[i]! : -1;
        // An empty field behind the last separator is no column.
        if (count === width && field === "" && (c === LF || c === CR || c === -1)) break;
      }
      if (count < width) row[count] = value;
      count++;
      if (c === LF || c === CR || c === -1) break;
      i++;
    }
    at = i + 1;
    if (count !== width && (count > width || format.odd === "refuse")) {
      refused = csvRefusal("DATA_RAGGED", { row: rows + 1, fields: count, columns: width });
      return true;
    }
    row.fill(NaN, count, width);
    add();
    return true;
  }

  /** Digits, point and power only, for Number() to round. */
  function longNumber(from: number, to: number): number {
    const text = String.fromCharCode.apply(undefined, buffer.subarray(from, to) as unknown as number[]);
    return Number(point === COMMA ? text.replace(",", ".") : text);
  }

  function add(): void {
    if (rows === csvLimits.rows) {
      refused = csvRefusal("DATA_TOO_LARGE", { limit: "rows", most: csvLimits.rows });
      return;
    }
    if ((rows + 1) * kept.length > csvLimits.numbers) {
      refused = csvRefusal("DATA_TOO_LARGE", { limit: "numbers", most: csvLimits.numbers, columns: kept.length, rows });
      return;
    }
    if (rows === room) room = roomFor();
    for (const column of kept) {
      if (rows >= column.values.length) column.values = grown(column.values, room);
      const value = row[column.place]!;
      column.values[rows] = value;
      if (Number.isNaN(value)) column.missing++;
    }
    rows++;
  }

  /**
   * For the rows that the file will have if the rest are as long as those before, a tenth more for those that are not, as a copy at the end would hold all of
   * it twice; half as many again where the size is not told.
   */
  function roomFor(): number {
    const read = pushed - (length - at) * shrunk;
    const foreseen = total === undefined || read <= 0 ? 0 : Math.ceil((1.1 * rows * total) / read) + 1024;
    return Math.min(csvLimits.rows, Math.max(foreseen, Math.ceil(1.5 * rows)));
  }

  function finish(): CsvColumns | CsvRefusal {
    if (refused) return refused;
    length = rest;
    at = 0;
    // A row that stays open at the end of the file is refused there.
    while (!refused && at < length) {
      const before = at;
      read(true);
      if (at === before && !refused) refused = csvRefusal("DATA_RAGGED", { row: rows + 1, fields: 0, columns: width });
    }
    buffer = nothing;
    if (refused) return refused;
    if (rows === 0 || kept.length === 0) return (refused = csvRefusal("DATA_EMPTY"));
    const columns = kept.map(({ place, missing, values }): CsvColumn => ({
      place,
      name: names[place]!,
      values: values.subarray(0, rows),
      missing,
    }));
    return { ok: true, rows, columns, comments };
  }

  return {
    get rows() {
      return rows;
    },
    push,
    finish,
  };
}

function grown(values: Float64Array, room: number): Float64Array {
  const larger = new Float64Array(room);
  larger.set(values);
  return larger;
}

/** Unique, printable, never empty. */
export function columnNames(header: readonly string[], width: number): readonly string[] {
  const used = new Set<string>();
  return Array.from({ length: width }, (_, j) => {
    // oxlint-disable-next-line no-control-regex -- what is taken out of the names
    const own = (header[j] ?? "")
      .replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, " ")
      .trim()
      .slice(0, csvLimits.name);
    const base = own === "" ? `column ${j + 1}` : own;
    let name = base;
    for (let n = 2; used.has(name); n++) name = `${base} ${n}`;
    used.add(name);
    return name;
  });
}
