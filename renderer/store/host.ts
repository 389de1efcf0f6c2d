/** The host chosen at start (main.tsx), for the rooms that read and write files. */
import type { Host } from "../host/host.ts";

let present: Host | undefined;

export function setHost(host: Host): void {
  present = host;
}

export function host(): Host {
  if (!present) throw new Error("no host: main.tsx chooses one before anything else runs");
  return present;
}
