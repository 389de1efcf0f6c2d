/** What the Display blocks show: one row of names and values, at the instant under the pointer or else at the end of the run. */
import { useEffect, useMemo, useRef } from "react";
import type { RunView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { cursor } from "../store/moment.ts";
import { placeOf } from "../store/places.ts";
import { displayText } from "../store/displays.ts";
import { useSelection } from "../store/selection.ts";
import { useText } from "../ui/i18n.ts";

export function Displays({ run }: { readonly run: RunView }) {
  const text = useText();
  const list = useRef<HTMLUListElement>(null);
  const displays = useMemo(() => run.views.filter((view) => view.kind === "display" && view.traces.length > 0), [run]);

  useEffect(() => {
    const show = (at: number | undefined) => {
      list.current?.querySelectorAll("output").forEach((place, k) => {
        const display = displays[k];
        if (display) place.textContent = displayText(run, display.block, at) ?? "";
      });
    };
    show(cursor.now());
    return cursor.listen(show);
  }, [run, displays]);

  if (displays.length === 0) return null;
  const reveal = (path: string) => {
    const place = placeOf(useDocument.getState().document, path);
    if (place.kind === "block") useSelection.getState().revealBlock(place.block.id);
  };
  return (
    <ul className="plots-displays" ref={list} aria-label={text("plots.displays")}>
      {displays.map(({ block }) => (
        <li key={block}>
          <button type="button" onClick={() => reveal(block)}>
            <span>{block}</span>
            <output aria-live="off" />
          </button>
        </li>
      ))}
    </ul>
  );
}
