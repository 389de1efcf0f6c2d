/** Every command by name, with its shortcut (Ctrl/Cmd+K). Lists the registry; knows no command itself. */
import { Command as List } from "cmdk";
import { isEnabled, useCommands } from "../store/commands.ts";
import type { Command } from "../store/commands.ts";
import { useShell } from "../store/shell.ts";
import { useText } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { Sheet } from "../ui/Sheet.tsx";
import { Shortcut } from "../ui/Shortcut.tsx";
import { byGroup } from "./groups.ts";

export function CommandPalette() {
  const t = useText();
  const open = useShell((state) => state.sheet === "commands");
  const close = () => useShell.getState().set({ sheet: undefined });
  return (
    <Sheet open={open} onClose={close} title={t("commands.title")} closeLabel={t("close")} bare>
      <Commands onDone={close} />
    </Sheet>
  );
}

function Commands({ onDone }: { readonly onDone: () => void }) {
  const t = useText();
  const commands = useCommands((state) => state.commands);
  const run = (command: Command) => {
    onDone();
    // After the sheet has given the focus back, so that a command may move it.
    requestAnimationFrame(() => command.run());
  };
  return (
    <List className="shell-commands" label={t("commands.title")} loop>
      <List.Input className="shell-commands-input" placeholder={t("commands.search")} autoFocus />
      <List.List className="shell-commands-list">
        <List.Empty className="shell-commands-none">{t("commands.none")}</List.Empty>
        {byGroup([...commands.values()].filter(isEnabled)).map(({ group, commands: some }) => (
          <List.Group key={group} heading={t(`group.${group}`)}>
            {some.map((command) => (
              <List.Item
                key={command.id}
                className="shell-command"
                value={`${t(command.title as TextKey)} ${command.id}`}
                keywords={command.words ? command.words.split(" ") : []}
                onSelect={() => run(command)}
              >
                {t(command.title as TextKey)}
                {command.shortcut !== undefined && <Shortcut keys={command.shortcut} />}
              </List.Item>
            ))}
          </List.Group>
        ))}
      </List.List>
    </List>
  );
}
