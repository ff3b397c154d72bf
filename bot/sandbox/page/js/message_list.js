import { h } from "./dom.js";
import { reconcile } from "./keyed.js";
import { isCard, messageNode } from "./message.js";
import { state, update } from "./store.js";
import { dayLabel } from "./time.js";

const TOGETHER_S = 300;
const dismissed = new Set();

const day = (message) => new Date(Number(message.ts) * 1000).toDateString();
const divider = (key, className, label) => ({
  key,
  signature: label,
  build: () => h(`div.${className}`, { role: "separator" }, h("span", {}, label)),
});

/** Whether a message goes on where the one above stopped. */
function continues(message, above) {
  if (!above || isCard(message) || isCard(above)) return false;
  const sameAuthor = above.user === message.user && Boolean(above.ephemeral) === Boolean(message.ephemeral);
  return sameAuthor && Number(message.ts) - Number(above.ts) < TOGETHER_S;
}

function dismiss(message) {
  dismissed.add(message.ts);
  update({ messages: state.messages, thread: state.thread });
}

function messageItem(message, options) {
  const names = state.workspace.users.length;
  return {
    key: message.ts,
    signature: JSON.stringify([message, options.compact, state.actor, names]),
    face: JSON.stringify([message.text, message.blocks]),
    build: () => messageNode(message, { ...options, ondismiss: () => dismiss(message) }),
  };
}

/**
 * Shows messages, oldest first, with a line between days and one before the first that is new since `seen` (a ts).
 * `replies`: draws the line under a thread's first message.
 */
export function showMessages(list, messages, { channel, seen = null, inThread = false }) {
  const items = [];
  let above = null;
  let marked = seen === null;
  for (const message of messages.filter(({ ts }) => !dismissed.has(ts))) {
    const before = items.length;
    if (!inThread && (!above || day(above) !== day(message))) items.push(divider(`day ${day(message)}`, "day", dayLabel(Number(message.ts))));
    if (!marked && Number(message.ts) > Number(seen) && message.user !== state.actor) {
      items.push(divider("new", "new", "New"));
      marked = true;
    }
    if (inThread && above === messages[0]) items.push(divider("replies", "day", repliesLabel(messages)));
    const compact = items.length === before && continues(message, above);
    items.push(messageItem(message, { channel, compact, inThread }));
    above = message;
  }
  reconcile(list, items);
}

function repliesLabel(messages) {
  const count = messages.filter((message) => !message.ephemeral).length - 1;
  return count === 1 ? "1 reply" : `${count} replies`;
}
