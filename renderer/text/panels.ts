/** Words of the inspector, the plots and the dock. Every key of en has its es. */
import type { RoomText } from "./room.ts";

const en = {
} as const;

const es: { readonly [K in keyof typeof en]: string } = {
};

export const panels = { en, es } satisfies RoomText;
