/**
 * A formula set by KaTeX as MathML. Built from DOM nodes, never from a string of HTML; TeX that KaTeX cannot read is
 * shown as it stands. The fonts are KaTeX's own, so that a formula looks the same on every machine.
 */
import katex from "katex";
import { useLayoutEffect, useRef } from "react";
import "./Tex.css";

export interface TexProps {
  readonly tex: string;
  /** Larger fractions and sums, as in a displayed equation. */
  readonly display?: boolean;
  readonly className?: string;
}

export function Tex({ tex, display = false, className }: TexProps) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    try {
      katex.render(tex, element, {
        output: "mathml",
        displayMode: display,
        throwOnError: true,
        strict: "ignore",
        trust: false,
        maxExpand: 100,
      });
      // The TeX source would be read out after the formula.
      element.querySelector("annotation")?.remove();
    } catch {
      element.textContent = tex;
    }
  }, [tex, display]);
  return <span ref={place} className={className ? `ui-tex ${className}` : "ui-tex"} />;
}
