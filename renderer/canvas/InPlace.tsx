/** A text typed where it stands: Enter or leaving commits, Escape gives up. The drawing under it hears none of the keys. */
import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";

export interface InPlaceProps {
  readonly value: string;
  readonly label: string;
  readonly mono?: boolean;
  readonly lines?: boolean;
  readonly placeholder?: string;
  onDone(value: string | undefined): void;
}

/** React Flow's words for: do not drag, pan or zoom from here. */
const still = "nodrag nopan nowheel";

export function InPlace({ value, label, mono, lines, placeholder, onDone }: InPlaceProps) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const done = useRef(false);
  useEffect(() => {
    // After the click or key that opened it has run its course, or the focus would go back to the canvas; and a note that is
    // just being added cannot have the focus before it has been measured.
    let frame = 0;
    const take = (tries: number) => {
      frame = requestAnimationFrame(() => {
        input.current?.focus();
        if (document.activeElement === input.current) input.current?.select();
        else if (tries > 0) take(tries - 1);
      });
    };
    take(20);
    return () => cancelAnimationFrame(frame);
  }, []);
  const finish = (result: string | undefined) => {
    if (done.current) return;
    done.current = true;
    onDone(result);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(undefined);
    else if (event.key === "Enter" && !(lines && event.shiftKey)) {
      event.preventDefault();
      finish(text);
    }
  };
  const common = {
    ref: input,
    value: text,
    placeholder,
    "aria-label": label,
    spellCheck: lines ?? false,
    autoComplete: "off",
    onKeyDown,
    onBlur: () => finish(text),
    onDoubleClick: (event: { stopPropagation(): void }) => event.stopPropagation(),
    className: `canvas-inplace ${still}${mono ? " ui-mono" : ""}`,
  };
  if (lines) {
    const rows = text.split("\n");
    return (
      <textarea
        {...common}
        rows={Math.max(2, rows.length)}
        cols={Math.min(60, Math.max(16, ...rows.map((row) => row.length + 2)))}
        onChange={(event) => setText(event.target.value)}
      />
    );
  }
  return (
    <input
      {...common}
      size={Math.max(6, Math.min(32, text.length + 1))}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
