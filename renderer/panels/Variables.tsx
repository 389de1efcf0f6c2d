/** The names that every expression of the diagram may use. Open beside the drawing, so that one sees what a change does. */
import { Plus, Trash2, Variable as VariableIcon } from "lucide-react";
import { useMemo } from "react";
import type { LazoDocument, Variable } from "../../core/diagram/document.ts";
import { evaluateVariables } from "../../core/diagram/parameters.ts";
import { useDocument } from "../store/document.ts";
import { problemText } from "../store/problemText.ts";
import { useShell } from "../store/shell.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";
import { useText } from "../ui/i18n.ts";
import { Popover } from "../ui/Popover.tsx";
import { shortValue } from "./shortValue.ts";

type Field = "name" | "value" | "unit" | "note";

const edit = (change: (document: LazoDocument) => LazoDocument, coalesce?: string) =>
  useDocument.getState().edit(change, coalesce);

function setField(document: LazoDocument, index: number, field: Field, value: string): LazoDocument {
  const variables = document.variables.map((variable, i): Variable => {
    if (i !== index) return variable;
    if ((field === "unit" || field === "note") && value === "") {
      const { [field]: _, ...rest } = variable;
      return rest;
    }
    return { ...variable, [field]: value };
  });
  return { ...document, variables };
}

/** The first of a, b, c … that is free, as mathematicians do. */
function freshName(variables: readonly Variable[]): string {
  const taken = new Set(variables.map((variable) => variable.name));
  for (const letter of "abcdfghklmnpqrsvw") if (!taken.has(letter)) return letter;
  let number = 1;
  while (taken.has(`a${number}`)) number++;
  return `a${number}`;
}

export function Variables() {
  const t = useText();
  const open = useShell((state) => state.sheet === "variables");
  const count = useDocument((state) => state.document.variables.length);
  return (
    <Popover
      label={t("variables.title")}
      open={open}
      onOpenChange={(next) => useShell.getState().set({ sheet: next ? "variables" : undefined })}
      trigger={
        <Button kind="quiet" icon={<VariableIcon size={15} />}>
          {t("variables.title")}
          {count > 0 && <span className="shell-count">{count}</span>}
        </Button>
      }
    >
      <Table />
    </Popover>
  );
}

function Table() {
  const t = useText();
  const variables = useDocument((state) => state.document.variables);
  const { scope, problems } = useMemo(() => evaluateVariables(variables), [variables]);
  const add = () =>
    edit((document) => ({
      ...document,
      variables: [...document.variables, { name: freshName(document.variables), value: "1" }],
    }));
  const settle = () => useDocument.getState().settle();

  return (
    <div className="shell-variables">
      <p className="shell-variables-about">{t("variables.about")}</p>
      {variables.length === 0 ? (
        <Empty title={t("variables.empty")}>{t("variables.empty.text")}</Empty>
      ) : (
        <div className="shell-variables-scroll">
          <table>
            <thead>
              <tr>
                <th>{t("variables.name")}</th>
                <th>{t("variables.value")}</th>
                <th>{t("variables.result")}</th>
                <th>{t("variables.unit")}</th>
                <th>{t("variables.note")}</th>
                <th aria-label={t("variables.title")} />
              </tr>
            </thead>
            <tbody>
              {variables.map((variable, index) => {
                const value = scope.get(variable.name);
                const problem = problems.find((found) => found.path === `variable:${variable.name}`);
                const cell = (field: Field, label: string, mono: boolean) => (
                  <input
                    className={mono ? "ui-input ui-mono" : "ui-input"}
                    aria-label={`${label} ${variable.name}`}
                    aria-invalid={problem !== undefined && (field === "name" || field === "value")}
                    value={variable[field] ?? ""}
                    spellCheck={!mono}
                    onChange={(event) =>
                      edit(
                        (document) => setField(document, index, field, event.target.value),
                        `variable.${index}.${field}`,
                      )
                    }
                    onBlur={settle}
                  />
                );
                return (
                  // Rows have no identity of their own: a name changes while it is typed.
                  <tr key={index}>
                    <td className="shell-variables-name">{cell("name", t("variables.name"), true)}</td>
                    <td>{cell("value", t("variables.value"), true)}</td>
                    <td
                      className="shell-variables-result"
                      data-error={problem !== undefined}
                      title={problem && problemText(problem).message}
                    >
                      {problem ? problemText(problem).message : value ? shortValue(value) : ""}
                    </td>
                    <td className="shell-variables-unit">{cell("unit", t("variables.unit"), false)}</td>
                    <td>{cell("note", t("variables.note"), false)}</td>
                    <td>
                      <IconButton
                        label={t("variables.remove", { name: variable.name })}
                        icon={<Trash2 size={14} />}
                        onClick={() =>
                          edit((document) => ({
                            ...document,
                            variables: document.variables.filter((_, i) => i !== index),
                          }))
                        }
                      />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <Button icon={<Plus size={14} />} onClick={add}>
        {t("variables.add")}
      </Button>
    </div>
  );
}
