/** Nothing is selected: the diagram itself. Its name and description, its variables, how it is run. */
import { useDocument } from "../store/document.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { shownName } from "../store/session.ts";
import { useSheet } from "../store/sheet.ts";
import type { Block, RunSettings } from "../../core/diagram/document.ts";
import type { Solver } from "../../core/sim/result.ts";
import { setBlockNote, setDescription, setName, setRun } from "../../core/diagram/edit.ts";
import { evaluateExpression } from "../../core/diagram/parameters.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { solvers } from "../../core/diagram/solvers.ts";
import { ownersOf, prefixAt, scopeAt } from "../../core/diagram/trail.ts";
import { useText } from "../ui/i18n.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import { useContextOf } from "./context.ts";
import { LiveField } from "./LiveField.tsx";
import type { Reading } from "./LiveField.tsx";
import { refused } from "./reading.ts";
import { Parameters, SubsystemPorts } from "./SubsystemForm.tsx";
import { TextArea } from "./TextArea.tsx";
import { isComputed, valueOf } from "./valueText.ts";
import { VariableRows } from "./VariableRows.tsx";

export function SheetForm() {
  const text = useText();
  const document = useDocument((state) => state.document);
  const { edit } = useDocument.getState();
  const trail = useSheet((state) => state.trail);
  const owner = ownersOf(document, trail).at(-1);
  const { blocks, wires } = owner?.sheet ?? document.root;
  if (owner) {
    return (
      <div className="inspector-form" key={owner.id}>
        <Inside
          owner={owner}
          outer={scopeAt(document, trail.slice(0, -1))}
          path={prefixAt(document, trail).slice(0, -1)}
        />
        <VariableRows />
        <Run />
      </div>
    );
  }
  return (
    <div className="inspector-form">
      <header className="inspector-head">
        <div>
          <h2 className="inspector-title">{shownName(document)}</h2>
          <p className="inspector-kind">{text("inspector.diagram", { blocks: blocks.length, wires: wires.length })}</p>
        </div>
      </header>
      <LiveField
        label={text("inspector.name")}
        owner="sheet"
        field="name"
        value={shownName(document)}
        onRead={(typed) => (typed.trim() === "" ? { ok: false, message: text("inspector.needsName") } : { ok: true })}
        onEdit={(next, key) => edit((now) => (next.trim() === "" ? now : setName(now, next)), key)}
        strict
        wide
      />
      <TextArea
        label={text("inspector.description")}
        placeholder={text("inspector.description.about")}
        owner="sheet"
        field="description"
        value={document.description ?? ""}
        onEdit={(next, key) => edit((now) => setDescription(now, next), key)}
      />
      <VariableRows />
      <Run />
    </div>
  );
}

/** The subsystem whose sheet is shown. */
function Inside({ owner, outer, path }: { readonly owner: Block; readonly outer: Scope; readonly path: string }) {
  const text = useText();
  const { blocks, wires } = owner.sheet!;
  const { edit } = useDocument.getState();
  return (
    <>
      <header className="inspector-head">
        <div>
          <h2 className="inspector-title">{owner.name}</h2>
          <p className="inspector-kind">{text("inspector.inside", { blocks: blocks.length, wires: wires.length })}</p>
        </div>
      </header>
      <TextArea
        label={text("inspector.note")}
        placeholder={text("inspector.note.about")}
        owner={owner.id}
        field="note"
        value={owner.note ?? ""}
        onEdit={(next, key) => edit((now) => setBlockNote(now, owner.id, next), key)}
      />
      <Parameters block={owner} path={path} outer={outer} />
      <SubsystemPorts block={owner} path={path} />
    </>
  );
}

type NumberSetting = Exclude<keyof RunSettings, "solver">;

function Run() {
  const text = useText();
  const run = useDocument((state) => state.document.run);
  const problems = useResults((results) => results.compiled?.problems);
  const { scope } = useContextOf(true);
  const { edit } = useDocument.getState();
  const setting = (key: NumberSetting, label: string, placeholder?: string) => {
    const problem = problems?.find((candidate) => candidate.path === `run.${key}`);
    return (
      <LiveField
        key={key}
        label={label}
        owner="sheet"
        field={`run.${key}`}
        value={run[key] ?? ""}
        placeholder={placeholder}
        mono
        numbers
        problem={problem && problemText(problem)}
        onRead={(typed) =>
          typed.trim() === "" && placeholder !== undefined
            ? { ok: true }
            : readNumber(typed, scope, text("inspector.oneNumber"))
        }
        onEdit={(next, coalesce) => edit((now) => setRun(now, key, next), coalesce)}
      />
    );
  };
  return (
    <section className="inspector-section">
      <h3>{text("run.setup")}</h3>
      {setting("stop", text("run.stopTime"))}
      {setting("step", text("run.step"))}
      <ChoiceField
        label={text("run.solver")}
        owner="sheet"
        field="run.solver"
        value={run.solver}
        of={solvers.map((solver) => ({
          value: solver,
          label: text(`run.solver.${solver}`),
        }))}
        onEdit={(next) => edit((now) => setRun(now, "solver", next as Solver))}
      />
      <details className="inspector-more">
        <summary>{text("inspector.tolerances")}</summary>
        {setting("rtol", text("run.rtol"), text("run.auto"))}
        {setting("atol", text("run.atol"), text("run.auto"))}
        {setting("maxStep", text("run.maxStep"), text("run.auto"))}
      </details>
    </section>
  );
}

function readNumber(typed: string, scope: Scope, wanted: string): Reading {
  const read = evaluateExpression(typed, scope);
  if (!read.ok) return refused(read);
  if (read.value.data.length !== 1) return { ok: false, message: wanted };
  return { ok: true, shown: isComputed(typed) ? `= ${valueOf(read.value)}` : undefined };
}
