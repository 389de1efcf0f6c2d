/**
 * The list of everything a user can do by name. Each room registers its own commands; the palette, the menus, the
 * shortcut sheet and the keyboard read this list and nothing else, so none of them can promise what another lacks.
 */
import { create } from "zustand";

export interface Command {
  readonly id: string;
  /** Key of the text catalogue. */
  readonly title: string;
  /** As tinykeys writes it: "$mod+KeyZ", "Delete", "?". Several are separated by a blank: "Delete Backspace". */
  readonly shortcut?: string;
  /** Heads the group it stands under in the palette and in the shortcut sheet. */
  readonly group?: "file" | "edit" | "diagram" | "view" | "run" | "help";
  /** Other words it is found by. */
  readonly words?: string;
  enabled?(): boolean;
  /** Also works while a text field has the focus (saving, running). */
  readonly inFields?: boolean;
  run(): void;
}

interface CommandsState {
  readonly commands: ReadonlyMap<string, Command>;
}

export const useCommands = create<CommandsState>()(() => ({ commands: new Map() }));

/** Gives back how to take it out again. */
export function registerCommand(command: Command): () => void {
  useCommands.setState(({ commands }) => ({ commands: new Map(commands).set(command.id, command) }));
  return () =>
    useCommands.setState(({ commands }) => {
      if (commands.get(command.id) !== command) return {};
      const rest = new Map(commands);
      rest.delete(command.id);
      return { commands: rest };
    });
}

export const isEnabled = (command: Command): boolean => command.enabled?.() ?? true;

/** Does it, if it exists and makes sense now; says whether it did. */
export function runCommand(id: string): boolean {
  const command = useCommands.getState().commands.get(id);
  if (!command || !isEnabled(command)) return false;
  command.run();
  return true;
}
