/** Names signals of a run that are to be written to a file; the program around it writes it. */
import { defineBlock } from "../block.ts";
import { numbered } from "../elements.ts";

export default defineBlock({
  type: "to-csv",
  version: 1,
  category: "sinks",
  title: "To CSV",
  summary: "Collects what is wired into it, with the time, into a CSV file of its own.",
  formula: "(t_i,\\; u(t_i))",
  aliases: [
    "file",
    "export",
    "log",
    "record",
    "save",
    "to workspace",
    "excel",
    "archivo",
    "fichero",
    "exportar",
    "guardar",
    "registro",
  ],
  params: {
    file: { kind: "text", label: "File", default: "run.csv", help: "A plain file name, without folders." },
    count: { kind: "count", label: "Inputs", default: "1", min: 1, max: 16 },
  },
  check({ file }) {
    const name = file.trim();
    if (name === "" || name.length > 200 || /^\.+$|[\\/:*?"<>|\p{Cc}]/u.test(name))
      return `File must be a plain file name such as run.csv, not “${file}”`;
    return undefined;
  },
  ports: ({ count }) => ({ in: numbered("in", count) }),
  role: "csv",
  equations: () => ({}),
  glyph: {
    curve: "M6 1h8l4 4v10H6zM14 1v4h4M12 6.500v5M9.700 9.300L12 11.600l2.300-2.300",
    size: [8, 6],
  },
});
