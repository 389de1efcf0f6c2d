/** What a type of block is called in the user's language. */
import type { BlockDefinition } from "../../core/blocks/block.ts";
import { textOr } from "../ui/i18n.ts";

export const blockTitle = ({ type, title }: Pick<BlockDefinition, "type" | "title">): string =>
  textOr(`block.${type}.title`, title);
