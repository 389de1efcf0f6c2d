/** Several things are selected: how many, and the parameters they have in common, edited together. */
import { blockOf } from "../../core/blocks/index.ts";
import type { ParamSpec } from "../../core/blocks/block.ts";
import { setWire } from "../../core/diagram/edit.ts";
import type { Block, Wire } from "../../core/diagram/document.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { useDocument } from "../store/document.ts";
import { useText } from "../ui/i18n.ts";
import { useContextOf } from "./context.ts";
import { LiveField } from "./LiveField.tsx";
import { ParamField } from "./ParamField.tsx";
import { readGain } from "./reading.ts";

interface SeveralFormProps {
  readonly blocks: readonly Block[];
  readonly wires: readonly Wire[];
  readonly notes: number;
}

export function SeveralForm({ blocks, wires, notes }: SeveralFormProps) {
  const text = useText();
  const context = useContextOf();
  const { edit } = useDocument.getState();
  const ids = new Set(blocks.map((block) => block.id));
  const parts = (
    [
      ["blocks", blocks.length],
      ["wires", wires.length],
      ["notes", notes],
    ] as const
  )
    .filter(([, count]) => count > 0)
    .map(([what, count]) => (count === 1 ? text(`inspector.${what}.one`) : text(`inspector.${what}`, { count })));
  const types = [...new Set(blocks.map((block) => block.type))];
  const common = commonParams(blocks);
  return (
    <div className="inspector-form">
      <header className="inspector-head">
        <div>
          <h2 className="inspector-title">{parts.join(", ")}</h2>
          <p className="inspector-kind">
            {types.map((type) => blockTitle(blockOf(type) ?? { type, title: type })).join(", ")}
          </p>
        </div>
      </header>
      {common.map(([name, spec]) => (
        <ParamField
          key={name}
          type={blocks[0]!.type}
          name={name}
          spec={spec}
          value={same(blocks.map((block) => block.params[name] ?? spec.default))}
          blocks={ids}
          owner="several"
          context={context}
        />
      ))}
      {blocks.length > 0 && common.length === 0 && <p className="inspector-about">{text("inspector.nothingCommon")}</p>}
      {blocks.length === 0 && wires.length > 0 && (
        <LiveField
          label={text("inspector.gain")}
          owner="several"
          field="gain"
          value={same(wires.map((wire) => wire.gain ?? "")) ?? ""}
          placeholder={same(wires.map((wire) => wire.gain ?? "")) === undefined ? text("inspector.differ") : "1"}
          mono
          numbers
          onRead={(typed) => readGain(typed, context.scope)}
          onEdit={(next, key) =>
            edit((now) => wires.reduce((so, wire) => setWire(so, wire.id, { gain: next }), now), key)
          }
        />
      )}
    </div>
  );
}

/** Parameters that every block has under the same name, label and kind. */
export function commonParams(blocks: readonly Block[]): readonly (readonly [string, ParamSpec])[] {
  const [first, ...others] = blocks.map((block) => blockOf(block.type)?.params ?? {});
  return Object.entries(first ?? {}).filter(([name, spec]) =>
    others.every((params) => {
      const other = Object.hasOwn(params, name) ? params[name] : undefined;
      if (other?.kind !== spec.kind || other.label !== spec.label) return false;
      return spec.kind !== "choice" || (other.kind === "choice" && other.of.join() === spec.of.join());
    }),
  );
}

function same(values: readonly string[]): string | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
