/** The menu of the right mouse button: commands on what lies under it. Not modal, for the same reason as ui/Menu.tsx. */
import { ContextMenu as Radix } from "radix-ui";
import type { MouseEvent, ReactNode } from "react";
import { isEnabled, useCommands } from "../store/commands.ts";
import { useSelection } from "../store/selection.ts";
import { Shortcut } from "../ui/Shortcut.tsx";
import { useText } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { presentDrawing } from "./present.ts";
import { useSession } from "./session.ts";

const onBlocks = [
  ["canvas.open", "canvas.rename", "canvas.wire", "canvas.rotate"],
  ["canvas.group", "canvas.expand"],
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
const onWires = [
  ["canvas.gain", "canvas.straighten"],
  ["point.loop", "point.from", "point.to", "point.cut"],
  ["canvas.feedback"],
  ["edit.delete"],
];
const onSheet = [
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
  const t = useText();
  const commands = useCommands((state) => state.commands);
  const { blocks, notes, wires } = useSelection();
  const lists = blocks.size + notes.size > 0 ? onBlocks : wires.size > 0 ? onWires : onSheet;
  const groups = lists
    .map((ids) =>
      ids
        .map((id) => commands.get(id))
        // A menu of grey lines is no help.
        .filter((command) => command !== undefined && isEnabled(command)),
    )
    .filter((group) => group.length > 0);
  return groups.map((group, index) => (
    <div key={group[0]?.id} role="group">
      {index > 0 && <Radix.Separator className="ui-menu-line" />}
      {group.map(
        (command) =>
          command && (
            <Radix.Item
              key={command.id}
              className="ui-menu-item"
              disabled={!isEnabled(command)}
              onSelect={() => command.run()}
            >
              <span className="ui-menu-text">{t(command.title as TextKey)}</span>
              {command.shortcut !== undefined && <Shortcut keys={command.shortcut} />}
            </Radix.Item>
          ),
      )}
    </div>
  ));
}
