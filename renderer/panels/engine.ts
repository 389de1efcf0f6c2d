/** The one engine client of the window, for the commands and buttons that run, stop and export. */
import { startClient } from "../engine/client.ts";
import type { Client } from "../engine/client.ts";

let present: Client | undefined;

export function startEngine(): void {
  present ??= startClient();
}

export function engine(): Client {
  if (!present) throw new Error("the engine is started by main.tsx");
  return present;
}
