/** The one door for messages of the page: the sender must be ours and the arguments must fit, or nothing is done. */
import { channels, type Channel } from "./channels.ts";
import type { Handlers } from "./handlers.ts";
import { isOurs, type Sender } from "./policies.ts";

export interface Messages {
  handle(channel: string, listener: (event: { senderFrame: Sender | null }, ...args: unknown[]) => unknown): void;
}

export function registerHandlers(ipc: Messages, handlers: Handlers): void {
  for (const channel of Object.keys(channels) as Channel[]) {
    ipc.handle(channel, (event, ...args) => answer(handlers, channel, event.senderFrame, args));
  }
}

/** Throws on what only a broken or hostile page can send; what a user can cause is in the outcome. */
export async function answer(
  handlers: Handlers,
  channel: Channel,
  sender: Sender | null,
  args: readonly unknown[],
): Promise<unknown> {
  if (!isOurs(sender)) throw new Error(`${channel}: refused, not from this app's page`);
  const parsed = channels[channel].safeParse(args);
  if (!parsed.success) throw new Error(`${channel}: refused, arguments do not fit`);
  const handler = handlers[channel] as (...args: readonly unknown[]) => Promise<unknown>;
  return handler(...parsed.data);
}
