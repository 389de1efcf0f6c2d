/** A value in a table cell: a number to six figures, a small matrix in full, a large one by its size. */
import type { Value } from "../../core/diagram/parameters.ts";

const number = (x: number): string => String(Number(x.toPrecision(6)));

export function shortValue({ rows, cols, data }: Value): string {
  if (rows === 1 && cols === 1) return number(data[0] ?? Number.NaN);
  if (rows * cols > 9) return `${rows} × ${cols}`;
  const lines = Array.from({ length: rows }, (_, r) =>
    data
      .slice(r * cols, (r + 1) * cols)
      .map(number)
      .join(", "),
  );
  return `[${lines.join("; ")}]`;
}
