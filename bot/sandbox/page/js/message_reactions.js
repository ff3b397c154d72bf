import { h } from "./dom.js";
import { displayName, state, userById } from "./store.js";
import { emojiNode } from "./text/inline.js";

/** The reactions under a message, each with who gave it. */
export function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("ul.reactions", { "aria-label": "Reactions" }, message.reactions.map(one));
}

function one({ name, users }) {
  const names = users.map((id) => displayName(userById(id))).join(", ");
  const mine = users.includes(state.actor) ? "mine" : "";
  return h(
    "li.reaction",
    { class: mine, title: `${names} reacted with :${name}:` },
    emojiNode(name),
    h("span", {}, String(users.length)),
  );
}
