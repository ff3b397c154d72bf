import * as api from "./api.js";
import { h } from "./dom.js";
import { closePopover } from "./overlay/popover.js";
import { orToast } from "./overlay/toast.js";
import { displayName, state, userById } from "./store.js";
import { emojiNode } from "./text/inline.js";

const QUICK = ["+1", "eyes", "white_check_mark", "raised_hands", "wrench"];

/** The reactions under a message, each with who gave it; a press gives it too, or takes it back. */
export function reactions(message, channel) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((reaction) => h("li", {}, chip(reaction, message, channel)));
  return h("ul.reactions", { "aria-label": "Reactions" }, chips);
}

function chip({ name, users }, message, channel) {
  const mine = users.includes(state.actor);
  const names = users.map((id) => displayName(userById(id))).join(", ");
  return h(
    "button.reaction",
    {
      type: "button",
      class: mine ? "mine" : "",
      title: `${names} reacted with :${name}:`,
      "aria-pressed": String(mine),
      onclick: () => give(name, message, channel),
    },
    emojiNode(name),
    h("span", {}, String(users.length)),
  );
}

/** A row of reactions to choose from, for the menu of a message. */
export function reactionChoices(message, channel) {
  const choose = (name) => {
    closePopover();
    give(name, message, channel);
  };
  const choices = QUICK.map((name) =>
    h(
      "button.icon-button",
      { type: "button", "aria-label": `React with ${name}`, title: `:${name}:`, onclick: () => choose(name) },
      emojiNode(name),
    ),
  );
  return h("div.reaction-choices", { role: "group", "aria-label": "React" }, choices);
}

const give = (name, message, channel) =>
  orToast(api.react({ as: state.actor, channel, message_ts: message.ts, name }));
