/** The diagram's variables: a row each, the value it comes to beside what is typed, what is wrong below it. */
import { Plus, X } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import type { Problem } from "../../core/ir/ir.ts";
import { evaluateVariables, variableNameProblem } from "../../core/diagram/parameters.ts";
import type { Value } from "../../core/diagram/parameters.ts";
import type { Variable } from "../../core/diagram/document.ts";
import { addVariable, removeVariable, renameVariable, setVariable } from "../../core/diagram/variables.ts";
import { useDocument } from "../store/document.ts";
import { useField } from "../store/field.ts";
import { problemText } from "../store/problemText.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { useAskedFor } from "./LiveField.tsx";
import { refused } from "./reading.ts";
import { stepNumber } from "./stepNumber.ts";
import { isComputed, valueOf } from "./valueText.ts";

export function VariableRows() {
  const text = useText();
  const variables = useDocument((state) => state.document.variables);
  const { scope, problems } = useMemo(() => evaluateVariables(variables), [variables]);
  const { edit } = useDocument.getState();
  const add = () => {
    edit((now) => addVariable(now));
    const added = useDocument.getState().document.variables.at(-1);
    if (added) useField.getState().focusField("sheet", `variable:${added.name}.name`);
  };
  return (
    <section className="inspector-section">
      <h3>{text("variables.title")}</h3>
      {variables.length === 0 && <p className="inspector-about">{text("inspector.variables.none")}</p>}
      {variables.map((variable, index) => (
        // Rows have no identity of their own: a name changes while it is typed.
        <Row
          key={index}
          index={index}
          variable={variable}
          value={scope.get(variable.name)}
          problem={problems.find((problem) => problem.path === `variable:${variable.name}`)}
        />
      ))}
      <Button icon={<Plus size={14} />} onClick={add}>
        {text("variables.add")}
      </Button>
    </section>
  );
}

interface RowProps {
  readonly index: number;
  readonly variable: Variable;
  readonly value: Value | undefined;
  readonly problem: Problem | undefined;
}

let gestures = 0;

function Row({ index, variable, value, problem }: RowProps) {
  const text = useText();
  const { edit, settle } = useDocument.getState();
  const name = useRef<HTMLInputElement>(null);
  const source = useRef<HTMLInputElement>(null);
  const start = useRef({ value: variable.value, key: "" });
  const [typed, setTyped] = useState<string>();
  const taken = useDocument((state) =>
    state.document.variables.some((other, k) => k !== index && other.name === typed),
  );
  useAskedFor("sheet", `variable:${variable.name}.name`, name);
  useAskedFor("sheet", `variable:${variable.name}`, source);

  const why = typed === undefined || typed === variable.name ? undefined : variableNameProblem(typed);
  const wrongName = why
    ? refused(why).message
    : taken
      ? text("inspector.variable.taken", { name: typed ?? "" })
      : undefined;
  // Renaming goes through the whole diagram, so it waits for the whole name.
  const rename = () => {
    if (typed === undefined || wrongName !== undefined) return;
    edit((now) => renameVariable(now, index, typed));
    setTyped(undefined);
  };
  const change = (next: string) => edit((now) => setVariable(now, index, "value", next), start.current.key);
  const onValueKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      change(start.current.value);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const input = event.currentTarget;
      const coarse = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
      const next = stepNumber(variable.value, input.selectionEnd ?? 0, event.key === "ArrowUp" ? 1 : -1, coarse);
      if (!next) return;
      event.preventDefault();
      change(next.text);
      requestAnimationFrame(() => input.setSelectionRange(next.from, next.to));
    }
  };

  const said = problem && problemText(problem);
  const computed = value && (isComputed(variable.value) || value.data.length > 1);
  const remark = [computed ? `= ${valueOf(value)}` : "", variable.unit ?? "", variable.note ?? ""]
    .filter((part) => part !== "")
    .join(" · ");
  return (
    <div className="inspector-variable">
      <input
        ref={name}
        className="ui-input ui-mono"
        aria-label={text("inspector.variable.name", { name: variable.name })}
        aria-invalid={wrongName !== undefined || problem?.code === "VAR_NAME"}
        spellCheck={false}
        autoComplete="off"
        value={typed ?? variable.name}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === "Enter") rename();
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setTyped(undefined);
        }}
      />
      <span className="inspector-equals">=</span>
      <input
        ref={source}
        className="ui-input ui-mono"
        aria-label={text("inspector.variable.value", { name: variable.name })}
        aria-invalid={problem !== undefined}
        spellCheck={false}
        autoComplete="off"
        value={variable.value}
        onFocus={() => (start.current = { value: variable.value, key: `variable.${index}.${++gestures}` })}
        onBlur={settle}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onValueKey}
      />
      <IconButton
        label={text("variables.remove", { name: variable.name })}
        icon={<X size={14} />}
        side="left"
        onClick={() => edit((now) => removeVariable(now, index))}
      />
      {wrongName !== undefined ? (
        <p className="inspector-error">{wrongName}</p>
      ) : said ? (
        <p className="inspector-error">
          {said.message}
          {said.hint !== undefined && <span className="inspector-hint"> {said.hint}</span>}
        </p>
      ) : (
        remark !== "" && (
          <p className="inspector-remark" title={remark}>
            {remark}
          </p>
        )
      )}
    </div>
  );
}
