/** A menu entry for a command of the registry: its title, its shortcut, greyed when it makes no sense now. */
import type { ReactNode } from "react";
import { isEnabled, runCommand, useCommands } from "../store/commands.ts";
import { useText } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { MenuItem } from "../ui/Menu.tsx";

export function CommandItem({ id, icon }: { readonly id: string; readonly icon?: ReactNode }) {
  const t = useText();
  const command = useCommands((state) => state.commands.get(id));
  if (!command) return null;
  return (
    <MenuItem icon={icon} shortcut={command.shortcut} disabled={!isEnabled(command)} onSelect={() => runCommand(id)}>
      {t(command.title as TextKey)}
    </MenuItem>
  );
}
