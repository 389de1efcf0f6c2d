/** One block: its name, what it is, its parameters, the widths of its ports and a note. Made from the block's own page. */
import { GraduationCap } from "lucide-react";
import { useMemo } from "react";
import { blockOf } from "../../core/blocks/index.ts";
import { asked, bindBlock } from "../../core/diagram/bind.ts";
import { nameProblem } from "../../core/diagram/check.ts";
import { methodsOf } from "../../core/diagram/design.ts";
import type { Block } from "../../core/diagram/document.ts";
import { renameBlock, setBlockNote } from "../../core/diagram/edit.ts";
import { isLearned } from "../../core/diagram/learnedBlocks.ts";
import { portsOf } from "../../core/diagram/ports.ts";
import type { Problem } from "../../core/ir/ir.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { useDocument } from "../store/document.ts";
import { pathsOf, widthAt } from "../store/places.ts";
import { problemText, sentenceText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { wish } from "../store/training.ts";
import { useView } from "../store/view.ts";
import { Button } from "../ui/Button.tsx";
import { Glyph } from "../ui/Glyph.tsx";
import { glyphOf } from "../ui/glyphOf.ts";
import { textOr, useText } from "../ui/i18n.ts";
import { Tex } from "../ui/Tex.tsx";
import { useContextOf } from "./context.ts";
import { DesignForm } from "./DesignForm.tsx";
import { LiveField } from "./LiveField.tsx";
import type { Reading } from "./LiveField.tsx";
import { ParamField } from "./ParamField.tsx";
import { OpenSubsystem, Parameters, SubsystemPorts } from "./SubsystemForm.tsx";
import { TextArea } from "./TextArea.tsx";

export function BlockForm({ block, brothers }: { readonly block: Block; readonly brothers: readonly Block[] }) {
  const text = useText();
  const context = useContextOf();
  const problems = useResults((results) => results.compiled?.problems);
  const definition = blockOf(block.type);
  const itself = useMemo(() => new Set([block.id]), [block.id]);
  const path = useDocument((state) => pathsOf(state.document, itself).values().next().value) ?? block.name;
  const found = problems?.filter((problem) => problem.path === path) ?? [];
  const { edit } = useDocument.getState();
  const ofField = (field: string) => {
    const problem = found.find((candidate) => candidate.field === field);
    return problem && problemText(problem);
  };

  const settled = definition ? bindBlock(block, definition, context.scope, context.files, path).settled : {};
  const typed = (param: string): string =>
    settled[param] ??
    (Object.hasOwn(block.params, param) ? block.params[param]! : (definition?.params[param]?.default ?? ""));

  const readName = (name: string): Reading => {
    const wrong = nameProblem(name);
    if (wrong !== undefined) return { ok: false, message: sentenceText(wrong) };
    const twin = brothers.some((other) => other.id !== block.id && other.name === name);
    return twin ? { ok: false, message: text("inspector.taken", { name }) } : { ok: true };
  };

  return (
    <div className="inspector-form" key={block.id}>
      <header className="inspector-head">
        {definition && <Glyph {...glyphOf(definition)} />}
        <div>
          <h2 className="inspector-title">{block.name}</h2>
          <p className="inspector-kind">{definition ? blockTitle(definition) : block.type}</p>
        </div>
      </header>
      {definition ? (
        <p className="inspector-about">{textOr(`block.${block.type}.summary`, definition.summary)}</p>
      ) : (
        <p className="inspector-error">{text("inspector.unknown", { type: block.type })}</p>
      )}
      {definition?.formula !== undefined && (
        <div className="inspector-formula">
          {definition.formula.split(",\\quad ").map((equation) => (
            <Tex key={equation} tex={equation} display />
          ))}
        </div>
      )}
      {block.sheet && <OpenSubsystem block={block} />}
      <General problems={found.filter((problem) => problem.field === undefined || !hasField(block, problem.field))} />
      <LiveField
        label={text("inspector.name")}
        owner={block.id}
        field="name"
        value={block.name}
        strict
        onRead={readName}
        onEdit={(next, key) => edit((now) => renameBlock(now, block.id, next), key)}
      />
      {/* What it is designed for comes before the numbers that follow from it. */}
      {block.design && <DesignForm block={block} context={context} />}
      {definition &&
        Object.entries(definition.params)
          .filter(([name, spec]) => settled[name] !== null && asked(spec, typed))
          .map(([name, spec]) => (
            <ParamField
              key={name}
              type={block.type}
              name={name}
              spec={spec}
              value={typed(name)}
              blocks={itself}
              owner={block.id}
              context={context}
              problem={ofField(name)}
              settled={Object.hasOwn(settled, name)}
            />
          ))}
      {isLearned(block) && (
        <Button icon={<GraduationCap size={14} />} onClick={() => train(block.id)}>
          {text("inspector.weights.train")}
        </Button>
      )}
      {!block.design && methodsOf(block).length > 0 && <DesignForm block={block} context={context} />}
      {block.sheet && <Parameters block={block} path={path} outer={context.scope} />}
      {block.sheet ? (
        <SubsystemPorts block={block} path={path} />
      ) : (
        definition && <PortList block={block} path={path} />
      )}
      <TextArea
        label={text("inspector.note")}
        placeholder={text("inspector.note.about")}
        owner={block.id}
        field="note"
        value={block.note ?? ""}
        onEdit={(next, key) => edit((now) => setBlockNote(now, block.id, next), key)}
      />
    </div>
  );
}

/** The Train tab with this block's network in it. */
function train(block: string): void {
  wish({ block, given: undefined });
  useView.getState().set({ dockOpen: true, dockTab: "train" });
}

/** Is there a field that says what is wrong with it? */
const hasField = (block: Block, name: string): boolean =>
  block.mask?.some((variable) => variable.name === name) ?? blockOf(block.type)?.params[name] !== undefined;

/** What is wrong with the block as a whole: an unconnected port, values that contradict each other. */
function General({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="inspector-problems">
      {problems.map((problem) => {
        const { message, hint } = problemText(problem);
        return (
          <li key={problem.code + message} data-severity={problem.severity}>
            {message}
            {hint !== undefined && <span className="inspector-hint"> {hint}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function PortList({ block, path }: { readonly block: Block; readonly path: string }) {
  const text = useText();
  const { scope, files } = useContextOf();
  const widths = useResults((results) => results.compiled?.widths);
  const ports = portsOf(block, scope, files) ?? {};
  const list = [
    ...Object.keys(ports.in ?? {}).map((port) => ({ port, way: "inspector.in" as const })),
    ...Object.keys(ports.out ?? {}).map((port) => ({ port, way: "inspector.out" as const })),
  ];
  if (list.length === 0) return null;
  return (
    <section className="inspector-section">
      <h3>{text("inspector.ports")}</h3>
      <ul className="inspector-ports">
        {list.map(({ port, way }) => (
          <li key={way + port}>
            <span className="inspector-label">{text(way)}</span>
            <code title={port}>{port}</code>
            <span className="inspector-shown">
              {widthAt(widths, path, port) === undefined
                ? ""
                : text("inspector.width", { count: widthAt(widths, path, port)! })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
