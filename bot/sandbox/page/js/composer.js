import * as api from "./api.js";
import { encode } from "./composer_text.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { orToast, toast } from "./overlay/toast.js";
import { avatar } from "./people.js";
import { channelById, conversationName, displayName, me, state } from "./store.js";
import { suggest } from "./suggestions.js";

const drafts = new Map();

/** Where the acting person writes. Enter sends, Shift and Enter makes a new line; `onsend` shows it. */
export function createComposer({ channel, thread = null, onsend }) {
  const place = [state.actor, channel, thread].join(" ");
  const box = h("textarea", {
    rows: 1,
    placeholder: prompt(channel, thread),
    "aria-label": prompt(channel, thread),
    value: drafts.get(place) ?? "",
    oninput: () => drafts.set(place, box.value),
  });
  const send = h("button.send", { type: "submit", "aria-label": "Send", title: "Send" }, icon("send"));
  const form = h("form.composer", { onsubmit: submit }, avatar(me(), "small"), box, send);
  form.title = `You write as ${displayName(me())}`;
  const suggestions = suggest(form, box, { commands: !thread });

  async function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    if (thread && text.startsWith("/"))
      return toast("Slash commands work in channels, not in threads.", "error");
    put("");
    onsend();
    const answer = await orToast(
      api.say({ as: state.actor, channel, text: encode(text), ...(thread ? { thread_ts: thread } : {}) }),
    );
    if (!answer?.ok && !box.value) put(text);
  }

  function put(text) {
    box.value = text;
    box.dispatchEvent(new Event("input"));
  }

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || suggestions.take(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return form;
}

function prompt(channel, thread) {
  const name = conversationName(channelById(channel));
  if (thread) return "Reply…";
  return channelById(channel)?.is_im ? `Message ${name}` : `Message #${name}`;
}
