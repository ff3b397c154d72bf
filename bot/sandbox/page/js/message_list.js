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
 * `inThread`: instead, a line stands under the thread's first message.
 */
export function showMessages(list, messages, { channel, seen = null, inThread = false }) {
  const shown = messages.filter(({ ts }) => !dismissed.has(ts));
  const firstNew = seen && shown.find(({ ts, user }) => Number(ts) > Number(seen) && user !== state.actor);
  const items = shown.flatMap((message, index) => {
    const above = shown[index - 1];
    const lines = inThread ? threadLines(above, messages) : dayLines(message, above);
    if (message === firstNew) lines.push(divider("new", "new", "New"));
    const compact = !lines.length && continues(message, above);
    return [...lines, messageItem(message, { channel, compact, inThread })];
  });
  reconcile(list, items);
}

function dayLines(message, above) {
  const sameDay = above && day(above) === day(message);
  return sameDay ? [] : [divider(`day ${day(message)}`, "day", dayLabel(Number(message.ts)))];
}

const threadLines = (above, messages) =>
  above === messages[0] ? [divider("replies", "day", repliesLabel(messages))] : [];

function repliesLabel(messages) {
  const count = messages.filter((message) => !message.ephemeral).length - 1;
  return count === 1 ? "1 reply" : `${count} replies`;
}
