/** A small picture of a block: its outline, or its curve, or its formula, in 26 x 20 px. */
import { Tex } from "./Tex.tsx";
import { texWidth } from "./texWidth.ts";
import "./Glyph.css";

export interface GlyphProps {
  /** Names the colour: input, state, output, feedthrough; anything else is plain. */
  readonly kind: string;
  readonly shape: "box" | "input" | "output" | "triangle" | "circle" | "bar";
  readonly curve?: string | undefined;
  /** Short TeX, where there is no curve. */
  readonly tex?: string | undefined;
}

/** By type where a block has one of its own, else by shape. */
const outlines: { readonly [shape: string]: string } = {
  input: "M2 3h14l7 7-7 7H2z",
  output: "M24 3H10l-7 7 7 7h14z",
  triangle: "M4 2.500l18 7.500-18 7.500z",
  circle: "M13 2.500a7.500 7.500 0 1 0 .01 0zM13 6.500v7M9.500 10h7",
  bar: "M12 2h3v16h-3zM3 6h8M3 14h8M15 10h8",
  demux: "M11 2h3v16h-3zM15 6h8M15 14h8M3 10h8",
  "bus-creator": "M12 2h3v16h-3zM13.500 2v16M3 6h8M3 14h8M15 8.500h8M15 11.500h8",
  "bus-selector": "M11 2h3v16h-3zM12.500 2v16M15 6h8M15 14h8M3 8.500h8M3 11.500h8",
  state: "M5 3h16a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zM10 14c3.500 0 2.500-8 6-8",
};

export function Glyph({ kind, shape, curve, tex }: GlyphProps) {
  const outline = outlines[kind] ?? outlines[shape];
  if (outline !== undefined) {
    return (
      <svg className="ui-glyph" data-kind={kind} width="26" height="20" viewBox="0 0 26 20" aria-hidden="true">
        <path d={outline} />
      </svg>
    );
  }
  if (curve !== undefined) {
    return (
      <svg className="ui-glyph" data-kind={kind} width="26" height="20" viewBox="-1 -2 26 20" aria-hidden="true">
        <path d={curve} />
      </svg>
    );
  }
  const shown = tex ?? "f";
  return (
    <span className="ui-glyph-tex" style={{ fontSize: Math.min(13, 20 / texWidth(shown)) }} aria-hidden="true">
      <Tex tex={shown} />
    </span>
  );
}
