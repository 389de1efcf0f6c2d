/** Commands under the headings they stand under, in the order of the menus. */
import type { Command } from "../store/commands.ts";

const order = ["file", "edit", "diagram", "run", "view", "help"] as const;
export type Group = (typeof order)[number];

export const byGroup = (commands: readonly Command[]): readonly { group: Group; commands: readonly Command[] }[] =>
  order
    .map((group) => ({ group, commands: commands.filter((command) => (command.group ?? "diagram") === group) }))
    .filter(({ commands: some }) => some.length > 0);
