import type { MatrixView } from "../engine/protocol.ts";

/** An entry of a matrix that is kept sparse; 0 where there is none. */
export function entryAt({ starts, columns, values }: MatrixView, row: number, col: number): number {
  for (let k = starts[row]!; k < starts[row + 1]!; k++) if (columns[k] === col) return values[k]!;
  return 0;
}
