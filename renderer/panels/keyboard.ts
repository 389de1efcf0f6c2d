/** Binds the shortcuts of the command registry to the window. What a key does is the command's business. */
import { tinykeys } from "tinykeys";
import type { Command } from "../store/commands.ts";
import { isEnabled, useCommands } from "../store/commands.ts";

/** Where typing goes: shortcuts without a modifier would eat letters there, and undo belongs to the field. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range", "color"].includes(target.type);
}

function press(event: KeyboardEvent, commands: readonly Command[], early: boolean): void {
  if (event.defaultPrevented || event.isComposing) return;
  const inField = isTextField(event.target);
  // An open menu or list owns its keys.
  if (event.target instanceof Element && event.target.closest('[role="menu"]') !== null) return;
  const command = commands.find((candidate) => (!inField || candidate.inFields === true) && isEnabled(candidate));
  if (!command) return;
  event.preventDefault();
  if (early) event.stopPropagation();
  command.run();
}

/** Gives back how to unbind. Follows the registry as rooms come and go. */
export function bindKeyboard(target: Window): () => void {
  let unbind = () => {};
  const bind = () => {
    unbind();
    const byShortcut = new Map<string, Command[]>();
    for (const command of useCommands.getState().commands.values()) {
      for (const shortcut of command.shortcut?.split(" ") ?? []) {
        byShortcut.set(shortcut, [...(byShortcut.get(shortcut) ?? []), command]);
      }
    }
    // With Ctrl or Cmd first of all, or Ctrl+Enter would press the button that has the focus; plain keys last of all, so that
    // whatever has the focus may use them.
    const stops = [true, false].map((early) =>
      tinykeys(
        target,
        Object.fromEntries(
          [...byShortcut]
            .filter(([shortcut]) => shortcut.startsWith("$mod+") === early)
            .map(([shortcut, commands]) => [shortcut, (event: KeyboardEvent) => press(event, commands, early)]),
        ),
        { capture: early },
      ),
    );
    unbind = () => stops.forEach((stop) => stop());
  };
  bind();
  const stop = useCommands.subscribe(bind);
  return () => {
    stop();
    unbind();
  };
}
