/** How a gain was found: method and what it is asked for. Dragging the label of a weight moves gain, plots and margins along. */
import { memo } from "react";
import { designFields, holdBehind, methodsOf } from "../../core/diagram/design.ts";
import type { Block, Design } from "../../core/diagram/document.ts";
import { sheetAt, trailOf } from "../../core/diagram/trail.ts";
import type { DesignView } from "../engine/protocol.ts";
import { changeDesign, redoDesign, removeDesign, useDesigns } from "../store/designs.ts";
import { useDocument } from "../store/document.ts";
import { Button } from "../ui/Button.tsx";
import { complexText, written } from "../ui/figures.ts";
import type { TextKey, Translate } from "../ui/i18n.ts";
import { useText } from "../ui/i18n.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import type { Context } from "./context.ts";
import { LiveField } from "./LiveField.tsx";
import type { FieldProblem, Reading } from "./LiveField.tsx";
import { readGain } from "./reading.ts";
import { SampledActions, SampledForm } from "./SampledForm.tsx";

/** Their words are their own but where a method has the same name. */
const label: { readonly [field: string]: TextKey } = {
  Q: "design.Q",
  R: "design.R",
  W: "design.W",
  V: "design.V",
  poles: "design.realPoles",
  pairs: "design.pairs",
  frequency: "design.frequency",
  margin: "design.margin",
};

export function DesignForm({ block, context }: { readonly block: Block; readonly context: Context }) {
  const text = useText();
  const { design } = block;
  const refused = useDesigns(({ views }) => refusalIn(views[block.id]));
  const busy = useDesigns(({ waiting }) => waiting.has(block.id));
  const offered = methodsOf(block);
  // A copy of another block is made on the drawing, not chosen here; once made it can be left.
  const methods = design && !offered.includes(design.method) ? [design.method, ...offered] : offered;
  const read = (typed: string): Reading => readGain(typed, context.scope);
  const problemAt = (name: string): FieldProblem | undefined =>
    refused && fieldOf(refused) === name
      ? { message: text(`design.${refused.code}`, refused.values), hint: cureOf(refused, text) }
      : undefined;
  const choose = (value: string): void => {
    const method = methods.find((one) => one === value);
    if (method) changeDesign(block.id, { method, fields: designFields[method] });
    else removeDesign(block.id);
  };
  return (
    <section className="inspector-section" aria-label={text("design.title")} aria-busy={busy}>
      <h3>{text("design.title")}</h3>
      <ChoiceField
        label={text("design.method")}
        help={text("design.method.help")}
        owner={block.id}
        field="design.method"
        value={design?.method ?? "hand"}
        of={[
          { value: "hand", label: text("design.hand") },
          ...methods.map((method) => ({ value: method, label: text(`design.${method}`) })),
        ]}
        onEdit={choose}
      />
      {design?.method === "discretize" && (
        <SampledForm block={block} design={design} context={context} problemAt={problemAt} />
      )}
      {design &&
        design.method !== "discretize" &&
        Object.entries(designFields[design.method]).map(([name, start]) => (
          <LiveField
            key={`${design.method}.${name}`}
            label={text(label[name]!)}
            help={text(`${label[name]!}.help` as TextKey)}
            owner={block.id}
            field={`design.${name}`}
            value={design.fields[name] ?? start}
            mono
            numbers
            unit={name === "frequency" ? "rad/s" : name === "margin" ? "°" : undefined}
            problem={problemAt(name)}
            onRead={read}
            onEdit={(next, key) =>
              changeDesign(block.id, { ...design, fields: { ...design.fields, [name]: next } }, key)
            }
          />
        ))}
      {design?.method === "lqr" && <Cost block={block} design={design} />}
      {design && closesLoop.has(design.method) && <OpenLoop block={block} design={design} />}
      {design && <Outcome block={block.id} method={design.method} />}
      {design?.method === "discretize" && <SampledActions block={block} />}
    </section>
  );
}

type Refusal = Extract<DesignView, { readonly ok: false }>;

const refusalIn = (view: DesignView | undefined): Refusal | undefined => (view && !view.ok ? view : undefined);

/** The field that a refusal is about, where it is about one: said there. */
function fieldOf({ code, values }: Refusal): string | undefined {
  switch (code) {
    case "WEIGHT":
      return String(values["name"]);
    case "POLES":
      return String(values["field"]);
    case "FREQUENCY":
      return "frequency";
    case "MARGIN":
      return "margin";
    case "PREWARP":
      return "prewarp";
    case "DIRECT_PATH":
    case "MATCHED_NOT_SISO":
    case "PID_FORWARD":
    case "POLE_AT_INFINITY":
      return "rule";
    case "STEP":
    case "DELAY_BETWEEN":
    case "DELAY_IN_LOOP":
    case "DELAYS_UNLIKE":
    case "DELAY_TOO_LONG":
      return "step";
    default:
      return undefined;
  }
}

const cureOf = ({ code }: Refusal, text: Translate): string | undefined =>
  code === "WEIGHT" || code === "POLES" || code === "FREQUENCY" || code === "MARGIN"
    ? text(`design.${code}.cure`)
    : undefined;

/** Methods of controllers, which close a loop. */
const closesLoop: ReadonlySet<Design["method"]> = new Set(["lqr", "poles", "crossover", "tune", "lqg"]);

/** Behind a hold: whether the weights are those of time or of samples. */
function Cost({ block, design }: { readonly block: Block; readonly design: Design }) {
  const text = useText();
  const held = useDocument(({ document }) => holdBehind(document, block.id) !== undefined);
  const cost = design.fields["cost"] === "time" ? "time" : "samples";
  if (!held && cost === "samples") return null;
  return (
    <ChoiceField
      label={text("design.cost")}
      help={text("design.cost.help")}
      owner={block.id}
      field="design.cost"
      value={cost}
      of={(["samples", "time"] as const).map((value) => ({ value, label: text(`design.cost.${value}`) }))}
      onEdit={(next) => changeDesign(block.id, { ...design, fields: { ...design.fields, cost: next } })}
    />
  );
}

/** A controller of the same sheet that the design leaves out, where there is one: the outer one of a cascade. */
function OpenLoop({ block, design }: { readonly block: Block; readonly design: Design }) {
  const text = useText();
  const root = useDocument(({ document }) => document);
  const open = design.fields["open"] ?? "";
  const trail = trailOf(root, block.id);
  const others = (trail ? sheetAt(root, trail).blocks : []).filter(
    (one) => one.id !== block.id && one.design !== undefined && closesLoop.has(one.design.method),
  );
  if (others.length === 0 && open === "") return null;
  return (
    <ChoiceField
      label={text("design.open")}
      help={text("design.open.help")}
      owner={block.id}
      field="design.open"
      value={others.some(({ id }) => id === open) ? open : ""}
      of={[
        { value: "", label: text("design.open.none") },
        ...others.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onEdit={(next) => changeDesign(block.id, { ...design, fields: { ...design.fields, open: next } })}
    />
  );
}

/** What has just come up below the fold. */
const intoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: "nearest" });

/** What the poles listed are poles of, where not of the closed loop. */
const polesOf: { readonly [method: string]: TextKey } = {
  discretize: "design.sampledPoles",
  observer: "design.errorPoles",
  kalman: "design.errorPoles",
};

interface OutcomeProps {
  readonly block: string;
  readonly method: Design["method"];
}

/** Drawn again when the engine has answered, and not before. */
const Outcome = memo(function Outcome({ block, method }: OutcomeProps) {
  const text = useText();
  const view = useDesigns((designs) => designs.views[block]);
  if (!view) return null;
  if (!view.ok) {
    const field = fieldOf(view);
    if (field !== undefined && Object.hasOwn(designFields[method], field)) return null;
    return (
      <p className="inspector-error" role="status" ref={intoView}>
        {text(`design.${view.code}`, view.values)}
      </p>
    );
  }
  return (
    <>
      <div className="inspector-field">
        <span className="inspector-label">{text(polesOf[method] ?? "design.closed")}</span>
        <ul className="inspector-poles">
          {gathered(inOrder(view.poles ?? view.planned).map(complexText)).map(([pole, count], i) => (
            <li key={i}>{count === 1 ? pole : text("design.times", { pole, count })}</li>
          ))}
        </ul>
      </div>
      {view.margins && <p className="inspector-hint">{marginsText(view.margins, text)}</p>}
      {view.warning && (
        <p className="inspector-warning" role="status">
          {text(`design.${view.warning}`)}
        </p>
      )}
      {!view.follows && (
        <div className="inspector-stale" role="status">
          <p className="inspector-hint">{text("design.stale")}</p>
          <Button onClick={() => redoDesign(block)}>{text("design.redo")}</Button>
        </div>
      )}
    </>
  );
});

type Margins = NonNullable<Extract<DesignView, { readonly ok: true }>["margins"]>;

function marginsText({ frequency, phase, gain }: Margins, text: Translate): string {
  const said = { frequency: written(frequency, 4), phase: written(phase, 4) };
  return gain === undefined
    ? text("design.margins", said)
    : text("design.margins.gain", { ...said, gain: written(20 * Math.log10(gain), 4) });
}

/** From 0 outwards, as computed ones come in any order. */
const inOrder = (poles: DesignedPoles): DesignedPoles =>
  poles.toSorted(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d) || d - b);

/** Dead time has as many poles at 0 as samples: many alike in a row are one line. */
function gathered(poles: readonly string[]): readonly (readonly [pole: string, count: number])[] {
  const most = 4;
  const runs: [pole: string, count: number][] = [];
  for (const pole of poles) {
    const last = runs.at(-1);
    if (last?.[0] === pole) last[1]++;
    else runs.push([pole, 1]);
  }
  return runs.flatMap(([pole, count]) =>
    count > most ? [[pole, count] as const] : Array.from({ length: count }, () => [pole, 1] as const),
  );
}

type DesignedPoles = Extract<DesignView, { readonly ok: true }>["planned"];
