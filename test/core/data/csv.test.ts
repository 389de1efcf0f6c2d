/** CSV in a stream: files as people have them, refusals by row and column, and the laws that pieces and printing must keep. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLimits } from "../../../core/data/csvFormat.ts";
import type { CsvFormat } from "../../../core/data/csvFormat.ts";
import { createCsvReader } from "../../../core/data/csvReader.ts";
import type { CsvColumns } from "../../../core/data/csvReader.ts";
import { detectCsv } from "../../../core/data/detectCsv.ts";
import { createFingerprint } from "../../../core/data/fingerprint.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, little: boolean, mark = true): Uint8Array => {
  const units = Array.from(mark ? `\uFEFF${text}` : text, (c) => c).join("");
  const bytes = new Uint8Array(2 * units.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < units.length; i++) view.setUint16(2 * i, units.charCodeAt(i), little);
  return bytes;
};
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

const detected = (bytes: Uint8Array, change: Partial<CsvFormat> = {}): CsvFormat => {
  const preview = detectCsv(bytes, true);
  if (!preview.ok) throw new Error(preview.code);
  return { ...preview.format, ...change };
};
function read(bytes: Uint8Array, format = detected(bytes), pieces: readonly number[] = []) {
  const reader = createCsvReader(format);
  let from = 0;
  for (const to of [...pieces, bytes.length]) {
    const refusal = reader.push(bytes.slice(from, to));
    if (refusal) return refusal;
    from = to;
  }
  return reader.finish();
}
const table = (outcome: ReturnType<typeof read>): { readonly [name: string]: readonly number[] } => {
  if (!outcome.ok) throw new Error(`${outcome.code} ${JSON.stringify(outcome.values)}`);
  return Object.fromEntries(outcome.columns.map(({ name, values }) => [name, [...values]]));
};

const files: readonly (readonly [
  what: string,
  bytes: Uint8Array,
  columns: { readonly [name: string]: readonly number[] },
])[] = [
  ["commas", utf8("t,y\n0,1\n1,2.5\n"), { t: [0, 1], y: [1, 2.5] }],
  ["no line end at the end", utf8("t,y\n0,1\n1,2"), { t: [0, 1], y: [1, 2] }],
  ["Windows line ends", utf8("t,y\r\n0,1\r\n1,2\r\n"), { t: [0, 1], y: [1, 2] }],
  ["old Mac line ends", utf8("t,y\r0,1\r1,2\r"), { t: [0, 1], y: [1, 2] }],
  ["semicolons, decimal comma", utf8("t;y\n0,5;1\n1;-2,5e1\n"), { t: [0.5, 1], y: [1, -25] }],
  ["semicolons, points", utf8("t;y\n0.5;1\n1.5;2\n"), { t: [0.5, 1.5], y: [1, 2] }],
  ["tabs", utf8("t\ty\n0\t1\n1\t2\n"), { t: [0, 1], y: [1, 2] }],
  ["tabs, decimal comma", utf8("t\ty\n0,5\t1,5\n1\t2\n"), { t: [0.5, 1], y: [1.5, 2] }],
  ["spaces", utf8("  t   y\n 0  1\n 1 -2\n"), { t: [0, 1], y: [1, -2] }],
  ["spaces, decimal comma", utf8("t y\n0,5 1,5\n1,0 2,5\n"), { t: [0.5, 1], y: [1.5, 2.5] }],
  ["spaces behind rows", utf8("t y \n0 1 \n1 2  \n"), { t: [0, 1], y: [1, 2] }],
  ["spaces around commas", utf8("t , y\n 0 , 1\n 1 ,\t2 \n"), { t: [0, 1], y: [1, 2] }],
  ["one column", utf8("y\n1\n2\n"), { y: [1, 2] }],
  ["one column, no name", utf8("1\n2\n3\n"), { "column 1": [1, 2, 3] }],
  ["one column, decimal comma", utf8("y\n1,5\n2,5\n3,5\n"), { y: [1.5, 2.5, 3.5] }],
  ["no names", utf8("0,1\n1,2\n"), { "column 1": [0, 1], "column 2": [1, 2] }],
  ["names in quotes", utf8('"t","y, z"\n0,1\n'), { t: [0], "y, z": [1] }],
  ["numbers in quotes", utf8('t,y\n"0","1.5"\n"1","2"\n'), { t: [0, 1], y: [1.5, 2] }],
  ["decimal commas in quotes", utf8('t;y\n"0,5";"1,5"\n'), { t: [0.5], y: [1.5] }],
  ["a quote in a name", utf8('t,"the ""y"""\n0,1\n'), { t: [0], 'the "y"': [1] }],
  ["a line end in a name", utf8('t,"two\nlines"\n0,1\n'), { t: [0], "two lines": [1] }],
  ["a mark of UTF-8", utf8("\uFEFFt,y\n0,1\n"), { t: [0], y: [1] }],
  ["UTF-16, little", utf16("t;y\n0,5;1\n", true), { t: [0.5], y: [1] }],
  ["UTF-16, big", utf16("tensión\ty\n0\t1\n", false), { tensión: [0], y: [1] }],
  ["UTF-16 without a mark", utf16("t,y\n0,1\n2,3\n", true, false), { t: [0, 2], y: [1, 3] }],
  ["UTF-16 beyond 16 bits", utf16("t,𝜔\n0,1\n", true), { t: [0], "𝜔": [1] }],
  ["Windows code page", latin1("tensi\u00f3n;\u0080\n1;2\n"), { tensión: [1], "€": [2] }],
  ["comments", utf8("# made by\n# a logger\nt,y\n0,1\n# pause, here\n1,2\n"), { t: [0, 1], y: [1, 2] }],
  ["blank lines", utf8("\n\nt,y\n\n0,1\n   \n1,2\n\n"), { t: [0, 1], y: [1, 2] }],
  ["Excel says the separator", utf8("sep=;\nt;y\n0;1\n"), { t: [0], y: [1] }],
  [
    "lines before the names",
    utf8("Logger 7\nSerial 0815\nt,y,z\n0,1,2\n1,2,3\n2,3,4\n"),
    { t: [0, 1, 2], y: [1, 2, 3], z: [2, 3, 4] },
  ],
  [
    "missing values",
    utf8("t,y,z\n0,,1\n1,NaN,2\n2,n/a,\n3,4,5\n"),
    { t: [0, 1, 2, 3], y: [NaN, NaN, NaN, 4], z: [1, 2, NaN, 5] },
  ],
  ["missing at the ends of rows", utf8("t;y\n0;\n1;2\n;3\n"), { t: [0, 1, NaN], y: [NaN, 2, 3] }],
  [
    "mostly missing at the ends of rows",
    utf8("t,odo,gps\n0,1,5\n1,2,\n2,3,\n3,4,\n4,5,6\n"),
    { t: [0, 1, 2, 3, 4], odo: [1, 2, 3, 4, 5], gps: [5, NaN, NaN, NaN, 6] },
  ],
  [
    "missing at the end of the first row, no names",
    utf8("0;;\n1;2;\n2;3;4\n"),
    { "column 1": [0, 1, 2], "column 2": [NaN, 2, 3], "column 3": [NaN, NaN, 4] },
  ],
  ["separators at the ends of rows of numbers only", utf8("t,y\n0,1,\n1,2,\n"), { t: [0, 1], y: [1, 2] }],
  [
    "a title that a spreadsheet filled up",
    utf8("Prueba 1;;\nfecha;2024-02-29;\nt;u;y\n0,5;1;\n1;2;3\n"),
    { t: [0.5, 1], u: [1, 2], y: [NaN, 3] },
  ],
  ["separators at the ends of rows", utf8("t,y,\n0,1,\n1,2,\n"), { t: [0, 1], y: [1, 2] }],
  ["the same name twice", utf8("y,y,y\n1,2,3\n"), { y: [1], "y 2": [2], "y 3": [3] }],
  ["a name like a property", utf8("__proto__,constructor\n1,2\n"), { ["__proto__"]: [1], constructor: [2] }],
  ["signs and powers", utf8("y\n+1\n-.5\n5.\n1e3\n-1.5E-3\n1e+02\n"), { y: [1, -0.5, 5, 1000, -0.0015, 100] }],
  [
    "seventeen digits",
    utf8("y\n0.30000000000000004\n1.7976931348623157e308\n5e-324\n123456789012345678\n"),
    { y: [0.1 + 0.2, 1.7976931348623157e308, 5e-324, Number("123456789012345678")] },
  ],
  ["minus zero", utf8("y\n-0\n-0.0\n"), { y: [-0, -0] }],
  ["leading zeros", utf8("y\n000000000000000000001\n0.000000000000000000001\n"), { y: [1, 1e-21] }],
  [
    "dates and times",
    utf8("time,y\n2024-02-29 12:00:00,1\n2024-02-29T12:00:01.5Z,2\n2024-03-01,3\n"),
    {
      time: [
        Date.UTC(2024, 1, 29, 12) / 1000,
        Date.UTC(2024, 1, 29, 12, 0, 1, 500) / 1000,
        Date.UTC(2024, 2, 1) / 1000,
      ],
      y: [1, 2, 3],
    },
  ],
  ["units in names", utf8("t (s),speed [rad/s]\n0,1\n"), { "t (s)": [0], "speed [rad/s]": [1] }],
];

test.each(files)("%s", (_, bytes, columns) => {
  const found = table(read(bytes));
  expect(Object.keys(found)).toEqual(Object.keys(columns));
  for (const [name, values] of Object.entries(columns)) expect(found[name]).toEqual(values);
});

test.each(files)("%s, a byte at a time", (_, bytes, columns) => {
  const pieces = Array.from({ length: bytes.length }, (__, k) => k);
  expect(table(read(bytes, detected(bytes), pieces))).toEqual(columns);
});

describe("refusals", () => {
  const refusal = (text: string | Uint8Array, change: Partial<CsvFormat> = {}) => {
    const bytes = typeof text === "string" ? utf8(text) : text;
    const outcome = read(bytes, detected(bytes, change));
    if (outcome.ok) throw new Error("was read");
    const { code, values } = outcome;
    return { code, ...values };
  };
  test("what is no number, by row and column; or missing where that is asked for", () => {
    const text = "t,y\n0,1\n1,two\n2,3\n";
    expect(refusal(text)).toEqual({ code: "DATA_NOT_A_NUMBER", row: 2, column: "y", field: "two" });
    expect(table(read(utf8(text), detected(utf8(text), { odd: "missing" })))["y"]).toEqual([1, NaN, 3]);
    expect(refusal("y\n1\n1e999\n")).toMatchObject({ code: "DATA_NOT_A_NUMBER", row: 2 });
    expect(refusal("a;b\n1,5;2\n1.234,5;2\n")).toMatchObject({ code: "DATA_NOT_A_NUMBER", row: 2, field: "1.234,5" });
    expect(refusal("day\n2023-02-29\n2023-03-01\n2023-03-02\n")).toMatchObject({ row: 1, field: "2023-02-29" });
  });
  test("rows of another width", () => {
    expect(refusal("t,y\n0,1\n1\n")).toEqual({ code: "DATA_RAGGED", row: 2, fields: 1, columns: 2 });
    expect(refusal("t,y\n0,1\n1,2,3\n")).toEqual({ code: "DATA_RAGGED", row: 2, fields: 3, columns: 2 });
    const cut = utf8("t,y\n0,1\n1");
    expect(table(read(cut, detected(cut, { odd: "missing" })))).toEqual({ t: [0, 1], y: [1, NaN] });
  });
  test("nothing, no rows, no text", () => {
    for (const text of ["", "\n\n", "# only\n"])
      expect(detectCsv(utf8(text), true)).toMatchObject({ ok: false, code: "DATA_EMPTY" });
    expect(refusal("t,y\n")).toEqual({ code: "DATA_EMPTY" });
    expect(detectCsv(Uint8Array.of(80, 75, 3, 4, 0, 0, 8, 1, 2), true)).toMatchObject({
      ok: false,
      code: "DATA_NOT_TEXT",
    });
  });
  test("a quote that never ends", () => {
    expect(refusal('t,y\n0,"1\n2,3\n')).toMatchObject({ code: "DATA_RAGGED", row: 1 });
    const format = { encoding: "utf-8", separator: ",", decimal: ".", skip: 0, header: true, odd: "refuse" } as const;
    const long = utf8(`t,y\n0,"${"1\n".repeat(csvLimits.field)}`);
    expect(read(long, format)).toMatchObject({ code: "DATA_TOO_LARGE", values: { limit: "field", row: 1 } });
  });
  test("more columns, rows or numbers than are kept", () => {
    expect(detectCsv(utf8(`${"1,".repeat(csvLimits.columns)}1\n`), true)).toMatchObject({
      code: "DATA_TOO_LARGE",
      values: { limit: "columns" },
    });
    const format = { encoding: "utf-8", separator: ",", decimal: ".", skip: 0, header: false, odd: "refuse" } as const;
    const reader = createCsvReader(format);
    const rows = utf8("1\n".repeat(100_000));
    let refused;
    for (let k = 0; k < 51 && !refused; k++) refused = reader.push(rows);
    expect(refused).toMatchObject({ code: "DATA_TOO_LARGE", values: { limit: "rows" } });
    const wide = createCsvReader(format);
    const line = utf8(`${"1,".repeat(999)}1\n`.repeat(1000));
    for (refused = undefined; !refused;) refused = wide.push(line);
    expect(refused).toMatchObject({ values: { limit: "numbers", rows: csvLimits.numbers / 1000 } });
  });
});

test("only the columns that are asked for are kept, and only they must be numbers", () => {
  const bytes = utf8("t,note,y\n0,good,1\n1,bad,2\n");
  const reader = createCsvReader(detected(bytes), new Set([0, 2]));
  reader.push(bytes);
  expect(table(reader.finish())).toEqual({ t: [0, 1], y: [1, 2] });
});

test("columns of a file of known size get their room once, without what would be copied at its end", () => {
  const bytes = utf8("1,5;2\n".repeat(300_000));
  const reader = createCsvReader({ ...detected(bytes.slice(0, 5000)), header: false }, undefined, bytes.length);
  // The piece in which the room is reckoned holds as much after that row as before it.
  for (let from = 0; from < bytes.length; from += 786_432) reader.push(bytes.slice(from, from + 786_432));
  const read = reader.finish();
  if (!read.ok) throw new Error(read.code);
  expect(read.columns.map(({ values }) => values.length)).toEqual([300_000, 300_000]);
  for (const { values } of read.columns) expect(values.buffer.byteLength / values.byteLength).toBeLessThan(1.15);
});

test.each([undefined, 1, 700_000, 5_000_000])("a long file, foretold to have %s bytes, comes whole", (total) => {
  const rows = 150_000;
  const bytes = utf8(Array.from({ length: rows }, (_, k) => `${k},${-k}\n`).join(""));
  const reader = createCsvReader({ ...detected(bytes.slice(0, 5000)), header: false }, undefined, total);
  for (let from = 0; from < bytes.length; from += 100_000) reader.push(bytes.slice(from, from + 100_000));
  const outcome = reader.finish();
  if (!outcome.ok) throw new Error(outcome.code);
  expect(outcome.rows).toBe(rows);
  for (const [place, sign] of [1, -1].entries()) {
    const { values } = outcome.columns[place]!;
    expect(values).toHaveLength(rows);
    expect(values.every((v, k) => v === sign * k)).toBe(true);
  }
});

test("the preview tells of units, text and time", () => {
  const preview = detectCsv(utf8("t (s),speed [rad/s],state\n0,1,on\n0.1,2,off\n0.2,3,on\n0.3,2,on\n"), true);
  expect(preview).toMatchObject({
    ok: true,
    columns: [
      { name: "t", unit: "s", time: true, text: false },
      { name: "speed", unit: "rad/s", time: false, text: false },
      { name: "state", time: false, text: true },
    ],
  });
});

test("separators at the ends of rows without names are no column to import", () => {
  const preview = detectCsv(utf8("0,1,\n1,2,\n"), true);
  expect(preview.ok && preview.columns.map(({ name }) => name)).toEqual(["column 1", "column 2"]);
});

test("law: what is printed is read back, bit by bit, wherever the pieces end", () => {
  const number = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.integer(), fc.constant(NaN));
  const arbitrary = fc.record({
    rows: fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 20 }),
    separator: fc.constantFrom(",", ";", "tab", "spaces"),
    comma: fc.boolean(),
    line: fc.constantFrom("\n", "\r\n", "\r"),
    header: fc.boolean(),
    encoding: fc.constantFrom("utf-8", "utf-16le", "utf-16be"),
    cuts: fc.array(fc.nat(), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ rows, separator, comma, line, header, encoding, cuts }) => {
      const decimal = comma && separator !== "," ? "," : ".";
      const sign = separator === "tab" ? "\t" : separator === "spaces" ? "  " : separator;
      const printed = rows.map((row) =>
        row
          .map((v) => (Number.isNaN(v) ? "NaN" : Object.is(v, -0) ? "-0" : String(v).replace(".", decimal)))
          .join(sign),
      );
      const text = [...(header ? [["a", "ñ", "c"].join(sign)] : []), ...printed].join(line);
      const bytes = encoding === "utf-8" ? utf8(text) : utf16(text, encoding === "utf-16le");
      const format = { encoding, separator, decimal, skip: 0, header, odd: "refuse" } as CsvFormat;
      const pieces = cuts.map((c) => c % (bytes.length + 1)).toSorted((a, b) => a - b);
      const outcome = read(bytes, format, pieces) as CsvColumns;
      expect(outcome.ok).toBe(true);
      outcome.columns.forEach(({ values }, j) => expect([...values]).toEqual(rows.map((row) => row[j])));
      expect(outcome.columns.map(({ missing }) => missing)).toEqual(
        [0, 1, 2].map((j) => rows.filter((row) => Number.isNaN(row[j])).length),
      );
    }),
  );
});

test("law: bytes of any kind are read or refused, the same in pieces as whole", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.constantFrom(...'01.,;-e \t"#\n\rNa'), { maxLength: 200 }).map((cs) => utf8(cs.join(""))),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200)), (file, cuts) => {
      const preview = detectCsv(file, true);
      if (!preview.ok) return;
      const pieces = cuts.filter((c) => c <= file.length).toSorted((a, b) => a - b);
      expect(read(file, preview.format, pieces)).toEqual(read(file, preview.format));
      const lenient: CsvFormat = { ...preview.format, odd: "missing" };
      expect(read(file, lenient, pieces)).toEqual(read(file, lenient));
    }),
    { numRuns: 500 },
  );
});

test("a fingerprint is that of FNV-1a, in pieces as whole", () => {
  const whole = createFingerprint();
  whole.add(utf8("foobar"));
  const parts = createFingerprint();
  for (const part of ["foo", "", "bar"]) parts.add(utf8(part));
  expect([whole.value(), parts.value()]).toEqual(["bf9cf968", "bf9cf968"]);
});
