/** A surface through the points of a table. */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock } from "../block.ts";
import { each } from "../elements.ts";
import { isCubic, slopesOf, smooth, unordered, ways, weights } from "../interpolation.ts";

type Derived = { readonly rows: number[]; readonly columns: number[]; readonly twist: number[] };

export default defineBlock({
  type: "lookup-2d",
  version: 1,
  category: "nonlinear",
  title: "2-D Lookup Table",
  summary: "A surface over a grid of two inputs: bilinear, bicubic, or in steps.",
  formula: "z = f(u, v),\\quad f(x_i, y_j) = Z_{ij}",
  aliases: ["table", "map", "surface", "interpolation", "engine map", "tabla", "mapa", "superficie", "interpolación"],
  params: {
    rows: { kind: "vector", label: "Rows x", default: "[0, 1]", help: "Values of u, one for each row of Z." },
    columns: { kind: "vector", label: "Columns y", default: "[0, 1]", help: "Values of v, one for each column of Z." },
    values: { kind: "matrix", label: "Table Z", default: "[0, 1; 1, 2]" },
    between: {
      kind: "choice",
      label: "Between",
      default: "linear",
      of: ways,
      help: "Along both inputs. `spline` is cubic with continuous curvature, `monotone` does not overshoot.",
    },
    beyond: {
      kind: "choice",
      label: "Beyond",
      default: "hold",
      of: ["hold", "straight"],
      help: "The values at the edge, or onwards with the slope there.",
      when: { between: smooth },
    },
  },
  check({ rows, columns, values }) {
    const wrong = unordered("Rows x", rows) ?? unordered("Columns y", columns);
    if (wrong !== undefined) return wrong;
    const [height, width] = [values.length, values[0]?.length ?? 0];
    return height === rows.length && width === columns.length
      ? undefined
      : `Table Z must be ${rows.length} × ${columns.length}, and is ${height} × ${width}`;
  },
  ports: { in: { u: { width: "n" }, v: { width: "n" } }, out: { out: { width: "n" } } },
  derived({ rows, columns, values, between }) {
    if (!isCubic(between)) return {} as Derived;
    const along = (table: readonly (readonly number[])[]) => table.map((row) => slopesOf(between, columns, row));
    const down = each(columns.length, (j) =>
      slopesOf(
        between,
        rows,
        values.map((row) => row[j] ?? 0),
      ),
    );
    const rowSlopes = each(rows.length, (i) => down.map((column) => column[i] ?? 0));
    return { rows: rowSlopes.flat(), columns: along(values).flat(), twist: along(rowSlopes).flat() };
  },
  equations(m, s, p) {
    const [x, y] = [m.table("rows", p.rows), m.table("columns", p.columns)];
    const z = m.table("values", p.values.flat());
    const cubic = isCubic(p.between)
      ? (["rows", "columns", "twist"] as const).map((name) => m.table(`${name} slopes`, s.derived[name] ?? []))
      : [];
    const straight = p.beyond === "straight";
    const [u, v] = [s.in["u"] ?? [], s.in["v"] ?? []];
    const out = u.map((ui, k) => {
      const down = weights(m, x.series, ui, p.between, straight);
      const along = weights(m, y.series, v[k] ?? m.num(0), p.between, straight);
      const terms: Expr[] = [];
      for (const i of [0, 1] as const)
        for (const j of [0, 1] as const) {
          const cell = m.add(m.mul(m.add(down.segment, i), p.columns.length), m.add(along.segment, j));
          terms.push(m.mul(m.mul(down.value[i], along.value[j]), m.cell(z.series, cell)));
          const [byRow, byColumn, twist] = cubic;
          if (!byRow || !byColumn || !twist || !down.slope || !along.slope) continue;
          terms.push(
            m.mul(m.mul(down.slope[i], along.value[j]), m.cell(byRow.series, cell)),
            m.mul(m.mul(down.value[i], along.slope[j]), m.cell(byColumn.series, cell)),
            m.mul(m.mul(down.slope[i], along.slope[j]), m.cell(twist.series, cell)),
          );
        }
      return m.sum(terms);
    });
    return { out: { out } };
  },
  glyph: { curve: "M3 5l5-3h13l-5 3zM3 5v9h13v-9M16 14l5-3v-9M3 9.500h13M9.500 5v9", size: [8, 6] },
});
