/** Words of the canvas and the block palette. Every key of en has its es. */
import type { RoomText } from "./room.ts";

const en = {
} as const;

const es: { readonly [K in keyof typeof en]: string } = {
};

export const canvas = { en, es } satisfies RoomText;
