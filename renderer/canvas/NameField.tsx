/** The name of a block, typed below it. */
import type { Block } from "../../core/diagram/document.ts";
import { useText } from "../ui/i18n.ts";
import { renameBlock } from "./changes.ts";
import { InPlace } from "./InPlace.tsx";
import { finishEditing } from "./session.ts";

export function NameField({ block }: { readonly block: Block }) {
  const t = useText();
  return (
    <InPlace
      value={block.name}
      label={t("canvas.nameOf", { name: block.name })}
      onDone={(name) => {
        if (name !== undefined && name.trim() !== "" && name.trim() !== block.name) renameBlock(block.id, name.trim());
        finishEditing();
      }}
    />
  );
}
