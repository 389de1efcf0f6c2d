/**
 * Recorded signals: columns of an attached file, read at the times of one of them or at a sample time. How a file is
 * parsed is not its business (diagram/data.ts).
 */
import { defineBlock, type Column } from "../block.ts";
import { labelled } from "../elements.ts";

type Named = { readonly name: string };
type Choice = { readonly time: string; readonly values: readonly string[]; readonly timing: string };

/** The column of time: the named one, else the first; none where rows are counted. */
function timeColumn<T extends Named>(columns: readonly T[], { time, timing }: Choice): T | undefined {
  if (timing !== "column") return undefined;
  return time.trim() === "" ? columns[0] : columns.find((column) => column.name === time.trim());
}

/** The columns given out: the named ones, else all but the time. */
function valueColumns<T extends Named>(columns: readonly T[], choice: Choice): readonly T[] {
  if (choice.values.length === 0) {
    const time = timeColumn(columns, choice);
    return columns.filter(
      (column) => column !== time && (choice.timing === "column" || column.name !== choice.time.trim()),
    );
  }
  return choice.values.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

export default defineBlock({
  type: "from-csv",
  version: 1,
  category: "sources",
  title: "From CSV",
  summary: "Recorded columns of a CSV file, held or joined by straight lines between their times.",
  formula: "y(t_i) = y_i",
  aliases: [
    "data",
    "file",
    "table",
    "recorded",
    "measurement",
    "excel",
    "import",
    "datos",
    "archivo",
    "fichero",
    "tabla",
    "medidas",
  ],
  params: {
    file: { kind: "data", label: "File", default: "" },
    timing: { kind: "choice", label: "Timed by", default: "column", of: ["column", "sample time"] },
    time: { kind: "text", label: "Time column", default: "", help: "Its name; empty for the first column." },
    every: {
      kind: "real",
      label: "Sample time",
      default: "1",
      unit: "s",
      above: 0,
      help: "Between rows, where no column has their times.",
      when: { timing: ["sample time"] },
    },
    start: {
      kind: "real",
      label: "Start",
      default: "0",
      unit: "s",
      help: "Time in the run of a row at time 0, or of the first row.",
    },
    values: {
      kind: "names",
      label: "Value columns",
      default: "",
      help: "Their names, separated by commas; empty for all but the time.",
    },
    between: { kind: "choice", label: "Between rows", default: "hold", of: ["hold", "linear"] },
  },
  check(p) {
    const { file, columns } = p.file;
    if (columns.length === 0) return undefined; // The missing file has been named already.
    const has = `“${file}” has the columns ${columns.map(({ name }) => `“${name}”`).join(", ")}`;
    const time = timeColumn(columns, p);
    if (p.timing === "column" && !time) return `there is no time column “${p.time}”: ${has}`;
    const missing = p.values.find((name) => !columns.some((column) => column.name === name));
    if (missing !== undefined) return `there is no column “${missing}”: ${has}`;
    if (valueColumns(columns, p).length === 0) return `there is no column of values beside the time: ${has}`;
    const back = time?.values.findIndex((t, i) => i > 0 && !(t > (time.values[i - 1] ?? NaN))) ?? -1;
    return time && back > 0
      ? `the times in “${time.name}” must rise: row ${back + 1} has ${time.values[back]} after ${time.values[back - 1]}`
      : undefined;
  },
  // Columns that are named but missing still count, so that wires stay where they are while a file is replaced.
  ports: (p) => ({ out: { out: { width: p.values.length || valueColumns(names(p.file.columns), p).length || 1 } } }),
  labels: (p) =>
    labelled(
      "out",
      valueColumns(names(p.file.columns), p).map(({ name }) => name),
    ),
  equations(m, s, p) {
    const t = m.sub(s.t, p.start);
    const time = timeColumn(p.file.columns, p);
    const between = p.between === "linear" ? "linear" : "hold";
    const counted = ({ series }: Column) => {
      const row = m.div(t, p.every);
      const before = m.floor(row);
      const held = m.cell(series, before);
      // cell() clamps its index, so that both ends hold without a further test.
      return between === "hold"
        ? held
        : m.add(held, m.mul(m.sub(m.cell(series, m.add(before, 1)), held), m.sub(row, before)));
    };
    const out = valueColumns(p.file.columns, p).map((column) => {
      if (column.length === 0) return m.num(0);
      if (column.length === 1) return m.cell(column.series, 0);
      return time ? m.lookup(t, time, column, between) : counted(column);
    });
    return { out: { out: out.length > 0 ? out : [m.num(0)] } };
  },
  glyph: { curve: "M4 1h16v14H4zM4 5.500h16M4 10h16M11 1v14", size: [8, 6] },
});

function names(columns: readonly string[]): readonly Named[] {
  return columns.map((name) => ({ name }));
}
