/** One block as React Flow draws it: outline, face, ports, name. It reads its own lights and changes nothing but its name. */
import { Handle, Position } from "@xyflow/react";
import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { CSSProperties } from "react";
import { TriangleAlert } from "lucide-react";
import { blockTitle } from "../store/blockTitle.ts";
import { useSelection } from "../store/selection.ts";
import { useRate } from "./useRate.ts";
import { Tex } from "../ui/Tex.tsx";
import { useText } from "../ui/i18n.ts";
import type { DrawnBlock } from "./drawing.ts";
import { markWidth, outlinePath, tip } from "./geometry.ts";
import type { PortPlace, Side } from "./geometry.ts";
import { NameField } from "./NameField.tsx";
import { useSession } from "./session.ts";
import { ValueTag } from "./ValueTag.tsx";
import { captionPlace } from "./wiring.ts";

export interface BlockNodeData extends Record<string, unknown> {
  readonly drawn: DrawnBlock;
  /** As results know it. */
  readonly path: string;
  readonly problem: { readonly severity: "error" | "warning"; readonly message: string } | undefined;
  /** Names of the input ports that lack a wire, one a line. */
  readonly open: string;
}
export type BlockNodeType = Node<BlockNodeData, "block">;

const positions: { readonly [S in Side]: Position } = {
  left: Position.Left,
  right: Position.Right,
  top: Position.Top,
  bottom: Position.Bottom,
};

export const BlockNode = memo(function BlockNode({ data, selected }: NodeProps<BlockNodeType>) {
  const { drawn, path, problem, open } = data;
  const { block, shape, face } = drawn;
  const t = useText();
  const lit = useSelection((state) => isLit(state.highlight?.blocks, path, block.sheet !== undefined));
  const rate = useRate(path);
  const naming = useSession((state) => state.editing?.what === "name" && state.editing.id === block.id);
  const kind = drawn.definition?.role ?? block.type;

  return (
    <div
      className="canvas-block"
      data-testid={`block-${block.name}`}
      data-kind={kind}
      data-outline={shape.outline}
      data-nested={block.sheet !== undefined || undefined}
      data-unknown={drawn.definition === undefined || undefined}
      data-selected={selected || undefined}
      data-lit={lit || undefined}
      data-problem={problem?.severity}
      data-rate={rate?.word}
      style={{
        width: shape.width,
        height: shape.height,
        ...(rate?.colour !== undefined && !lit && !problem ? { "--tone": rate.colour } : {}),
      }}
    >
      <svg className="canvas-outline" width={shape.width} height={shape.height} aria-hidden="true">
        <Outline drawn={drawn} />
      </svg>
      <Face drawn={drawn} />
      {drawn.definition?.role === "display" && <ValueTag path={path} />}
      {shape.ports.map((port, k) => (
        <PortHandle
          key={`${port.direction}:${port.name}`}
          port={port}
          written={drawn.marks[k]!}
          drawn={drawn}
          open={port.direction === "in" && open.split("\n").includes(port.name)}
        />
      ))}
      <div className="canvas-caption" data-place={captionPlace(shape)}>
        {naming ? (
          <NameField block={block} />
        ) : (
          <span
            className="canvas-name"
            onDoubleClick={(event) => {
              event.stopPropagation();
              useSession.getState().set({ editing: { what: "name", id: block.id } });
            }}
          >
            {block.name}
          </span>
        )}
        {face.below !== "" && <span className="canvas-below">{face.below}</span>}
      </div>
      {problem && (
        <span
          className="canvas-badge"
          title={problem.message}
          role="img"
          aria-label={`${t(problem.severity === "error" ? "canvas.error" : "canvas.warning")}: ${problem.message}`}
        >
          <TriangleAlert size={12} strokeWidth={2.25} />
        </span>
      )}
    </div>
  );
});

/** A subsystem for everything in it. */
function isLit(blocks: ReadonlySet<string> | undefined, path: string, nested: boolean): boolean {
  if (!blocks) return false;
  if (blocks.has(path)) return true;
  if (nested) for (const lit of blocks) if (lit.startsWith(`${path}/`)) return true;
  return false;
}

function Outline({ drawn }: { readonly drawn: DrawnBlock }) {
  const { shape } = drawn;
  const { width, height } = shape;
  if (shape.outline === "circle") return <circle cx={width / 2} cy={height / 2} r={width / 2} />;
  if (shape.outline === "bar") return <rect className="canvas-bar" width={width} height={height} rx={2} />;
  if (shape.outline === "box") return <rect width={width} height={height} rx={drawn.block.type === "state" ? 10 : 6} />;
  return <path d={outlinePath(shape)} strokeLinejoin="round" />;
}

/** Room for the formula inside the slanted outlines, by turn: what the point of the shape takes is left free. */
function faceInset(drawn: DrawnBlock): CSSProperties {
  const { outline, turn, width, height } = drawn.shape;
  const along = turn === 90 || turn === 270 ? height : width;
  const taken =
    outline === "triangle" ? along * 0.36 : outline === "input" || outline === "output" ? tip(along) * 0.6 : 0;
  const pointsBack = outline === "output";
  const sides = ["paddingRight", "paddingBottom", "paddingLeft", "paddingTop"] as const;
  const side = sides[(turn / 90 + (pointsBack ? 2 : 0)) % 4] ?? "paddingRight";
  return taken === 0 ? {} : { [side]: taken };
}

function Face({ drawn }: { readonly drawn: DrawnBlock }) {
  const { face, shape, block, definition } = drawn;
  if (shape.outline === "circle" || shape.outline === "bar") return null;
  // Port names take their share of an upright block.
  const marked = (direction: PortPlace["direction"]) =>
    shape.turn % 180 !== 0 || shape.outline !== "box"
      ? 0
      : block.sheet
        ? Math.max(0, ...shape.ports.map((p) => (p.direction === direction && !p.control ? markWidth(p.name) : 0)))
        : shape.ports.filter((p) => p.direction === direction).length > 1
          ? 22
          : 0;
  const first = marked(shape.turn === 180 ? "out" : "in");
  const last = marked(shape.turn === 180 ? "in" : "out");
  const room = shape.width - 16 - first - last;
  const size = face.mathWidth > room ? Math.max(10, (face.mathSize * room) / face.mathWidth) : face.mathSize;
  return (
    <div
      className="canvas-face"
      style={shape.outline === "box" ? { paddingLeft: first, paddingRight: last } : faceInset(drawn)}
    >
      {face.tex !== undefined ? (
        <span style={{ fontSize: size }}>
          <Tex tex={face.tex} display />
        </span>
      ) : face.curve === undefined ? (
        <span className="canvas-type">{definition ? blockTitle(definition) : block.type}</span>
      ) : (
        <svg className="canvas-curve" viewBox="0 0 24 16" width={Math.min(39, room)} height={26} aria-hidden="true">
          <path d={face.curve} />
        </svg>
      )}
      {face.inside !== undefined && <span className="canvas-inside">{face.inside}</span>}
    </div>
  );
}

function PortHandle({
  port,
  written,
  drawn,
  open,
}: {
  readonly port: PortPlace;
  readonly written: string;
  readonly drawn: DrawnBlock;
  readonly open: boolean;
}) {
  const t = useText();
  const { shape, block, wired } = drawn;
  const siblings = shape.ports.filter((other) => other.direction === port.direction).length;
  // Beside each other on a turned subsystem names have no room.
  const level = port.side === "left" || port.side === "right";
  const mark = port.control || (block.sheet && !level) ? "" : written;
  const label = t(port.direction === "in" ? "canvas.portIn" : "canvas.portOut", { port: port.name, block: block.name });
  return (
    <>
      <Handle
        type={port.direction === "in" ? "target" : "source"}
        id={port.name}
        position={positions[port.side]}
        className="canvas-port"
        style={{ left: port.at.x, top: port.at.y }}
        role="img"
        aria-label={label}
        title={
          port.missing
            ? t("canvas.portMissing", { port: port.name })
            : open
              ? t("canvas.portOpen", { port: port.name })
              : siblings > 1 || port.optional || block.sheet
                ? port.name
                : undefined
        }
        data-testid={`port-${block.name}-${port.direction}-${port.name}`}
        data-wired={wired.includes(`${port.direction}:${port.name}`) || undefined}
        data-optional={port.optional || undefined}
        data-missing={port.missing || undefined}
        data-open={open || undefined}
      />
      {port.control && (
        <svg
          className="canvas-control"
          data-side={port.side}
          viewBox="0 0 12 10"
          width={12}
          height={10}
          style={{ left: port.at.x, top: port.at.y }}
          aria-hidden="true"
        >
          <path d={port.control === "enable" ? "M1 9h3V1h4v8h3" : "M1 9h4V1h5M3 5l2-2 2 2"} />
        </svg>
      )}
      {mark !== "" && (
        <span
          className="canvas-mark"
          data-side={port.side}
          data-round={shape.outline === "circle" || undefined}
          data-sign={/^[+−×÷]$/.test(mark) || undefined}
          style={{ left: port.at.x, top: port.at.y }}
        >
          {mark}
        </span>
      )}
    </>
  );
}
