/** The line below: problems, how large and how fast, what the engine is doing, zoom, language. Also read out as it changes. */
import { AlertTriangle, CheckCircle2, XCircle } from "lucide-react";
import type { RunView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { runCommand } from "../store/commands.ts";
import { useText } from "../ui/i18n.ts";
import { methodText } from "./methodText.ts";
import { useAllProblems } from "./Problems.tsx";

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString());

export function StatusBar() {
  const t = useText();
  const zoom = useView((state) => state.zoom);
  const language = useView((state) => state.language);
  const setView = useView((state) => state.set);
  return (
    <footer className="shell-status">
      <Problems />
      <Size />
      <Timing />
      <span className="shell-space" />
      <button type="button" className="shell-status-button" onClick={() => runCommand("view.fit")}>
        {t("status.zoom", { percent: Math.round(zoom * 100) })}
      </button>
      <button
        type="button"
        className="shell-status-button"
        onClick={() => setView({ language: language === "en" ? "es" : "en" })}
      >
        {t(`language.${language}`)}
      </button>
    </footer>
  );
}

function Problems() {
  const t = useText();
  const all = useAllProblems();
  const errors = all.filter((problem) => problem.severity === "error").length;
  const warnings = all.length - errors;
  const icon =
    errors > 0 ? <XCircle size={13} /> : warnings > 0 ? <AlertTriangle size={13} /> : <CheckCircle2 size={13} />;
  const words = [
    errors > 0 && t("status.problems", { count: errors }),
    warnings > 0 && t("status.warnings", { count: warnings }),
  ].filter(Boolean);
  return (
    <button
      type="button"
      className="shell-status-button"
      data-tone={errors > 0 ? "error" : warnings > 0 ? "warning" : "none"}
      aria-live="polite"
      onClick={() => runCommand("view.showProblems")}
    >
      {icon}
      {words.length > 0 ? words.join(", ") : t("status.problems.none")}
    </button>
  );
}

function Size() {
  const t = useText();
  const ok = useResults((state) => state.compiled?.ok);
  const counts = useResults((state) => state.compiled?.counts);
  const drawn = useDocument((state) => state.document.root.blocks.length);
  if (drawn === 0 || !counts) return null;
  return (
    <span>
      {t("status.blocks", { count: counts.blocks })}
      {ok && ` · ${t("status.states", { count: counts.states })}`}
    </span>
  );
}

function Timing() {
  const t = useText();
  const took = useResults((state) => state.compiled?.milliseconds);
  const run = useResults((state) => state.run);
  const progress = useResults((state) => (state.phase === "running" ? state.progress : 0));
  const stale = useResults((state) => state.stale);
  const error = useResults((state) => state.error);
  const drawn = useDocument((state) => state.document.root.blocks.length > 0);
  if (error !== undefined) {
    return (
      <span role="alert" data-tone="error">
        {t(error)}
      </span>
    );
  }
  if (progress > 0) {
    return (
      <span className="shell-progress">
        <progress value={progress} max={1} aria-label={t("run.run")} />
        {t("status.running", { percent: Math.round(progress * 100) })}
      </span>
    );
  }
  if (!drawn) return null;
  const countsOf = ({ result: { counts } }: RunView) => t("run.counts", { ...counts });
  return (
    <>
      {took !== undefined && <span>{t("status.compiled", { ms: milliseconds(took) })}</span>}
      {run && (
        <span title={countsOf(run)}>
          {t("status.simulated", { ms: milliseconds(run.milliseconds) })} · {methodText(run.result.method).long}
        </span>
      )}
      {run?.result.status === "stopped" && <span>{t("status.stopped")}</span>}
      {run?.result.status === "diverged" && <span data-tone="error">{t("status.diverged")}</span>}
      {run?.result.status === "cancelled" && <span data-tone="warning">{t("status.cancelled")}</span>}
      {run && stale && <span data-tone="warning">{t("status.stale")}</span>}
    </>
  );
}
