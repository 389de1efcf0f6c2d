/** CSV as a stream, in pieces of 1 MiB, beside a plain split of the whole text and Number(), which checks nothing. */
import { createCsvReader } from "../core/data/csvReader.ts";
import type { CsvFormat } from "../core/data/csvFormat.ts";
import { uniform } from "../core/math/random.ts";
import { duration, measure, slower } from "./table.ts";
import type { Table } from "./table.ts";

const columns = 8;
const piece = 1024 * 1024;

function text(megabytes: number, decimal: "." | ",", separator: string, figures: number): string {
  let drawn = 0;
  const draw = (): number => uniform(7, drawn++);
  const lines: string[] = [];
  for (let length = 0, k = 0; length < megabytes * 1e6; k++) {
    const row = [(k / 1000).toFixed(3)];
    for (let j = 1; j < columns; j++) row.push((20 * draw() - 10).toFixed(figures));
    const line = row.join(separator).replaceAll(".", decimal);
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join("\n");
}

function streamed(bytes: Uint8Array, format: CsvFormat): number {
  const reader = createCsvReader(format);
  for (let from = 0; from < bytes.length; from += piece) {
    const refusal = reader.push(bytes.subarray(from, from + piece));
    if (refusal) throw new Error(refusal.code);
  }
  const read = reader.finish();
  if (!read.ok) throw new Error(read.code);
  return read.rows;
}

function split(source: string): number {
  const rows = source.split("\n");
  const values = Array.from({ length: columns }, () => new Float64Array(rows.length));
  rows.forEach((row, i) => row.split(",").forEach((field, j) => (values[j]![i] = Number(field))));
  return rows.length;
}

export default function run(): Table {
  const format = { encoding: "utf-8", skip: 0, header: false, odd: "refuse" } as const;
  const row = (
    what: string,
    decimal: "." | ",",
    separator: "," | ";",
    figures: number,
    megabytes: number,
  ): string[] => {
    const source = text(megabytes, decimal, separator, figures);
    const bytes = new TextEncoder().encode(source);
    const ours = measure(() => streamed(bytes, { ...format, decimal, separator }), undefined, 3000);
    const plain = megabytes > 50 || separator !== "," ? undefined : measure(() => split(source), undefined, 3000);
    const rate = `${Math.round(bytes.length / 1e3 / ours.min)} MB/s`;
    return [
      what,
      `${megabytes} MB`,
      duration(ours.median),
      duration(ours.min),
      rate,
      duration(plain?.min),
      slower(ours, plain),
    ];
  };
  return {
    title: "CSV",
    columns: ["text", "size", "Lazo", "best", "rate", "split and Number", "Lazo / split"],
    rows: [
      row("commas, 6 decimals", ".", ",", 6, 40),
      row("semicolons, decimal comma, 6 decimals", ",", ";", 6, 40),
      row("commas, 17 digits", ".", ",", 16, 40),
      row("semicolons, decimal comma, 6 decimals", ",", ";", 6, 195),
    ],
    notes: [`Eight columns, pieces of 1 MiB. Split cannot read a decimal comma, nor what is larger than a string.`],
  };
}
