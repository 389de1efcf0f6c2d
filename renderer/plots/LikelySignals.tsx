/** Where nothing is marked as input or output: what drives the drawing, and what its scopes show, each chosen by a click. */
import { blockOf } from "../../core/blocks/index.ts";
import type { Sheet } from "../../core/diagram/document.ts";
import { useDocument } from "../store/document.ts";
import { usePoint } from "../store/point.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";

const most = 4;

export function LikelySignals({ side }: { readonly side: "inputs" | "outputs" }) {
  const text = useText();
  const sheet = useDocument((state) => state.document.root);
  const set = usePoint((point) => point.set);
  const names = (side === "inputs" ? sourcesOf(sheet) : shownIn(sheet)).slice(0, most);
  return (
    <div className="analyse-likely">
      {names.map((name) => (
        <Button key={name} onClick={() => set({ [side]: [name] })}>
          {text(side === "inputs" ? "analyse.from" : "analyse.to", { name })}
        </Button>
      ))}
    </div>
  );
}

const sourcesOf = (sheet: Sheet): readonly string[] =>
  sheet.blocks.filter(({ type }) => blockOf(type)?.category === "sources").map(({ name }) => name);

function shownIn(sheet: Sheet): readonly string[] {
  const byId = new Map(sheet.blocks.map((block) => [block.id, block]));
  const shown = sheet.wires
    .filter(({ to }) => blockOf(byId.get(to.block)?.type ?? "")?.category === "sinks")
    .flatMap(({ from }) => byId.get(from.block)?.name ?? []);
  return [...new Set(shown)];
}
