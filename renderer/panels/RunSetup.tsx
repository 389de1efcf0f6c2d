/** Stop time, output step and solver: two buttons that say them, and one panel to change them. Edits are undo steps. */
import { useState } from "react";
import type { LazoDocument, RunSettings, Solver } from "../../core/diagram/document.ts";
import { evaluateExpression, evaluateVariables } from "../../core/diagram/parameters.ts";
import { useDocument } from "../store/document.ts";
import { problemText, sentenceText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Popover } from "../ui/Popover.tsx";
import { TextField } from "../ui/TextField.tsx";
import { methodText } from "./methodText.ts";

const solvers: readonly Solver[] = ["auto", "exact", "dopri5"];
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
  const chosen = method === undefined || !drawn ? t(`run.solver.${run.solver}`) : methodText(method).short;
  return (
    <Popover
      label={t("run.setup")}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <span className="shell-span">{t("run.span", { stop: run.stop })}</span>
          <span className="shell-method">{chosen}</span>
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
      <fieldset className="shell-solvers">
        <legend>{t("run.solver")}</legend>
        {solvers.map((solver) => (
          <label key={solver} className="shell-solver">
            <input
              type="radio"
              name="solver"
              checked={run.solver === solver}
              onChange={() => change("solver", solver)}
            />
            <span>
              <b>{t(`run.solver.${solver}`)}</b>
              <small>{t(`run.solver.${solver}.about`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="shell-setup-three">
        {field("rtol", t("run.rtol"), t("run.auto"))}
        {field("atol", t("run.atol"), t("run.auto"))}
        {field("maxStep", t("run.maxStep"), t("run.auto"))}
      </div>
    </div>
  );
}
