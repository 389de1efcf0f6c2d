/** How a sampled block was made of a continuous one: rule and step, which of the two is in use, and both compared. */
import { inUse, rulesOf, sampleRule } from "../../core/diagram/discretize.ts";
import type { Block, Design } from "../../core/diagram/document.ts";
import { sheetAt, trailOf } from "../../core/diagram/trail.ts";
import { changeDesign, useDesigns } from "../store/designs.ts";
import { useDocument } from "../store/document.ts";
import { canCompare, canExchange, compareSampled, exchangeSampled } from "../store/sampled.ts";
import { useSelection } from "../store/selection.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import type { Context } from "./context.ts";
import { LiveField } from "./LiveField.tsx";
import type { FieldProblem } from "./LiveField.tsx";
import { readGain } from "./reading.ts";

interface Props {
  readonly block: Block;
  readonly design: Design;
  readonly context: Context;
  /** What the engine refuses about a field. */
  readonly problemAt: (field: string) => FieldProblem | undefined;
}

export function SampledForm({ block, design, context, problemAt }: Props) {
  const text = useText();
  const step = useDocument((state) => state.document.run.step);
  const rules = rulesOf(block);
  const rule = sampleRule(design.fields["rule"]);
  const change = (name: string, next: string, key?: string): void =>
    changeDesign(block.id, { ...design, fields: { ...design.fields, [name]: next } }, key);
  return (
    <>
      <Source block={block} />
      {rules.length > 1 && (
        <ChoiceField
          label={text("design.rule")}
          help={text("design.rule.help")}
          owner={block.id}
          field="design.rule"
          value={rule}
          of={rules.map((value) => ({ value, label: text(`rule.${value}`) }))}
          problem={problemAt("rule")}
          onEdit={(next) => change("rule", next)}
        />
      )}
      {(["step", "prewarp"] as const)
        .filter((name) => name === "step" || rule === "prewarp")
        .map((name) => (
          <LiveField
            key={name}
            label={text(`design.${name}`)}
            help={text(`design.${name}.help`)}
            owner={block.id}
            field={`design.${name}`}
            value={design.fields[name] ?? ""}
            mono
            numbers
            unit={name === "step" ? "s" : "rad/s"}
            placeholder={name === "step" ? step : undefined}
            problem={problemAt(name)}
            onRead={(typed) =>
              name === "step" && typed.trim() === ""
                ? { ok: true, shown: text("design.stepOf") }
                : readGain(typed, context.scope)
            }
            onEdit={(next, key) => change(name, next, key)}
          />
        ))}
    </>
  );
}

function Source({ block }: { readonly block: Block }) {
  const text = useText();
  const source = useSource(block);
  if (!source) return null;
  return (
    <div className="inspector-field">
      <span className="inspector-label">{text("design.source")}</span>
      <div className="inspector-entry">
        <Button kind="quiet" onClick={() => useSelection.getState().revealBlock(source.id)}>
          {source.name}
        </Button>
      </div>
    </div>
  );
}

function useSource(block: Block): Block | undefined {
  const id = block.design?.fields["source"] ?? "";
  return useDocument(({ document }) => {
    const trail = trailOf(document, id);
    return trail && sheetAt(document, trail).blocks.find((one) => one.id === id);
  });
}

export function SampledActions({ block }: { readonly block: Block }) {
  const text = useText();
  const source = useSource(block);
  const used = useDocument(({ document }) => inUse(document, block.id));
  // Whether it can be compared or used follows both the design and the wires.
  useDesigns((designs) => designs.views[block.id]);
  if (!source) return null;
  return (
    <div className="inspector-stale">
      {used && (
        <Button disabled={!canExchange(block.id)} onClick={() => exchangeSampled(block.id)}>
          {text(used === "continuous" ? "design.useSampled" : "design.useContinuous")}
        </Button>
      )}
      {used && !canExchange(block.id) && <p className="inspector-hint">{text("design.useRefused")}</p>}
      {canCompare(block) && (
        <Button tip={text("design.compare.tip")} onClick={() => compareSampled(block, source.name)}>
          {text("design.compare")}
        </Button>
      )}
    </div>
  );
}
