/** Poles and zeros of more states than this take longer than a number may be dragged for: they are found apart (client.ts). */
export const promptStates = 150;
