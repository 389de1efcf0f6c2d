/** Words of the window: toolbar, menus, commands, gallery, notices. Every key of en has its es. */
import type { RoomText } from "./room.ts";

const en = {
  "app.name": "Lazo",
  "file.new": "New",
} as const;

const es: { readonly [K in keyof typeof en]: string } = {
  "app.name": "Lazo",
  "file.new": "Nuevo",
};

export const shell = { en, es } satisfies RoomText;
