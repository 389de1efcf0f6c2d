/** One line above the plots when a run did not get to its end: why, where and when. A click goes there. */
import { CircleStop, TriangleAlert } from "lucide-react";
import type { RunView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { useMoment } from "../store/moment.ts";
import { placeOf } from "../store/places.ts";
import { problemText } from "../store/problemText.ts";
import { useSelection } from "../store/selection.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { stoppedBy } from "./events.ts";

export function RunNotice({ run }: { readonly run: RunView }) {
  const text = useText();
  const { status, t, problems } = run.result;
  if (status === "finished") return null;
  const cause = status === "diverged" ? problems.find((problem) => problem.severity === "error") : undefined;
  const stop = stoppedBy(run.result);
  const path = stop?.path ?? cause?.path;
  const time = stop?.t ?? cause?.time ?? t[t.length - 1] ?? 0;
  const at = written(time);
  const go = () => {
    useMoment.getState().pick(time);
    const place = path === undefined ? undefined : placeOf(useDocument.getState().document, path);
    if (place?.kind === "block") useSelection.getState().revealBlock(place.block.id);
  };
  return (
    <div className="plots-notice" role="status" data-status={status}>
      {status === "stopped" ? (
        <CircleStop size={14} aria-hidden="true" />
      ) : (
        <TriangleAlert size={14} aria-hidden="true" />
      )}
      <span>
        {status === "stopped"
          ? text("plots.stopped", { block: stop?.path ?? "", t: at })
          : text(status === "diverged" ? "plots.diverged" : "plots.cancelled", { t: at })}
        {cause && ` ${problemText(cause).message}`}
      </span>
      {path !== undefined && path !== "" && (
        <button type="button" className="plots-notice-go" onClick={go}>
          {text("plots.goThere")}
        </button>
      )}
    </div>
  );
}
