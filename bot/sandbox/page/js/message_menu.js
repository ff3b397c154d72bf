import * as api from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { reactionChoices } from "./message_reactions.js";
import { openMenu } from "./overlay/menu.js";
import { orToast, toast } from "./overlay/toast.js";
import { openThread } from "./route.js";
import { state } from "./store.js";
import { unescape } from "./text/entities.js";

const LONG_PRESS_MS = 450;

/** The tools of a message: on hover and keyboard focus, behind "⋯", and by a long press on a phone. */
export function addTools(node, message, { channel, inThread, href }) {
  const reply = {
    label: "Reply in thread",
    icon: "reply",
    run: () => openThread(channel, message.thread_ts ?? message.ts),
  };
  const show = () =>
    openMenu(
      more,
      [...(inThread ? [] : [reply]), ...copies(message, href), ...shortcuts(message, channel)],
      "Message",
      { top: message.deleted ? null : reactionChoices(message, channel) },
    );
  const more = tool("more", "More actions for this message", show, { "aria-haspopup": "menu" });
  const quick = inThread ? null : tool("reply", reply.label, reply.run);
  node.append(h("div.tools", { role: "toolbar", "aria-label": "Message" }, quick, more));
  onLongPress(node, show);
}

const tool = (name, label, onclick, extra = {}) =>
  h(
    "button.icon-button",
    { type: "button", "aria-label": label, title: label, onclick, ...extra },
    icon(name),
  );

const messageShortcuts = () => (state.workspace.shortcuts ?? []).filter(({ type }) => type !== "global");

function shortcuts(message, channel) {
  const rows = messageShortcuts().map(({ callback_id, name }) => ({
    label: name,
    detail: "Andon",
    icon: "bolt",
    run: () => orToast(api.useShortcut({ as: state.actor, callback_id, channel, message_ts: message.ts })),
  }));
  return rows.length ? [null, ...rows] : [];
}

function copies(message, href) {
  const address = new URL(href, location.origin + "/").href;
  return [
    { label: "Copy link", icon: "link", run: () => copy(address, "Link copied") },
    { label: "Copy text", icon: "copy", run: () => copy(unescape(message.text ?? ""), "Text copied") },
  ];
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast("The browser does not allow copying here.", "error");
  }
}

function onLongPress(node, show) {
  let timer = null;
  const cancel = () => clearTimeout(timer);
  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && !event.target.closest("button, a, input"))
      timer = setTimeout(show, LONG_PRESS_MS);
  });
  for (const end of ["pointerup", "pointercancel", "pointermove"]) node.addEventListener(end, cancel);
}
