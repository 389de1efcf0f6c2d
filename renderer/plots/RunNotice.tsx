/** One line above the plots when a run did not get to its end: why, where and when. */
import { TriangleAlert } from "lucide-react";
import type { RunView } from "../engine/protocol.ts";
import { problemText } from "../store/problemText.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";

export function RunNotice({ run }: { readonly run: RunView }) {
  const text = useText();
  const { status, t, problems } = run.result;
  if (status === "finished") return null;
  const at = written(t[t.length - 1] ?? 0);
  const cause = status === "diverged" ? problems.find((problem) => problem.severity === "error") : undefined;
  return (
    <div className="plots-notice" role="status" data-status={status}>
      <TriangleAlert size={14} aria-hidden="true" />
      <span>
        {text(status === "diverged" ? "plots.diverged" : "plots.cancelled", { t: at })}
        {cause && ` ${problemText(cause).message}`}
      </span>
    </div>
  );
}
