/** All shortcuts on one sheet (?), read from the command registry, and the gestures that no command stands for. */
import { useCommands } from "../store/commands.ts";
import { useShell } from "../store/shell.ts";
import { useText } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { Sheet } from "../ui/Sheet.tsx";
import { Shortcut } from "../ui/Shortcut.tsx";
import { byGroup } from "./groups.ts";

const gestures = [
  "gesture.type",
  "gesture.connect",
  "gesture.insert",
  "gesture.gain",
  "gesture.scrub",
  "gesture.pan",
] as const;

export function ShortcutSheet() {
  const t = useText();
  const open = useShell((state) => state.sheet === "shortcuts");
  const commands = useCommands((state) => state.commands);
  return (
    <Sheet
      open={open}
      size="large"
      onClose={() => useShell.getState().set({ sheet: undefined })}
      title={t("shortcuts.title")}
      closeLabel={t("close")}
    >
      {/* It may scroll, which the keyboard must be able to do too. */}
      <div className="shell-shortcuts" role="region" aria-label={t("shortcuts.title")} tabIndex={0}>
        {byGroup([...commands.values()].filter((command) => command.shortcut !== undefined)).map(
          ({ group, commands: some }) => (
            <section key={group}>
              <h3>{t(`group.${group}`)}</h3>
              <dl>
                {some.map((command) => (
                  <div key={command.id}>
                    <dt>{t(command.title as TextKey)}</dt>
                    <dd>
                      <Shortcut keys={command.shortcut!} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ),
        )}
        <section>
          <h3>{t("gesture.title")}</h3>
          <ul>
            {gestures.map((gesture) => (
              <li key={gesture}>{t(gesture)}</li>
            ))}
          </ul>
        </section>
      </div>
    </Sheet>
  );
}
