/** A matrix too large to put on the page whole: a window onto it that scrolls, names of rows and columns staying in view. */
import { useLayoutEffect, useRef, useState } from "react";
import type { MatrixView } from "../engine/protocol.ts";
import { entryAt } from "../store/entryAt.ts";
import { written } from "../ui/figures.ts";

const cell = { width: 80, height: 22 };
const names = { width: 112, height: 22 };

export function LargeMatrix({ matrix }: { readonly matrix: MatrixView }) {
  const room = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ left: 0, top: 0, width: 640, height: 320 });
  const measure = () => {
    const element = room.current;
    if (element)
      setView({
        left: element.scrollLeft,
        top: element.scrollTop,
        width: element.clientWidth,
        height: element.clientHeight,
      });
  };
  useLayoutEffect(() => {
    measure();
    const size = new ResizeObserver(measure);
    size.observe(room.current!);
    return () => size.disconnect();
  }, []);

  const rows = span(view.top, view.height, cell.height, matrix.rows.length);
  const cols = span(view.left, view.width, cell.width, matrix.cols.length);
  return (
    <div
      className="matrices-large"
      ref={room}
      tabIndex={0}
      role="region"
      aria-labelledby={`matrix-${matrix.name}`}
      onScroll={measure}
    >
      <div
        className="matrices-large-sheet"
        style={{
          width: names.width + matrix.cols.length * cell.width,
          height: names.height + matrix.rows.length * cell.height,
        }}
      >
        <div className="matrices-large-cols">
          {cols.map((col) => (
            <span key={col} title={matrix.cols[col]} style={{ left: names.width + col * cell.width }}>
              {matrix.cols[col]}
            </span>
          ))}
        </div>
        <div className="matrices-large-rows">
          {rows.map((row) => (
            <span key={row} title={matrix.rows[row]} style={{ top: row * cell.height }}>
              {matrix.rows[row]}
            </span>
          ))}
        </div>
        {rows.flatMap((row) =>
          cols.map((col) => (
            <span
              key={`${row} ${col}`}
              className="matrices-large-entry"
              title={`${matrix.name}${row + 1},${col + 1} = ${entryAt(matrix, row, col)}`}
              style={{ left: names.width + col * cell.width, top: names.height + row * cell.height }}
            >
              {written(entryAt(matrix, row, col), 5)}
            </span>
          )),
        )}
      </div>
    </div>
  );
}

/** Indices on the screen, and a few beyond. */
function span(start: number, size: number, each: number, count: number): number[] {
  const first = Math.max(0, Math.floor(start / each) - 2);
  const last = Math.min(count, Math.ceil((start + size) / each) + 2);
  return Array.from({ length: Math.max(0, last - first) }, (_, k) => first + k);
}
