import * as api from "./api.js";
import { channelById, state } from "./store.js";

let reported = null;

/** The ts of the last message that was read before this visit, or null when nothing is new. */
export function lastSeen(channel, messages) {
  const unread = channelById(channel)?.unread ?? 0;
  const others = messages.filter((message) => message.user !== state.actor && !message.ephemeral);
  if (!unread || !others.length) return null;
  const firstNew = others.at(-Math.min(unread, others.length));
  return String(Number(firstNew.ts) - 0.000001);
}

/** Tells the server that the person has read the channel; once for everything there is to read. */
export function reportSeen(channel, messages) {
  const { unread = 0, mentions = 0 } = channelById(channel) ?? {};
  if (document.hidden || !(unread || mentions)) return;
  const newest = messages
    .map((message) => message.latest_reply ?? message.ts)
    .sort()
    .at(-1);
  const key = [state.actor, channel, newest, unread, mentions].join(" ");
  if (key === reported) return;
  reported = key;
  api.markRead(state.actor, channel).catch(() => (reported = null));
}
