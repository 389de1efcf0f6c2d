/** The small picture for a block's definition, read structurally: this room knows no blocks. */
import type { GlyphProps } from "./Glyph.tsx";
import { texWidth } from "./texWidth.ts";

interface Drawable {
  readonly type: string;
  readonly role?: string;
  readonly title: string;
  readonly params: { readonly [name: string]: { readonly kind: string; readonly default: string } };
  readonly glyph: {
    readonly shape?: GlyphProps["shape"];
    readonly curve?: string;
    readonly small?: string;
    tex?(params: { readonly [name: string]: string }): string;
  };
}

export function glyphOf(definition: Drawable): GlyphProps {
  const { glyph, role, type } = definition;
  const defaults = Object.fromEntries(Object.entries(definition.params).map(([name, spec]) => [name, spec.default]));
  const kind = role === "input" || role === "output" ? role : type;
  // In 26 px a fraction is set on one line.
  const tex = glyph
    .tex?.(defaults)
    .replace(/^\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}$/, (_, top: string, bottom: string) =>
      texWidth(top + bottom) < 1.5 ? `${top}/${bottom}` : "b/a",
    );
  const formula = Object.values(definition.params)[0]?.kind === "formula" && glyph.shape === undefined;
  const short = formula ? "f(u)" : tex !== undefined && texWidth(tex) > 2.4 ? firstLetter(tex) : tex;
  return { kind, shape: glyph.shape ?? "box", curve: glyph.curve ?? glyph.small, tex: short };
}

function firstLetter(tex: string): string {
  const upright = /^\\mathrm\{\w{1,3}\}/.exec(tex)?.[0];
  if (upright !== undefined) return upright;
  return /^\\dot\s*\{?x\}?/.test(tex)
    ? "\\dot x"
    : /^\\?[A-Za-z]/.test(tex)
      ? (/^\\[A-Za-z]+|^[A-Za-z](?:\([^)]*\))?/.exec(tex)?.[0] ?? tex)
      : tex;
}
