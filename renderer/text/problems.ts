/** Problem messages by code. English stays in core, beside what finds the problem; here are its translations. */
import type { RoomText } from "./room.ts";

const en = {} as const;

const es: { readonly [K in keyof typeof en]: string } = {};

export const problems = { en, es } satisfies RoomText;
