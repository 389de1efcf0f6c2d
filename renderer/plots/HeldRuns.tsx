/** The held runs behind a view, by the line they are drawn with: what each had that the diagram no longer has, and its end. */
import { X } from "lucide-react";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { useText } from "../ui/i18n.ts";
import { dashOf } from "./drawing.ts";
import { differences } from "./heldName.ts";
import { letGo, useScope } from "./scopeState.ts";
import type { HeldRun } from "./scopeState.ts";

/** More differences than this are counted, not listed. */
const most = 2;

export function HeldRuns({ block }: { readonly block: string }) {
  const text = useText();
  const held = useScope((scope) => scope.held);
  const set = useScope((scope) => scope.set);
  const shown = held.filter(({ run }) => run.views.some((view) => view.block === block));
  if (shown.length === 0) return null;
  return (
    <ul className="plots-held" aria-label={text("plots.heldRuns")}>
      {shown.map((one) => (
        <Held key={one.number} one={one} />
      ))}
      {held.length > 1 && (
        <li>
          <button type="button" className="plots-held-all" onClick={() => set({ held: [] })}>
            {text("plots.releaseAll")}
          </button>
        </li>
      )}
    </ul>
  );
}

function Held({ one }: { readonly one: HeldRun }) {
  const text = useText();
  const present = useDocument((state) => state.document);
  const document = useResults((results) => results.ranOf) ?? present;
  const own = one.of ? differences(one.of, document) : [];
  const name = text("plots.heldRun", { number: one.number });
  const what =
    own.length === 0
      ? ""
      : own.length > most
        ? `${own.slice(0, most).join(", ")} +${own.length - most}`
        : own.join(", ");
  return (
    <li className="plots-legend-held" title={own.join("\n")}>
      <svg width="22" height="4" viewBox="0 0 22 4" aria-hidden="true">
        <line x1="0" y1="2" x2="22" y2="2" strokeDasharray={dashOf(one.number - 1).join(" ")} />
      </svg>
      <span>
        {name}
        {what !== "" && <b>{what}</b>}
      </span>
      <button
        type="button"
        className="plots-held-end"
        aria-label={text("plots.release", { number: one.number })}
        title={text("plots.release", { number: one.number })}
        onClick={() => letGo(one.number)}
      >
        <X size={12} />
      </button>
    </li>
  );
}
