/** CSV as it comes: separators, decimal commas, headers, comments; and refusals that name row and column. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "../../../core/diagram/data.ts";

const table = (text: string) => {
  const read = readCsv("f.csv", text);
  if (!read.ok) throw new Error(read.problem.message);
  return {
    ...read.table.found,
    columns: Object.fromEntries(read.table.columns.map(({ name, values }) => [name, [...values]])),
    words: read.found,
  };
};
const refusal = (text: string) => {
  const read = readCsv("f.csv", text);
  if (read.ok) throw new Error("was read");
  return read.problem;
};

test.each<
  [
    string,
    string,
    {
      separator: string;
      decimal: string;
      headerRow: boolean;
      commentLines: number;
      columns: { [name: string]: number[] };
    },
  ]
>([
  [
    "commas",
    "t,y\n0,1\n1,2.5\n",
    { separator: ",", decimal: ".", headerRow: true, commentLines: 0, columns: { t: [0, 1], y: [1, 2.5] } },
  ],
  [
    "semicolons and decimal commas",
    "t;y\r\n0,5;1\r\n1;-2,5e1\r\n",
    { separator: ";", decimal: ",", headerRow: true, commentLines: 0, columns: { t: [0.5, 1], y: [1, -25] } },
  ],
  [
    "semicolons and points",
    "t;y\n0.5;1\n",
    { separator: ";", decimal: ".", headerRow: true, commentLines: 0, columns: { t: [0.5], y: [1] } },
  ],
  [
    "tabs",
    "t\ty\n0,5\t1\n",
    { separator: "tab", decimal: ",", headerRow: true, commentLines: 0, columns: { t: [0.5], y: [1] } },
  ],
  [
    "spaces",
    "  t   y\n 0  1\n 1 -2\n",
    { separator: "spaces", decimal: ".", headerRow: true, commentLines: 0, columns: { t: [0, 1], y: [1, -2] } },
  ],
  [
    "spaces and decimal commas",
    "0,5 1,5\n1,5 2\n",
    {
      separator: "spaces",
      decimal: ",",
      headerRow: false,
      commentLines: 0,
      columns: { "column 1": [0.5, 1.5], "column 2": [1.5, 2] },
    },
  ],
  [
    "names with spaces",
    "time (s),fish count\n0,1\n",
    { separator: ",", decimal: ".", headerRow: true, commentLines: 0, columns: { "time (s)": [0], "fish count": [1] } },
  ],
  [
    "no names",
    "1,2\n3,4",
    {
      separator: ",",
      decimal: ".",
      headerRow: false,
      commentLines: 0,
      columns: { "column 1": [1, 3], "column 2": [2, 4] },
    },
  ],
  [
    "comments, blank lines and a byte order mark",
    "\uFEFF# a, b\n#\n\nx,y\n\n1,2\n# end\n3,4\n",
    { separator: ",", decimal: ".", headerRow: true, commentLines: 3, columns: { x: [1, 3], y: [2, 4] } },
  ],
  [
    "quotes",
    '"t","a ""b"", c"\n"0","1"\n',
    { separator: ",", decimal: ".", headerRow: true, commentLines: 0, columns: { t: [0], 'a "b", c': [1] } },
  ],
  [
    "one column",
    "y\n1\n2\n",
    { separator: "none", decimal: ".", headerRow: true, commentLines: 0, columns: { y: [1, 2] } },
  ],
  [
    "one column of decimal commas",
    "y\n1,5\n2\n",
    { separator: "none", decimal: ",", headerRow: true, commentLines: 0, columns: { y: [1.5, 2] } },
  ],
  [
    "one row",
    "1,2",
    { separator: ",", decimal: ".", headerRow: false, commentLines: 0, columns: { "column 1": [1], "column 2": [2] } },
  ],
  [
    "a separator at every end",
    "t;y;\n0;1;\n",
    { separator: ";", decimal: ".", headerRow: true, commentLines: 0, columns: { t: [0], y: [1] } },
  ],
  [
    "Excel's own line",
    "sep=;\nt;y\n0;1\n",
    { separator: ";", decimal: ".", headerRow: true, commentLines: 0, columns: { t: [0], y: [1] } },
  ],
  [
    "missing and repeated names",
    "a,,a\n1,2,3\n",
    {
      separator: ",",
      decimal: ".",
      headerRow: true,
      commentLines: 0,
      columns: { a: [1], "column 2": [2], "a 2": [3] },
    },
  ],
])("%s", (_, text, expected) => expect(table(text)).toMatchObject(expected));

test("says what it found", () => {
  expect(table("# c\nt;y\n0,5;1\n1;2").words).toBe(
    "2 rows of 2 columns (t, y); separated by semicolons; decimal comma; names in the first row; 1 comment line",
  );
});

test("names are data, never keys that matter", () => {
  const read = readCsv("f.csv", "__proto__,constructor\n1,2\n");
  expect(read.ok && read.table.columns.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test.each<[string, string, string, object]>([
  ["nothing", "", "DATA_EMPTY", {}],
  ["comments only", "# a\n", "DATA_EMPTY", {}],
  ["names only", "t,y\n", "DATA_EMPTY", {}],
  ["a gap", "t,y\n0,1\n1,\n", "DATA_MISSING_VALUE", { row: 2, column: "y" }],
  ["NaN", "t,y\n0,NaN\n", "DATA_MISSING_VALUE", { row: 1, column: "y" }],
  ["a word", "t,y\n0,1\nx,2\n", "DATA_NOT_A_NUMBER", { row: 2, column: "t", field: "x" }],
  ["a date", "t,y\n2020-01-01,1\n", "DATA_NOT_A_NUMBER", { row: 1, column: "t" }],
  ["infinity", "t,y\n0,Infinity\n", "DATA_NOT_A_NUMBER", { column: "y" }],
  ["too large a number", "t,y\n0,1e999\n", "DATA_NOT_A_NUMBER", { column: "y" }],
  ["points among commas", "t;y\n0,5;1\n1;2.5\n", "DATA_NOT_A_NUMBER", { row: 2, column: "y" }],
  ["a short row", "t,y\n0,1\n1\n", "DATA_RAGGED", { row: 2, fields: 1, columns: 2 }],
  ["a long row", "t,y\n0,1,2\n", "DATA_RAGGED", { row: 1, fields: 3, columns: 2 }],
  ["no text", "\0\0", "DATA_NOT_TEXT", {}],
  ["too many columns", `${"1,".repeat(5000)}1\n`, "DATA_TOO_LARGE", {}],
])("%s is refused", (_, text, code, values) => {
  const problem = refusal(text);
  expect(problem).toMatchObject({ code, path: "data:f.csv", values: { file: "f.csv", ...values } });
  expect(problem.message).toContain("f.csv");
});

describe("laws", () => {
  test("what was written is read, to the last bit", () => {
    const rows = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(
          fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: width, maxLength: width }),
          { minLength: 1, maxLength: 20 },
        ),
      );
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom<[string, string]>([",", "."], [";", "."], [";", ","], ["\t", "."], ["\t", ","]),
        ([...data], [separator, decimal]) => {
          const names = data[0]!.map((_, j) => `c${j}`);
          const text = [
            names.join(separator),
            ...data.map((row) => row.map((x) => String(x).replace(".", decimal)).join(separator)),
          ].join("\n");
          const read = readCsv("f.csv", text);
          if (!read.ok) throw new Error(read.problem.message);
          read.table.columns.forEach(({ values }, j) =>
            values.forEach((x, i) => expect(x).toBe(data[i]![j]! === 0 ? x : data[i]![j])),
          );
        },
      ),
    );
  });

  test("noise never throws", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("1", "2,5", "3.5", ",", ";", "\t", " ", "\n", '"', "#", "a", "NaN", "\r", "-", "e5"), {
          maxLength: 40,
        }),
        (parts) => {
          const read = readCsv("f.csv", parts.join(""));
          if (read.ok)
            expect(
              read.table.columns.every(
                ({ values }) => values.length === read.table.found.rows && values.every(Number.isFinite),
              ),
            ).toBe(true);
          else expect(read.problem.code).toMatch(/^DATA_/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("the same text gives the same table", () => {
    const a = readCsv("f.csv", "1,2");
    expect(readCsv("f.csv", ["1", "2"].join(","))).toBe(a);
    expect(readCsv("f.csv", "1,3")).not.toBe(a);
  });
});

test("a million numbers", () => {
  const text = Array.from({ length: 250_000 }, (_, i) => `${i},${i * 0.1},${-i},1e-3`).join("\n");
  const read = readCsv("big.csv", text);
  expect(read.ok && read.table.found.rows).toBe(250_000);
});
