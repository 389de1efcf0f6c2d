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
      setNamesUpright(element);
      tightenSigns(element);
    } catch {
      element.textContent = tex;
    }
  }, [tex, display]);
  return <span ref={place} className={className ? `ui-tex ${className}` : "ui-tex"} />;
}

/** The name of a function is a word and not a product of its letters. */
function setNamesUpright(element: HTMLElement): void {
  for (const mi of element.querySelectorAll("mi:not([mathvariant])")) {
    if (/^\p{L}{2,}$/u.test(mi.textContent ?? "")) mi.setAttribute("mathvariant", "normal");
  }
}

/** A sign after an opening bracket, a comma or another sign belongs to what follows: MathML would set it as a difference. */
function tightenSigns(element: HTMLElement): void {
  for (const mo of element.querySelectorAll("mo")) {
    const before = mo.previousElementSibling;
    const opens = before === null || (before.localName === "mo" && !/[)\]}]/.test(before.textContent ?? ""));
    if (!opens || !/^[-−+]$/.test(mo.textContent ?? "")) continue;
    mo.setAttribute("lspace", "0");
    mo.setAttribute("rspace", "0");
  }
}
