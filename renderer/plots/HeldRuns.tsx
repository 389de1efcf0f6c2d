/** The held runs behind a view of the scope. */
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { useText } from "../ui/i18n.ts";
import { dashOf } from "./drawing.ts";
import { HeldList } from "./HeldList.tsx";
import { differences } from "./heldName.ts";
import { letGo, useScope } from "./scopeState.ts";

export function HeldRuns({ block }: { readonly block: string }) {
  const none = useScope((scope) => scope.held.length === 0);
  return none ? null : <Some block={block} />;
}

function Some({ block }: { readonly block: string }) {
  const text = useText();
  const held = useScope((scope) => scope.held);
  const set = useScope((scope) => scope.set);
  const present = useDocument((state) => state.document);
  const document = useResults((results) => results.ranOf) ?? present;
  const shown = held.filter(({ run }) => run.views.some((view) => view.block === block));
  return (
    <HeldList
      label={text("plots.heldRuns")}
      count={held.length}
      endAll={() => set({ held: [] })}
      entries={shown.map(({ number, of }) => ({
        number,
        name: text("plots.heldRun", { number }),
        differences: of ? differences(of, document) : [],
        dash: dashOf(number - 1),
        end: { label: text("plots.release", { number }), act: () => letGo(number) },
      }))}
    />
  );
}
