/** An evaluated parameter in a few muted words beside its field: the number where a name was typed, the shape of a matrix. */
import type { BoundValue } from "../../core/diagram/bindParam.ts";
import type { Value } from "../../core/diagram/parameters.ts";
import type { Translate } from "../ui/i18n.ts";
import { written } from "../ui/figures.ts";

/** Small ones in full, large ones by their size. */
export function valueOf({ rows, cols, data }: Value): string {
  if (rows === 1 && cols === 1) return written(data[0]!, 6);
  if (rows * cols > 9) return shapeOf(rows, cols);
  const row = (r: number) =>
    data
      .slice(r * cols, (r + 1) * cols)
      .map((x) => written(x, 4))
      .join(", ");
  return `[${Array.from({ length: rows }, (_, r) => row(r)).join("; ")}]`;
}

export const shapeOf = (rows: number, cols: number): string => `${rows} × ${cols}`;

/** More than a number: names or operations, whose result is worth showing. */
export const isComputed = (typed: string): boolean => /[\p{L}*/^+]/u.test(typed.replaceAll(/\d[eE][+-]?\d/g, ""));

/** Nothing where the text typed already says it. */
export function shown(typed: string, value: BoundValue | undefined, text: Translate): string | undefined {
  if (!value) return undefined;
  const named = isComputed(typed);
  switch (value.kind) {
    case "real":
    case "count":
      return named ? `= ${written(value.value, 6)}` : undefined;
    case "vector": {
      const n = value.data.length;
      if (n === 1) return named ? `= ${written(value.data[0]!, 6)}` : undefined;
      const whole = valueOf({ rows: n, cols: 1, data: value.data });
      return named && n <= 9 ? `= ${whole}` : text("inspector.elements", { count: n });
    }
    case "matrix": {
      const { rows, cols } = value;
      if (rows * cols === 1) return named ? `= ${written(value.data[0]!, 6)}` : undefined;
      return named && rows * cols <= 9 ? `= ${valueOf(value)}` : shapeOf(rows, cols);
    }
    case "names":
      return value.value.length > 1 ? text("inspector.elements", { count: value.value.length }) : undefined;
    case "period":
      if (value.value === null || value.value === "inherited" || !named) return undefined;
      return `= ${written(value.value.every, 6)} s${value.value.offset === 0 ? "" : ` + ${written(value.value.offset, 6)} s`}`;
    case "formula":
      return value.symbols.length > 0 ? text("inspector.uses", { names: value.symbols.join(", ") }) : undefined;
    case "choice":
    case "text":
    case "data":
    case "weights":
    case "plant":
      return undefined;
  }
}
