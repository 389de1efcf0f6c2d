/** A run as a table of text: for files (CSV) and for the clipboard. `.` is the decimal sign, whatever the language. */

export interface Column {
  readonly path: string;
  readonly values: Float64Array;
}

/** Header `t,<signal path>,...`; every digit is kept, so that a file read back gives the same numbers. */
export function csvOf(t: Float64Array, columns: readonly Column[]): string {
  return table(t, columns, ",", csvCell);
}

/** A text as a cell. */
export const csvCell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Tab-separated, for spreadsheets. */
export function tabbed(t: Float64Array, columns: readonly Column[]): string {
  return table(t, columns, "\t", (name) => name.replaceAll(/[\t\n\r]/g, " "));
}

function table(
  t: Float64Array,
  columns: readonly Column[],
  separator: string,
  header: (name: string) => string,
): string {
  const lines: string[] = [["t", ...columns.map((c) => header(c.path))].join(separator)];
  for (let i = 0; i < t.length; i++) {
    let line = String(t[i]);
    for (const column of columns) line += separator + String(column.values[i]);
    lines.push(line);
  }
  return lines.join("\n") + "\n";
}
