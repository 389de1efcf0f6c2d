/** The gain of a wire, typed where it is written. Empty or 1 means a plain wire. */
import type { Wire } from "../../core/diagram/document.ts";
import { useText } from "../ui/i18n.ts";
import { setGain } from "./changes.ts";
import { InPlace } from "./InPlace.tsx";
import { finishEditing } from "./session.ts";

export function GainField({ wire }: { readonly wire: Wire }) {
  const t = useText();
  return (
    <InPlace
      value={wire.gain ?? ""}
      label={t("canvas.gainOf")}
      placeholder="1"
      mono
      onDone={(gain) => {
        if (gain !== undefined && gain.trim() !== (wire.gain ?? "").trim()) setGain(wire.id, gain.trim());
        finishEditing();
      }}
    />
  );
}
