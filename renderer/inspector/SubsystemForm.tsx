/** What a subsystem has beyond other blocks: the way in, its parameters, its ports and their order. */
import { ArrowDown, ArrowUp, ChevronDown, ChevronUp, CornerRightDown, Plus, X } from "lucide-react";
import { useState } from "react";
import type { Block } from "../../core/diagram/document.ts";
import { movePort } from "../../core/diagram/edit.ts";
import { evaluateExpression, variableNameProblem } from "../../core/diagram/parameters.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { portBlocks } from "../../core/diagram/sheets.ts";
import {
  addVariable,
  removeVariable,
  renameVariable,
  setOwnValue,
  setVariable,
  variablesOf,
} from "../../core/diagram/variables.ts";
import { runCommand } from "../store/commands.ts";
import { useDocument } from "../store/document.ts";
import { useField } from "../store/field.ts";
import { widthAt } from "../store/places.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { LiveField } from "./LiveField.tsx";
import type { Reading } from "./LiveField.tsx";
import { refused } from "./reading.ts";
import { RenameField } from "./RenameField.tsx";
import { isComputed, valueOf } from "./valueText.ts";

export function OpenSubsystem({ block }: { readonly block: Block }) {
  const text = useText();
  return (
    <div className="inspector-open">
      <Button
        icon={<CornerRightDown size={14} />}
        shortcut="Alt+ArrowDown"
        tip={text("canvas.open")}
        onClick={() => {
          useSelection.getState().select({ blocks: [block.id] });
          runCommand("canvas.open");
        }}
      >
        {text("inspector.open")}
      </Button>
    </div>
  );
}

/** `outer`: the scope of the sheet around the subsystem; `path`: its own. */
export function Parameters(props: { readonly block: Block; readonly path: string; readonly outer: Scope }) {
  const { block } = props;
  const text = useText();
  const { edit } = useDocument.getState();
  const mask = block.mask ?? [];
  const [opened, setOpened] = useState<number>();
  const add = () => {
    setOpened(mask.length);
    edit((now) => addVariable(now, undefined, { subsystem: block.id }));
    const added = variablesOf(useDocument.getState().document, { subsystem: block.id }).at(-1);
    if (added) useField.getState().focusField(block.id, `${added.name}.name`);
  };
  return (
    <section className="inspector-section">
      <h3 title={text("inspector.mask.help")}>{text("inspector.mask")}</h3>
      {mask.length === 0 && <p className="inspector-about">{text("inspector.mask.none")}</p>}
      {mask.map((_, index) => (
        // Rows have no identity of their own: a name changes while it is typed.
        <Parameter
          key={index}
          index={index}
          open={opened === index}
          onToggle={() => setOpened(opened === index ? undefined : index)}
          {...props}
        />
      ))}
      <Button icon={<Plus size={14} />} onClick={add}>
        {text("inspector.mask.add")}
      </Button>
    </section>
  );
}

function Parameter(props: {
  readonly block: Block;
  readonly path: string;
  readonly outer: Scope;
  readonly index: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const { block, path, outer, index, open, onToggle } = props;
  const text = useText();
  const problems = useResults((results) => results.compiled?.problems);
  const { edit } = useDocument.getState();
  const variable = block.mask![index]!;
  const { name } = variable;
  const owner = { subsystem: block.id };
  const own = Object.hasOwn(block.params, name) ? block.params[name]! : "";
  const problem = problems?.find((candidate) => candidate.path === path && candidate.field === name);
  const change = (field: "value" | "unit" | "note") => (typed: string, key: string) =>
    edit((now) => setVariable(now, index, field, typed, owner), key);

  const read = (typed: string): Reading => {
    const value = evaluateExpression(typed, outer);
    if (!value.ok) return refused(value);
    const computed = isComputed(typed) || value.value.data.length > 1;
    return { ok: true, shown: computed ? `= ${valueOf(value.value)}` : undefined };
  };
  const wrongName = (typed: string): string | undefined => {
    const wrong = variableNameProblem(typed);
    if (wrong) return refused(wrong).message;
    const taken = block.mask!.some((other, i) => i !== index && other.name === typed);
    return taken ? text("inspector.mask.taken", { name: typed }) : undefined;
  };
  return (
    <div className="inspector-parameter" role="group" aria-label={name}>
      <LiveField
        label={name}
        help={variable.note ?? text("inspector.mask.value.help")}
        owner={block.id}
        field={name}
        value={own}
        placeholder={variable.value}
        mono
        numbers
        unit={variable.unit}
        problem={problem && problemText(problem)}
        onRead={(typed) => (typed.trim() === "" ? { ok: true } : read(typed))}
        onEdit={(typed, key) =>
          edit((now) => setOwnValue(now, block.id, name, typed.trim() === "" ? undefined : typed), key)
        }
        after={
          <IconButton
            label={text("inspector.mask.more", { name })}
            icon={open ? <ChevronUp size={14} /> : <ChevronDown size={14} />}
            aria-expanded={open}
            side="left"
            onClick={onToggle}
          />
        }
      />
      {open && (
        <div className="inspector-details">
          <RenameField
            label={text("inspector.name")}
            value={name}
            owner={block.id}
            field={`${name}.name`}
            wrong={wrongName}
            onRename={(typed) => edit((now) => renameVariable(now, index, typed, owner))}
          />
          <LiveField
            label={text("inspector.mask.default")}
            help={text("inspector.mask.default.help")}
            owner={block.id}
            field={`${name}.default`}
            value={variable.value}
            mono
            numbers
            onRead={(typed) => (typed.trim() === "" ? read(typed) : { ok: true })}
            onEdit={change("value")}
          />
          <LiveField
            label={text("inspector.mask.unit")}
            owner={block.id}
            field={`${name}.unit`}
            value={variable.unit ?? ""}
            onRead={() => ({ ok: true })}
            onEdit={change("unit")}
          />
          <LiveField
            label={text("inspector.note")}
            owner={block.id}
            field={`${name}.note`}
            value={variable.note ?? ""}
            onRead={() => ({ ok: true })}
            onEdit={change("note")}
          />
          <Button icon={<X size={14} />} onClick={() => edit((now) => removeVariable(now, index, owner))}>
            {text("variables.remove", { name })}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Ports in their order; moving one moves its block inside, which is where the order comes from. */
export function SubsystemPorts({ block, path }: { readonly block: Block; readonly path: string }) {
  const text = useText();
  const widths = useResults((results) => results.compiled?.widths);
  const { edit } = useDocument.getState();
  const sheet = block.sheet!;
  const groups = [
    { way: "inspector.in" as const, ports: portBlocks(sheet, "in"), moves: true },
    { way: "inspector.in" as const, ports: [...portBlocks(sheet, "enable"), ...portBlocks(sheet, "trigger")] },
    { way: "inspector.out" as const, ports: portBlocks(sheet, "out"), moves: true },
  ];
  return (
    <section className="inspector-section">
      <h3 title={text("inspector.ports.order")}>{text("inspector.ports")}</h3>
      {groups.every(({ ports }) => ports.length === 0) && (
        <p className="inspector-about">{text("inspector.ports.none")}</p>
      )}
      <ul
        className="inspector-ports"
        data-moves={groups.some(({ ports, moves }) => moves && ports.length > 1) || undefined}
      >
        {groups.flatMap(({ way, ports, moves }) =>
          ports.map((port, i) => {
            const width = widthAt(widths, path, port.name);
            return (
              <li key={port.id}>
                <span className="inspector-label">{text(way)}</span>
                <code title={port.name}>{port.name}</code>
                <span className="inspector-shown">
                  {width === undefined ? "" : text("inspector.width", { count: width })}
                </span>
                {moves && ports.length > 1 && (
                  <span className="inspector-moves" title={text("inspector.ports.order")}>
                    <IconButton
                      label={text("inspector.ports.up", { name: port.name })}
                      icon={<ArrowUp size={13} />}
                      disabled={i === 0}
                      side="left"
                      onClick={() => edit((now) => movePort(now, port.id, -1))}
                    />
                    <IconButton
                      label={text("inspector.ports.down", { name: port.name })}
                      icon={<ArrowDown size={13} />}
                      disabled={i === ports.length - 1}
                      side="left"
                      onClick={() => edit((now) => movePort(now, port.id, 1))}
                    />
                  </span>
                )}
              </li>
            );
          }),
        )}
      </ul>
    </section>
  );
}
