/**
 * One matrix in brackets, with the names of its rows and columns. Pointing at an entry (or moving to it with the arrows)
 * lights what it came from on the canvas; a click selects it. Large ones draw only the entries on the screen.
 */
import { memo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import type { MatrixView } from "../engine/protocol.ts";
import { useEntry } from "../store/entry.ts";
import { entryAt } from "../store/entryAt.ts";
import { shownOf } from "../store/places.ts";
import { useSelection } from "../store/selection.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { LargeMatrix } from "./LargeMatrix.tsx";
import { isLit } from "./litEntries.ts";
import type { Pointed } from "./litEntries.ts";

/** More entries than this are not all put on the page. */
const many = 1600;

interface MatrixTableProps {
  readonly matrix: MatrixView;
  readonly pointed: Pointed;
}

/** Drawn again where it is another matrix: what a drag changes is in one or two of them. */
export const MatrixTable = memo(function MatrixTable({ matrix, pointed }: MatrixTableProps) {
  const text = useText();
  const rows = matrix.rows.length;
  const cols = matrix.cols.length;
  return (
    <figure className="matrices-matrix">
      <figcaption className="matrices-symbol" id={`matrix-${matrix.name}`}>
        {matrix.name} =
      </figcaption>
      {rows * cols === 0 ? (
        <span className="matrices-none">{text("matrices.size", { rows, cols })}</span>
      ) : rows * cols > many ? (
        <LargeMatrix matrix={matrix} />
      ) : (
        <Entries matrix={matrix} pointed={pointed} />
      )}
    </figure>
  );
});

function Entries({ matrix, pointed }: MatrixTableProps) {
  const { origin, rows, cols } = matrix;
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const table = useRef<HTMLTableElement>(null);
  const setHighlight = useSelection((state) => state.setHighlight);
  const select = useSelection((state) => state.select);

  const spoken = useEntry((state) => (state.entry?.matrix === matrix.name ? state.entry : undefined));

  const light = (row: number, col: number) => {
    const from = origin?.[row]?.[col];
    setHighlight(from && { blocks: new Set(from.blocks), wires: new Set(from.wires) });
  };
  const move = (event: KeyboardEvent, row: number, col: number) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) {
      if (event.key === "Enter") pick(row, col);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const next = [clamp(row + step[0]!, rows.length), clamp(col + step[1]!, cols.length)] as const;
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-entry="${next[0]} ${next[1]}"]`)?.focus();
  };
  const pick = (row: number, col: number) => {
    const from = origin?.[row]?.[col];
    if (!from) return;
    const { blocks, wires } = shownOf(from);
    if (wires.length > 0) select({ wires });
    else if (blocks.length > 0) select({ blocks });
  };
  const focused = [clamp(at[0], rows.length), clamp(at[1], cols.length)] as const;

  return (
    <div className="matrices-scroll">
      <table
        ref={table}
        role="grid"
        className="matrices-table"
        aria-labelledby={`matrix-${matrix.name}`}
        onMouseLeave={() => setHighlight(undefined)}
      >
        <thead>
          <tr>
            <th aria-hidden="true" />
            {cols.map((name, col) => (
              <th scope="col" key={col} title={name}>
                <Name of={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((name, row) => (
            <tr key={row}>
              <th scope="row" title={name}>
                <Name of={name} />
              </th>
              {cols.map((colName, col) => {
                const value = entryAt(matrix, row, col);
                return (
                  <td
                    key={col}
                    data-entry={`${row} ${col}`}
                    data-spoken={spoken?.row === row && spoken.col === col}
                    data-lit={isLit(origin?.[row]?.[col], pointed)}
                    tabIndex={row === focused[0] && col === focused[1] ? 0 : -1}
                    title={`${matrix.name}${row + 1},${col + 1} = ${value}   ${name} ← ${colName}`}
                    onMouseEnter={() => light(row, col)}
                    onFocus={() => light(row, col)}
                    onBlur={() => setHighlight(undefined)}
                    onClick={() => pick(row, col)}
                    onKeyDown={(event) => move(event, row, col)}
                  >
                    {written(value, 5)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A long name gives way where it came from: what tells "Plant/velocity[1]" from "Plant/place[1]" is its last part. */
function Name({ of }: { readonly of: string }) {
  const tail = /(?:[./][^./]{1,14}|[^./]{0,4}\[\d+\]|.{3})$/.exec(of)?.[0] ?? "";
  return (
    <span className="matrices-name">
      <span>{of.slice(0, of.length - tail.length)}</span>
      <span>{tail}</span>
    </span>
  );
}

function clamp(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}
