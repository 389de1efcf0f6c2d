import fc from "fast-check";
import { expect, test } from "vitest";
import { csvOf, tabbed } from "../../../renderer/plots/runTable.ts";
import { readCsv } from "../../../core/diagram/data.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

test("the file reads back as the very same numbers", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 30 }), (rows) => {
      const t = Float64Array.from(rows, ([a]) => a + 0);
      const values = Float64Array.from(rows, ([, b]) => b + 0);
      const read = readCsv(`${rows.length} ${Math.random()}.csv`, csvOf(t, [{ path: "Plant.x[1]", values }]));
      expect(read.ok).toBe(true);
      if (!read.ok) return;
      expect(read.table.columns.map((column) => column.name)).toEqual(["t", "Plant.x[1]"]);
      expect([...read.table.columns[0]!.values]).toEqual([...t]);
      expect([...read.table.columns[1]!.values]).toEqual([...values]);
    }),
    { numRuns: 50 },
  );
});

test("names that hold separators are quoted, and never break a row", () => {
  const one = Float64Array.of(1);
  expect(csvOf(one, [{ path: 'a,"b"', values: one }]).split("\n")[0]).toBe('t,"a,""b"""');
  expect(tabbed(one, [{ path: "a\tb\nc", values: one }])).toBe("t\ta b c\n1\t1\n");
});
