/** The diagram's variables: a row each, the value it comes to beside what is typed, what is wrong below it. */
import { Plus, X } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import type { Problem } from "../../core/ir/ir.ts";
import { evaluateVariables } from "../../core/diagram/parameters.ts";
import type { Value } from "../../core/diagram/parameters.ts";
import type { Variable } from "../../core/diagram/document.ts";
import { useDocument } from "../store/document.ts";
import { useField } from "../store/field.ts";
import { problemText } from "../store/problemText.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { addVariable, removeVariable, setVariable } from "./changes.ts";
import { useAskedFor } from "./LiveField.tsx";
import { stepNumber } from "./stepNumber.ts";
import { valueOf } from "./valueText.ts";

export function VariableRows() {
  const text = useText();
  const variables = useDocument((state) => state.document.variables);
  const { scope, problems } = useMemo(() => evaluateVariables(variables), [variables]);
  const { edit } = useDocument.getState();
  const add = () => {
    edit(addVariable);
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
  const start = useRef({ variable, key: "" });
  useAskedFor("sheet", `variable:${variable.name}.name`, name);
  useAskedFor("sheet", `variable:${variable.name}`, source);
  useEffect(() => () => settle(), [settle]);

  const change = (next: Partial<Variable>) => edit((now) => setVariable(now, index, next), start.current.key);
  const field = (key: "name" | "value", ref: typeof name, label: string) => (
    <input
      ref={ref}
      className="ui-input ui-mono"
      aria-label={label}
      aria-invalid={problem !== undefined}
      spellCheck={false}
      autoComplete="off"
      value={variable[key]}
      onFocus={() => (start.current = { variable, key: `variable.${index}.${key}.${++gestures}` })}
      onBlur={settle}
      onChange={(event) => change({ [key]: event.target.value })}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          change({ [key]: start.current.variable[key] });
        } else if (key === "value" && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
          const input = event.currentTarget;
          const coarse = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
          const next = stepNumber(variable.value, input.selectionEnd ?? 0, event.key === "ArrowUp" ? 1 : -1, coarse);
          if (!next) return;
          event.preventDefault();
          change({ value: next.text });
          requestAnimationFrame(() => input.setSelectionRange(next.from, next.to));
        }
      }}
    />
  );
  const said = problem && problemText(problem);
  const computed = value && (/[\p{L}*/^+]/u.test(variable.value.replaceAll(/\d[eE][+-]?\d/g, "")) || value.data.length > 1);
  return (
    <div className="inspector-variable">
      {field("name", name, text("inspector.variable.name", { name: variable.name }))}
      <span className="inspector-equals">=</span>
      {field("value", source, text("inspector.variable.value", { name: variable.name }))}
      <IconButton
        label={text("variables.remove", { name: variable.name })}
        icon={<X size={14} />}
        side="left"
        onClick={() => edit((now) => removeVariable(now, index))}
      />
      {said ? (
        <p className="inspector-error">
          {said.message}
          {said.hint !== undefined && <span className="inspector-hint"> {said.hint}</span>}
        </p>
      ) : (
        (computed || variable.unit !== undefined || variable.note !== undefined) && (
          <p className="inspector-shown">
            {[computed && value ? `= ${valueOf(value)}` : "", variable.unit ?? "", variable.note ?? ""].filter((part) => part !== "").join("  ")}
          </p>
        )
      )}
    </div>
  );
}
