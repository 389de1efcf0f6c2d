/** The number on the face of a Display block: at the instant under the pointer of the plots, or else at the end of the run. */
import { useEffect, useRef } from "react";
import { displayText } from "../store/displays.ts";
import { cursor } from "../store/moment.ts";
import { useResults } from "../store/results.ts";
import "./ValueTag.css";

/** Nothing until there is a run; then the block's picture makes room for the value. */
export function ValueTag({ path }: { readonly path: string }) {
  const run = useResults((results) => results.run);
  const stale = useResults((results) => results.stale);
  const place = useRef<HTMLOutputElement>(null);
  const shown = run && displayText(run, path, undefined) !== undefined;
  useEffect(() => {
    if (!run || !shown) return undefined;
    const show = (at: number | undefined) => {
      const text = displayText(run, path, at) ?? "";
      if (!place.current) return;
      place.current.textContent = text;
      place.current.title = text;
    };
    show(cursor.now());
    return cursor.listen(show);
  }, [run, path, shown]);
  if (!shown) return null;
  return <output className="canvas-value" ref={place} data-stale={stale} aria-live="off" />;
}
