/** Commands of the native menu: those of the registry, but editing commands go to the text field that has the focus. */
import type { Command } from "../host/host.ts";
import { runCommand } from "../store/commands.ts";
import { isTextField } from "./keyboard.ts";

/** What the browser calls them; the only way to reach a field's own undo. */
const inField: { readonly [id in Command]?: string } = {
  "edit.undo": "undo",
  "edit.redo": "redo",
  "edit.cut": "cut",
  "edit.copy": "copy",
  "edit.paste": "paste",
  "edit.delete": "delete",
  "edit.selectAll": "selectAll",
};

export function onNativeCommand(command: Command): void {
  const native = inField[command];
  if (native !== undefined && isTextField(document.activeElement)) {
    document.execCommand(native);
    return;
  }
  runCommand(command);
}
