/** The menu of the right mouse button: commands on what lies under it. Not modal, for the same reason as ui/Menu.tsx. */
import { ChevronRight } from "lucide-react";
import { ContextMenu as Radix } from "radix-ui";
import type { MouseEvent, ReactElement, ReactNode } from "react";
import { sampleRules } from "../../core/diagram/discretize.ts";
import { estimatorKinds } from "../../core/diagram/estimators.ts";
import { isEnabled, useCommands } from "../store/commands.ts";
import type { Command } from "../store/commands.ts";
import { useSelection } from "../store/selection.ts";
import { Shortcut } from "../ui/Shortcut.tsx";
import { useText } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { controllerKinds } from "./designs.ts";
import { presentDrawing } from "./present.ts";
import { useSession } from "./session.ts";

/** Several ways of one thing: a menu of its own, in which each is called by its way. */
interface Choice {
  readonly title: TextKey;
  readonly of: readonly { readonly id: string; readonly title: TextKey }[];
}
type Groups = readonly (readonly (string | Choice)[])[];

const discretize: Choice = {
  title: "canvas.discretize",
  of: sampleRules.map((rule) => ({ id: `canvas.discretize.${rule}`, title: `rule.${rule}` })),
};

const design: Choice = {
  title: "canvas.design",
  of: controllerKinds.map((kind) => ({ id: `canvas.design.${kind}`, title: `controller.${kind}.what` })),
};

const estimate: Choice = {
  title: "canvas.estimate",
  of: estimatorKinds.map((kind) => ({ id: `canvas.estimate.${kind}`, title: `estimator.${kind}` })),
};

const pointsOf = ["point.loop", "point.from", "point.to", "point.cut"];

const onBlocks: Groups = [
  ["canvas.open", "canvas.rename", "canvas.wire", "canvas.rotate"],
  ["canvas.group", "canvas.expand"],
  [design, estimate, discretize, "canvas.exchange"],
  [
    "canvas.alignLeft",
    "canvas.alignCentre",
    "canvas.alignRight",
    "canvas.alignTop",
    "canvas.alignMiddle",
    "canvas.alignBottom",
    "canvas.distributeAcross",
    "canvas.distributeDown",
  ],
  ["edit.cut", "edit.copy", "edit.duplicate", "edit.delete"],
];
const onWires: Groups = [["canvas.gain", "canvas.straighten"], pointsOf, [design], ["edit.delete"]];
const onSheet: Groups = [
  ["canvas.insert", "canvas.note", "canvas.up"],
  ["edit.paste", "edit.selectAll"],
  ["view.fit", "view.zoomReset", "canvas.minimap", "view.sampleTimes"],
];

/** What is under the pointer becomes the selection, unless it is part of it. */
function takeTarget(event: MouseEvent): void {
  const { blocks, wires, notes, select, clear } = useSelection.getState();
  const target = event.target as Element;
  const node = target.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  const edge = target.closest<HTMLElement>(".react-flow__edge")?.dataset["id"];
  if (node !== undefined) {
    if (!blocks.has(node) && !notes.has(node))
      select(presentDrawing().blocks.has(node) ? { blocks: [node] } : { notes: [node] });
  } else if (edge !== undefined) {
    if (!wires.has(edge)) select({ wires: [edge] });
  } else if (target.classList.contains("react-flow__pane")) clear();
}

export function CanvasMenu({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild onContextMenu={takeTarget}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="ui-menu"
          collisionPadding={8}
          loop
          onCloseAutoFocus={(event) => {
            const { editing, inserting, wiringFrom } = useSession.getState();
            // What was chosen wants to be typed in.
            if (editing || inserting || wiringFrom !== undefined) event.preventDefault();
          }}
        >
          <Items />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Items() {
  const commands = useCommands((state) => state.commands);
  const { blocks, notes, wires } = useSelection();
  const lists =
    blocks.size + notes.size === 0
      ? wires.size > 0
        ? onWires
        : onSheet
      : // A block and the wire that its loop is looked at from.
        wires.size > 0
        ? [...onBlocks.slice(0, -1), pointsOf, ...onBlocks.slice(-1)]
        : onBlocks;
  // A menu of grey lines is no help.
  const usable = (id: string): Command | undefined => {
    const command = commands.get(id);
    return command && isEnabled(command) ? command : undefined;
  };
  const groups = lists
    .map((entries) =>
      entries.flatMap((entry): readonly ReactElement[] => {
        if (typeof entry === "string") {
          const command = usable(entry);
          return command ? [<Item key={entry} command={command} title={command.title as TextKey} />] : [];
        }
        const of = entry.of.flatMap(({ id, title }) => {
          const command = usable(id);
          return command ? [{ command, title }] : [];
        });
        return of.length > 0 ? [<Choices key={entry.title} title={entry.title} of={of} />] : [];
      }),
    )
    .filter((group) => group.length > 0);
  return groups.map((group, index) => (
    <div key={group[0]?.key} role="group">
      {index > 0 && <Radix.Separator className="ui-menu-line" />}
      {group}
    </div>
  ));
}

interface ItemProps {
  readonly command: Command;
  readonly title: TextKey;
}

function Item({ command, title }: ItemProps) {
  const t = useText();
  return (
    <Radix.Item className="ui-menu-item" onSelect={() => command.run()}>
      <span className="ui-menu-text">{t(title)}</span>
      {command.shortcut !== undefined && <Shortcut keys={command.shortcut} />}
    </Radix.Item>
  );
}

function Choices({ title, of }: { readonly title: TextKey; readonly of: readonly ItemProps[] }) {
  const t = useText();
  return (
    <Radix.Sub>
      <Radix.SubTrigger className="ui-menu-item">
        <span className="ui-menu-text">{t(title)}</span>
        <ChevronRight size={14} aria-hidden />
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent className="ui-menu" collisionPadding={8} loop>
          {of.map((item) => (
            <Item key={item.command.id} {...item} />
          ))}
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  );
}
