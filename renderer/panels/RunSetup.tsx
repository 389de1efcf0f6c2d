/** Stop time, output step and solver: two buttons that say them, and one panel to change them. Edits are undo steps. */
import { useState } from "react";
import type { LazoDocument, RunSettings } from "../../core/diagram/document.ts";
import type { Solver } from "../../core/sim/result.ts";
import { solverGroups } from "../../core/diagram/solvers.ts";
import { evaluateExpression, evaluateVariables } from "../../core/diagram/parameters.ts";
import { useDocument } from "../store/document.ts";
import { problemText, sentenceText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Popover } from "../ui/Popover.tsx";
import { TextField } from "../ui/TextField.tsx";
import { methodText } from "./methodText.ts";

const groups = Object.entries(solverGroups) as [keyof typeof solverGroups, readonly Solver[]][];
type NumberSetting = "stop" | "step" | "rtol" | "atol" | "maxStep";

/** Empty takes an optional setting out again. */
function set(document: LazoDocument, key: keyof RunSettings, value: string): LazoDocument {
  const optional = key === "rtol" || key === "atol" || key === "maxStep";
  if (optional && value.trim() === "") {
    const { [key]: _, ...rest } = document.run;
    return { ...document, run: rest };
  }
  return document.run[key] === value ? document : { ...document, run: { ...document.run, [key]: value } };
}

export function RunSetup() {
  const t = useText();
  const [open, setOpen] = useState(false);
  const run = useDocument((state) => state.document.run);
  const method = useResults((state) => state.run?.result.method);
  const drawn = useDocument((state) => state.document.root.blocks.length > 0);
  const said = method === undefined || method === "none" || !drawn ? undefined : methodText(method);
  return (
    <Popover
      label={t("run.setup")}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <span className="shell-span">{t("run.span", { stop: run.stop })}</span>
          <span className="shell-method" title={said?.long}>
            {said?.short ?? t(`run.solver.${run.solver}`)}
          </span>
        </Button>
      }
    >
      <Settings />
    </Popover>
  );
}

function Settings() {
  const t = useText();
  const document = useDocument((state) => state.document);
  const problems = useResults((state) => state.compiled?.problems);
  const { run } = document;
  const change = (key: keyof RunSettings, value: string, coalesce?: string) =>
    useDocument.getState().edit((now) => set(now, key, value), coalesce);

  const errorOf = (key: NumberSetting): string | undefined => {
    const text = run[key];
    if (text === undefined) return undefined;
    const value = evaluateExpression(text, evaluateVariables(document.variables).scope);
    if (!value.ok) return sentenceText(value.message);
    const found = problems?.find((problem) => problem.path === `run.${key}`);
    return found && problemText(found).message;
  };
  const field = (key: NumberSetting, label: string, placeholder?: string) => (
    <TextField
      mono
      label={label}
      value={run[key] ?? ""}
      placeholder={placeholder}
      error={errorOf(key)}
      onChange={(value) => change(key, value, `run.${key}`)}
      onBlur={() => useDocument.getState().settle()}
    />
  );
  return (
    <div className="shell-setup">
      <div className="shell-setup-two">
        {field("stop", t("run.stopTime"))}
        {field("step", t("run.step"))}
      </div>
      <label className="shell-solver">
        <span>{t("run.solver")}</span>
        <select className="ui-input" value={run.solver} onChange={(event) => change("solver", event.target.value)}>
          {groups.map(([group, names]) => (
            <optgroup key={group} label={t(`run.solvers.${group}`)}>
              {names.map((solver) => (
                <option key={solver} value={solver}>
                  {t(`run.solver.${solver}`)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <small>{t(`run.solver.${run.solver}.about`)}</small>
      </label>
      {run.solver !== "exact" && (
        <div className="shell-setup-three">
          {adapts(run.solver) && field("rtol", t("run.rtol"), t("run.auto"))}
          {adapts(run.solver) && field("atol", t("run.atol"), t("run.auto"))}
          {field("maxStep", t("run.maxStep"), t("run.auto"))}
        </div>
      )}
      <LastRun />
    </div>
  );
}

/** Tolerances mean something only to solvers that choose their steps. */
const adapts = (solver: Solver): boolean => !(solverGroups.fixed as readonly Solver[]).includes(solver);

/** What the last run did, in words and in numbers. */
function LastRun() {
  const t = useText();
  const result = useResults((state) => state.run?.result);
  if (!result || result.method === "none") return null;
  const { steps, rejected, evaluations } = result.counts;
  return (
    <p className="shell-lastrun">
      <b>{t("run.last")}</b> {methodText(result.method).long}.{" "}
      {evaluations > 0 && t("run.counts", { steps, rejected, evaluations })}
    </p>
  );
}
