/** Chooses what the scope panel shows among all blocks that show signals: by kind, each with the names of its signals. */
import { Check, ChevronDown } from "lucide-react";
import type { RunView } from "../engine/protocol.ts";
import { useResults } from "../store/results.ts";
import { useSame } from "../store/useSame.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu, MenuItem, MenuLabel } from "../ui/Menu.tsx";
import { useScope } from "./scopeState.ts";
import { shownViews, signalsOf, viewKinds } from "./signals.ts";
import type { ShownView } from "./signals.ts";

const mostNames = 3;

export function ViewMenu({ view }: { readonly view: ShownView }) {
  const text = useText();
  const views = useResults(useSame(({ run }) => (run ? shownViews(run) : [])));
  if (views.length < 2) return null;
  const kinds = viewKinds.filter((kind) => views.some((one) => one.kind === kind));
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="quiet" aria-label={text("plots.view", { name: view.block })}>
          <span className="plots-tools-view">
            <span className="plots-tools-name">{view.block}</span>
            <ChevronDown size={14} />
          </span>
        </Button>
      }
    >
      {kinds.flatMap((kind) => [
        <MenuLabel key={kind}>{text(`plots.kind.${kind}`)}</MenuLabel>,
        ...views
          .filter((one) => one.kind === kind)
          .map((one) => (
            <MenuItem
              key={one.block}
              icon={one.block === view.block && <Check size={14} />}
              onSelect={() => useScope.getState().set({ block: one.block })}
            >
              {one.block}
              <Signals of={one} />
            </MenuItem>
          )),
      ])}
    </Menu>
  );
}

function Signals({ of }: { readonly of: ShownView }) {
  const names = useResults(({ run }) => (run ? namesOf(run, of) : ""));
  return <span className="plots-view-signals">{names}</span>;
}

function namesOf(run: RunView, view: ShownView): string {
  const names = signalsOf(run, view).map((signal) => signal.name);
  return names.length > mostNames
    ? `${names.slice(0, mostNames).join(", ")} +${names.length - mostNames}`
    : names.join(", ");
}
