import { h } from "./dom.js";
import { avatar } from "./people.js";
import { openThread } from "./route.js";
import { userById } from "./store.js";
import { agoNode } from "./timestamps.js";

const FACES = 4;

/** The line under a message that leads into its thread. */
export function threadBar(message, channel) {
  const faces = (message.reply_users ?? []).slice(0, FACES).map((id) => avatar(userById(id), "tiny"));
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = message.latest_reply
    ? h("span.thread-last", {}, "last reply ", agoNode(Number(message.latest_reply)))
    : null;
  return h(
    "button.thread-bar",
    { type: "button", onclick: () => openThread(channel, message.ts) },
    h("span.faces", {}, faces),
    h("strong", {}, count),
    last,
  );
}
