/**
 * Plain numbers and matrices of plain numbers, read directly: fast for what is typed most, and long enough for a plant of
 * hundreds of states pasted from elsewhere (spaces and line ends separate, as in MATLAB). Anything else is left to parse.ts.
 */

export interface Literal {
  readonly kind: "literal";
  readonly rows: number;
  readonly cols: number;
  readonly data: readonly number[];
}

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const longest = 4_000_000;

/** Undefined when it is anything but numbers, or not a rectangle: parse.ts then says what is wrong. */
export function numericLiteral(
  source: string,
): Literal | { readonly kind: "number"; readonly value: number } | undefined {
  const text = source.trim();
  if (plain.test(text)) return { kind: "number", value: Number(text) };
  if (
    text.length > longest ||
    !text.startsWith("[") ||
    !text.endsWith("]") ||
    !/^[\d\s.eE+\-,;]*$/.test(text.slice(1, -1))
  ) {
    return undefined;
  }
  const rows = text
    .slice(1, -1)
    .split(/[;\n]/)
    .map((row) => row.trim())
    .filter((row) => row !== "");
  const data: number[] = [];
  let cols = 0;
  for (const row of rows) {
    const cells = row.split(/\s*,\s*|\s+/);
    if (!cells.every((cell) => plain.test(cell))) return undefined;
    if (cols !== 0 && cells.length !== cols) return undefined;
    cols = cells.length;
    for (const cell of cells) data.push(Number(cell));
  }
  return rows.length === 0 ? undefined : { kind: "literal", rows: rows.length, cols, data };
}
