/** A whole document in miniature, for the gallery: the very outlines and routes of the canvas, without its texts. */
import type { LazoDocument, Point } from "../../core/diagram/document.ts";
import { drawSheet } from "./drawing.ts";
import type { DrawnBlock } from "./drawing.ts";
import { outlinePath } from "./geometry.ts";

/** Room around the drawing, in canvas units. */
const margin = 24;

function boxOf(points: readonly Point[]): string {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const left = Math.min(...xs) - margin;
  const top = Math.min(...ys) - margin;
  return `${left} ${top} ${Math.max(...xs) + margin - left} ${Math.max(...ys) + margin - top}`;
}

export function Thumbnail({ document }: { readonly document: LazoDocument }) {
  const { blocks, wires } = drawSheet(document);
  const drawn = [...blocks.values()];
  const lines = [...wires.values()];
  const points = [
    ...drawn.flatMap(({ at, shape }) => [at, { x: at.x + shape.width, y: at.y + shape.height }]),
    ...lines.flatMap((line) => line.points),
  ];
  if (points.length === 0) return null;
  return (
    <svg className="gallery-drawing" viewBox={boxOf(points)} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {lines.map((line) => (
        <polyline
          key={line.id}
          className="gallery-wire"
          points={line.points.map(({ x, y }) => `${x},${y}`).join(" ")}
        />
      ))}
      {drawn.map((block) => (
        <g
          key={block.id}
          className="gallery-block"
          data-kind={block.block.type}
          transform={`translate(${block.at.x} ${block.at.y})`}
        >
          <Outline shape={block.shape} />
        </g>
      ))}
    </svg>
  );
}

function Outline({ shape }: Pick<DrawnBlock, "shape">) {
  const { outline, width, height } = shape;
  if (outline === "circle") return <ellipse cx={width / 2} cy={height / 2} rx={width / 2} ry={height / 2} />;
  if (outline === "box" || outline === "bar")
    return <rect width={width} height={height} rx={outline === "bar" ? 2 : 6} />;
  return <path d={outlinePath(shape)} />;
}
